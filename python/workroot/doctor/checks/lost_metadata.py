"""Does every installed package still say what it is?

A dist-info without RECORD, or without METADATA, or with empty ones: the package imports, but no
pip can upgrade or remove it ("no RECORD file was found"). The fix brings those files back from
the store, else it installs the exact version over what is there.
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
        yield well("lost-metadata", f"{len(context.packages)} packages say what they are")
    for one in damages:
        yield Finding(
            FAIL,
            "lost-metadata",
            f"{one.distribution}: {some(one.metadata)} gone or empty",
            "a file of its metadata was removed or cut; pip refuses to touch such a package",
            bringing.by_hand(one.distribution),
            HEALED,
        )


def heal(context: Context, findings: list[Finding]) -> None:
    bringing.back(context, _damages(context))


def _damages(context: Context) -> list[Damage]:
    """Those whose METADATA or RECORD is gone or empty."""
    return [one for one in context.damages if one.metadata]
