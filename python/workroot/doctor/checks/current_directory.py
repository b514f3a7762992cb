"""Does this shell stand inside of the repo?

A `python` that is started there has the current directory first on sys.path, and what it writes
lands in the repo. A workroot is where one runs from.
"""

import os
from collections.abc import Iterator

from workroot.doctor.context import ANYTHING, Context
from workroot.doctor.finding import Finding, warning, well

NEEDS = ANYTHING


def check(context: Context) -> Iterator[Finding]:
    here = os.getcwd()  # the real path; a link into the repo stands in the repo too
    inside = [repo for repo in context.repos if _below(here, os.path.realpath(repo))]
    # A project has its workroot in the repo: there is no other place to stand.
    outside = [repo for repo in inside if not _below(context.home.top, os.path.realpath(repo))]
    if not outside:
        yield well("current-directory", here)
        return
    evidence = f"{here} is inside of the repo {outside[0]}"
    cause = "imports take the current directory first, and outputs land in the repo"
    yield warning(
        "current-directory",
        evidence,
        cause,
        f"cd {context.home.top}",
    )


def _below(path: str, directory: str) -> bool:
    return path == directory or path.startswith(directory.rstrip(os.sep) + os.sep)
