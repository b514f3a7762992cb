"""The rules that conftest.py makes, seen in a test run of its own: no shell is skipped in silence,
nothing is written outside.
"""

import re
import shutil
import sys
from pathlib import Path

import pytest
from worlds.lab import KIT, Outcome, run
from worlds.shells import EVERY, SHELLS

TABLE = """
import pytest
from worlds.shells import EVERY

class Row:
    def __init__(self, posix):
        self.posix = posix

@pytest.mark.parametrize("shell", EVERY, ids=lambda shell: shell.name)
@pytest.mark.parametrize("row", [Row(False), Row(True)], ids=["every", "posix"])
def test_row(row, shell):
    pass
"""
WRITES = "from pathlib import Path\ndef test_writes():\n    Path({target!r}).write_text('')\n"


class Suite:
    """A kit that has nothing but tests: our conftest.py, and what a test puts beside it."""

    def __init__(self, directory: Path) -> None:
        self.kit, self.home, self.programs = (
            directory / "kit",
            directory / "home",
            directory / "programs",
        )
        for path in (self.kit / "tests", self.home, self.programs):
            path.mkdir(parents=True)
        for name in ("conftest.py", "selection.py", "closing.py"):
            shutil.copy(KIT / "tests" / name, self.kit / "tests")
        shutil.copytree(KIT / "tests" / "worlds", self.kit / "tests" / "worlds")
        shutil.copy(KIT / "pyproject.toml", self.kit)

    def shells(self, *names: str) -> None:
        """The only shells that there are."""
        for name in names:
            (self.programs / name).symlink_to("/bin/true")

    def test(self, *arguments: str, **environ: str) -> Outcome:
        given = {"HOME": str(self.home), "PATH": str(self.programs), "LANG": "C.UTF-8", **environ}
        return run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments],
            given,
            self.kit,
        )


@pytest.fixture
def suite(tmp_path: Path) -> Suite:
    return Suite(tmp_path)


def test_a_missing_shell_is_skipped_and_its_rows_are_named(suite: Suite) -> None:
    (suite.kit / "tests" / "test_table.py").write_text(TABLE)
    suite.shells("bash", "zsh", "dash", "ksh93", "busybox")
    outcome = suite.test("--all")
    assert outcome.status == 0 and "10 passed, 4 skipped, 2 deselected" in outcome.out
    assert "not run (no mksh here): 2 rows" in outcome.out
    assert "test_row: every-mksh, posix-mksh" in outcome.out
    assert "not run (no PowerShell here): 1 rows" in outcome.out
    assert "test_row: every-pwsh" in outcome.out
    assert "shells: bash, busybox, dash, ksh93, zsh" in outcome.out


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere not every shell can be had")
def test_in_ci_a_missing_shell_is_a_failure(suite: Suite) -> None:
    (suite.kit / "tests" / "test_table.py").write_text(TABLE)
    suite.shells("bash", "zsh", "dash", "ksh93", "busybox")
    outcome = suite.test(CI="true")
    assert outcome.status == 1 and "not run" not in outcome.out
    for name in ("mksh", "pwsh"):
        assert f"{name} is not on PATH, and CI plays every shell" in outcome.out


@pytest.mark.parametrize("name", ["new.txt", "pyproject.toml", "tests/conftest.py"])
def test_in_ci_a_test_that_writes_into_the_checkout_fails(name: str, suite: Suite) -> None:
    (suite.kit / "tests" / "test_a.py").write_text(WRITES.format(target=str(suite.kit / name)))
    outcome = suite.test(CI="true")
    assert outcome.status == 1 and "test_a.py wrote outside of its own directory" in outcome.out


@pytest.mark.parametrize("name", [".bashrc", ".gitconfig", ".local/bin/pyctl"])
def test_a_test_that_writes_into_the_home_directory_fails(name: str, suite: Suite) -> None:
    (suite.home / ".local" / "bin").mkdir(parents=True)
    (suite.kit / "tests" / "test_a.py").write_text(WRITES.format(target=str(suite.home / name)))
    outcome = suite.test()
    assert outcome.status == 1 and "wrote outside of its own directory" in outcome.out


def test_a_test_that_writes_into_its_own_directory_is_fine(suite: Suite) -> None:
    (suite.kit / "tests" / "test_a.py").write_text(
        "def test_a(tmp_path):\n    (tmp_path / 'a').write_text('')\n"
    )
    assert "1 passed" in suite.test(CI="true", TMPDIR=str(suite.home)).must().out


MARKED = """
import pytest

@pytest.mark.slow
def test_slow():
    pass

@pytest.mark.thorough
def test_thorough():
    pass

def test_plain():
    pass
"""


def test_real_fresh_and_benchmarks_are_for_all_or_for_who_names_them(suite: Suite) -> None:
    for name in ("", "real/", "fresh/", "benchmarks/"):
        path = suite.kit / "tests" / f"{name}test_a.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text("def test_a():\n    pass\n")
    assert "1 passed" in suite.test().must().out
    assert "1 passed" in suite.test("tests/real").must().out
    assert "2 passed" in suite.test("tests/real/test_a.py::test_a", "tests/fresh").must().out
    assert "4 passed" in suite.test("--all").must().out
    assert "3 passed, 1 deselected" in suite.test("--rest").must().out


def test_what_is_left_out_is_counted_with_the_option_that_plays_it(suite: Suite) -> None:
    (suite.kit / "tests" / "test_marked.py").write_text(MARKED)
    said = suite.test().must().out
    assert "2 passed, 1 deselected" in said and "left for --all: 1 rows" in said
    said = suite.test("--quick").must().out
    assert "1 passed, 2 deselected" in said
    assert "left for --all: 1 rows\nleft for a run without --quick: 1 rows" in said
    said = suite.test("--rest").must().out
    assert "1 passed, 2 deselected" in said and "left for a run without --rest: 2 rows" in said
    said = suite.test("--all").must().out
    assert "3 passed" in said and "left for" not in said


def test_a_file_that_is_named_is_played_whole(suite: Suite) -> None:
    (suite.kit / "tests" / "test_marked.py").write_text(MARKED)
    assert "3 passed" in suite.test("tests/test_marked.py").must().out
    assert "1 passed, 2 deselected" in suite.test("tests/test_marked.py", "--quick").must().out


LONG_TABLE = """
import pytest
from worlds.shells import EVERY

@pytest.mark.parametrize("shell", EVERY, ids=lambda shell: shell.name)
@pytest.mark.parametrize("row", range(20))
def test_long(row, shell):
    pass

@pytest.mark.parametrize("shell", EVERY, ids=lambda shell: shell.name)
def test_short(shell):
    pass

@pytest.mark.parametrize("installed", ["pip", "uv"])
@pytest.mark.parametrize("row", range(4))
def test_installed(row, installed):
    pass
"""


def played(said: str) -> set[str]:
    return set(re.findall(r"::(\S+) PASSED", said))


def test_each_row_is_played_in_a_shell_of_each_family_and_each_table_in_every_shell(
    suite: Suite,
) -> None:
    (suite.kit / "tests" / "test_table.py").write_text(LONG_TABLE)
    suite.shells(*dict.fromkeys(SHELLS.values()))
    everything = played(suite.test("--all", "-vv").must().out)
    default = played(suite.test("-vv").must().out)
    rest = played(suite.test("--rest", "-vv").must().out)
    assert default | rest == everything and not default & rest
    for shell in EVERY:
        assert f"test_short[{shell.name}]" in default
        assert any(f"test_long[{row}-{shell.name}]" in default for row in range(20))
    for row in range(20):
        files = [shell.file for shell in EVERY if f"test_long[{row}-{shell.name}]" in default]
        assert set(files) == {shell.file for shell in EVERY}
    installers = [name for name in default if name.startswith("test_installed")]
    assert sorted(re.findall(r"pip|uv", " ".join(installers))) == ["pip", "pip", "uv", "uv"]


def test_in_a_quick_run_the_shells_that_are_here_take_turns(suite: Suite) -> None:
    (suite.kit / "tests" / "test_table.py").write_text(TABLE)
    suite.shells("zsh", "mksh")
    said = suite.test("--quick", "-vv").must().out
    assert "test_row[every-zsh] PASSED" in said and "test_row[posix-mksh] PASSED" in said
    assert "2 passed" in said and "skipped" not in said


def test_the_last_lines_are_the_same_from_two_processes(suite: Suite) -> None:
    (suite.kit / "tests" / "test_marked.py").write_text(MARKED)
    (suite.kit / "tests" / "test_table.py").write_text(TABLE)
    suite.shells("bash", "zsh")
    assert last_lines(suite.test("-n2")) == last_lines(suite.test())
    assert re.search(r"shells: bash, zsh\nleft for --all: \d+ rows", last_lines(suite.test()))


def last_lines(outcome: Outcome) -> str:
    """From the first row that was not run to pytest's own closing line."""
    lines = outcome.must().out.partition("not run (")[2].splitlines()
    return "\n".join(line for line in lines if " passed" not in line)
