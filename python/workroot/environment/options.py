"""How a person wants setup to be done, and the directories that imports start from."""

import os
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import NamedTuple

from workroot.config import Config


class Options(NamedTuple):
    """How a person wants it.

    python: overrides [venv] python. lenient: a failed install is said and not fatal. show: the
    installer's own words and progress go to the terminal. during: around a silent step of that
    name.
    """

    environ: Mapping[str, str]
    venv_name: str = ""
    python: str | None = None
    offline: bool = False
    force: bool = False
    lenient: bool = False
    say: Callable[[str], None] = lambda sentence: None
    show: bool = False
    during: Callable[[str], AbstractContextManager] = lambda what: nullcontext()


def import_paths(config: Config) -> tuple[str, ...]:
    """The directories that imports start from; those that are built later when they are there."""
    # In a .pth, a directory that is missing is a line on stderr from Python 3.15 on.
    built = [path for path in config.optional_paths if os.path.isdir(path)]
    return (*config.paths, *built)
