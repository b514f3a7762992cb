"""Does the venv's Python look into its own site-packages?

A venv that was made for another X.Y has its packages where this Python does not look.
"""

from collections.abc import Iterator

from workroot.doctor import healthy
from workroot.doctor.context import START, Context
from workroot.doctor.finding import HEALED, Finding

NEEDS = START


def check(context: Context) -> Iterator[Finding]:
    cause = "the venv belongs to another Python, or its pyvenv.cfg is damaged"
    yield from healthy.part(context, "site-packages", cause, HEALED)
