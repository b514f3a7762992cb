"""RECORD, the list of the files of an installed distribution: a CSV file of path, hash and size (PEP 376, PEP 427)."""

import os
from _io import StringIO

from workroot.standards.digest import sha256_in_record

_HASH = "sha256="
_QUOTED = ',"\r\n'  # in a path these end a cell or a line


def row(path: str, content: bytes) -> str:
    """The line for one file, its end included."""
    return f"{_cell(path)},{_HASH}{sha256_in_record(content)},{len(content)}\n"


def own_row(path: str) -> str:
    """The line for RECORD itself, which has no hash."""
    return f"{_cell(path)},,\n"


def _cell(path: str) -> str:
    if any(character in path for character in _QUOTED):
        return '"' + path.replace('"', '""') + '"'
    return path


def rows(data: bytes) -> list[list[str]]:
    """The cells of each line; [] where the text is no CSV."""
    from _csv import Error, reader

    # Split at line ends alone, never inside of a quoted cell: a file name may hold one, and splitlines knows nine more.
    lines = StringIO(data.decode("utf-8", "surrogateescape"), newline="")
    try:
        return [cells for cells in reader(lines) if cells]
    except Error:
        return []


def paths(data: bytes, site: str) -> list[str]:
    """The paths in a RECORD whose distribution lies in site, relative to the venv."""
    return [inside(site, path) for path, *_ in rows(data)]


def hashes(data: bytes, site: str) -> dict[str, str]:
    """path relative to the venv -> sha256 in hex, for what a RECORD whose distribution lies in site gives one."""
    from binascii import Error, a2b_base64

    said = {}
    for path, *cells in rows(data):
        digest = cells[0] if cells else ""
        if not digest.startswith(_HASH):
            continue
        plain = digest.removeprefix(_HASH).replace("-", "+").replace("_", "/")
        try:
            said[inside(site, path)] = a2b_base64(plain + "==").hex()
        except Error:
            continue  # what is no hash says nothing of the file
    return said


def inside(site: str, path: str) -> str:
    """A path as RECORD has it, relative to the venv: it starts at site, and '..' leads out of that."""
    if os.name == "nt":
        path = path.replace("\\", "/")
    plain = f"{site}/{path}"
    if "./" not in path and path[:1] != "/":
        return plain
    return os.path.normpath(plain).replace("\\", "/")
