"""An undo is read back with a start of the venv's Python."""

import os
from pathlib import Path

import pytest
from worlds.again import again
from worlds.workbench import Workbench, worked


@pytest.fixture
def bench() -> Workbench:
    return again(worked)


def broken(bench: Workbench) -> Path:
    """The Python of the venv becomes a program that ends with a status; one tells the path."""
    for path in (bench.venv / "bin").glob("python*"):
        path.unlink()
        path.write_text("#!/bin/sh\nexit 3\n")
        path.chmod(0o755)
    return bench.venv / "bin" / "python"


@pytest.mark.parametrize("words", [["undo"], ["restore", "2"]])
def test_what_comes_back_into_a_venv_without_a_python_is_not_said_to_be_done(
    bench: Workbench, words: list[str]
) -> None:
    bench.workroot("undo").must()
    bench.workroot("redo").must()
    os.utime(broken(bench), (1e9, 1e9))
    done = bench.workroot(*words)
    assert done.status in (1, 2) and "done" not in done.err, done
    assert "doctor --fix" in done.err


def test_a_python_that_was_started_is_not_started_again(bench: Workbench) -> None:
    """It is noted, and counts while it is the same."""
    bench.workroot("undo").must()
    note = bench.root / ".workroot" / "history" / "python"
    before = note.read_text()
    os.utime(note, (1, 1))
    bench.workroot("redo").must()
    assert note.read_text() == before and note.stat().st_mtime == 1
    os.utime(bench.venv / "pyvenv.cfg")
    bench.workroot("undo").must()
    assert note.read_text() != before
