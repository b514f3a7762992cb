"""What a person at a terminal sees: it stays open whatever happens, Ctrl-C takes nothing halfway,
and prompt and `deactivate` are as said.
"""

import os
import shutil
from pathlib import Path
from typing import NamedTuple

import pytest
from worlds.lab import Lab
from worlds.shells import EVERY, SH, Posix
from worlds.terminal import Terminal

every_shell = pytest.mark.parametrize("shell", EVERY, ids=lambda shell: shell.name)
# Under set -e a sourced file that returns non-zero ends these, left of || too; so does any other
# file that they source.
ENDED_BY_RETURN = ("dash", "busybox")


class Words(NamedTuple):
    """What a person types there: the REPO that there is, between marks; what is left of a bootstrap
    that was interrupted; the strictest option; an export taken back.
    """

    repo: str
    left: str
    strict: str
    unset: str


POSIX_WORDS = Words(
    'echo "$((40 + 2))[${REPO-none}]"',
    'echo "left[${_workroot_self-}${_workroot_answer-}${_workroot_root-}]"',
    "set -u",
    "unset {}",
)
WORDS = {
    "fish": Words(
        'echo (math 40 + 2)"["(set -q REPO; and echo $REPO; or echo none)"]"',
        'echo "left[$_workroot_self$_workroot_answer$_workroot_root]"',
        "true",
        "set -e {}",
    ),
    "pwsh": Words(
        "\"$(40 + 2)[$(if ($env:REPO) { $env:REPO } else { 'none' })]\"",
        '"left[$session]"',
        "Set-StrictMode -Version Latest",
        "Remove-Item env:{}",
    ),
}
SLOW = "#!/bin/sh\ntouch {there}\nexec sleep 60\n"


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return Lab(tmp_path).make().prove()


def source(shell: Posix) -> str:
    """What a person types; shells.py's own line for PowerShell catches what is thrown."""
    return f". ./{shell.file}"


def session(terminal: Terminal, shell: Posix) -> str:
    """The REPO that the shell has now, between marks that the echo of the question has not."""
    words = WORDS.get(shell.name, POSIX_WORDS)
    return terminal.type(words.repo).rpartition("42[")[2].partition("]")[0]


@every_shell
def test_a_terminal_that_closes_is_seen_to_close(shell: Posix, lab: Lab) -> None:
    with Terminal(shell.name, lab.environ, lab.root) as terminal:
        assert terminal.open
        terminal.send("exit")
        assert not terminal.open


@every_shell
def test_a_session_shows_its_name_and_deactivate_ends_it(shell: Posix, lab: Lab) -> None:
    with Terminal(shell.name, lab.environ, lab.root) as terminal:
        assert "lab is ready" in terminal.type(source(shell))
        assert "(lab) " in terminal.type("")
        assert session(terminal, shell) == str(lab.repo)
        terminal.type("deactivate")
        assert session(terminal, shell) == "none" and "(lab) " not in terminal.type("")


@every_shell
def test_a_failure_leaves_the_terminal_open(shell: Posix, lab: Lab) -> None:
    strict = WORDS.get(shell.name, POSIX_WORDS).strict
    failure_leaves_open(shell, lab, strict, source(shell))


@pytest.mark.parametrize(
    "shell",
    [shell for shell in SH if shell.name not in ENDED_BY_RETURN],
    ids=lambda shell: shell.name,
)
def test_a_failure_that_is_caught_leaves_a_terminal_under_set_e_open(
    shell: Posix, lab: Lab
) -> None:
    failure_leaves_open(shell, lab, "set -e", f"{source(shell)} || :")


def failure_leaves_open(shell: Posix, lab: Lab, options: str, line: str) -> None:
    shutil.rmtree(lab.repo)
    with Terminal(shell.name, lab.environ, lab.root) as terminal:
        terminal.type(options)
        assert f"the repo {lab.repo} is not there" in terminal.type(line).replace("\n", "")
        assert terminal.open and session(terminal, shell) == "none"


@every_shell
def test_a_kit_that_is_gone_leaves_the_terminal_open(shell: Posix, lab: Lab) -> None:
    shutil.rmtree(lab.root / ".workroot")
    with Terminal(shell.name, lab.environ | {"WORKROOT_KIT": "/nowhere"}, lab.root) as terminal:
        assert "no kit at /nowhere" in terminal.type(source(shell)).replace("\n", "")
        assert terminal.open and session(terminal, shell) == "none"


@every_shell
def test_ctrl_c_while_the_engine_works_changes_nothing(
    shell: Posix, lab: Lab, tmp_path: Path
) -> None:
    there = slow_python(lab, tmp_path)
    with Terminal(
        shell.name, lab.environ | {"WORKROOT_PYTHON": str(tmp_path / "slow")}, lab.root
    ) as terminal:
        terminal.send(source(shell))
        assert terminal.until(there.exists), (
            f"the engine was never asked; it said:\n{terminal.said}"
        )
        terminal.interrupt()
        assert terminal.open and session(terminal, shell) == "none"
        words = WORDS.get(shell.name, POSIX_WORDS)
        assert "left[]" in terminal.type(words.left)
        terminal.type(words.unset.format("WORKROOT_PYTHON"))
        terminal.type(source(shell))
        assert session(terminal, shell) == str(lab.repo)


def slow_python(lab: Lab, directory: Path) -> Path:
    """Let a proof be due, and the first Python that is asked take a minute; gives the file that it
    makes when it starts.
    """
    os.utime(lab.config)
    slow, there = directory / "slow", directory / "there"
    slow.write_text(SLOW.format(there=there))
    slow.chmod(0o755)
    return there
