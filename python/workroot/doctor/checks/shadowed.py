"""Does an import of the repo's module take the repo's file?

Something before it on sys.path may have the same name: the standard library, an installed copy of
the repo, a directory of PYTHONPATH. Both files are named; which one should win is yours to say.
"""

from collections.abc import Iterator

from workroot.doctor import healthy
from workroot.doctor.context import START, Context
from workroot.doctor.finding import BY_HAND, Finding

NEEDS = START


def check(context: Context) -> Iterator[Finding]:
    cause = "an entry of sys.path that comes before the repo's has the same name"
    yield from healthy.part(context, "shadowed", cause, BY_HAND)
