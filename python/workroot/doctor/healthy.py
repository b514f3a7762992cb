"""What the health check says, as findings of the checks that have its ids.

The health check runs once, in the venv's Python; each of these checks gives the part that is its
own.
"""

from collections.abc import Iterator

from workroot.doctor import listing
from workroot.doctor.context import Context
from workroot.doctor.finding import BY_HAND, OK, Finding, well


def part(
    context: Context,
    name: str,
    cause: str,
    heal: str = BY_HAND,
) -> Iterator[Finding]:
    """The findings whose ids are the check's, or begin with it. cause: why such a thing happens."""
    known = listing.names()
    for one in context.health:
        if listing.check_of(one.id, known) != name:
            continue
        if one.severity == OK:
            yield well(one.id, one.evidence)
        else:
            fix = one.fix or "see the lines above"
            yield Finding(
                one.severity,
                one.id,
                one.evidence,
                cause,
                fix,
                heal,
            )
