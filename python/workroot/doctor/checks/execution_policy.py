"""May PowerShell read its scripts?

With the execution policy Restricted, or AllSigned, Windows PowerShell reads neither bootstrap.ps1
nor your profile.
"""

from collections.abc import Iterator

from workroot.doctor import windows
from workroot.doctor.context import ANYTHING, Context
from workroot.doctor.finding import Finding, failure, well

NEEDS = ANYTHING


def check(context: Context) -> Iterator[Finding]:
    policy = windows.execution_policy(context.environ)
    # Another system, or a PowerShell that says nothing.
    if policy is None:
        return
    if windows.forbids(policy):
        fix = "Set-ExecutionPolicy -Scope CurrentUser RemoteSigned"
        evidence = f"the execution policy is {policy}"
        cause = "Windows does not run scripts unless told to"
        yield failure("execution-policy", evidence, cause, fix)
    else:
        yield well("execution-policy", policy)
