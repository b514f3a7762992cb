"""Was the health check itself run apart from the current directory?

Pasted into a terminal without -I, it sees the current directory and PYTHONPATH as well.
"""

from collections.abc import Iterator

from workroot.doctor import healthy
from workroot.doctor.context import START, Context
from workroot.doctor.finding import BY_HAND, Finding

NEEDS = START


def check(context: Context) -> Iterator[Finding]:
    cause = "it was started without -I"
    yield from healthy.part(context, "not-isolated", cause, BY_HAND)
