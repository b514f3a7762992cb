"""Worlds that are dear to make: made once in a process, and put back as they were for each test.

They are put back at the place where they were made, since much in a venv is an absolute path. Only
what a test changed is put back, with its times and its hard links: of two thousand files that are a
few, and what the engine knows of the others (inodes, times) still holds, as it does for a person
who works there.
"""

import copy
import filecmp
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
    _copy(str(place), str(untouched))
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
    there = dict(_marks(made.place)) if os.path.isdir(made.place) else {}
    kept_places = {
        mark.inode: path for path, mark in made.marks.items() if _is_that(there.get(path), mark)
    }
    directories = [path for path in made.marks if _is_directory(made, path)]
    if any(made.marks[path].inode not in kept_places for path in directories):
        _copy_back(made)
        return
    added = there.keys() - made.marks.keys()
    changed = [path for path, mark in made.marks.items() if there.get(path) != mark]
    # Whatever is put into a directory changes its times.
    touched = {*changed, *(os.path.dirname(path) for path in [*changed, *added])}
    outer_last = [path for path in reversed(directories) if path in touched]
    for path in outer_last:
        os.chmod(os.path.join(made.place, path), 0o700)  # until all is back that was in it
    for path in added:
        _remove(os.path.join(made.place, path))
    for path in changed:
        if path not in outer_last:
            _put_file_back(made, path, kept_places)
    for path in outer_last:
        _put_status_back(made, path)
    for path in touched & made.marks.keys():
        made.marks[path] = _mark(os.lstat(os.path.join(made.place, path)))


def _is_that(now: Mark | None, before: Mark) -> bool:
    return now is not None and now.inode == before.inode


def _is_directory(made: Made, path: str) -> bool:
    return _is_real_directory(os.path.join(made.untouched, path))


def _copy_back(made: Made) -> None:
    """All of it, where a directory is another one: the engine would take what is in it for
    installed again, were the rest as it was. Of a copy of the whole it knows that it is one.
    """
    _remove(made.place)
    _copy(made.untouched, made.place)
    made.marks.clear()
    made.marks.update(_marks(made.place))


def _copy(source: str, target: str) -> None:
    """With every link, symbolic and hard, and every time."""
    run(["cp", "-a", source, target], {"PATH": os.environ["PATH"]}, "/").must()


def _put_file_back(made: Made, path: str, kept_places: dict[int, str]) -> None:
    source, target = os.path.join(made.untouched, path), os.path.join(made.place, path)
    inode = made.marks[path].inode
    found = kept_places.get(inode)
    if found == path and _is_real_directory(target):
        found = None  # a directory that was made there got the number of the file that went
    if found is None:
        _remove(target)
        shutil.copyfile(source, target, follow_symlinks=False)
        kept_places[inode] = path
    elif path != found:
        # One name of several: put back as a name of the file that is still there.
        _remove(target)
        os.link(os.path.join(made.place, found), target, follow_symlinks=False)
    _put_content_back(source, target)
    _put_status_back(made, path)


def _put_content_back(source: str, target: str) -> None:
    if os.path.islink(source) or os.path.islink(target):
        same = os.path.islink(target) and os.path.islink(source)
        if not same or os.readlink(source) != os.readlink(target):
            _remove(target)
            shutil.copyfile(source, target, follow_symlinks=False)
    elif not filecmp.cmp(source, target, shallow=False):
        os.chmod(target, 0o600)
        shutil.copyfile(source, target)


def _put_status_back(made: Made, path: str) -> None:
    source, target = os.path.join(made.untouched, path), os.path.join(made.place, path)
    before = os.lstat(source)
    if os.getuid() == 0:
        os.lchown(target, before.st_uid, before.st_gid)
    shutil.copystat(source, target, follow_symlinks=False)


def _is_real_directory(path: str) -> bool:
    return os.path.isdir(path) and not os.path.islink(path)


def _remove(path: str) -> None:
    if _is_real_directory(path):
        run(["chmod", "-R", "u+rwX", path], {"PATH": os.environ["PATH"]}, "/")
        shutil.rmtree(path)
    elif os.path.lexists(path):
        os.unlink(path)
