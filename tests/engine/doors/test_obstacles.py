"""What keeps a thing from being renamed is known before it is tried.

Nothing is, where nothing does.
"""

import os
import subprocess
from pathlib import Path

import pytest

from workroot.doors import obstacles
from workroot.errors import WorkrootError

ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="needs root")


@pytest.fixture
def top(tmp_path: Path) -> Path:
    (tmp_path / "one" / "two").mkdir(parents=True)
    (tmp_path / "one" / "file").write_text("")
    (tmp_path / "one" / "link").symlink_to("file")
    (tmp_path / "other").mkdir()
    return tmp_path


def check(top: Path, path: str) -> None:
    found = obstacles.Obstacles(str(top), os.stat(top).st_dev)
    directory = found.check_directory(str((top / path).parent))
    found.check_entry(str(top / path), directory)


@pytest.mark.parametrize("path", ["one", "one/two", "one/file", "one/link", "one/gone"])
def test_what_can_be_moved_meets_no_obstacle(top: Path, path: str) -> None:
    check(top, path)


@ROOT
def test_a_name_with_a_space_is_read_as_the_kernel_writes_it(top: Path) -> None:
    odd = top / "one" / "a b\\040c"
    odd.mkdir()
    if subprocess.run(["mount", "--bind", str(top / "other"), str(odd)]).returncode:
        pytest.skip("nothing can be mounted here")
    try:
        with pytest.raises(WorkrootError, match="mount point"):
            check(top, "one")
        check(top, "one/file")
    finally:
        subprocess.run(["umount", str(odd)], check=True)


@ROOT
def test_a_file_system_that_is_mounted_twice_is_two_places(top: Path) -> None:
    one, other = top / "one", top / "other"
    assert obstacles.on_one_mount(str(one), str(other))
    if subprocess.run(["mount", "--bind", str(other), str(other)]).returncode:
        pytest.skip("nothing can be mounted here")
    try:
        assert os.stat(one).st_dev == os.stat(other).st_dev
        assert not obstacles.on_one_mount(str(one), str(other))
    finally:
        subprocess.run(["umount", str(other)], check=True)
