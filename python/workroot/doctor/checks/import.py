"""Do the modules import that workroot.toml says must?

[venv] imports names them: packages that are installed, or modules of the repo.
"""

from collections.abc import Iterator

from workroot.doctor import healthy
from workroot.doctor.context import START, Context
from workroot.doctor.finding import BY_HAND, Finding

NEEDS = START


def check(context: Context) -> Iterator[Finding]:
    cause = "what is to be imported is not installed, or fails when it is imported"
    yield from healthy.part(context, "import", cause, BY_HAND)
