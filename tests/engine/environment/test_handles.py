"""The programs of a Python that a session has as its own, in .workroot/bin."""

import pytest
from worlds.interpreters import every, minor
from worlds.lab import Lab, run
from worlds.proving import proved


@pytest.fixture
def lab() -> Lab:
    return proved()


def said(lab: Lab, name: str, *words: str, **environ: str) -> str:
    program = lab.root / ".workroot" / "bin" / name
    done = run([str(program), *words], lab.environ | environ, lab.root)
    return done.out + done.err


def test_idle_is_run_by_the_sessions_python_or_it_has_none(lab: Lab) -> None:
    answer = said(lab, "idle", "-h")
    assert "USAGE: idle" in answer or answer == f"{lab.python}: No module named idlelib\n"


def test_a_program_of_that_name_that_a_package_brought_comes_first(lab: Lab) -> None:
    brought = lab.venv / "bin" / "pydoc"
    brought.write_text("#!/bin/sh\necho brought $1\n")
    brought.chmod(0o755)
    assert said(lab, "pydoc", "x") == "brought x\n"


def test_another_venv_of_the_workroot_has_its_own(lab: Lab) -> None:
    text = lab.config.read_text()
    lab.config.write_text(f"{text}\n[venvs.other]\npath = '.other'\n")
    lab.engine("setup", cwd=lab.root, WORKROOT_VENV="other").must()
    other = lab.root / ".other"
    (lab.root / "which.py").write_text("import sys\nw = sys.prefix.split('/')[-1]\n")
    assert "w = '.other'" in said(lab, "pydoc", "which", VIRTUAL_ENV=str(other))
    assert "w = '.venv'" in said(lab, "pydoc", "which", VIRTUAL_ENV="/elsewhere")


def test_what_the_sessions_python_has_no_more_is_no_program_of_it(lab: Lab) -> None:
    """lib2to3 went with Python 3.13; the program of an older one that the workroot had goes too."""
    newer = next((one for one in every() if minor(one) >= 13), None)
    if newer is None:
        pytest.skip("no Python 3.13 here")
    program = lab.root / ".workroot" / "bin" / "2to3"
    program.write_text("")
    lab.engine("create", "--force", "--python", newer, cwd=lab.root).must()
    assert not program.exists() and (program.parent / "pydoc").exists()
