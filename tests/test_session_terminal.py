"""Ctrl-C at a terminal, in the middle of the work: no trace in the shell, nothing half made, and
the same line goes on from there.
"""

import os
import shutil
from pathlib import Path

import pytest
from worlds.lab import Lab
from worlds.scene import each_shell
from worlds.shell_trace import difference, snapshot
from worlds.shells import FISH, SH, Posix, PowerShell
from worlds.terminal import Terminal

BLOCKED = "import pathlib\npathlib.Path({there!r}).touch()\nopen({fifo!r}).read()\n"


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return Lab(tmp_path / "lab").make()


def slow_marker(lab: Lab) -> Path:
    """Let the marker's import wait for a writer that never comes; gives the file that it makes
    first.
    """
    there, fifo = lab.directory / "there", lab.directory / "fifo"
    os.mkfifo(fifo)
    (lab.repo / "repo_marker.py").write_text(BLOCKED.format(there=str(there), fifo=str(fifo)))
    lab.config.write_text(
        lab.config.read_text().replace("[venv]", "marker = 'repo_marker'\n[venv]", 1)
    )
    return there


def repo(terminal: Terminal) -> str:
    question = 'echo "$((40 + 2))[${REPO-none}]"'
    if terminal.shell == "fish":
        none = "set -q REPO; or set -l REPO none"
        question = f'begin; {none}; echo (math 40 + 2)"[$REPO]"; end'
    if terminal.shell == "pwsh":
        question = "\"$(40 + 2)[$(if ($env:REPO) { $env:REPO } else { 'none' })]\""
    return terminal.type(question).rpartition("42[")[2].partition("]")[0]


def start(shell: Posix) -> str:
    """What a person types; shells.py's own line for PowerShell catches what is thrown."""
    return f". ./{shell.file}"


@each_shell
def test_ctrl_c_during_the_health_check_leaves_no_trace(
    shell: Posix, lab: Lab, tmp_path: Path
) -> None:
    there = slow_marker(lab)
    with Terminal(shell.name, lab.environ, lab.root) as terminal:
        terminal.type(
            snapshot(shell, tmp_path / "warm")
        )  # what a shell finds out about itself at the first time
        terminal.type(snapshot(shell, tmp_path / "before"))
        terminal.send(start(shell))
        assert terminal.until(there.exists), terminal.said
        terminal.interrupt()
        terminal.type(snapshot(shell, tmp_path / "after"))
        assert difference(tmp_path / "before", tmp_path / "after") == []
        (lab.repo / "repo_marker.py").write_text("")
        terminal.type(start(shell))
        assert repo(terminal) == str(lab.repo)
    assert not list(lab.root.rglob("*.tmp"))


def is_none_or_whole(lab: Lab) -> bool:
    """Where making a venv is quick, Ctrl-C may come when it is made."""
    names = [path.name for path in lab.root.glob(".venv*")]
    mark = lab.venv / "workroot-venv"
    return names == [] or (names == [".venv"] and "complete" in mark.read_text())


@each_shell
def test_ctrl_c_while_a_venv_is_made_leaves_none_or_a_whole_one(shell: Posix, lab: Lab) -> None:
    shutil.rmtree(lab.venv)
    with Terminal(shell.name, lab.environ, lab.root) as terminal:
        terminal.send(start(shell))
        assert terminal.until(lambda: any(lab.root.glob(".venv*"))), terminal.said
        terminal.interrupt()
        assert terminal.open and repo(terminal) == "none"
        # ksh93 prompts before the engine has tidied up
        assert terminal.until(lambda: is_none_or_whole(lab))
        assert not (lab.root / ".workroot" / "session.sh").exists()
        terminal.type(start(shell))
        assert repo(terminal) == str(lab.repo)


@each_shell
def test_ctrl_c_in_a_session_keeps_that_session(shell: Posix, lab: Lab) -> None:
    lab.prove()
    with Terminal(shell.name, lab.environ, lab.root) as terminal:
        terminal.type(start(shell))
        there = slow_marker(lab)
        terminal.send(start(shell))
        assert terminal.until(there.exists), terminal.said
        terminal.interrupt()
        assert repo(terminal) == str(lab.repo)
        terminal.type("deactivate")
        assert repo(terminal) == "none"


@each_shell
def test_the_ready_line_is_shown_once_for_each_start(shell: Posix, lab: Lab) -> None:
    lab.prove()
    with Terminal(shell.name, lab.environ, lab.root) as terminal:
        assert terminal.type(start(shell)).count("lab is ready") == 1
        assert terminal.type(start(shell)).count("lab is ready") == 1
        quiet = f"{shell.export('WORKROOT_QUIET', 1)}; {start(shell)}"
        assert "lab is ready" not in terminal.type(quiet)
        assert "(lab) " in terminal.type("") and "(lab) (lab)" not in terminal.said


LINES = (
    "readonly REPO=/mine",
    "alias deactivate='echo mine'",
    "echo 'repo = ' > workroot.toml",
    "PATH=/nonexistent",
)
IN_FISH = ("echo 'repo = ' > workroot.toml", "set -gx PATH /nonexistent")
IN_POWERSHELL = (
    "function deactivate { 'mine' }; Set-Item function:deactivate -Options ReadOnly",
    "Set-Alias deactivate Get-Date",
    "[IO.File]::WriteAllText(\"$PWD/workroot.toml\", 'repo = ')",
    "$env:PATH = '/nonexistent'",
)


@pytest.mark.parametrize(
    ("shell", "line"),
    [(shell, line) for shell in SH for line in LINES]
    + [(FISH, line) for line in IN_FISH]
    + [(PowerShell(), line) for line in IN_POWERSHELL],
    ids=lambda given: given if isinstance(given, str) else given.name,
)
def test_the_terminal_stays_open_and_as_it_was(
    line: str, shell: Posix, lab: Lab, tmp_path: Path
) -> None:
    with Terminal(shell.name, lab.environ, lab.root) as terminal:
        terminal.type(line)
        terminal.type(snapshot(shell, tmp_path / "warm"))
        terminal.type(snapshot(shell, tmp_path / "before"))
        said = terminal.type(start(shell))
        assert "workroot: " in said or "not found" in said or "Unknown command" in said
        terminal.type(snapshot(shell, tmp_path / "after"))
        assert difference(tmp_path / "before", tmp_path / "after") == []
        failed = f"false; {shell.status()}"
        if shell.name == "pwsh":
            failed = "/bin/sh -c 'exit 1'; \"status=$LASTEXITCODE\""
        assert terminal.type(failed).count("status=1")
