"""What a start imports: commands that a person waits for do without what costs more than they do.

test_dialects reads from the files what these starts show.
"""

import re
from pathlib import Path

import pytest
from imports import DEAR
from sources import ENGINE
from worlds.lab import BASE, run
from worlds.workbench import Workbench, worked

SETUP = {"workroot.config", "workroot.environment.setup", "workroot.session.session"}
NETWORK = {"http.client", "ssl", "urllib.parse", "urllib.request"}
RECORDING = {"workroot.history.ledger", "workroot.history.exchange", "workroot.installers.shim"}
PROVING = {"workroot.session.proving", "workroot.environment.handles"}
# What knows of no command: which there are, and what was typed.
TELLING = {"workroot.commands._call", "workroot.commands._listing", "workroot.commands.help"}


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
    return named(run(argv, bench.session, bench.root).err)


def named(said: str) -> set[str]:
    """The modules that a Python says it imported."""
    return set(re.findall(r"(?m)^import time: .*\| +([\w.]+)$", said))


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
        ["setup"],
        ["setup", "--check"],
    ],
    ids=" ".join,
)
def test_what_a_person_waits_for_imports_nothing_dear(shared: Workbench, words: list[str]) -> None:
    found = imported(shared, *words)
    assert "workroot.commands" in found
    assert found & (DEAR | SETUP | NETWORK | PROVING) == set()


@pytest.mark.parametrize("words", [["--help"], ["help"], ["stauts"], ["--version"]], ids=" ".join)
def test_help_and_a_typo_import_no_command(shared: Workbench, words: list[str]) -> None:
    found = imported(shared, *words)
    of_commands = {name for name in found if name.startswith("workroot.commands.")}
    assert of_commands - TELLING <= {"workroot.commands.version"}
    assert found & (DEAR | SETUP | RECORDING) == set()


def test_a_dry_run_knows_nothing_of_carrying_out(shared: Workbench) -> None:
    found = imported(shared, "undo", "--dry-run")
    assert "workroot.history.plans" in found
    assert "workroot.history.exchange" not in found


@pytest.mark.parametrize("words", [["--help"], ["--limit", "1"]], ids=" ".join)
def test_what_argparse_has_to_read_costs_argparse_alone(
    shared: Workbench, words: list[str]
) -> None:
    found = imported(shared, "history", *words)
    assert "argparse" in found
    assert found & (SETUP | NETWORK | {"subprocess", "typing", "json"}) == set()


@pytest.mark.parametrize("words", [["session", "."], ["check"]], ids=" ".join)
def test_proving_a_session_knows_nothing_of_the_network(
    shared: Workbench, words: list[str]
) -> None:
    found = imported(shared, *words)
    assert "workroot.session.health" in found
    assert found & (NETWORK | {"zipfile"}) == set()


def test_pip_records_only_what_may_change_the_venv(shared: Workbench) -> None:
    """The engine's part of it: what pip itself imports comes after that."""
    listing = named(shared.pip("list", PYTHONPROFILEIMPORTTIME="1").must().err)
    assert "workroot.commands.pip" in listing
    assert {name for name in listing if name.startswith("workroot.")} & (SETUP | RECORDING) == set()


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
