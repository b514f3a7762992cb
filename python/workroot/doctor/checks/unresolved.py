"""Can every module of the repo be found by an import?

A native module that was built for another Python is there, and no import takes it.
"""

from collections.abc import Iterator

from workroot.doctor import healthy
from workroot.doctor.context import START, Context
from workroot.doctor.finding import BY_HAND, Finding

NEEDS = START


def check(context: Context) -> Iterator[Finding]:
    cause = "its file name is not one that this Python loads"
    yield from healthy.part(context, "unresolved", cause, BY_HAND)
