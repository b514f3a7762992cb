"""Files: a write is whole or not there, and a link is replaced, never followed."""

import os
import stat
from pathlib import Path

import pytest

from workroot.doors import files
from workroot.errors import WorkrootError


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


def test_a_program_is_found_as_a_shell_would(tmp_path, monkeypatch):
    """In the order of PATH, whose empty entry is the directory of now; what may not be run and
    what is a directory are passed over.
    """
    for name in ("one", "two", "three", "here"):
        (tmp_path / name).mkdir()
    (tmp_path / "one" / "tool").mkdir()
    (tmp_path / "two" / "tool").write_text("")
    for name in ("three", "here"):
        (tmp_path / name / "tool").write_text("")
        (tmp_path / name / "tool").chmod(0o755)
    monkeypatch.chdir(tmp_path / "here")
    path = os.pathsep.join(
        [f"{tmp_path}/one", f"{tmp_path}/two", f"{tmp_path}/three/", "", "/none"]
    )
    found = list(files.on_path("tool", path))
    assert found == [f"{tmp_path}/three/tool", f"{tmp_path}/here/tool"]
