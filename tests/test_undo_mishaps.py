"""Environments that something went wrong in: edited in place, copied, damaged, half gone. What was
there comes back, or is named.
"""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from worlds.again import again
from worlds.environment import difference
from worlds.lab import PATH, run
from worlds.workbench import Workbench, worked


@pytest.fixture
def bench() -> Workbench:
    return again(worked)


def append(path: Path, text: str) -> None:
    """As an editor does that writes into the file that is there."""
    with path.open("a", encoding="utf-8") as file:
        file.write(text)


def content(bench: Workbench) -> dict[str, tuple]:
    """The files less their times."""
    return {path: entry[:2] for path, entry in bench.picture().items()}


@pytest.mark.parametrize("target", ["set", "3"])
def test_a_package_that_was_edited_in_place_is_fetched_whole(bench: Workbench, target: str) -> None:
    bench.workroot("snapshot", "set").must()
    append(bench.site / "alpha" / "__init__.py", "edited = True\n")
    assert (
        "fetching what the store does not have: alpha==2"
        in bench.workroot("restore", target).must().err
    )
    assert "edited" not in (
        bench.site / "alpha" / "__init__.py"
    ).read_text() and bench.packages() == {"alpha-2", "beta-1"}
    assert "installed again" in bench.workroot("undo").must().out
    assert "edited" in (bench.site / "alpha" / "__init__.py").read_text()


@pytest.mark.parametrize("copy", [["cp", "-r"], ["cp", "-a"]])
def test_a_copy_of_a_workroot_undoes_and_restores_offline(
    bench: Workbench, tmp_path: Path, copy: list[str]
) -> None:
    bench.workroot("snapshot", "set").must()
    before = content(bench)
    shutil.rmtree(bench.wheels)
    run([*copy, str(bench.root), str(tmp_path / "copied")], bench.environ, tmp_path).must()
    bench.root = tmp_path / "copied"
    bench.engine("setup", cwd=bench.root).must()
    for words in (["history"], ["undo"], ["restore", "baseline"]):
        bench.workroot(*words).must()
    assert bench.packages() == set()
    bench.workroot("restore", "set").must()
    assert {path for path, entry in content(bench).items() if before.get(path) != entry} <= {
        "pyvenv.cfg",
        "workroot-venv",
        *(f"bin/{name}" for name in os.listdir(bench.venv / "bin")),
    }
    bench.run("python", "-c", "import alpha, beta").must()


def test_modes_that_somebody_changed_keep_nothing_from_coming_back(bench: Workbench) -> None:
    for directory in (path for path in bench.venv.rglob("*") if path.is_dir()):
        os.utime(directory, (1e9, 1e9))
    bench.workroot("history").must()
    run(["chmod", "-R", "g+w", str(bench.venv)], bench.environ, bench.root).must()
    bench.workroot("undo", "2").must()
    assert "changed it" in bench.workroot("redo").must().err
    assert bench.packages() == {"alpha-2", "beta-1"}


@pytest.mark.parametrize("length", [1, 100, 300])
def test_a_cut_file_of_the_history_is_kept_aside(bench: Workbench, length: int) -> None:
    path = bench.root / ".workroot" / "history" / "0002.json"
    path.write_bytes(path.read_bytes()[:length])
    assert "kept aside" in bench.workroot("undo", "2").err + bench.workroot("history").must().err
    assert "damaged" in bench.workroot("doctor").out
    bench.pip("install", "gamma").must()
    bench.workroot("undo").must()
    assert bench.packages() == {"alpha-2", "beta-1"}


@pytest.mark.parametrize("name", ["snapshots/baseline.json", "settings.json"])
def test_a_cut_file_beside_the_history_stops_nothing(bench: Workbench, name: str) -> None:
    (bench.root / ".workroot" / name).write_text('{"version": 1, "of": [1, ')
    for words in (["status"], ["list-snapshots"], ["undo"]):
        bench.workroot(*words).must()


def test_a_name_that_is_no_snapshots_is_passed_over(bench: Workbench) -> None:
    (bench.root / ".workroot" / "snapshots" / "my laptop.json").write_text("{}")
    assert "laptop" not in bench.workroot("list-snapshots").must().out


def test_what_an_old_pip_left_is_no_package(bench: Workbench) -> None:
    (bench.site / "-lpha-1.dist-info").mkdir()
    bench.pip("install", "gamma").must()
    assert "leftovers" in bench.workroot("doctor").out and len(bench.history()) == 4
    bench.workroot("doctor", "--fix").must()
    assert not (bench.site / "-lpha-1.dist-info").exists()


def test_metadata_that_is_there_twice_is_mended(bench: Workbench) -> None:
    shutil.copytree(bench.site / "alpha-2.dist-info", bench.site / "alpha-1.dist-info")
    (bench.site / "alpha-1.dist-info" / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: alpha\nVersion: 1\n"
    )
    os.utime(bench.site / "alpha-1.dist-info", (1, 1))
    assert "doubled" in bench.workroot("doctor").out
    bench.workroot("doctor", "--fix").must()
    assert bench.packages() == {"alpha-2", "beta-1"}


def test_a_snapshot_that_cannot_be_replaced_stays(bench: Workbench) -> None:
    bench.workroot("snapshot", "set").must()
    bench.workroot("undo").must()
    done = bench.run("sh", "-c", "ulimit -f 0; exec workroot snapshot set --force")
    assert done.status == 2 and "cannot write" in done.err
    bench.workroot("restore", "set").must()
    assert bench.packages() == {"alpha-2", "beta-1"}


def test_what_cannot_be_fetched_for_want_of_an_installer_changes_nothing(
    bench: Workbench, tmp_path: Path
) -> None:
    bench.config.write_text(
        bench.config.read_text().replace("installer = 'pip'", "installer = 'uv'")
    )
    (tmp_path / "set.txt").write_text("alpha==9\n")
    before = bench.picture()
    done = bench.workroot(
        "restore", str(tmp_path / "set.txt"), PATH=f"{bench.entries[0]}:/usr/bin:/bin"
    )
    assert done.status == 2 and "no uv runs" in done.err
    assert difference(before, bench.picture()) == []


def test_the_hashes_of_a_file_are_checked_where_something_is_fetched(
    bench: Workbench, tmp_path: Path
) -> None:
    frozen, wheel = tmp_path / "frozen.txt", next(bench.wheels.glob("gamma-*"))
    frozen.write_text(f"alpha==2\ngamma==1 --hash=sha256:{'0' * 64}\n")
    before = bench.picture()
    assert (
        bench.workroot("restore", str(frozen)).status == 2
        and difference(before, bench.picture()) == []
    )
    frozen.write_text(
        "alpha==2\n"
        "gamma==1 \\\n"
        f"    --hash=sha256:{'0' * 64} "
        f"--hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n"
        "beta==1\n"
    )
    bench.workroot("restore", str(frozen)).must()
    assert bench.packages() == {"alpha-2", "beta-1", "gamma-1"}


def test_another_url_than_it_came_from_is_installed(bench: Workbench, tmp_path: Path) -> None:
    frozen = tmp_path / "frozen.txt"
    frozen.write_text(f"alpha @ {next(bench.wheels.glob('alpha-1*')).as_uri()}\nbeta==1\n")
    bench.workroot("restore", str(frozen)).must()
    assert bench.packages() == {"alpha-1", "beta-1"}
    assert "nothing to do" in bench.workroot("restore", str(frozen)).must().err


def test_a_clean_under_way_is_waited_for_and_not_put_back(bench: Workbench) -> None:
    away = bench.root / ".venv.workroot-old-1"
    with (bench.root / ".workroot" / "lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        bench.venv.rename(away)
        status = subprocess.Popen(
            [str(bench.root / ".workroot/bin/workroot"), "snapshot", "after"],
            cwd=bench.root,
            env=bench.session,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert "waiting" in status.stderr.readline()
        away.rename(bench.venv)
    said = status.communicate()[1]
    assert "put" not in said and status.returncode == 0


@pytest.mark.parametrize("successor", [True, False])
def test_a_clean_that_was_killed_costs_no_checkout(bench: Workbench, successor: bool) -> None:
    (bench.venv / "src" / "mine").mkdir(parents=True)
    old = bench.root / ".venv.workroot-old-1"
    bench.venv.rename(old)
    if successor:
        shutil.copytree(old, bench.venv, symlinks=True, ignore=shutil.ignore_patterns("src"))
    bench.engine("setup", cwd=bench.root).must()
    bench.workroot("doctor", "--fix").must()
    assert (bench.venv / "src" / "mine").is_dir() and not old.exists()


def test_a_directory_that_is_named_and_no_workroot_is_refused(
    bench: Workbench, tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    for words in (["undo"], ["status"], ["clean", "--yes"], ["check"], ["setup"]):
        for place in ("other", "gone"):
            assert bench.workroot(*words, "-C", str(tmp_path / place)).status == 2, words
    assert bench.packages() == {"alpha-2", "beta-1"}


def test_the_next_command_leads_to_the_workroot_that_was_changed(
    bench: Workbench, tmp_path: Path
) -> None:
    bench.engine("new", str(tmp_path / "other"), "--repo", str(bench.repo)).must()
    done = run(
        [str(bench.root / ".workroot/bin/pip"), "install", "gamma"],
        bench.session,
        tmp_path / "other",
    ).must()
    assert done.err.endswith(f"  workroot undo -C {bench.root}\n")
    assert bench.pip("uninstall", "-y", "gamma").must().err.endswith("  workroot undo\n")


def test_a_current_directory_that_is_gone_stops_no_command_of_a_workroot(bench: Workbench) -> None:
    """The command of a workroot goes by its own place."""
    gone = "mkdir gone; cd gone; rmdir ../gone; exec workroot"
    done = bench.run("sh", "-c", f"{gone} undo").must()
    assert "Traceback" not in done.err and "as operation" in done.err
    bench.run("sh", "-c", f"{gone} redo -C '{bench.root}'").must()


def test_a_kit_that_is_gone_is_said_and_pip_goes_on(tmp_path: Path) -> None:
    bench = Workbench(tmp_path)
    kit = tmp_path / "kit"
    shutil.copytree(
        bench.kit,
        kit,
        symlinks=True,
        ignore=shutil.ignore_patterns(".git", ".venv", ".workroot", "tests", "__pycache__"),
    )
    bench.kit = kit
    bench.make()
    kit.rename(tmp_path / "moved")
    done = bench.workroot("status")
    assert done.status == 2 and "no kit at" in done.err and "_workroot_kit=" in done.err
    assert "not recorded" in bench.pip("--version").must().err
    run(["sh", str(tmp_path / "moved" / "setup.sh")], bench.environ, bench.root).must()
    bench.workroot("status").must()


def test_the_credentials_of_a_proxy_are_not_kept(bench: Workbench) -> None:
    for words in (["--proxy", "me:secret@127.0.0.1:9"], ["--proxy=http://me:secret@127.0.0.1:9"]):
        bench.pip("install", *words, "gamma").must()
        bench.pip("uninstall", "-y", "gamma").must()
    kept = "".join(
        path.read_text() for path in (bench.root / ".workroot" / "history").glob("*.json")
    )
    assert "secret" not in kept and "****@127.0.0.1:9" in kept


@pytest.mark.parametrize(
    "words",
    [
        ["undo", "--dry-run"],
        ["redo"],
        ["clean", "--dry-run"],
        ["snapshot", "set", "--dry-run"],
        ["restore", "2", "--dry-run"],
    ],
)
def test_json_is_printed_where_nothing_is_done_too(bench: Workbench, words: list[str]) -> None:
    assert json.loads(bench.workroot(*words, "--json").out)["version"] == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["undo", "0"], "cannot undo 0 operations"),
        (["undo", "9" * 5000], "argument"),
        (["restore", "\u00b2"], "no snapshot"),
        (["restore", "99"], "no operation 99"),
        (["restore", "./"], "is a directory"),
        (["restore", "\U00010400" * 100], "cannot name"),
        (["history", "--limit", "x"], "no number of operations"),
        (["history", "--limit", "0"], "no number of operations"),
    ],
)
def test_an_odd_argument_gets_a_sentence(bench: Workbench, words: list[str], said: str) -> None:
    done = bench.workroot(*words)
    assert done.status == 2 and said in done.err and "Traceback" not in done.err


@pytest.mark.parametrize("name", ["state.json", "README", "history/0003.json", "bin/workroot"])
def test_a_directory_where_a_file_should_be_gets_a_sentence(bench: Workbench, name: str) -> None:
    path = bench.root / ".workroot" / name
    path.unlink()
    path.mkdir()
    done = [
        bench.engine("setup", "--python", ">=3", cwd=bench.root),
        bench.engine("undo", cwd=bench.root),
    ]
    assert any(one.status == 2 for one in done) and not any("Traceback" in one.err for one in done)


@pytest.mark.parametrize(
    "words", [["history"], ["diff"], ["list-snapshots"], ["status"], ["graph"]]
)
def test_what_only_looks_works_where_nothing_can_be_written(
    bench: Workbench, words: list[str]
) -> None:
    read_only = (
        f"mount --bind '{bench.directory}' '{bench.directory}' && "
        f"mount -o remount,ro,bind '{bench.directory}' && "
        f"cd '{bench.root}' && exec .workroot/bin/workroot \"$@\""
    )
    done = run(
        ["unshare", "--mount", "sh", "-c", read_only, "sh", *words],
        bench.session | {"PATH": PATH + ":/usr/sbin:/sbin"},
        bench.root,
    )
    if "ermitted" in done.err:
        pytest.skip("needs a namespace of its own")
    done.must()
