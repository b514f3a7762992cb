"""Findings on the terminal: of the health check, and of doctor."""

from collections.abc import Sequence

from workroot.doors import terminal
from workroot.session import health

_COLORS = {"ok": terminal.GREEN, "warn": terminal.YELLOW, "fail": terminal.RED}


def show(findings: Sequence[health.Finding], output: str, only_problems: bool = False) -> int:
    """Print findings; status 1 when one of them fails."""
    failed = health.failed(findings)
    if output == "json":
        listed = [finding._asdict() for finding in findings]
        terminal.json({"findings": listed, "healthy": not failed})
        return 1 if failed else 0
    for finding in findings:
        if not only_problems or finding.severity != "ok":
            _print(finding)
    return 1 if failed else 0


def _print(finding: health.Finding) -> None:
    terminal.data(f"{severity(finding.severity)}  {finding.id:16}  {finding.evidence}")
    if finding.fix:
        terminal.data(f"      fix: {finding.fix}")


def severity(word: str) -> str:
    """A severity as it stands before a finding: as wide as the others, and in its colour."""
    return terminal.painted(f"{word:4}", _COLORS.get(word, ""))
