"""Does the repo have a sitecustomize?

Every start of the venv's Python runs it, of every tool, before anything else: a slow or failing
one is felt everywhere.
"""

from collections.abc import Iterator

from workroot.doctor import healthy
from workroot.doctor.context import START, Context
from workroot.doctor.finding import BY_HAND, Finding

NEEDS = START


def check(context: Context) -> Iterator[Finding]:
    cause = "a module of that name in an import path is run by each start"
    yield from healthy.part(context, "sitecustomize", cause, BY_HAND)
