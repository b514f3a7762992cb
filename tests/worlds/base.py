"""The Python that the venvs of the tests are made of: the one below this run's own venv.

Debian's comes without ensurepip. There the tests use a copy of it that has one, with the pip of
this run's venv, so that they need no network and no package of the system's.
"""

import atexit
import base64
import functools
import hashlib
import importlib.metadata
import importlib.util
import os
import shutil
import sys
import tempfile
import zipfile
from pathlib import Path

ENSUREPIP = Path(__file__).resolve().parent / "ensurepip.py"


def kept() -> Path:
    """A directory for the whole run, removed at its end."""
    directory = tempfile.mkdtemp(prefix="workroot-test-")
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    return Path(directory)


@functools.cache
def base() -> str:
    python = os.path.realpath(getattr(sys, "_base_executable", None) or sys.executable)
    if importlib.util.find_spec("ensurepip"):
        return python
    made = copied(python, kept() / "python")
    complete(library_of(made))
    return made


def library_of(python: str) -> Path:
    return Path(python).parents[1] / "lib" / os.path.basename(python)


def copied(python: str, directory: Path, *lacking: str) -> str:
    """A Python of its own whose standard library is that one's, but for these names; no package."""
    real = os.path.realpath(python)
    made = directory / "bin" / os.path.basename(real)
    library = library_of(str(made))
    made.parent.mkdir(parents=True)
    (library / "site-packages").mkdir(parents=True)
    (library / "dist-packages").symlink_to("site-packages")
    for entry in library_of(real).iterdir():
        if entry.name not in ("site-packages", "dist-packages", *lacking):
            (library / entry.name).symlink_to(entry)
    shutil.copy(real, made)
    (directory / "bin" / "python3").symlink_to(made.name)
    return str(made)


def complete(library: Path) -> None:
    """Put an ensurepip there, whose wheel is the pip of this run's venv."""
    bundled = library / "ensurepip" / "_bundled"
    bundled.mkdir(parents=True)
    version = pip_wheel(bundled)
    text = ENSUREPIP.read_text(encoding="utf-8")
    (library / "ensurepip" / "__main__.py").write_text(text)
    (library / "ensurepip" / "__init__.py").write_text(f"_PIP_VERSION = '{version}'\n")


def pip_wheel(directory: Path) -> str:
    """The installed pip as the wheel that it came from; gives its version."""
    pip = importlib.metadata.distribution("pip")
    top = Path(str(pip.locate_file("")))
    information = f"pip-{pip.version}.dist-info"
    left_out = {f"{information}/{name}" for name in ("RECORD", "INSTALLER", "REQUESTED")}
    rows = []
    path = directory / f"pip-{pip.version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in pip.files or ():
            name = file.as_posix()
            if name in left_out or name.startswith("../") or name.endswith(".pyc"):
                continue  # written anew by who installs
            content = (top / name).read_bytes()
            digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=")
            archive.writestr(name, content)
            rows.append(f"{name},sha256={digest.decode()},{len(content)}\n")
        record = f"{information}/RECORD"
        archive.writestr(record, "".join(rows) + f"{record},,\n")
    return pip.version


BASE = base()
