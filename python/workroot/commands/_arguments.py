"""The parser of a command's words: flags that mean the same everywhere, a refusal that helps.

argparse costs a whole Python start, so what is waited for reads its words by _flags where it can,
which imports this file for the others.
"""

import argparse

from workroot.commands._call import Call
from workroot.doors import terminal
from workroot.errors import WorkrootError, did_you_mean, some

_LONGEST = 9  # digits of a number of operations


class Parser(argparse.ArgumentParser):
    """call: whose words are read. Examples leave the program's name out."""

    def __init__(self, call: Call, *examples: str) -> None:
        lines = "\n".join(f"  {call.line(example)}" for example in examples)
        super().__init__(
            prog=call.line(call.name),
            description=call.summary,
            epilog=f"examples:\n{lines}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,  # an option that is added later must not change what was typed
        )
        self.call = call
        of_the_terminal(self)

    def explain(self, text: str) -> None:
        """More about the command, below its summary."""
        self.description = f"{self.description}\n\n{text.strip()}"

    def add_count(self, flag: str, meaning: str) -> None:
        """An option that is followed by how many operations are meant."""
        self.add_argument(flag, type=_count, metavar="N", help=meaning)

    def parse_args(self, args=None, namespace=None):
        """What the words mean; the flags of the terminal take effect. Raises WorkrootError."""
        given, rest = self.take(args)
        if rest:
            self.refuse(rest)
        return given

    def take(self, words: list[str]) -> tuple[argparse.Namespace, list[str]]:
        """The same, with the words that the command does not know."""
        given, rest = self.parse_known_args(words)
        terminal.speak(quiet=given.quiet, verbose=given.verbose, color=given.color)
        return given, rest

    def refuse(self, rest: list[str]) -> None:
        """Say which words are not known, and the option that was probably meant."""
        options = [word for word in rest if word.startswith("-")]
        if not options:
            self._fail(f"{self.call.name} does not take {some(rest)}")
        name = options[0].partition("=")[0]
        near = did_you_mean(name, self._option_string_actions)
        self._fail(f"{self.call.name} has no option {name}{near}")

    def error(self, message: str) -> None:
        """Raises WorkrootError: what argparse found wrong is said as everything else is."""
        self._fail(f"{self.call.name}: {message}")

    def _fail(self, message: str) -> None:
        raise WorkrootError(message, f"{self.prog} --help")


def _count(word: str) -> int:
    if not word.isdecimal() or len(word) > _LONGEST or int(word) < 1:
        raise argparse.ArgumentTypeError(f"{word!r} is no number of operations")
    return int(word)


def of_the_terminal(parser: argparse.ArgumentParser) -> None:
    """Give a parser the flags of the terminal, which every command has."""
    parser.add_argument("-q", "--quiet", action="store_true", help="say errors only")
    parser.add_argument(
        "-v", "--verbose", action="store_true", help="say every step and every program that is run"
    )
    parser.add_argument(
        "--color", choices=("auto", "always", "never"), help="by default auto: on a terminal"
    )


def parser(
    call: Call,
    *examples: str,
    output: bool = True,
    directory: bool = True,
    changes: bool = False,
    destroys: bool = False,
) -> Parser:
    """A command's parser. output: it prints data, as text or JSON; directory: it has a workroot.

    changes: there is --dry-run; destroys: and --yes.
    """
    made = Parser(call, *examples)
    if directory:
        made.add_argument(
            "-C", "--directory", metavar="DIR", help="the workroot, or a directory below it"
        )
    if output:
        made.add_argument(
            "--json",
            action="store_const",
            const="json",
            dest="output",
            help="one document, the same as --output json",
        )
        made.add_argument("--output", choices=("text", "json"), default="text")
    if changes:
        made.add_argument(
            "-n", "--dry-run", action="store_true", help="change nothing, say what would be done"
        )
    if destroys:
        made.add_argument("-y", "--yes", action="store_true", help="do not ask")
    return made
