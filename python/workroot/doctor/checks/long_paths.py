"""Can Windows open the paths that packages have?

Without long paths a file deeper than 260 characters cannot be made, and an installation ends in
the middle. Some packages nest 150 characters deep.
"""

from collections.abc import Iterator

from workroot.doctor import windows
from workroot.doctor.context import ANYTHING, Context
from workroot.doctor.finding import Finding, warning, well

NEEDS = ANYTHING


def check(context: Context) -> Iterator[Finding]:
    enabled = windows.long_paths()
    # Another system, which has no such limit.
    if enabled is None:
        return
    if windows.too_long(context.venv_path, enabled):
        evidence = f"{context.venv_path} leaves packages less than 150 characters of 260"
        cause = "long paths are not enabled on this Windows"
        fix = "enable long paths (LongPathsEnabled = 1), or put the workroot nearer to the root"
        yield warning("long-paths", evidence, cause, fix)
    else:
        yield well("long-paths", "paths are short enough, or long ones allowed")
