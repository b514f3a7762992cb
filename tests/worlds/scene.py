"""Steps played in one new shell, and what was seen of it."""

import re
from pathlib import Path
from typing import NamedTuple

import pytest
from worlds.lab import Lab, Outcome, reports, run
from worlds.resident import resident
from worlds.shells import EVERY, SH, UNIX, Posix, PowerShell

KEPT = (
    "_",
    "SHLVL",
    "OLDPWD",
    "PWD",
    "A__z",
)  # what a shell itself changes, and ksh93's own note to its children

# The environment of a shell that is `prompting`: it says nothing of the session or its terminal.
PROMPTING = {"WORKROOT_QUIET": "1", "TERM": "dumb"}

ENDS = re.compile(r"\bexit\b")

each_shell = pytest.mark.parametrize("shell", EVERY, ids=lambda shell: shell.name)
each_unix = pytest.mark.parametrize("shell", UNIX, ids=lambda shell: shell.name)
each_sh = pytest.mark.parametrize("shell", SH, ids=lambda shell: shell.name)


class Seen(NamedTuple):
    """What a shell left after playing some steps."""

    reports: dict[str, dict]
    outcome: Outcome

    def __getitem__(self, label: str) -> dict:
        assert label in self.reports, self.outcome
        return self.reports[label]

    @property
    def said(self) -> list[str]:
        return self.outcome.err.splitlines()

    def environ(self, label: str) -> dict[str, str]:
        """The environment there, less what shells change themselves."""
        seen = {name: value for name, value in self[label]["environ"].items() if name not in KEPT}
        if "PATH" in seen:
            entries = seen["PATH"].split(":")
            seen["PATH"] = ":".join(entry for entry in entries if entry != PowerShell.own)
        return seen

    def shown(self, label: str) -> str | None:
        """What `show` said: None for unset."""
        said = [
            line.partition("=")[2]
            for line in self.outcome.out.splitlines()
            if line.startswith(f"{label}=")
        ]
        assert said, self.outcome
        return None if said[0] == "unset" else said[0][1:]


def play(
    shell: Posix,
    lab: Lab,
    *steps: str,
    cwd: Path | None = None,
    silent: bool = True,
    before: tuple[str, ...] = (),
    **environ: str,
) -> Seen:
    """Play steps in one new shell in the workroot. silent: nothing may be said; before: words that
    start the shell's own line.

    PowerShell's are played in a new runspace of a process that stays, but for what ends a process.
    """
    script = "\n".join(steps)
    if shell.name != "pwsh" or before or ENDS.search(script):
        outcome = run([*before, *shell.argv, script], lab.environ | environ, cwd or lab.root)
    else:
        program, *_ = shell.argv
        outcome = resident(program).play(script, lab.environ | environ, cwd or lab.root)
    assert not silent or not outcome.err, outcome
    return Seen(reports(outcome), outcome)
