"""What a start imports: commands that a person waits for do without what costs more than they do.

Two dialects: what these commands reach does without DEAR; all the rest may use it.
"""

import re
from pathlib import Path

import pytest
from sources import ENGINE
from worlds.lab import BASE, run
from worlds.workbench import Workbench, worked

DEAR = {
    "argparse",
    "calendar",
    "collections",
    "contextlib",
    "datetime",
    "difflib",
    "enum",
    "functools",
    "importlib",
    "json",
    "pathlib",
    "re",
    "shutil",
    "subprocess",
    "tempfile",
    "threading",
    "typing",
}
SETUP = {"workroot.config", "workroot.environment.setup", "workroot.session.session"}


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Workbench:
    """A workroot with operations, its configuration remembered and its session proved; the commands
    change nothing.
    """
    bench = worked(tmp_path_factory.mktemp("starts"))
    bench.age()
    bench.workroot("session").must()
    bench.workroot("history").must()
    return bench


def imported(bench: Workbench, *words: str) -> set[str]:
    """The modules that a command imports."""
    argv = [BASE, "-I", "-S", "-X", "importtime", str(ENGINE / "__main__.py"), *words]
    said = run(argv, bench.session, bench.root).err
    found = re.findall(r"(?m)^import time: .*\| +([\w.]+)$", said)
    return set(found)


@pytest.mark.parametrize(
    "words",
    [
        ["history"],
        ["diff"],
        ["diff", "1", "2"],
        ["status"],
        ["list-snapshots"],
        ["undo", "--dry-run"],
        ["undo", "-n", "2", "-q"],
        ["redo"],
    ],
    ids=" ".join,
)
def test_what_a_person_waits_for_imports_nothing_dear(shared: Workbench, words: list[str]) -> None:
    found = imported(shared, *words)
    assert "workroot.commands" in found
    assert found & (DEAR | SETUP) == set()


def test_the_engine_is_found_with_its_folders_and_nothing_else_is(tmp_path: Path) -> None:
    main = str(ENGINE / "__main__.py")
    for argv in (
        [BASE, "-I", "-S", main],
        [BASE, main],
        [BASE, "-I", str(ENGINE)],
        [BASE, str(ENGINE)],
    ):
        done = run([*argv, "--version"], {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}, tmp_path)
        assert done.must().out.startswith("workroot ")
