"""Is the venv's Python the one that workroot.toml asks for?

A venv that is there is kept, also after the range in workroot.toml was changed. `create --force`
makes it anew and keeps the old one in the trash.
"""

from collections.abc import Iterator

from workroot.doctor import healthy
from workroot.doctor.context import START, Context
from workroot.doctor.finding import BY_HAND, Finding

NEEDS = START


def check(context: Context) -> Iterator[Finding]:
    cause = "[venv] python in workroot.toml was changed after the venv was made"
    yield from healthy.part(context, "python-other", cause, BY_HAND)
