"""The door to the terminal: data goes to stdout, what is said to stderr, the tool's name before it.

How much is said, and whether in colour, is known in one place: by `speak` from what was typed,
by `prefer` from a configuration.
"""

import os
import sys
from _collections_abc import Callable, Sequence

from workroot.errors import Command, WorkrootError

GREEN, RED, YELLOW = "\033[32m", "\033[31m", "\033[33m"
_PLAIN = "\033[0m"
_NARROWEST = 40
_UNSEEN = 1.0  # seconds that need no sign of life
_FRAME = 0.1  # seconds that a frame stays
_FRAMES = "|/-\\"
_WIDTH = 80  # of what is no terminal


class Manner:
    """name: of the tool that speaks. typed: its command line, without what must not be shown.

    color: auto, always or never, as it was typed; preferred: auto, True or False, by configuration.
    """

    __slots__ = ("color", "name", "preferred", "quiet", "typed", "verbose")

    def __init__(self) -> None:
        self.name = "workroot"
        self.typed = ""
        self.quiet = bool(os.environ.get("WORKROOT_QUIET"))
        self.verbose = False
        self.color: str | None = None
        self.preferred: str | bool = "auto"


manner = Manner()


def introduce(name: str, typed: str) -> None:
    """Which tool speaks, and what was typed to it."""
    manner.name = name
    manner.typed = typed


def speak(*, quiet: bool, verbose: bool, color: str | None) -> None:
    """As it was typed: --quiet, --verbose and --color.

    Args:
        color: 'auto', 'always' or 'never'; None where nothing was typed.
    """
    manner.quiet = manner.quiet or quiet
    manner.verbose = manner.verbose or verbose
    manner.color = color


def prefer(*, color: str | bool, verbose: bool) -> None:
    """As the owner of the configuration wants it, where nothing else was typed.

    Args:
        color: 'auto', True or False, as [ui] color has it.
    """
    manner.preferred = color
    manner.verbose = manner.verbose or verbose


def say(sentence: str) -> None:
    """Something a person should know, even when quiet."""
    _said(f"{manner.name}: {printable(sentence)}\n")


def _said(text: str) -> None:
    """On stderr. Where nothing can be said any more the work goes on."""
    try:
        print(text, end="", file=sys.stderr, flush=True)
    except OSError:
        return


def step(sentence: str) -> None:
    """What goes on now; silent when quiet."""
    if not manner.quiet:
        say(sentence)


def detail(sentence: str) -> None:
    """What goes on in detail; only where that was asked for."""
    if manner.verbose and not manner.quiet:
        say(sentence)


def next_line(line: str) -> None:
    """The next command to type, below what was said."""
    if not manner.quiet:
        _said(f"  {printable(line)}\n")


def error(problem: WorkrootError) -> None:
    """An error and its way out, a command of ours with the tool's name before it.

    Both are said even when quiet.
    """
    say(problem.message)
    hint = problem.hint
    if isinstance(hint, Command):
        hint = f"{manner.name} {hint}"
    if hint:
        _said(f"  {printable(hint)}\n")


def data(text: str, stream=None) -> None:
    """What was asked for, to stdout, one line end added. Raises WorkrootError where it cannot."""
    _written(lambda: print(text, file=stream))


def flush() -> None:
    """Have all that was printed be out. Raises WorkrootError."""
    _written(sys.stdout.flush)


def _written(write: Callable[[], None]) -> None:
    """What a write to stdout may end in. Raises WorkrootError, or BrokenPipeError as it is."""
    try:
        write()
    except BrokenPipeError:
        raise  # who reads has enough, as head does: no sentence
    except OSError as error:
        raise WorkrootError(
            f"what was to be printed could not be: {error.strerror.lower()}"
        ) from error


def json(document: object) -> None:
    """One document to stdout, as pure ASCII: a pipe may have any encoding.

    Args:
        document: An object gets the version of its form as its first key.

    Raises WorkrootError: when it cannot be printed.
    """
    from json import dumps  # a third of a start, and few ask for it

    if isinstance(document, dict):
        document = {"version": 1, **document}
    data(dumps(document, indent=2, ensure_ascii=True))


def progress(what: str) -> Callable[[int, int], None]:
    """A counter for what takes long; only a terminal sees it.

    Args:
        what: The words before the numbers.

    Returns:
        What is to be called with how many are done and how many there are.
    """

    def show(done: int, total: int) -> None:
        if manner.quiet or not sys.stderr.isatty():
            return
        line = f"{manner.name}: {what} {done} of {total}"
        if done < total:
            _said(f"\r{line}")
        else:
            _said(f"\r{' ' * len(line)}\r")  # the place is free for what is said next

    return show


class working:
    """Around a step that says nothing by itself: a terminal is shown that it goes on.

    Only once it takes longer than a second, and never in a pipe, where each step has its line.
    """

    __slots__ = ("line", "over", "thread")

    def __init__(self, what: str) -> None:
        self.line = f"{manner.name}: {printable(what)} "
        self.over = self.thread = None

    def __enter__(self) -> None:
        if manner.quiet or not sys.stderr.isatty():
            return
        import threading  # a step that starts a program has it already

        self.over = threading.Event()
        # A daemon: it is not to keep a process alive that a signal ends.
        self.thread = threading.Thread(target=self._turn, daemon=True)
        self.thread.start()

    def __exit__(self, kind, error, trace) -> None:
        if self.thread:
            self.over.set()
            self.thread.join()

    def _turn(self) -> None:
        if self.over.wait(_UNSEEN):
            return
        turns = 0
        while True:
            _said(f"\r{self.line}{_FRAMES[turns % len(_FRAMES)]}")
            turns += 1
            if self.over.wait(_FRAME):
                break
        _said(f"\r{' ' * (len(self.line) + 1)}\r")  # the place is free for what is said next


def table(rows: Sequence[Sequence[str]]) -> None:
    """Rows of cells to stdout, columns aligned.

    Args:
        rows: As many cells in each; the first row may be a heading.

    Raises WorkrootError: when they cannot be printed.
    """
    rows = [[printable(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        data("  ".join(cells).rstrip())


def entry(title: str, text: str, left: int) -> None:
    """A name, and what it means beside it from column `left` on, wrapped to the terminal."""
    first, *more = wrapped(text, max(width() - left, _NARROWEST))
    data(f"  {title}".ljust(left) + first)
    for line in more:
        data(" " * left + line)


def wrapped(text: str, room: int) -> list[str]:
    """The lines of a text that is to fit. (textwrap would import re.)

    Args:
        room: Columns; a word that is longer has a line of its own, and is not cut.

    Returns:
        At least one line, '' for an empty text.
    """
    lines = [""]
    for word in text.split():
        line = f"{lines[-1]} {word}".strip()
        if len(line) <= room or not lines[-1]:
            lines[-1] = line
        else:
            lines.append(word)
    return lines


def width() -> int:
    """How many columns a person sees: COLUMNS, else what the terminal says, else 80."""
    said = os.environ.get("COLUMNS", "")
    if said.isdecimal() and int(said) > 0:
        return int(said)
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or _WIDTH
    except (OSError, ValueError):
        return _WIDTH


def painted(text: str, color: str, stream=None) -> str:
    """The text in a colour, where the stream (stdout, if none is named) is to have colours."""
    if not color or not colored(stream or sys.stdout):
        return text
    return f"{color}{text}{_PLAIN}"


def colored(stream) -> bool:
    """What was typed comes first, then NO_COLOR, the configuration, FORCE_COLOR, the terminal."""
    if manner.color in ("always", "never"):
        return manner.color == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if manner.preferred in (True, False):
        return bool(manner.preferred)
    return bool(os.environ.get("FORCE_COLOR")) or stream.isatty()


def shortened(text: str, width: int = 60) -> str:
    """Text for a cell of a table: one that is too long ends in three points.

    Args:
        width: Columns, those points among them.
    """
    if len(text) <= width:
        return text
    return f"{text[: width - 3]}..."


def printable(text: str) -> str:
    """Text in which no character moves the cursor or breaks the line.

    Line ends that we wrote ourselves ("\\n  ") stay.
    """
    if text.isprintable():
        return text
    return "\n  ".join(map(_escaped, text.split("\n  ")))


def _escaped(line: str) -> str:
    """A line with each character that is not printable as Python spells it, '\\x1b' say."""
    shown = [one if one.isprintable() else ascii(one)[1:-1] for one in line]
    return "".join(shown)
