"""version: the kit's version and where it is."""

import sys

from workroot import report
from workroot.root import KIT, VERSION

HELP = "the kit's version, its directory, and the Python that runs it"


def main(argv: list[str]) -> int:
    del argv
    report.data(f"workroot {VERSION} ({KIT}, Python {sys.version.split()[0]})")
    return 0
