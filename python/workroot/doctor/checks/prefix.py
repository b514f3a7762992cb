"""Is the venv's Python at home where it lies?

A venv without its pyvenv.cfg is the base Python: what is installed then goes into the base. The fix
makes the venv right again.
"""

from collections.abc import Iterator

from workroot.doctor import healthy
from workroot.doctor.context import START, Context
from workroot.doctor.finding import HEALED, Finding

NEEDS = START


def check(context: Context) -> Iterator[Finding]:
    cause = "pyvenv.cfg is gone or damaged, so Python takes the base's place for its own"
    yield from healthy.part(context, "prefix", cause, HEALED)
