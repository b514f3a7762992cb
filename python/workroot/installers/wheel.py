"""Put one pure wheel, pip's own, into a venv without a pip: what is in place is whole, its metadata comes last."""

import base64
import hashlib
import os
import re
from collections.abc import Sequence

from workroot.doors import files, trees
from workroot.root import SCRIPTS

_SCRIPT = """{start}
import sys
from pip._internal.cli.main import main
sys.exit(main())
"""


def put(path: str, venv: str, site: str, python: str, version: Sequence[int]) -> None:
    """Install the pip wheel at path. python: what its scripts start; they are left out where a path cannot be named in one."""
    import zipfile

    staging = os.path.join(site, f"workroot-{os.getpid()}.tmp")
    trees.remove(staging)
    try:
        with zipfile.ZipFile(path) as archive:
            rows = [
                _unpack(archive, name, staging)
                for name in archive.namelist()
                if not name.endswith("/RECORD")
            ]
        info = next(name for name in os.listdir(staging) if name.endswith(".dist-info"))
        rows += _scripts(venv, site, python, version)
        rows += [_write(staging, f"{info}/INSTALLER", b"workroot\n"), f"{info}/RECORD,,"]
        files.write(os.path.join(staging, info, "RECORD"), "\n".join(rows) + "\n")
        for name in sorted(os.listdir(staging), key=lambda name: name == info):
            trees.remove(os.path.join(site, name))
            files.rename(os.path.join(staging, name), os.path.join(site, name))
    finally:
        trees.remove(staging)


def _unpack(archive, name: str, staging: str) -> str:
    if not re.fullmatch(r"pip(-[0-9.]+\.dist-info)?/[A-Za-z0-9_./+-]+", name) or ".." in name:
        raise ValueError(f"{name} has no place in pip's wheel")
    if name.endswith("/"):
        return ""
    content, target = archive.read(name), os.path.join(staging, *name.split("/"))
    files.make_directory(os.path.dirname(target))
    files.create(target, content)
    return _row(name, content)


def _write(base: str, name: str, content: bytes, mode: int | None = None) -> str:
    """Write one file and give its row of RECORD."""
    target = os.path.join(base, *name.split("/"))
    files.make_directory(os.path.dirname(target))
    files.write(target, content, mode)
    return _row(name, content)


def _row(name: str, content: bytes) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
    return f"{name},sha256={digest},{len(content)}"


def _scripts(venv: str, site: str, python: str, version: Sequence[int]) -> list[str]:
    if os.name == "nt" or "'" in python or "\n" in python or "\\" in python:
        return []
    start = (
        f"#!{python}"
        if len(python) < 120 and " " not in python
        else f"#!/bin/sh\n'''exec' '{python}' \"$0\" \"$@\"\n' '''"
    )
    rows = []
    for name in ("pip", "pip3", f"pip{version[0]}.{version[1]}"):
        row = _write(
            os.path.join(venv, SCRIPTS),
            name,
            _SCRIPT.format(start=start).encode("utf-8", "surrogateescape"),
            0o755,
        )
        place = os.path.relpath(os.path.join(venv, SCRIPTS), site).replace(os.sep, "/")
        rows.append(f"{place}/{row}")
    return rows
