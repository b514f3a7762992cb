"""Does REPO name this workroot's repo?

A session sets REPO to the first repo of workroot.toml; scripts rely on it.
"""

import os
from collections.abc import Iterator

from workroot.doctor.context import ANYTHING, Context
from workroot.doctor.finding import Finding, warning, well

NEEDS = ANYTHING


def check(context: Context) -> Iterator[Finding]:
    if not context.in_session or not context.repos:
        return
    value, repo = context.environ.get("REPO"), context.repos[0]
    cause = "something unset or set it after the session began, or workroot.toml was changed"
    fix = "source bootstrap again"
    if not value and not context.environ.get("VIRTUAL_ENV_PROMPT"):
        return  # another tool's activate: it knows of no repo
    if not value:
        yield warning(
            "repo-variable",
            f"REPO is not set; it should be {repo}",
            cause,
            fix,
        )
    elif not os.path.isdir(value):
        yield warning(
            "repo-variable",
            f"REPO is {value}, which is not there",
            cause,
            fix,
        )
    elif os.path.realpath(value) != os.path.realpath(repo):
        yield warning(
            "repo-variable",
            f"REPO is {value}, not {repo}",
            cause,
            fix,
        )
    else:
        yield well("repo-variable", value)
