"""The flags that mean the same everywhere, read without argparse where nothing else was typed.

argparse costs a whole Python start; `history`, `undo` and their like are waited for.
"""

from _collections_abc import Callable

from workroot.commands._call import Call
from workroot.doors import terminal
from workroot.errors import WorkrootError

_LONGEST = 9  # digits of a number of an operation
_COUNTS = {1: "one number", 2: "two numbers"}
_SWITCHES = {
    "-q": "quiet",
    "--quiet": "quiet",
    "-v": "verbose",
    "--verbose": "verbose",
}
_DRY = {"-n": "dry_run", "--dry-run": "dry_run"}


class Given:
    """What was typed, by the names that argparse gives it as well."""

    __slots__ = ("color", "directory", "dry_run", "numbers", "output", "quiet", "verbose")

    def __init__(self) -> None:
        self.directory = None
        self.output = "text"
        self.color = None
        self.quiet = self.verbose = self.dry_run = False
        self.numbers: list[int] = []


def read(call: Call, make_parser: Callable[[Call], object], numbers: int = 0, dry: bool = False):
    """What was typed; the flags of the terminal take effect.

    make_parser: gives the command's parser, for words that are not known here. numbers: how many
    operations may be named, in `numbers`. dry: whether there is a --dry-run.
    """
    given = _light(call.words, numbers, dry)
    if given is None:
        given = make_parser(call).parse_args(call.words)
    else:
        terminal.speak(quiet=given.quiet, verbose=given.verbose, color=given.color)
    if numbers and len(given.numbers) > numbers:
        raise WorkrootError(
            f"{call.name} takes {_COUNTS[numbers]} at most", call.line(f"{call.name} --help")
        )
    return given


def parser(call: Call, *examples: str, **offered: bool):
    """The command's parser, for the words that only argparse can read, or refuse.

    offered: what _arguments.parser takes besides.
    """
    from workroot.commands import _arguments  # argparse, which most calls do without

    return _arguments.parser(call, *examples, **offered)


def _light(words: list[str], numbers: int, dry: bool) -> Given | None:
    """None where there is a word that only argparse can read, or refuse."""
    switches = {**_SWITCHES, **_DRY} if dry else _SWITCHES
    given = Given()
    rest = iter(words)
    for word in rest:
        if word in switches:
            setattr(given, switches[word], True)
        elif word == "--json":
            given.output = "json"
        elif word in ("-C", "--directory"):
            given.directory = next(rest, None)
            if given.directory is None:
                return None
        elif numbers and word.isdecimal() and len(word) <= _LONGEST:
            given.numbers.append(int(word))
        else:
            return None
    return given
