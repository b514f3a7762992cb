"""What the checks about Windows judge: facts, and apart from them what follows.

On other systems each question has the answer None.
"""

import os
import sys
from collections.abc import Mapping
from typing import NamedTuple

from workroot.doors import process
from workroot.pythons.interpreter import which

if sys.platform == "win32":
    import winreg

_POLICIES_THAT_FORBID = ("Restricted", "AllSigned")
_MOST = 260  # characters of a path, where long ones are not allowed
_NESTED = 150  # characters that the files of a package may need below a venv
_KEY = r"SYSTEM\CurrentControlSet\Control\FileSystem"


class Program(NamedTuple):
    """A program on PATH."""

    path: str
    size: int


def execution_policy(environ: Mapping[str, str]) -> str | None:
    """The execution policy that holds for this user, by its name."""
    if os.name != "nt":
        return None
    argv = ["powershell", "-NoProfile", "-NonInteractive", "-Command", "Get-ExecutionPolicy"]
    outcome = process.attempt(argv, env=environ, timeout=60)
    return outcome.output.strip() or None


def forbids(policy: str) -> bool:
    """Whether scripts of one's own are not run."""
    return policy in _POLICIES_THAT_FORBID


def long_paths() -> bool | None:
    """Whether they are enabled."""
    if os.name != "nt":
        return None
    try:
        with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, _KEY) as key:
            return bool(winreg.QueryValueEx(key, "LongPathsEnabled")[0])
    except OSError:
        # Never set, or a Windows that is older than the setting (10, version 1607).
        return False


def too_long(venv: str, enabled: bool) -> bool:
    """Whether files of a package may not find room below a venv."""
    return not enabled and len(venv) + _NESTED > _MOST


def python_on_path(environ: Mapping[str, str]) -> Program | None:
    """The first `python`."""
    if os.name != "nt":
        return None
    path = next(which("python", environ), None)
    return Program(path, os.path.getsize(path)) if path else None


def is_stub(path: str, size: int) -> bool:
    """An execution alias is a file of no size in WindowsApps."""
    return size == 0 and "\\windowsapps\\" in path.lower()
