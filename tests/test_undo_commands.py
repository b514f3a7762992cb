"""The commands of the history, as a person types them: what they change, what they say, and the
status they end with.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from worlds.again import again
from worlds.environment import difference
from worlds.lab import Outcome, run
from worlds.workbench import Workbench, worked


@pytest.fixture
def bench() -> Workbench:
    return again(worked)


def lines(outcome: Outcome) -> list[str]:
    return outcome.must().out.splitlines()


def test_history_lists_the_newest_first(bench: Workbench) -> None:
    rows = lines(bench.workroot("history"))
    assert [row.split()[0] for row in rows] == [
        "3",
        "2",
        "1",
    ] and "pip install alpha==2 beta" in rows[0]
    assert len(lines(bench.workroot("history", "--limit", "1"))) == 1
    assert bench.workroot("history", "--limit", "0").status == 2


def test_diff_shows_an_operation_or_what_lies_between_two(bench: Workbench) -> None:
    assert lines(bench.workroot("diff")) == ["~ alpha 1 -> 2", "+ beta 1"]
    assert lines(bench.workroot("diff", "2")) == ["+ alpha 1"]
    assert lines(bench.workroot("diff", "1", "3")) == ["+ alpha 2", "+ beta 1"]
    assert bench.workroot("diff", "99").status == 2
    assert json.loads(bench.workroot("diff", "--json").out)["changes"][1] == {
        "name": "beta",
        "old": None,
        "new": "1",
    }


def test_undo_takes_back_the_last_operation_and_redo_brings_it_again(bench: Workbench) -> None:
    done = bench.workroot("undo").must()
    assert done.out.splitlines() == ["~ alpha 2 -> 1", "- beta 1"] and done.err.endswith(
        "  workroot redo\n"
    )
    assert bench.packages() == {"alpha-1"}
    assert bench.workroot("redo").must().err.endswith("  workroot undo\n")
    assert bench.packages() == {"alpha-2", "beta-1"}


def test_undo_n_takes_back_the_last_n(bench: Workbench) -> None:
    bench.workroot("undo", "2").must()
    assert bench.packages() == set() and bench.kinds()[-1] == "undo"


def test_nothing_to_undo_or_redo_is_a_no(bench: Workbench) -> None:
    assert bench.workroot("redo").status == 1
    bench.workroot("undo", "2").must()
    done = bench.workroot("undo")
    assert (done.status, "nothing to undo" in done.err) == (1, True)


@pytest.mark.parametrize(
    "words",
    [
        ["undo", "9"],
        ["undo", "0"],
        ["undo", "x"],
        ["undo", "-n", "9"],
        ["restore", "nonesuch"],
        ["restore"],
        ["snapshot"],
        ["diff", "1", "2", "3"],
    ],
)
def test_what_cannot_be_done_is_refused_and_changes_nothing(
    bench: Workbench, words: list[str]
) -> None:
    before = bench.picture()
    assert bench.workroot(*words).status == 2
    assert difference(before, bench.picture()) == [] and len(bench.history()) == 3


@pytest.mark.parametrize(
    "words",
    [
        ["undo"],
        ["undo", "2"],
        ["restore", "baseline"],
        ["clean"],
        ["clean", "--keep-baseline"],
        ["snapshot", "x"],
    ],
)
def test_a_dry_run_says_what_would_be_done_and_does_nothing(
    bench: Workbench, words: list[str]
) -> None:
    before = bench.picture()
    done = bench.workroot(*words, "--dry-run").must()
    assert "would" in done.err
    assert difference(before, bench.picture()) == [] and len(bench.history()) == 3


def test_a_snapshot_is_restored_exactly(bench: Workbench) -> None:
    bench.workroot("snapshot", "two").must()
    before = bench.picture()
    bench.pip("uninstall", "-y", "alpha").must()
    bench.pip("install", "gamma").must()
    bench.workroot("restore", "two").must()
    assert difference(before, bench.picture()) == []
    assert [row.split()[0] for row in lines(bench.workroot("list-snapshots"))] == [
        "baseline",
        "two",
    ]


def test_a_snapshots_name_is_taken_once(bench: Workbench) -> None:
    bench.workroot("snapshot", "two").must()
    assert bench.workroot("snapshot", "two").status == 2
    bench.workroot("snapshot", "two", "--force").must()


@pytest.mark.parametrize("name", ["../x", "a b", "-x", "", "7", "a/b", ".hidden"])
def test_a_snapshot_cannot_have_any_name(bench: Workbench, name: str) -> None:
    assert bench.workroot("snapshot", "--", name).status == 2


def test_restore_takes_an_operation(bench: Workbench) -> None:
    bench.workroot("restore", "2").must()
    assert bench.packages() == {"alpha-1"}


def test_an_undo_can_be_undone_by_an_install_that_follows(bench: Workbench) -> None:
    bench.workroot("undo").must()
    bench.pip("install", "gamma").must()
    assert bench.workroot("redo").status == 1
    bench.workroot("undo").must()
    assert bench.packages() == {"alpha-1"}


def test_what_came_from_elsewhere_is_undone_first_and_said(bench: Workbench) -> None:
    bench.behind("install", "gamma")
    done = bench.workroot("undo").must()
    assert "+ gamma 1" in done.err and bench.packages() == {"alpha-2", "beta-1"}


def other(tmp_path: Path, bench: Workbench) -> Workbench:
    """A workroot of another machine, whose pip sees the same wheels."""
    second = Workbench(tmp_path / "machine")
    second.environ |= {
        name: value for name, value in bench.environ.items() if name.endswith("FIND_LINKS")
    }
    return second.make()


@pytest.mark.parametrize("ending", ["json", "txt"])
def test_a_snapshot_of_another_machine_is_fetched_as_exact_versions(
    bench: Workbench, tmp_path: Path, ending: str
) -> None:
    bench.workroot("restore", "2").must()
    bench.workroot("snapshot", "one").must()
    second = other(tmp_path, bench)
    second.pip("install", "gamma").must()
    before = second.picture()
    done = second.workroot("restore", f"{bench.root}/.workroot/snapshots/one.{ending}").must()
    assert "fetching" in done.err and "alpha" in done.err
    assert second.packages() == {"alpha-1"} and second.kinds()[-1] == "restore"
    second.workroot("undo").must()
    assert difference(before, second.picture()) == []


def test_a_set_that_was_here_before_comes_from_the_store(bench: Workbench, tmp_path: Path) -> None:
    frozen = tmp_path / "frozen.txt"
    frozen.write_text(bench.pip("freeze", "--all").must().out)
    bench.workroot("undo", "2").must()
    shutil.rmtree(bench.wheels)
    done = bench.workroot("restore", str(frozen)).must()
    assert "fetching" not in done.err and bench.packages() == {"alpha-2", "beta-1"}


def test_only_what_the_store_does_not_have_is_fetched_for_a_file(tmp_path: Path) -> None:
    bench = worked(tmp_path)  # not put back: another inode is a reason to fetch what is kept
    frozen = tmp_path / "frozen.txt"
    frozen.write_text(
        "alpha==1\n"
        f"gamma @ {next(bench.wheels.glob('gamma-*')).as_uri()}\n"
        "nonesuch==3; sys_platform == 'vms'\n"
    )
    before = bench.picture()
    shown = bench.workroot("restore", str(frozen), "--dry-run").must()
    assert "would fetch gamma @ file:" in shown.err and difference(before, bench.picture()) == []
    done = bench.workroot("restore", str(frozen)).must()
    assert (
        "fetching what the store does not have: gamma @ file:" in done.err
        and "alpha" not in done.err.split("fetching")[1].splitlines()[0]
    )
    assert bench.packages() == {"alpha-1", "gamma-1"}
    bench.workroot("undo").must()
    assert difference(before, bench.picture()) == []


def test_a_file_that_cannot_be_fetched_leaves_the_old_set(bench: Workbench, tmp_path: Path) -> None:
    frozen = tmp_path / "frozen.txt"
    frozen.write_text("gamma==1\nnonesuch==3\n")
    before = bench.picture()
    assert bench.workroot("restore", str(frozen)).status == 2
    assert difference(before, bench.picture()) == []


@pytest.mark.parametrize(
    "text", ["alpha\n", "alpha>=1\n", "-r other.txt\n", "{}", '{"version": 99}', "\x00\xff"]
)
def test_a_file_that_names_no_exact_set_is_refused(
    bench: Workbench, tmp_path: Path, text: str
) -> None:
    path = tmp_path / "odd.txt"
    path.write_text(text)
    assert bench.workroot("restore", str(path)).status == 2
    assert bench.packages() == {"alpha-2", "beta-1"}


def test_what_the_store_lost_is_fetched_and_said(bench: Workbench) -> None:
    for key in (bench.root / ".workroot" / "store").glob("alpha-1-*"):
        shutil.rmtree(key)
    done = bench.workroot("undo").must()
    assert "fetching what the store does not have: alpha==1" in done.err and bench.packages() == {
        "alpha-1"
    }


def test_clean_makes_a_fresh_venv_and_keeps_the_history(bench: Workbench) -> None:
    before = bench.picture()
    assert bench.workroot("clean").status == 2 and bench.packages() == {"alpha-2", "beta-1"}
    bench.workroot("clean", "--yes").must()
    assert bench.packages() == set() and bench.kinds()[-1] == "clean"
    assert bench.run("python", "-c", "import repo_marker").status == 0
    bench.workroot("undo").must()
    assert (
        bench.packages() == {"alpha-2", "beta-1"}
        and bench.run("python", "-c", "import alpha, beta").status == 0
    )
    assert [
        path
        for path in difference(before, bench.picture())
        if before.get(path, (0, 0))[:2] != bench.picture().get(path, (0, 0))[:2]
    ] == []


def test_clean_leaves_checkouts_that_a_person_works_in(bench: Workbench) -> None:
    (bench.venv / "src" / "mine").mkdir(parents=True)
    (bench.venv / "src" / "mine" / "work.py").write_text("weeks of it\n")
    bench.workroot("clean", "--yes").must()
    assert (bench.venv / "src" / "mine" / "work.py").read_text() == "weeks of it\n"


def test_clean_refuses_a_venv_that_the_kit_did_not_make(tmp_path: Path) -> None:
    bench = Workbench(tmp_path)
    run(
        [
            shutil.which("python3", path=bench.environ["PATH"]) or "python3",
            "-m",
            "venv",
            str(bench.venv),
        ],
        bench.environ,
        tmp_path,
    ).must()
    bench.make()
    assert bench.workroot("clean", "--yes").status == 2 and bench.python.exists()


def test_a_clean_that_was_killed_is_put_back(bench: Workbench) -> None:
    bench.venv.rename(bench.root / ".venv.workroot-old-1")
    done = bench.workroot("history").must()
    assert (
        "put" in done.err
        and bench.packages() == {"alpha-2", "beta-1"}
        and len(bench.history()) == 3
    )


def test_clean_to_the_baseline(bench: Workbench) -> None:
    bench.workroot("clean", "--keep-baseline", "--yes").must()
    assert bench.packages() == set()
    bench.workroot("undo").must()
    assert bench.packages() == {"alpha-2", "beta-1"}


def times(bench: Workbench) -> dict[Path, int]:
    """When each file of the kit's own changed last."""
    return {path: path.stat().st_mtime_ns for path in (bench.root / ".workroot").rglob("*")}


def test_status_says_what_is_there_and_changes_nothing(bench: Workbench) -> None:
    bench.behind("install", "gamma")
    before = times(bench)
    found = json.loads(bench.workroot("status", "--json").must().out)
    assert (found["packages"], found["operations"], found["unrecorded"], found["recorded"]) == (
        4,
        3,
        True,
        True,
    )
    assert found["venv"] == str(bench.venv) and found["snapshots"] == ["baseline"]
    assert times(bench) == before


def test_doctor_says_what_a_package_requires_and_does_not_have(bench: Workbench) -> None:
    bench.wheel("needy", requires=("absent>=2",))
    bench.pip("install", "--no-deps", "needy").must()
    said = bench.workroot("doctor").out
    assert (
        "needy requires absent>=2, which is missing" in said
        and "workroot install 'absent>=2'" in said
    )


def test_doctor_finds_and_mends_what_is_missing(bench: Workbench) -> None:
    before = bench.picture()
    bench.workroot("doctor").must()
    (bench.site / "alpha" / "__init__.py").unlink()
    (bench.site / "~eta-1.dist-info").mkdir()
    found = json.loads(bench.workroot("doctor", "--json").out)
    assert {one["id"] for one in found["findings"] if one["severity"] != "ok"} == {
        "leftovers",
        "missing-files",
    }
    bench.workroot("doctor", "--fix").must()
    assert [
        path
        for path in difference(before, bench.picture())
        if before.get(path, (0, 0))[:2] != bench.picture().get(path, (0, 0))[:2]
    ] == []
    assert list((bench.root / ".workroot" / "trash").iterdir())


def test_json_is_one_document(bench: Workbench) -> None:
    for words in (
        ["history"],
        ["diff"],
        ["undo"],
        ["redo"],
        ["snapshot", "x"],
        ["list-snapshots"],
        ["restore", "2"],
        ["status"],
        ["doctor"],
        ["clean", "-y"],
    ):
        assert json.loads(bench.workroot(*words, "--json").out)["version"] == 1, words


@pytest.mark.parametrize(
    "words",
    [
        ["history"],
        ["undo"],
        ["redo"],
        ["restore"],
        ["snapshot"],
        ["clean"],
        ["status"],
        ["doctor"],
        ["install"],
        ["uninstall"],
        ["diff"],
    ],
)
def test_every_command_has_help_with_examples(bench: Workbench, words: list[str]) -> None:
    assert "examples:" in bench.workroot(*words, "--help").must().out


def test_a_venv_with_another_python_is_not_undone_into(bench: Workbench) -> None:
    text = (bench.venv / "pyvenv.cfg").read_text()
    (bench.venv / "lib" / "python3.99" / "site-packages").mkdir(parents=True)
    new = bench.directory / "bin" / "python3.99"
    new.parent.mkdir()
    new.symlink_to(os.path.realpath(bench.python))
    shutil.copy(os.path.realpath(bench.python), bench.directory / "python3.99")
    (bench.python).unlink()
    bench.python.symlink_to(bench.directory / "python3.99")
    done = bench.workroot("undo")
    assert (
        done.status == 2
        and "has Python 3.99 now" in done.err
        and (bench.venv / "pyvenv.cfg").read_text() == text
    )


@pytest.mark.skipif(os.geteuid() != 0, reason="a small file system needs root")
def test_a_full_disk_leaves_the_old_set(tmp_path: Path) -> None:
    mount = tmp_path / "disk"
    mount.mkdir()
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=48m", "tmpfs", str(mount)], capture_output=True
    ).returncode:
        pytest.skip("no file system can be mounted here")
    try:
        bench = Workbench(mount / "x").make()
        bench.wheel("alpha", files={"alpha/__init__.py": "", "alpha/big.txt": "x" * 3_000_000})
        bench.pip("install", "alpha").must()
        bench.pip("uninstall", "-y", "alpha").must()
        before = bench.picture()
        _fill(mount)
        done = bench.workroot("undo")
        pip = bench.pip("install", "alpha")
        (mount / "filler").unlink()
        assert bench.workroot("status").must() and difference(before, bench.picture()) == [], (
            done,
            pip,
        )
        bench.workroot("undo").must()
        assert bench.packages() == {"alpha-1.0"}
    finally:
        subprocess.run(["umount", "-l", str(mount)], check=True)


def _fill(directory: Path) -> None:
    with open(directory / "filler", "wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 4096)
        except OSError:
            pass
