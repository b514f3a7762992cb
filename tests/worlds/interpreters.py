"""The Pythons and the locales of this machine, and Pythons that lack something, for the tests that
go through all of them.
"""

import functools
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from worlds.base import copied
from worlds.lab import BASE, PATH, run

OLDEST = 8
_NAME = re.compile(r"python3\.(\d+)")


def every() -> list[str]:
    """One Python a minor version and place: this one's, the system's, pyenv's. A venv can be made
    of each.
    """
    places = [
        Path(BASE).parent,
        Path("/usr/bin"),
        *Path(os.path.expanduser("~/.pyenv/versions")).glob("3*/bin"),
    ]
    found = [
        file
        for place in places
        for file in place.glob("python3.*")
        if (name := _NAME.fullmatch(file.name)) and int(name[1]) >= OLDEST
    ]
    return sorted(
        {str(file) for file in found if _makes_venvs(str(file))},
        key=lambda file: (minor(file), file),
    )


def minor(python: str) -> int:
    return int(_NAME.fullmatch(os.path.basename(python))[1])


def label(python: str) -> str:
    """What a test is called by."""
    return f"3.{minor(python)}{'-system' if python.startswith('/usr/bin/') else ''}"


@functools.cache
def _makes_venvs(python: str) -> bool:
    return run([python, "-I", "-c", "import venv, ensurepip"], {"PATH": PATH}, "/").status == 0


def other(python: str) -> str | None:
    """A Python of another minor version."""
    return next((found for found in every() if minor(found) != minor(python)), None)


@functools.cache
def locales() -> dict[str, dict[str, str]]:
    """The environment of each locale: C, C with no way to UTF-8, UTF-8, and ISO-8859-1 where it can
    be made.
    """
    known = {
        "C": {"LC_ALL": "C"},
        "ascii": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        "UTF-8": {"LC_ALL": "C.UTF-8"},
    }
    made = Path(tempfile.gettempdir()) / f"workroot-test-locales-{os.getuid()}"
    made.mkdir(exist_ok=True)
    command = ["localedef", "-i", "en_US", "-f", "ISO-8859-1", str(made / "en_US.ISO-8859-1")]
    if (
        shutil.which("localedef")
        and subprocess.run(command, capture_output=True, check=False).returncode <= 1
    ):
        known["ISO-8859-1"] = {"LC_ALL": "en_US.ISO-8859-1", "LOCPATH": str(made)}
    return known


def bare(directory: Path, python: str = BASE) -> str:
    """A Python as Debian's comes: the real one, without ensurepip and without pip."""
    return copied(python, directory, "ensurepip")
