"""Findings on the terminal: of the health check, and of doctor."""

from collections.abc import Sequence

from workroot.doors import terminal
from workroot.session import health

_COLORS = {"ok": terminal.GREEN, "warn": terminal.YELLOW, "fail": terminal.RED}


def show(findings: Sequence[health.Finding], output: str, only_problems: bool = False) -> int:
    """Print findings; status 1 when one of them fails."""
    failed = health.failed(findings)
    status = 1 if failed else 0
    if output == "json":
        listed = [finding._asdict() for finding in findings]
        terminal.json({"findings": listed, "healthy": not failed})
        return status
    for finding in findings:
        fine = finding.severity == "ok"
        # After a setup only what is wrong: that the rest is well is what "ready" says.
        if fine and only_problems:
            continue
        _print(finding)
    return status


def _print(finding: health.Finding) -> None:
    first = severity(finding.severity)
    terminal.data(f"{first}  {finding.id:16}  {finding.evidence}")
    if finding.fix:
        terminal.data(f"      fix: {finding.fix}")


def severity(word: str) -> str:
    """A severity as it stands before a finding: as wide as the others, and in its colour."""
    # Filled up before it is painted: a colour has a length too.
    wide = f"{word:4}"
    return terminal.painted(wide, _COLORS.get(word, ""))
