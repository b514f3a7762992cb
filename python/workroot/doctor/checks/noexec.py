"""Can programs be started from where this workroot lies?

A disk that is mounted noexec runs no script and no program from it: `workroot` is "permission
denied", and `pip` is the next one on PATH.
"""

import os
from collections.abc import Iterator

from workroot.doctor.context import ANYTHING, Context
from workroot.doctor.finding import Finding, failure, well

NEEDS = ANYTHING


def check(context: Context) -> Iterator[Finding]:
    # macOS and Windows do not tell.
    if not hasattr(os, "ST_NOEXEC"):
        return
    places = [context.home.top, context.venv_path]
    found = [path for path in places if os.path.isdir(path) and _forbids(path)]
    if not found:
        yield well("noexec", "programs can be started there")
        return
    cause = "the disk is mounted with noexec"
    fix = "mount it with exec, or put the workroot elsewhere"
    yield failure(
        "noexec",
        f"nothing in {found[0]} can be started",
        cause,
        fix,
    )


def _forbids(path: str) -> bool:
    return bool(os.statvfs(path).f_flag & os.ST_NOEXEC)
