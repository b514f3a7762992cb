"""version: the kit's version and where it is."""

import sys

from workroot.commands._call import Call
from workroot.doors import terminal
from workroot.errors import Command, WorkrootError
from workroot.root import KIT, VERSION


def main(call: Call) -> int:
    if call.words in (["-h"], ["--help"]):
        terminal.data(f"{call.line('version')}   {call.summary}")
        return 0
    if call.words:
        words = " ".join(call.words)
        raise WorkrootError(f"version takes no arguments: {words}", Command("--help"))
    python = sys.version.split()[0]
    terminal.data(f"workroot {VERSION} ({KIT}, Python {python})")
    return 0
