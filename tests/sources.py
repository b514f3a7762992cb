"""The files of the kit as a contributor would commit them, and the programs that read them."""

import os
import shutil
import sys
from functools import cache

from pytestshellutils.shell import Subprocess
from pytestshellutils.utils.processes import ProcessResult
from worlds.lab import KIT, git

ENGINE = KIT / "python" / "workroot"
BINARY = (".png", ".gif", ".ico", ".whl", ".gz", ".zip")


@cache
def listed() -> tuple[str, ...]:
    """Every file that git knows, or would know after `git add .`, by its path in the kit."""
    names = git(KIT, "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0")
    return tuple(sorted(name for name in set(names) if name and os.path.lexists(KIT / name)))


def named(*endings: str) -> list[str]:
    """The listed files whose names end so."""
    return [name for name in listed() if name.endswith(endings)]


def texts() -> list[str]:
    return [name for name in listed() if not name.endswith(BINARY)]


def modules() -> list[str]:
    """The engine's files by their path in it, commands included: 'files.py', 'commands/new.py'.

    What lies in programs/ is none of it: small programs that another Python runs.
    """
    return [
        name.removeprefix("python/workroot/")
        for name in named(".py")
        if name.startswith("python/workroot/") and not is_program(name)
    ]


def is_program(name: str) -> bool:
    return "/programs/" in name and not name.endswith("/__init__.py")


def read(name: str) -> str:
    return (KIT / name).read_bytes().decode("utf-8")


def program(name: str) -> str | None:
    """A program of the development environment, else of the system."""
    return shutil.which(name, path=os.path.dirname(sys.executable)) or shutil.which(name)


def run(*argv: str) -> ProcessResult:
    """Run a checker to its end, with an environment made from nothing."""
    environ = {"PATH": os.defpath, "LANG": "C.UTF-8", "HOME": "/nonexistent"}
    return Subprocess(cwd=KIT, environ=environ, timeout=120, system_encoding="utf-8").run(*argv)
