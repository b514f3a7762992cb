"""Has every package the files that it was installed with, and can they be read?

RECORD lists them. One may be gone, or be a link into a cache that was cleaned. Bytecode does not
count: Python makes it anew. The fix brings the very files back, from the store of this home, else
by an installation of the exact version over what is there.
"""

from collections.abc import Iterator

from workroot.doctor.context import DIRECTORY, Context
from workroot.doctor.damage import Damage
from workroot.doctor.finding import FAIL, HEALED, Finding, well
from workroot.doctor.healing import bringing
from workroot.errors import some

NEEDS = DIRECTORY


def check(context: Context) -> Iterator[Finding]:
    damages = _damages(context)
    if not damages:
        yield well("missing-files", f"{len(context.packages)} packages have all their files")
    for one in damages:
        yield Finding(
            FAIL,
            "missing-files",
            _evidence(one),
            "somebody or something removed them after they were installed",
            bringing.by_hand(one.distribution),
            HEALED,
        )


def heal(context: Context, findings: list[Finding]) -> None:
    bringing.back(context, _damages(context))


def _damages(context: Context) -> list[Damage]:
    """Those with files that no import can read; lost metadata is another check's."""
    return [one for one in context.damages if one.incomplete and not one.metadata]


def _evidence(one: Damage) -> str:
    """Which files are gone, and which are there and lead nowhere."""
    said = []
    if one.gone:
        said.append(f"{some(one.gone)} gone")
    if one.unreadable:
        said.append(f"{some(one.unreadable)} cannot be read, or leads nowhere")
    return f"{one.distribution}: {'; '.join(said)}"
