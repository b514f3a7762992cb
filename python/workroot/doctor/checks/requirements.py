"""Is installed what workroot.toml wants installed?

The requirements files and editable packages of [venv], as setup last installed them. The fix is
setup.
"""

from collections.abc import Iterator

from workroot.doctor import healthy
from workroot.doctor.context import START, Context
from workroot.doctor.finding import HEALED, Finding

NEEDS = START


def check(context: Context) -> Iterator[Finding]:
    cause = "they were never installed, or something took them away since"
    yield from healthy.part(context, "requirements", cause, HEALED)
