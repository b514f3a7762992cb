"""Are the repo's import paths there, and on sys.path?

workroot.toml names them. One that is gone is yours to correct; one that is not on sys.path is
linked by the fix.
"""

from collections.abc import Iterator

from workroot.doctor import healthy
from workroot.doctor.context import START, Context
from workroot.doctor.finding import BY_HAND, Finding

NEEDS = START


def check(context: Context) -> Iterator[Finding]:
    cause = "the repo was moved, or the link is not read"
    yield from healthy.part(context, "path", cause, BY_HAND)
