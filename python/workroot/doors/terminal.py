"""The door to the terminal: data goes to stdout, everything said goes to stderr with the name of the tool before it."""

import os
import sys
from _collections_abc import Callable, Sequence

from workroot.errors import WorkrootError

name = "workroot"  # of the tool that speaks
quiet = bool(os.environ.get("WORKROOT_QUIET"))


def say(sentence: str) -> None:
    """Something a person should know, even when quiet."""
    _said(f"{name}: {printable(sentence)}\n")


def _said(text: str) -> None:
    """On stderr. Where nothing can be said any more the work goes on."""
    try:
        print(text, end="", file=sys.stderr, flush=True)
    except OSError:
        pass


def step(sentence: str) -> None:
    """What goes on now; silent when quiet."""
    if not quiet:
        say(sentence)


def next_line(line: str) -> None:
    """The next command to type, below what was said."""
    if not quiet:
        _said(f"  {printable(line)}\n")


def error(problem: WorkrootError) -> None:
    """An error and its way out."""
    say(problem.message)
    if problem.hint:
        _said(f"  {printable(problem.hint)}\n")


def data(text: str, stream=None) -> None:
    """What was asked for, to stdout, one line end added. Raises WorkrootError where it cannot be written."""
    _written(lambda: print(text, file=stream))


def flush() -> None:
    """Have all that was printed be out. Raises WorkrootError."""
    _written(sys.stdout.flush)


def _written(write: Callable[[], None]) -> None:
    try:
        write()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise WorkrootError(
            f"what was to be printed could not be: {error.strerror.lower()}"
        ) from error


def json(document: object) -> None:
    """One document to stdout."""
    from json import dumps

    data(
        dumps(
            {"version": 1, **document} if isinstance(document, dict) else document,
            indent=2,
            ensure_ascii=True,
        )
    )


def progress(what: str) -> Callable[[int, int], None]:
    """A counter for what takes long: called with how many are done and how many there are. Only a terminal sees it."""

    def show(done: int, total: int) -> None:
        if not quiet and sys.stderr.isatty():
            line = f"{name}: {what} {done} of {total}"
            _said(f"\r{line}" if done < total else f"\r{' ' * len(line)}\r")

    return show


def table(rows: Sequence[Sequence[str]]) -> None:
    """Rows of cells to stdout, columns aligned."""
    rows = [[printable(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*rows)]
    for row in rows:
        data("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())


def shortened(text: str, width: int = 60) -> str:
    """Text for a cell of a table."""
    return text if len(text) <= width else f"{text[: width - 3]}..."


def printable(text: str) -> str:
    """Text in which no character moves the cursor or breaks the line; line ends that we wrote ourselves ("\\n  ") stay."""
    if text.isprintable():
        return text
    return "\n  ".join(
        "".join(c if c.isprintable() else ascii(c)[1:-1] for c in line)
        for line in text.split("\n  ")
    )
