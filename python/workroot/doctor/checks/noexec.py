"""Can programs be started from where this workroot lies?

A disk that is mounted noexec runs no script and no program from it: `workroot` is "permission
denied", and `pip` is the next one on PATH.
"""

import os
from collections.abc import Iterator

from workroot.doctor.context import ANYTHING, Context
from workroot.doctor.finding import Finding, failure, well
from workroot.doors import mounts

NEEDS = ANYTHING


def check(context: Context) -> Iterator[Finding]:
    places = [context.home.top, context.venv_path]
    found = [path for path in places if os.path.isdir(path) and not mounts.runs_programs(path)]
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
