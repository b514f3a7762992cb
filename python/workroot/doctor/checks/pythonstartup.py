"""Is the file there that PYTHONSTARTUP names?

An interactive Python reads it first; one that is gone is a line of complaint at each start.
"""

import os
from collections.abc import Iterator

from workroot.doctor.context import ANYTHING, Context
from workroot.doctor.finding import Finding, warning, well

NEEDS = ANYTHING


def check(context: Context) -> Iterator[Finding]:
    value = context.environ.get("PYTHONSTARTUP")
    if not value or os.path.isfile(value):
        yield well("pythonstartup", value or "PYTHONSTARTUP is not set")
        return
    evidence = f"PYTHONSTARTUP names {value}, which is not there"
    cause = "the file was removed, and the startup file that names it was not"
    yield warning(
        "pythonstartup",
        evidence,
        cause,
        "unset PYTHONSTARTUP, or make that file",
    )
