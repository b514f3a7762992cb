"""A call: the program that was typed, the command, and the words behind it. No argparse here."""

import os

from workroot.commands._listing import SUMMARIES

WORKROOT, PYCTL = "workroot", "pyctl"


class Call:
    """What a command is given.

    program: what a person typed, and so whose environment is meant. name: of the command.
    own: the workroot whose own command was typed, where it was one's.
    """

    __slots__ = ("name", "own", "program", "words")

    def __init__(self, program: str, name: str, words: list[str], own: str | None = None) -> None:
        self.program = program
        self.name = name
        self.words = words
        self.own = own

    @property
    def user(self) -> bool:
        """Whether a person's own environment is meant, and no workroot."""
        return self.program == PYCTL

    @property
    def summary(self) -> str:
        return SUMMARIES[self.name]

    @property
    def typed(self) -> list[str]:
        """The command as the history keeps it."""
        return [self.program, self.name, *self.words]

    @property
    def asks_for_help(self) -> bool:
        """Whether help is the first thing asked for: the rest of the words is not ours to read."""
        # Only the first word: `run FILE --help` is the file's.
        return self.words[:1] in (["-h"], ["--help"])

    def line(self, words: str) -> str:
        """Another command for the same program, as a person types it."""
        return f"{self.program} {words}"


def the_venv() -> str:
    """The name of the environment that is meant, of those that a workroot may have."""
    return os.environ.get("WORKROOT_VENV", "")
