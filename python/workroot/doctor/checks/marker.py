"""Does the marker come from the repo?

The marker is the module that workroot.toml names to prove the link; it must import, and its file
must be the repo's.
"""

from collections.abc import Iterator

from workroot.doctor import healthy
from workroot.doctor.context import START, Context
from workroot.doctor.finding import BY_HAND, Finding

NEEDS = START


def check(context: Context) -> Iterator[Finding]:
    cause = "another module has that name, or the marker is not in the repo any more"
    yield from healthy.part(context, "marker", cause, BY_HAND)
