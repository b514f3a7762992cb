"""What a setup has to say where its end is not all that a command is about. No argparse here: a session that is proved anew waits for it."""

from workroot.doors import terminal
from workroot.environment.setup import Result
from workroot.errors import WorkrootError


def said(result: Result) -> bool:
    """Say what a setup could not do and what its health check failed. Whether that means that there is no session."""
    problems = [finding for finding in result.findings if finding.severity == "fail"]
    for error in (
        *result.missing,
        *(WorkrootError(f"{one.id}: {one.evidence}", one.fix or None) for one in problems),
    ):
        terminal.error(error)
    return bool(problems)
