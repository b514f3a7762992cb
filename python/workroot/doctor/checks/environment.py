"""Could this workroot be looked at at all?

What keeps the health check from running: a workroot.toml with an error in it, a venv that does
not answer, a module of the repo that ends Python when it is imported.
"""

from collections.abc import Iterator

from workroot.doctor import healthy
from workroot.doctor.context import START, Context
from workroot.doctor.finding import BY_HAND, Finding

NEEDS = START


def check(context: Context) -> Iterator[Finding]:
    yield from healthy.part(
        context,
        "environment",
        "the sentence says it",
        BY_HAND,
    )
