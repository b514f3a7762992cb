"""Worlds that are dear to make: made once in a process, and put back as they were for each test.

They are put back at the place where they were made, since much in a venv is an absolute path. Only
what a test changed is written anew, with its times and its hard links: of two thousand files that
are a few, and what the engine knows of the others (inodes, times) still holds, as it does for a
person who works there.
"""

import copy
import functools
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple, TypeVar

from worlds.base import kept
from worlds.lab import run

World = TypeVar("World")


class Mark(NamedTuple):
    """What changes with whatever is done to a file; a time that the kernel sets cannot be put
    back.
    """

    inode: int
    changed: int


class Made(NamedTuple):
    """A world, where it is, its untouched copy, and the marks of all that is at the place."""

    world: object
    place: str
    untouched: str
    marks: dict[str, Mark]


def again(make: Callable[[Path], World]) -> World:
    """What make(directory) gives, as new."""
    made = _made(make)
    _put_back(made)
    return copy.deepcopy(made.world)


@functools.cache
def _made(make: Callable[[Path], World]) -> Made:
    top = kept()
    place, untouched = top / "place", top / "untouched"
    world = make(place)
    # With every link, symbolic and hard, and every time.
    words = ["cp", "-a", str(place), str(untouched)]
    run(words, {"PATH": os.environ["PATH"]}, "/").must()
    return Made(world, str(place), str(untouched), dict(_marks(str(place))))


def _marks(top: str) -> Iterator[tuple[str, Mark]]:
    """Each path below a directory, relative to it, a directory before what is in it."""
    waiting = [""]
    while waiting:
        directory = waiting.pop()
        yield directory, _mark(os.lstat(os.path.join(top, directory)))
        with _entries(os.path.join(top, directory)) as entries:
            for entry in entries:
                path = os.path.join(directory, entry.name)
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(path)
                else:
                    yield path, _mark(entry.stat(follow_symlinks=False))


def _entries(directory: str) -> Iterator[os.DirEntry]:
    """Of a directory that a test may have closed."""
    if not os.access(directory, os.R_OK | os.X_OK):
        os.chmod(directory, 0o700)
    return os.scandir(directory)


def _mark(status: os.stat_result) -> Mark:
    return Mark(status.st_ino, status.st_ctime_ns)


def _put_back(made: Made) -> None:
    os.makedirs(made.place, exist_ok=True)
    there = dict(_marks(made.place))
    added = there.keys() - made.marks.keys()
    changed = [path for path, mark in made.marks.items() if there.get(path) != mark]
    # Whatever is put into a directory changes its times.
    touched = {*changed, *(os.path.dirname(path) for path in [*changed, *added])}
    directories = [path for path in made.marks if path in touched and _is_directory(made, path)]
    for path in directories:
        _make_directory(os.path.join(made.place, path))
    for path in added:
        _remove(os.path.join(made.place, path))
    linked: dict[int, str] = {}  # inode of the untouched one -> the first of its names put back
    for path in changed:
        if path not in directories:
            _put_file_back(made, path, linked)
    for path in reversed(directories):  # the inner ones first
        _put_status_back(made, path)
    for path in touched & made.marks.keys():
        made.marks[path] = _mark(os.lstat(os.path.join(made.place, path)))


def _is_directory(made: Made, path: str) -> bool:
    return _is_real_directory(os.path.join(made.untouched, path))


def _put_file_back(made: Made, path: str, linked: dict[int, str]) -> None:
    source, target = os.path.join(made.untouched, path), os.path.join(made.place, path)
    inode = os.lstat(source).st_ino
    _remove(target)
    if inode in linked:
        # A link that is made or taken away is a change of its file, so all of its names are here.
        os.link(linked[inode], target, follow_symlinks=False)
        return
    linked[inode] = target
    shutil.copyfile(source, target, follow_symlinks=False)
    _put_status_back(made, path)


def _put_status_back(made: Made, path: str) -> None:
    source, target = os.path.join(made.untouched, path), os.path.join(made.place, path)
    before = os.lstat(source)
    if os.getuid() == 0:
        os.lchown(target, before.st_uid, before.st_gid)
    shutil.copystat(source, target, follow_symlinks=False)


def _make_directory(path: str) -> None:
    if not _is_real_directory(path):
        _remove(path)
        os.mkdir(path)
    os.chmod(path, 0o700)  # until all is back that was in it


def _is_real_directory(path: str) -> bool:
    return os.path.isdir(path) and not os.path.islink(path)


def _remove(path: str) -> None:
    if _is_real_directory(path):
        run(["chmod", "-R", "u+rwX", path], {"PATH": os.environ["PATH"]}, "/")
        shutil.rmtree(path)
    elif os.path.lexists(path):
        os.unlink(path)
