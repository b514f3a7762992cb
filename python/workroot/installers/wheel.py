"""Put one pure wheel, pip's own, into a venv without a pip.

What is in place is whole: it is written beside, and its metadata comes last.
"""

import os
import re
from collections.abc import Iterator, Sequence

from workroot.doors import files, trees
from workroot.root import SCRIPTS, engine_file
from workroot.standards import record
from workroot.standards.quoting import filled

_CONTENT = re.compile(r"pip(-[0-9.]+\.dist-info)?/[A-Za-z0-9_./+-]+")
_ENTRY_POINT = re.compile(r"^pip\s*=\s*([\w.]+):(\w+)\s*$", re.MULTILINE)
_SHELL = "/bin/sh"
_LONGEST_FIRST_LINE = 120  # bytes; Linux takes 127, and the rest of the name is its own


def put(path: str, venv: str, site: str, python: str, version: Sequence[int]) -> None:
    """Install the pip wheel at path.

    Args:
        path: the wheel.
        venv: the venv's directory, which its scripts are put into.
        site: its site-packages.
        python: what its scripts start; they are left out where a path cannot be named in one.
        version: that Python's, for the name pipX.Y.

    Raises:
        ValueError: when the wheel has a name in it that is no part of a pip.
        WorkrootError: when a file cannot be written. What was half there is removed.
    """
    import zipfile

    staging = os.path.join(site, f"workroot-{os.getpid()}.tmp")
    trees.remove(staging)
    try:
        with zipfile.ZipFile(path) as archive:
            contents = dict(_contents(archive))
        rows = []
        for name, content in contents.items():
            rows.append(_write(staging, name, content))
        info = next(name for name in os.listdir(staging) if name.endswith(".dist-info"))
        entry_points = contents.get(f"{info}/entry_points.txt", b"").decode("utf-8")
        rows += _scripts(venv, site, python, version, entry_points)
        rows.append(_write(staging, f"{info}/INSTALLER", b"workroot\n"))
        rows.append(record.own_row(f"{info}/RECORD"))
        files.write(os.path.join(staging, info, "RECORD"), "".join(rows))
        # The package first, the metadata last: a kill between them leaves no installed pip.
        for name in sorted(os.listdir(staging), key=lambda name: name == info):
            place = os.path.join(site, name)
            trees.remove(place)
            files.rename(os.path.join(staging, name), place)
    finally:
        trees.remove(staging)


def _contents(archive) -> Iterator[tuple[str, bytes]]:
    """The files of the wheel but its RECORD, which is written anew.

    archive: a ZipFile.

    Returns:
        The path of each in site-packages, and its content; no directories.

    Raises:
        ValueError: for a name that could lead elsewhere.
    """
    for name in archive.namelist():
        if not _CONTENT.fullmatch(name) or ".." in name:
            raise ValueError(f"{name} has no place in pip's wheel")
        if not name.endswith(("/", "/RECORD")):
            yield name, archive.read(name)


def _write(base: str, name: str, content: bytes) -> str:
    """Write one file, and the directories it needs, and give its row of RECORD.

    base: the directory that the name, with '/' in it, starts at.
    """
    target = os.path.join(base, *name.split("/"))
    files.make_directory(os.path.dirname(target))
    files.create(target, content)
    return record.row(name, content)


def _scripts(
    venv: str,
    site: str,
    python: str,
    version: Sequence[int],
    entry_points: str,
) -> list[str]:
    """Write pip, pip3 and pipX.Y into the venv; gives their rows of RECORD.

    Args:
        venv: the directory that they are put into the bin of.
        site: its site-packages, which their rows are relative to.
        python: what they start.
        version: that Python's.
        entry_points: the text of the wheel's entry_points.txt.

    Returns:
        [] where nothing is written: `python -m pip` is what there is then.
    """
    # Windows would want an .exe; and what ends a quoted word of sh cannot stand in one.
    if os.name == "nt" or "'" in python or "\n" in python or "\\" in python:
        return []
    script = _script(python, entry_points)
    scripts = os.path.join(venv, SCRIPTS)
    place = os.path.relpath(scripts, site).replace(os.sep, "/")
    rows = []
    major, minor, *_ = version
    for name in ("pip", "pip3", f"pip{major}.{minor}"):
        files.write(os.path.join(scripts, name), script, 0o755)
        rows.append(record.row(f"{place}/{name}", script))
    return rows


def _script(python: str, entry_points: str) -> bytes:
    """The text of the script `pip`.

    It starts what the wheel says: main up to 26.2, and cli since, which lets nothing in while it
    installs.

    Args:
        python: the path that its first line names, or its second one where that is too long.
        entry_points: the text of the wheel's entry_points.txt; '' means the usual main.
    """
    if len(python) < _LONGEST_FIRST_LINE and " " not in python:
        start = f"#!{python}\n"
    else:
        # No kernel takes such a first line: a shell reads the second one, a text to Python.
        start = f"#!{_SHELL}\n'''exec' '{python}' \"$0\" \"$@\"\n' '''\n"
    named = _ENTRY_POINT.search(entry_points)
    if named:
        module, function = named.groups()
    else:
        module, function = "pip._internal.cli.main", "main"
    text = files.read_text(engine_file("installers", "programs", "console_script.py")) or ""
    script = filled(text, {"MODULE": module, "FUNCTION": function})
    return (start + script).encode("utf-8", "surrogateescape")
