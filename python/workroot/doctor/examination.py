"""The checks put to a home, one after the other; and what can be healed, healed."""

from collections.abc import Callable
from typing import NamedTuple

from workroot.doctor.context import ANYTHING, Context
from workroot.doctor.finding import ASKS, HEALED, Finding, warning
from workroot.doctor.listing import Check
from workroot.errors import WorkrootError
from workroot.history.operation import Recording


class Healing(NamedTuple):
    """What was tried.

    Attributes:
        healed: The ids of findings whose heal went through.
        failed: The id of a finding -> why it could not be healed.
        left: Ids that --yes would heal.
    """

    healed: set[str]
    failed: dict[str, str]
    left: set[str]


def look(context: Context, checks: list[Check]) -> list[Finding]:
    """All that these checks have to say. Changes nothing.

    Args:
        checks: In their order; what needs more than this venv can do is passed over.
    """
    found: list[Finding] = []
    for check in checks:
        if check.needs <= context.level:
            found += _asked(context, check)
    return found


def _asked(context: Context, check: Check) -> list[Finding]:
    """What a check has to say; where something may not be read, that is what it found."""
    try:
        return list(check.module.check(context))
    except (OSError, WorkrootError) as error:
        words = error.message if isinstance(error, WorkrootError) else _words(error)
        cause = "something there may not be read, or changed meanwhile"
        fix = "give yourself read permission there, then look again"
        return [warning(check.id, f"could not look: {words}", cause, fix)]


def _words(error: OSError) -> str:
    """A system error as a sentence: the file and what is the matter with it."""
    reason = (error.strerror or str(error)).lower()
    return f"{error.filename}: {reason}" if error.filename else reason


def heal(
    make_context: Callable[[], Context],
    checks: list[Check],
    yes: bool,
) -> Healing:
    """Heal what can be, those that need least first: others may be about what they mend.

    The caller holds the lock.

    Args:
        make_context: Gives a new context, which has looked at nothing yet.
        checks: In their order.
        yes: What only a person may decide was decided.
    """
    healing = Healing(set(), {}, set())
    context = make_context()
    for check in checks:
        if not hasattr(check.module, "heal") or check.needs > context.level:
            continue
        found = [one for one in _asked(context, check) if one.problem]
        chosen = [one for one in found if one.heal == HEALED or (one.heal == ASKS and yes)]
        healing.left.update(one.id for one in found if one.heal == ASKS and not yes)
        if chosen:
            _heal_one(context, check, chosen, healing)
            # What was just mended may be all that the next check would have found.
            context = make_context()
    return healing


def _heal_one(
    context: Context,
    check: Check,
    findings: list[Finding],
    healing: Healing,
) -> None:
    """Heal what one check found, and note what came of it; a failure keeps no other from it."""
    ids = {one.id for one in findings}
    recorded = getattr(check.module, "RECORDED", True)
    try:
        if recorded and context.level > ANYTHING:  # without a venv no history can record it
            _recorded(context, check, findings)
        else:
            check.module.heal(context, findings)
        healing.healed.update(ids)
    except (OSError, WorkrootError) as error:
        words = error.message if isinstance(error, WorkrootError) else _words(error)
        healing.failed.update(dict.fromkeys(ids, words))
        context.say(words)


def _recorded(context: Context, check: Check, findings: list[Finding]) -> None:
    """As an operation of the history, that no undo of what came before it takes back."""
    recording = Recording(context.home, context.say)
    recording.begin(context.typed, "heal")
    try:
        check.module.heal(context, findings)
    except BaseException:  # Ctrl-C as well: what came back so far is recorded, and stays
        recording.end(1)
        raise
    recording.end(0)
