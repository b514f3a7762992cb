"""Worlds that are dear to make: made once in a process, and put back as they were for each test.

They are put back at the place where they were made, since much in a venv is an absolute path. Times
and hard links are as they were; inodes are not, so the engine's first look there is a thorough one.
"""

import copy
import functools
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from worlds.base import kept
from worlds.lab import run

World = TypeVar("World")


def again(make: Callable[[Path], World]) -> World:
    """What make(directory) gives, as new."""
    world, kept_as = _made(make)
    place = kept_as.with_name("place")
    shutil.rmtree(place)
    _copy(kept_as, place)
    return copy.deepcopy(world)


@functools.cache
def _made(make: Callable[[Path], World]) -> tuple[World, Path]:
    top = kept()
    world = make(top / "place")
    _copy(top / "place", top / "made")
    return world, top / "made"


def _copy(source: Path, target: Path) -> None:
    """With every link, symbolic and hard, and every time."""
    run(["cp", "-a", str(source), str(target)], {"PATH": os.environ["PATH"]}, "/").must()
