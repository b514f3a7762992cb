"""restore where a file names a commit, and the lists of the earlier pyctl."""

import json
from pathlib import Path

import pytest
from worlds.again import again
from worlds.environment import difference
from worlds.lab import git
from worlds.wheels import make_project
from worlds.workbench import Workbench, worked


@pytest.fixture
def bench() -> Workbench:
    return again(worked)


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    """A git repository of a package gp, with two commits that are tagged v1 and v2."""
    place = tmp_path / "r"
    make_project(str(place), "gp")
    git(place, "init", "-q")
    for tag in ("v1", "v2"):
        (place / "said.txt").write_text(tag)
        git(place, "add", ".")
        git(place, "-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-qm", tag)
        git(place, "tag", tag)
    return place


def commit(repo: Path, named: str) -> str:
    return git(repo, "rev-parse", named).strip()


@pytest.mark.parametrize("spelled", ["commit", "digits", "tag", "a branch that is not there"])
def test_a_commit_that_is_not_checked_out_is_said_with_the_one_that_is(
    bench: Workbench, tmp_path: Path, repo: Path, spelled: str
) -> None:
    first, second = commit(repo, "v1"), commit(repo, "v2")
    bench.pip("install", "-q", "-e", f"git+file://{repo}@{first}#egg=gp").must()
    named = {"commit": second, "digits": second[:9], "tag": "v2"}.get(spelled, "nowhere")
    frozen = tmp_path / "frozen.txt"
    frozen.write_text(f"alpha==2\nbeta==1\n-e git+file://{repo}@{named}#egg=gp\n")
    before = bench.picture()
    done = bench.workroot("restore", str(frozen))
    assert done.status == 1 and first[:12] in done.err and named in done.err
    assert "nothing to do" not in done.err and difference(before, bench.picture()) == []
    frozen.write_text(frozen.read_text().replace("beta==1\n", ""))
    assert bench.workroot("restore", str(frozen)).status == 1
    assert bench.packages() == {"alpha-2", "gp-1.0"}


@pytest.mark.parametrize("named", ["@{first}", "@v1", ""])
def test_a_commit_that_is_checked_out_is_all_right(
    bench: Workbench, tmp_path: Path, repo: Path, named: str
) -> None:
    first = commit(repo, "v1")
    bench.pip("install", "-q", "-e", f"git+file://{repo}@{first}#egg=gp").must()
    frozen = tmp_path / "frozen.txt"
    frozen.write_text(
        f"alpha==2\nbeta==1\n-e git+file://{repo}{named.format(first=first)}#egg=gp\n"
    )
    assert "nothing to do" in bench.workroot("restore", str(frozen)).must().err


def test_of_a_package_built_from_a_repository_the_commit_counts(
    bench: Workbench, tmp_path: Path, repo: Path
) -> None:
    first, second = commit(repo, "v1"), commit(repo, "v2")
    bench.pip("install", "-q", f"gp @ git+file://localhost{repo}@{first}").must()
    frozen = tmp_path / "frozen.txt"
    frozen.write_text(bench.pip("freeze").must().out)
    assert first in frozen.read_text()
    assert "nothing to do" in bench.workroot("restore", str(frozen)).must().err
    frozen.write_text(frozen.read_text().replace(first, second))
    assert second in bench.workroot("restore", str(frozen)).must().err
    (direct,) = bench.site.glob("gp-*.dist-info/direct_url.json")
    assert json.loads(direct.read_text())["vcs_info"]["commit_id"] == second
    bench.workroot("undo").must()
    assert json.loads(direct.read_text())["vcs_info"]["commit_id"] == first


def test_lists_of_an_earlier_pyctl_are_listed_restored_and_never_written_over(
    bench: Workbench,
) -> None:
    snapshots = bench.root / ".workroot" / "snapshots"
    for path in snapshots.glob("baseline.*"):
        path.unlink()
    (snapshots / "baseline.txt").write_text("# by pyctl\nalpha==1\n")
    (snapshots / "dev-tools.txt").write_text("alpha==1\nbeta==1\n")
    listed = bench.workroot("list-snapshots").must().out
    assert "baseline" in listed and "dev-tools" in listed
    found = json.loads(bench.workroot("list-snapshots", "--json").must().out)["snapshots"]
    assert [(one["name"], one["packages"]) for one in found] == [("baseline", 1), ("dev-tools", 2)]
    bench.workroot("restore", "dev-tools").must()
    assert bench.packages() == {"alpha-1", "beta-1"}
    for words in ([], ["--dry-run"]):
        assert bench.workroot("snapshot", "dev-tools", *words).status in (1, 2)
    assert (snapshots / "dev-tools.txt").read_text() == "alpha==1\nbeta==1\n"
    bench.workroot("clean", "--keep-baseline", "--yes").must()
    assert bench.packages() == {"alpha-1"}
    bench.workroot("snapshot", "dev-tools", "--force").must()
    bench.workroot("undo").must()
    bench.workroot("restore", "dev-tools").must()
    assert bench.packages() == {"alpha-1"}


def test_a_history_that_begins_leaves_the_baseline_of_an_earlier_pyctl(bench: Workbench) -> None:
    snapshots = bench.root / ".workroot" / "snapshots"
    for path in (bench.root / ".workroot" / "history").iterdir():
        path.unlink()
    for path in snapshots.iterdir():
        path.unlink()
    (snapshots / "baseline.txt").write_text("alpha==1\n")
    bench.workroot("history").must()
    assert (snapshots / "baseline.txt").read_text() == "alpha==1\n"
