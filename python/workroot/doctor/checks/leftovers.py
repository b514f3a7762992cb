"""Did a killed pip leave half a package?

pip renames what it replaces to a name with '~' (old ones '-') and back; killed between, such a
directory stays and hides or half replaces a package. The fix moves it to the trash.
"""

import os
from collections.abc import Iterator

from workroot.doctor.context import DIRECTORY, Context
from workroot.doctor.finding import HEALED, WARN, Finding, well
from workroot.doctor.healing import aside
from workroot.errors import some
from workroot.pythons.packages import LEFTOVERS

NEEDS = DIRECTORY


def check(context: Context) -> Iterator[Finding]:
    left = _left(context)
    if not left:
        yield well("leftovers", "no interrupted pip left anything")
        return
    evidence = f"an interrupted pip left {some(map(os.path.basename, left))}"
    fix = f"move {some(left)} away"
    yield Finding(
        WARN,
        "leftovers",
        evidence,
        "an installation was killed",
        fix,
        HEALED,
    )


def heal(context: Context, findings: list[Finding]) -> None:
    for path in _left(context):
        aside.move(context, path)


def _left(context: Context) -> list[str]:
    """The directories of site-packages whose names begin as pip's do."""
    left = []
    for site in context.sites:
        names = [name for name in sorted(os.listdir(site)) if name[0] in LEFTOVERS]
        left += [os.path.join(site, name) for name in names]
    return left
