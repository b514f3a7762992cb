"""The trash: where a thing goes that somebody may want back, named after the time at which it went.

What makes room for a venv goes there too, with nothing copied: from another disk to a directory
beside it, and where the place itself cannot be moved to one inside of it. The trash leads to both.
"""

import os
import time

from workroot.doors import files, mounts, trees
from workroot.errors import WorkrootError
from workroot.pythons import making
from workroot.root import ASIDE

_UNDER_WAY = ".part"
_OF_THE_VOLUME = {"lost+found", ASIDE}


def place(directory: str, name: str) -> str:
    """Where a thing of that name is to go. The trash is there when this returns.

    Args:
        directory: The trash.

    Returns:
        A path in it that nothing has yet: TIME-PROCESS-NAME, the time in UTC, and where that is
        taken TIME-PROCESS-N-NAME.
    """
    files.make_directory(directory)
    now = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    # The process's number: two may put something there within one second.
    start = os.path.join(directory, f"{now}-{os.getpid()}")
    target = f"{start}-{name}"
    # One process may put two of a name there within one: every package has an __init__.py.
    number = 1
    while os.path.lexists(target):
        number += 1
        target = f"{start}-{number}-{name}"
    return target


def away(path: str, directory: str) -> str:
    """Where what stands at path can go with nothing copied.

    Args:
        directory: The trash, which is there when this returns.

    Returns:
        A path in the trash, beside `path` where that is on another disk, or below it where it is
        fixed, as a volume is.
    """
    target = place(directory, os.path.basename(path))
    name = os.path.basename(target)
    if making.is_fixed(path):
        return os.path.join(path, ASIDE, name)
    if mounts.one_disk(path, directory):
        return target
    return os.path.join(os.path.dirname(path), ASIDE, name)


def move(path: str, target: str) -> None:
    """Move what stands at path to where `away` said.

    Raises WorkrootError: when it cannot be moved; then it is where it was.
    """
    files.make_directory(os.path.dirname(target))
    if not _inside(path, target):
        trees.carry(path, target)
        return
    # Piece by piece, so under a name that says so until all of it is there: see recover.
    try:
        _move_up(path, target + _UNDER_WAY)
    except WorkrootError:
        _move_up(target + _UNDER_WAY, path)
        raise
    files.rename(target + _UNDER_WAY, target)


def back(path: str, target: str) -> None:
    """Undo a move. What stands at path by now is ours, and goes.

    Args:
        target: Where `away` said.
    """
    if not _inside(path, target):
        trees.remove(path)
        trees.carry(target, path)
        return
    # The place itself stays: it is a volume, or lies in a directory that is not ours to change.
    for name in _content(path):
        trees.remove(os.path.join(path, name))
    _move_up(target, path)


def recover(path: str) -> None:
    """Put back what a kill interrupted on its way to a directory inside of path.

    Nothing happens where there is no such thing, also where there is nothing at path.
    """
    for name in files.names(os.path.join(path, ASIDE)):
        if name.endswith(_UNDER_WAY):
            _move_up(os.path.join(path, ASIDE, name), path)


def note(target: str, directory: str) -> None:
    """Have the trash lead to what lies elsewhere.

    Args:
        target: Where something of ours went; in the trash itself it needs no link.
        directory: The trash.
    """
    if os.path.dirname(target) != directory:
        files.symlink(target, os.path.join(directory, os.path.basename(target)))


def _inside(path: str, target: str) -> bool:
    """Whether what stands at path made room without leaving its place."""
    return os.path.dirname(target) == os.path.join(path, ASIDE)


def _content(path: str) -> list[str]:
    """What is in a venv's place, without what belongs to the volume or is ours."""
    return [name for name in files.names(path) if name not in _OF_THE_VOLUME]


def _move_up(source: str, target: str) -> None:
    """Move all that is in one directory into another, and remove the first if it is one of ours."""
    files.make_directory(target)
    for name in _content(source):
        trees.carry(os.path.join(source, name), os.path.join(target, name))
    if os.path.basename(os.path.dirname(source)) == ASIDE:
        files.remove_empty(source)
        files.remove_empty(os.path.dirname(source))
