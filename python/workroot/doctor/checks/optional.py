"""Are the optional modules there, and for this Python?

What is built later ([venv] optional_imports, optional_paths) may be missing. That is no fault,
and only said.
"""

from collections.abc import Iterator

from workroot.doctor import healthy
from workroot.doctor.context import START, Context
from workroot.doctor.finding import BY_HAND, Finding

NEEDS = START


def check(context: Context) -> Iterator[Finding]:
    cause = "it was not built, or for another Python"
    yield from healthy.part(context, "optional", cause, BY_HAND)
