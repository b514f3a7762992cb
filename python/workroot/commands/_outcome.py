"""What a setup has to say where its end is not all that a command is about."""

from workroot.doors import terminal
from workroot.environment import owed
from workroot.environment.setup import Result
from workroot.errors import WorkrootError


def said(result: Result) -> bool:
    """Say what a setup could not do and what its health check failed.

    Whether that means that there is no session.
    """
    for problem in result.missing:
        sentence = f"the requirements are not installed: {problem.message}"
        terminal.error(WorkrootError(sentence, problem.hint or "workroot setup"))
    for finding in result.findings:
        # What could not be installed was just said, with its reason.
        repeated = result.missing and finding.id == "requirements"
        if finding.severity == "fail" and not repeated:
            evidence = f"{finding.id}: {finding.evidence}"
            terminal.error(WorkrootError(evidence, finding.fix or None))
    return owed.refusing(result.findings)
