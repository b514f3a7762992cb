"""The file system: a write is whole or not there, and nothing is deleted through a link."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from workroot.doors import files
from workroot.errors import WorkrootError
from workroot.root import KIT


def test_a_write_replaces_a_link_and_not_what_it_leads_to(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("kept")
    (tmp_path / "link").symlink_to("precious")
    files.write(str(tmp_path / "link"), "new")
    assert (tmp_path / "precious").read_text() == "kept" and (
        tmp_path / "link"
    ).read_text() == "new"


def test_an_equal_file_is_left_alone(tmp_path: Path) -> None:
    path = str(tmp_path / "a")
    assert files.write_if_changed(path, "x", 0o755)
    before = os.stat(path)
    assert not files.write_if_changed(path, "x")
    assert (os.stat(path).st_ino, os.stat(path).st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert stat.S_IMODE(before.st_mode) == 0o755


def test_a_write_that_fails_says_the_path_and_leaves_no_neighbour(tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "x").write_text("")
    with pytest.raises(WorkrootError, match="taken"):
        files.write(str(tmp_path / "taken"), "x")
    assert os.listdir(tmp_path) == ["taken"]


def test_deleting_a_tree_follows_no_link(tmp_path: Path) -> None:
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious" / "thesis.txt").write_text("kept")
    (tmp_path / "tree" / "deep").mkdir(parents=True)
    (tmp_path / "tree" / "deep" / "link").symlink_to(tmp_path / "precious")
    files.remove_tree(str(tmp_path / "tree"))
    files.remove_tree(str(tmp_path / "tree"))
    assert (tmp_path / "precious" / "thesis.txt").read_text() == "kept" and not (
        tmp_path / "tree"
    ).exists()


def test_the_lock_is_free_when_its_holder_is_killed(tmp_path: Path) -> None:
    hold = f"import sys; sys.path.insert(0, {KIT + '/python'!r}); from workroot.doors import files, process\nwith files.lock('./lock'): print('held', flush=True); input()"
    holder = subprocess.Popen(
        [sys.executable, "-c", hold],
        cwd=tmp_path,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout is not None and holder.stdout.readline() == "held\n"
    take = [sys.executable, "-c", hold.replace("input()", "pass")]
    waiting = subprocess.Popen(take, cwd=tmp_path, stdout=subprocess.PIPE, text=True)
    with pytest.raises(subprocess.TimeoutExpired):
        waiting.wait(timeout=0.3)
    holder.kill()
    assert waiting.communicate(timeout=30)[0] == "held\n"
    holder.communicate()
