"""Do the commands of this workroot lead to a kit, and to a Python that runs it?

.workroot/bin/workroot and pip name both by their paths. Where the kit was moved or its Python
removed, they look for another way at each call, or end. The fix writes them for the kit and the
Python that run now.
"""

import os
import re
from collections.abc import Iterator

from workroot.doctor.context import ANYTHING, Context
from workroot.doctor.finding import HEALED, Finding, warning, well
from workroot.doors import files
from workroot.standards.quoting import words_of_sh

NEEDS = ANYTHING
_TESTED = re.compile(r"\[ -([xr]) ((?:'[^']*'|\\.|[^\s'\\]|\"'\")+) \]")


def check(context: Context) -> Iterator[Finding]:
    if context.root is None or not os.path.lexists(context.root.command) or os.name == "nt":
        return
    path = context.root.command
    text = files.text_by_hand(path) or ""
    cause = "the kit was moved or removed, or the Python that ran it"
    fix = "run setup.sh of a kit here"
    found = False
    # The script tests what it is about to run: those tests name the Python and the kit.
    for _, quoted in _TESTED.findall(text.partition("\n[ -r")[0]):
        place = "".join(words_of_sh(quoted))
        if not os.path.exists(place):
            found = True
            yield warning(
                "kit",
                f"{path} names {place}, which is not there",
                cause,
                fix,
                HEALED,
            )
    if not os.access(path, os.X_OK):
        found = True
        yield warning(
            "kit-mode",
            f"{path} may not be run",
            "it lost its x bit",
            fix,
            HEALED,
        )
    if not found:
        yield well("kit", path)


def heal(context: Context, findings: list[Finding]) -> None:
    """Make room: the setup that follows every heal writes it, and gives it its mode."""
    files.discard(context.root.command)
