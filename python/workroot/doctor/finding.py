"""A finding: one thing that a check has to say, what shows it, why it is so, and the way out."""

from typing import NamedTuple

OK, WARN, FAIL = "ok", "warn", "fail"

# How `doctor --fix` heals it: by something that replaces and removes nothing of a person's, only
# when told so by --yes, or not at all because only a person can decide.
HEALED, ASKS, BY_HAND = "healed", "asks", "by hand"


class Finding(NamedTuple):
    """One thing that a check has to say.

    Attributes:
        severity: ok, warn or fail.
        id: The name of its check, or that and more words.
        evidence: What shows it.
        cause: Why such a thing happens.
        fix: What a person can type or do, other than `doctor --fix`.
        heal: HEALED, ASKS or BY_HAND.
    """

    severity: str
    id: str
    evidence: str
    cause: str
    fix: str
    heal: str = BY_HAND

    @property
    def problem(self) -> bool:
        """Whether something is wrong."""
        return self.severity != OK

    def document(self) -> dict:
        """For --json."""
        said = self._asdict()
        del said["heal"]
        return said


def warning(
    name: str,
    evidence: str,
    cause: str,
    fix: str,
    heal: str = BY_HAND,
) -> Finding:
    """Something that is not as it should be, and that imports survive."""
    return Finding(WARN, name, evidence, cause, fix, heal)


def failure(
    name: str,
    evidence: str,
    cause: str,
    fix: str,
    heal: str = BY_HAND,
) -> Finding:
    """Something that breaks an import, an installation or the session."""
    return Finding(FAIL, name, evidence, cause, fix, heal)


def well(name: str, evidence: str) -> Finding:
    """That a check found nothing, and what it looked at."""
    return Finding(
        OK,
        name,
        evidence,
        "as it should be",
        "nothing to do",
    )
