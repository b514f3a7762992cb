"""`./setup.sh --system`: pyctl and pip for every user of a machine, shown below DESTDIR and, where
a root can be changed, for real.
"""

import os
import stat
from pathlib import Path

import pytest
from worlds.environment import picture
from worlds.lab import KIT, PATH, Outcome, run

FINAL = (
    "usr/local/bin/pip",
    "usr/local/bin/pip3",
    "usr/local/bin/pyctl",
    "usr/local/lib/workroot/setup.sh",
    "opt/system-python/venv/bin/python",
)


def system(tmp_path: Path, *words: str, **environ: str) -> Outcome:
    environ = {
        "HOME": str(tmp_path / "home"),
        "PATH": PATH,
        "LANG": "C.UTF-8",
        "DESTDIR": str(tmp_path / "image"),
    } | environ
    return run(["sh", str(KIT / "setup.sh"), "--system", *words], environ, tmp_path, timeout=120)


def test_everything_is_at_its_place_and_nowhere_else(tmp_path: Path) -> None:
    system(tmp_path).must()
    image = tmp_path / "image"
    assert [name for name in FINAL if not os.path.lexists(image / name)] == []
    assert {
        path.relative_to(image).parts[:3]
        for path in image.rglob("*")
        if len(path.relative_to(image).parts) > 2
    } <= {("usr", "local", "bin"), ("usr", "local", "lib"), ("opt", "system-python", "venv")}
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize("mask", [0o002, 0o077])
def test_nobody_else_can_write_and_everyone_can_read(tmp_path: Path, mask: int) -> None:
    old = os.umask(mask)
    try:
        system(tmp_path).must()
    finally:
        os.umask(old)
    for top in ("opt/system-python", "usr/local/lib/workroot"):
        paths = [tmp_path / "image" / top, *(tmp_path / "image" / top).rglob("*")]
        modes = {path: path.lstat().st_mode for path in paths if not path.is_symlink()}
        assert [path for path, mode in modes.items() if mode & 0o022 or not mode & 0o004] == []
        assert [
            path for path, mode in modes.items() if stat.S_ISDIR(mode) and not mode & 0o001
        ] == []
        assert {path.lstat().st_uid for path in paths} == {os.geteuid()}


def test_no_file_names_the_directory_it_was_built_in(tmp_path: Path) -> None:
    system(tmp_path).must()
    texts = [
        path
        for path in (tmp_path / "image").rglob("*")
        if path.is_file() and not path.is_symlink() and path.suffix != ".pyc"
    ]
    assert [path for path in texts if str(tmp_path).encode() in path.read_bytes()] == []


def test_twice_is_once(tmp_path: Path) -> None:
    system(tmp_path).must()
    before = picture(tmp_path / "image")
    system(tmp_path).must()
    assert picture(tmp_path / "image") == before


def test_remove_takes_all_of_it(tmp_path: Path) -> None:
    system(tmp_path).must()
    mine = tmp_path / "image" / "usr" / "local" / "bin" / "mine"
    mine.write_text("x")
    system(tmp_path, "--remove").must()
    assert [path for path in (tmp_path / "image").rglob("*") if path.is_file()] == [mine]
    assert "nothing to remove" in system(tmp_path, "--remove").must().err


@pytest.mark.parametrize(
    "name", ["usr/local/bin/pip", "usr/local/bin/pyctl", "opt/system-python/venv/mine"]
)
def test_what_is_in_the_way_is_left_alone(tmp_path: Path, name: str) -> None:
    other = tmp_path / "image" / name
    other.parent.mkdir(parents=True)
    other.write_text("the distribution's\n")
    assert system(tmp_path).status == 2
    assert [path for path in (tmp_path / "image").rglob("*") if path.is_file()] == [
        other
    ] and other.read_text() == "the distribution's\n"
    system(tmp_path, "--remove").must()
    assert other.exists()


def test_the_pip_of_everyone_goes_to_the_users_own_venv(tmp_path: Path) -> None:
    """The wrapper with the places of the image in it, as if that were the root."""
    system(tmp_path).must()
    image, home = tmp_path / "image", tmp_path / "home"
    home.mkdir()
    for name in ("pip", "pyctl"):
        path = image / "usr" / "local" / "bin" / name
        path.write_text(path.read_text().replace("/usr/local/", f"{image}/usr/local/"))
    environ = {
        "HOME": str(home),
        "PATH": f"{image}/usr/local/bin:{PATH}",
        "LANG": "C.UTF-8",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }
    done = run([str(image / "usr/local/bin/pip"), "--version"], environ, tmp_path).must()
    assert f"{home}/.local/python-packages/venv/" in done.out
    project = tmp_path / "project"
    (project / "bin").mkdir(parents=True)
    (project / "bin" / "pip").write_text("#!/bin/sh\necho the pip of a project\n")
    (project / "bin" / "pip").chmod(0o755)
    assert (
        run([str(image / "usr/local/bin/pip")], environ | {"VIRTUAL_ENV": str(project)}, tmp_path)
        .must()
        .out
        == "the pip of a project\n"
    )
    done = run([str(image / "usr/local/bin/pip"), "list"], {"PATH": PATH}, tmp_path)
    assert done.status == 2 and "HOME" in done.err
