"""What an undo, redo or restore brings back is whole: content instead of links into a cache, and
what an operation left, not the damage that stood there when it was taken away.
"""

import os
import shutil
from pathlib import Path

import pytest
from worlds.again import again
from worlds.environment import difference
from worlds.workbench import Workbench, worked


@pytest.fixture
def bench() -> Workbench:
    return again(worked)


def installed_as_links(bench: Workbench, cache: Path, name: str, *, relative: bool = False) -> None:
    """As uv does where UV_LINK_MODE=symlink is set: each file is a link into its cache."""
    bench.behind("install", "-q", "--no-deps", "--no-compile", name)
    shown = bench.run("python", "-m", "pip", "show", "-f", name.partition("=")[0]).must().out
    for line in shown.partition("Files:\n")[2].split():
        path = bench.site / line
        if path.name in ("RECORD", "INSTALLER", "REQUESTED"):
            continue
        kept = cache / name / line
        kept.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(path, kept)
        path.symlink_to(os.path.relpath(kept, path.parent) if relative else kept)


@pytest.mark.parametrize("relative", [False, True], ids=["absolute", "relative"])
def test_what_is_kept_of_a_link_into_a_cache_is_its_content(
    bench: Workbench, tmp_path: Path, relative: bool
) -> None:
    installed_as_links(bench, tmp_path / "cache", "gamma==1", relative=relative)
    bench.workroot("undo").must()
    shutil.rmtree(tmp_path / "cache")
    bench.workroot("redo").must()
    assert not [path for path in bench.site.rglob("*") if path.is_symlink()]
    bench.run("python", "-c", "import gamma, gamma.inner").must()
    assert "gamma 1" not in bench.workroot("doctor").out
    bench.workroot("undo").must()
    bench.workroot("redo").must()
    bench.run("python", "-c", "import gamma").must()


def test_a_link_into_a_cache_stays_while_nothing_takes_it_away(
    bench: Workbench, tmp_path: Path
) -> None:
    installed_as_links(bench, tmp_path / "cache", "gamma==1")
    bench.workroot("history").must()
    before = bench.picture()
    bench.pip("uninstall", "-y", "beta").must()
    bench.workroot("undo").must()
    assert difference(before, bench.picture()) == []
    assert len(bench.history()) == 6


def test_a_link_of_ones_own_to_a_checkout_stays_a_link_and_is_said(
    bench: Workbench, tmp_path: Path
) -> None:
    (tmp_path / "checkout").mkdir()
    (tmp_path / "checkout" / "__init__.py").write_text("")
    link = bench.site / "mine"
    link.symlink_to(tmp_path / "checkout")
    done = bench.workroot("undo").must()
    assert f"{link} leads to {tmp_path / 'checkout'}" in done.err
    done = bench.workroot("redo").must()
    assert link.is_symlink() and "leads to" not in done.err


def emptied(path: Path) -> None:
    """As a full disk leaves what somebody wrote anew; another file than the one in the store."""
    path.unlink()
    path.touch()


DAMAGE = {
    "a module": lambda site: (site / "alpha" / "__init__.py").unlink(),
    "all modules": lambda site: shutil.rmtree(site / "alpha"),
    "emptied": lambda site: emptied(site / "alpha" / "__init__.py"),
    "its list": lambda site: (site / "alpha-2.dist-info" / "RECORD").unlink(),
    "cut list": lambda site: (site / "alpha-2.dist-info" / "RECORD").write_text(""),
    "metadata": lambda site: (site / "alpha-2.dist-info" / "METADATA").unlink(),
    "empty metadata": lambda site: (site / "alpha-2.dist-info" / "METADATA").write_text(""),
    "leads nowhere": lambda site: (
        (site / "alpha" / "__init__.py").unlink(),
        (site / "alpha" / "__init__.py").symlink_to("/no/such/directory/alpha"),
    ),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_redo_brings_what_the_operation_left_and_no_damage(bench: Workbench, damage) -> None:
    bench.workroot("history").must()
    before = bench.picture()
    damage(bench.site)
    bench.workroot("undo").must()
    bench.workroot("redo").must()
    assert other_files(before, bench.picture()) == []


def other_files(before: dict, now: dict) -> list[str]:
    """What differs, less the times of directories: deleting a file changes those."""
    different = difference(before, now)
    gone = (None, None, None)
    return [
        path
        for path in different
        if before.get(path, gone)[:2] != now.get(path, gone)[:2] or before[path][1]
    ]


# Over a link that leads nowhere no pip installs.
UPGRADED = {name: damage for name, damage in DAMAGE.items() if name != "leads nowhere"}


@pytest.mark.parametrize("damage", UPGRADED.values(), ids=UPGRADED)
def test_an_undo_of_an_upgrade_brings_the_old_one_whole(bench: Workbench, damage) -> None:
    bench.workroot("history").must()
    before = bench.picture()
    damage(bench.site)
    bench.workroot("history").must()
    bench.behind("install", "-q", "--no-compile", "--ignore-installed", "--no-deps", "alpha==1")
    shutil.rmtree(bench.site / "alpha-2.dist-info")
    bench.workroot("undo").must()
    assert bench.packages() == {"alpha-2", "beta-1"}
    assert other_files(before, bench.picture()) == []


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_restore_mends_what_is_there(bench: Workbench, damage) -> None:
    bench.workroot("history").must()
    before = bench.picture()
    damage(bench.site)
    bench.pip("install", "gamma").must()
    bench.workroot("restore", "3").must()
    assert difference(before, bench.picture()) == []


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_snapshot_of_a_damaged_set_is_restored_whole(bench: Workbench, damage) -> None:
    bench.workroot("history").must()
    before = bench.picture()
    damage(bench.site)
    bench.workroot("snapshot", "set").must()
    bench.workroot("restore", "set").must()
    assert other_files(before, bench.picture()) == []


def test_damage_that_nothing_can_mend_is_said_by_a_status(bench: Workbench) -> None:
    bench.behind("install", "-q", "--no-compile", "gamma")
    (bench.site / "gamma" / "__init__.py").unlink()
    bench.workroot("undo").must()
    done = bench.workroot("redo")
    assert done.status == 1 and "gamma 1" in done.err and "doctor --fix" in done.err


@pytest.mark.parametrize("how", ["gone", "empty"])
def test_a_record_that_is_gone_is_called_damage(bench: Workbench, how: str) -> None:
    bench.workroot("history").must()
    before = bench.picture()
    record = bench.site / "alpha-2.dist-info" / "RECORD"
    if how == "gone":
        record.unlink()
    else:
        record.write_text("")
    said = bench.workroot("history").must()
    assert "alpha 2 (damaged: " in said.out and "again" not in said.out + said.err
    bench.pip("uninstall", "-y", "beta").must()
    bench.workroot("undo", "2").must()
    assert difference(before, bench.picture()) == []


def test_a_package_without_its_record_comes_back_with_it(bench: Workbench) -> None:
    bench.workroot("history").must()
    before = bench.picture()
    (bench.site / "alpha-2.dist-info" / "RECORD").unlink()
    bench.workroot("history").must()
    bench.workroot("restore", "2").must()
    bench.workroot("undo").must()
    assert other_files(before, bench.picture()) == []


def test_what_was_cut_in_place_is_fetched_or_refused_and_never_said_to_be_done(
    bench: Workbench,
) -> None:
    """The store has it by a hard link, so both were cut."""
    module = bench.site / "alpha" / "__init__.py"
    right = module.read_text()
    module.write_text("")
    bench.workroot("undo").must()
    after = bench.picture()
    (bench.directory / "none").mkdir()
    done = bench.workroot("redo", PIP_FIND_LINKS=str(bench.directory / "none"))
    assert done.status == 2 and "alpha" in done.err
    assert difference(after, bench.picture()) == []
    assert "fetching" in bench.workroot("redo").must().err
    assert module.read_text() == right
