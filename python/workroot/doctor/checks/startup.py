"""Do your shells come to the line that puts your own packages on PATH?

`setup.sh --user` puts it into the startup file of each shell. One that is read-only, because
another tool or an administrator looks after it, needs the line by hand; behind a `return` no
shell reads it.
"""

from collections.abc import Iterator

from workroot.doctor.context import ANYTHING, Context
from workroot.doctor.finding import WARN, Finding, well

NEEDS = ANYTHING


def check(context: Context) -> Iterator[Finding]:
    # A workroot writes into no startup file.
    if context.home.tier != "user":
        return
    troubles = context.surroundings.startup()
    if not troubles:
        yield well("startup", "every shell comes to its line")
    for one in troubles:
        cause = "another tool looks after that file, or its owner took the line out"
        yield Finding(WARN, "startup", one.reason, cause, one.way_out)
