"""Is the history whole, and nothing left half done?

A damaged file is kept aside under another name and what it recorded cannot be undone. A change
that was interrupted is finished or taken back by the next command that changes something; so does
the fix.
"""

import os
from collections.abc import Iterator

from workroot.doctor.context import ANYTHING, Context
from workroot.doctor.finding import HEALED, WARN, Finding, well
from workroot.doors import files
from workroot.errors import some

NEEDS = ANYTHING


def check(context: Context) -> Iterator[Finding]:
    home = context.home
    aside = []
    for place in ("history", "snapshots"):
        directory = f"{home.path}/{place}"
        names = [name for name in files.names(directory) if ".damaged-" in name]
        aside += [f"{directory}/{name}" for name in sorted(names)]
    unfinished = [f"{home.path}/journal", f"{home.path}/history/pending"]
    unfinished = [path for path in unfinished if os.path.lexists(path)]
    if aside:
        evidence = f"damaged files were kept aside: {some(aside)}"
        fix = f"remove them when nobody needs them any more: rm {' '.join(aside)}"
        yield Finding(
            WARN,
            "history-damaged",
            evidence,
            "a disk that was full, or an edit",
            fix,
        )
    # While a command runs its journal is there too: doctor says beforehand that one does.
    if unfinished:
        evidence = f"a change was interrupted: {some(unfinished)}"
        cause = "a command was killed, or is running now"
        yield Finding(
            WARN,
            "history-unfinished",
            evidence,
            cause,
            f"{home.program} history",
            HEALED,
        )
    if not aside and not unfinished:
        yield well("history", "whole" if home.begun else "nothing is recorded yet")


def heal(context: Context, findings: list[Finding]) -> None:
    """That the history was opened for this has finished it, or taken it back."""
