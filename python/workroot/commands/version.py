"""version: the kit's version and where it is."""

import sys

from workroot.doors import terminal
from workroot.errors import WorkrootError
from workroot.root import KIT, VERSION

HELP = "the kit's version, its directory, and the Python that runs it"


def main(argv: list[str]) -> int:
    if argv in (["-h"], ["--help"]):
        terminal.data(f"workroot version   {HELP}")
        return 0
    if argv:
        raise WorkrootError(
            f"version takes no arguments: {' '.join(argv)}", "workroot --help lists the commands"
        )
    terminal.data(f"workroot {VERSION} ({KIT}, Python {sys.version.split()[0]})")
    return 0
