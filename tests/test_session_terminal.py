"""Ctrl-C at a terminal, in the middle of the work: no trace in the shell, nothing half made, and
the same line goes on from there.
"""

import os
import shutil
from pathlib import Path

import pytest
from worlds.lab import Lab
from worlds.scene import each_unix
from worlds.shell_trace import difference, snapshot
from worlds.shells import SH, UNIX, Posix
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


def repo(shell: Posix, terminal: Terminal) -> str:
    return terminal.type(shell.bracket("REPO")).rpartition("42[")[2].partition("]")[0]


@each_unix
def test_ctrl_c_during_the_health_check_leaves_no_trace(
    shell: Posix, lab: Lab, tmp_path: Path
) -> None:
    there = slow_marker(lab)
    with Terminal(shell.name, lab.environ, lab.root) as terminal:
        terminal.type(
            snapshot(shell, tmp_path / "warm")
        )  # what a shell finds out about itself at the first time
        terminal.type(snapshot(shell, tmp_path / "before"))
        terminal.send(shell.source())
        assert terminal.until(there.exists), terminal.said
        terminal.interrupt()
        terminal.type(snapshot(shell, tmp_path / "after"))
        assert difference(tmp_path / "before", tmp_path / "after") == []
        (lab.repo / "repo_marker.py").write_text("")
        terminal.type(shell.source())
        assert repo(shell, terminal) == str(lab.repo)
    assert not list(lab.root.rglob("*.tmp"))


@each_unix
def test_ctrl_c_while_a_venv_is_made_leaves_none(shell: Posix, lab: Lab) -> None:
    shutil.rmtree(lab.venv)
    with Terminal(shell.name, lab.environ, lab.root) as terminal:
        terminal.send(shell.source())
        assert terminal.until(lambda: any(lab.root.glob(".venv*"))), terminal.said
        terminal.interrupt()
        assert terminal.open and repo(shell, terminal) == "none"
        assert terminal.until(
            lambda: not any(lab.root.glob(".venv*"))
        )  # ksh93 prompts before the engine has tidied up
        assert not (lab.root / ".workroot" / "session.sh").exists()
        terminal.type(shell.source())
        assert repo(shell, terminal) == str(lab.repo)


@each_unix
def test_ctrl_c_in_a_session_keeps_that_session(shell: Posix, lab: Lab) -> None:
    lab.prove()
    with Terminal(shell.name, lab.environ, lab.root) as terminal:
        terminal.type(shell.source())
        there = slow_marker(lab)
        terminal.send(shell.source())
        assert terminal.until(there.exists), terminal.said
        terminal.interrupt()
        assert repo(shell, terminal) == str(lab.repo)
        terminal.type(shell.deactivate())
        assert repo(shell, terminal) == "none"


@each_unix
def test_the_ready_line_is_shown_once_for_each_start(shell: Posix, lab: Lab) -> None:
    lab.prove()
    with Terminal(shell.name, lab.environ, lab.root) as terminal:
        assert terminal.type(shell.source()).count("lab is ready") == 1
        assert terminal.type(shell.source()).count("lab is ready") == 1
        assert "lab is ready" not in terminal.type(
            f"{shell.export('WORKROOT_QUIET', 1)}; {shell.source()}"
        )
        assert "(lab) " in terminal.type("") and "(lab) (lab)" not in terminal.said


SPOILED = {  # what a person types before, and the shells that know it
    "readonly REPO=/mine": SH,
    "alias deactivate='echo mine'": SH,
    "echo 'repo = ' > workroot.toml": UNIX,
    "export PATH=/nonexistent": UNIX,
}


@pytest.mark.parametrize(
    ("line", "shell"),
    [
        pytest.param(line, shell, id=f"{line}-{shell.name}")
        for line, shells in SPOILED.items()
        for shell in shells
    ],
)
def test_the_terminal_stays_open_and_as_it_was(
    line: str, shell: Posix, lab: Lab, tmp_path: Path
) -> None:
    with Terminal(shell.name, lab.environ, lab.root) as terminal:
        terminal.type(line)
        terminal.type(snapshot(shell, tmp_path / "warm"))
        terminal.type(snapshot(shell, tmp_path / "before"))
        said = terminal.type(shell.source())
        assert "workroot: " in said or "not found" in said or "Unknown command" in said
        terminal.type(snapshot(shell, tmp_path / "after"))
        assert difference(tmp_path / "before", tmp_path / "after") == []
        assert terminal.type(f"false; {shell.status()}").count("status=1")
