"""Is this venv another workroot's?

A venv that is a link to the one of another worktree has one link to one repo: what sets up the
one makes the other import the wrong code. Each workroot needs a venv of its own; making one takes
a moment.
"""

import os
from collections.abc import Iterator

from workroot.doctor.context import ANYTHING, Context
from workroot.doctor.finding import Finding, failure, well
from workroot.pythons import venv as environments
from workroot.root import CONFIG

NEEDS = ANYTHING


def check(context: Context) -> Iterator[Finding]:
    there = os.path.isdir(context.venv_path)
    made_at = environments.moved_from(context.venv_path) if there else None
    if not made_at or not _is_the_same(made_at, context.venv_path) or not _of_a_workroot(made_at):
        yield well("shared-venv", "no other workroot has this venv")
        return
    evidence = f"{context.venv_path} is {made_at}, the venv of another workroot"
    cause = "it is a link to that one"
    yield failure("shared-venv", evidence, cause, f"rm {context.venv_path}, then workroot setup")


def _is_the_same(one: str, other: str) -> bool:
    return os.path.exists(one) and os.path.exists(other) and os.path.samefile(one, other)


def _of_a_workroot(venv: str) -> bool:
    above = os.path.dirname(venv)
    return os.path.lexists(os.path.join(above, CONFIG))
