"""Is this venv another workroot's?

A venv that is a link to the one of another worktree has one link to one repo: what sets up the
one makes the other import the wrong code. Each workroot needs a venv of its own; making one takes
a moment.
"""

import os
from collections.abc import Iterator

from workroot.doctor.context import ANYTHING, Context
from workroot.doctor.finding import Finding, failure, well
from workroot.environment import sharing, state
from workroot.errors import WorkrootError

NEEDS = ANYTHING


def check(context: Context) -> Iterator[Finding]:
    if context.root is None or not os.path.isdir(context.venv_path):
        return
    # Setup refuses such a venv by the same function, before it writes anything.
    try:
        recorded = state.recorded(context.root, context.home.name)
        sharing.check(context.root, context.venv_path, recorded)
    except WorkrootError as error:
        cause = "it is a link to that one, or was shared before the other had a mark"
        yield failure(
            "shared-venv",
            error.message,
            cause,
            error.hint or "make one of its own",
        )
    else:
        yield well("shared-venv", "no other workroot has this venv")
