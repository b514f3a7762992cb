"""Does the venv's own Python run?

It is a link to, or a copy of, a base Python that somebody else may remove, move or upgrade: after
a step from 3.12 to 3.13 it runs and finds none of its packages. The fix takes another base Python
of the same X.Y and leaves all the rest; without one the venv is made anew with the same packages,
and the old one goes to the trash.
"""

from collections.abc import Iterator

from workroot.doctor.context import DIRECTORY, Context
from workroot.doctor.finding import BY_HAND, FAIL, HEALED, Finding, well
from workroot.doctor.healing import remaking
from workroot.errors import WorkrootError

NEEDS = DIRECTORY


def check(context: Context) -> Iterator[Finding]:
    found = context.inspected
    if not isinstance(found, WorkrootError):
        yield well("python", f"{found.python} is Python {found.text}")
        return
    cause = "its base Python was removed, moved or upgraded"
    if context.ours:
        # `clean` brings back what was recorded: without a history there is nothing of the kind.
        by_hand = f"{context.program} clean" if context.home.begun else "workroot create --force"
        yield Finding(
            FAIL,
            "python",
            found.message,
            cause,
            by_hand,
            HEALED,
        )
    else:
        fix = "workroot create --force moves it to .workroot/trash and makes a new one"
        yield Finding(FAIL, "python", found.message, cause, fix, BY_HAND)


def heal(context: Context, findings: list[Finding]) -> None:
    remaking.again(context)
