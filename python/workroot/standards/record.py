"""RECORD, the list of the files of an installed distribution (PEP 376, PEP 427).

It is a CSV file of path, hash and size.
"""

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

    # Split at line ends alone, and never in a quoted cell: a file name may hold one. splitlines
    # knows nine more of them, and pip, which uses it, writes rows of files that never were.
    lines = StringIO(data.decode("utf-8", "surrogateescape"), newline="")
    try:
        found = [cells for cells in reader(lines) if cells]
    except Error:
        return []
    never_were = _pieces(found)
    if never_were:
        return [cells for cells in found if cells[0] not in never_were]
    return found


def _pieces(found: list[list[str]]) -> set[str]:
    """What pip (20.3 to 26.3) makes of a name with a line end: the name without, or its pieces.

    It reads the wheel's RECORD so, finds no such file, and adds the real one without a hash.
    """
    pieces = set()
    for path, *cells in found:
        parts = path.splitlines()
        if (len(parts) > 1 or parts != [path]) and not (cells and cells[0]):
            pieces.update(parts, ["".join(parts)])
    real = [path for path, *_ in found if path in pieces]
    return {path for path in pieces if real.count(path) == 1}


def paths(data: bytes, site: str) -> list[str]:
    """The paths in a RECORD whose distribution lies in site, relative to the venv."""
    return [inside(site, path) for path, *_ in rows(data)]


def hashes(data: bytes, site: str) -> dict[str, str]:
    """path relative to the venv -> sha256 in hex, for what a RECORD gives one.

    site: where its distribution lies.
    """
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
    """A path as RECORD has it, relative to the venv: it starts at site; '..' leads out of that."""
    if os.name == "nt":
        path = path.replace("\\", "/")
    plain = f"{site}/{path}"
    if "./" not in path and path[:1] != "/":
        return plain
    return os.path.normpath(plain).replace("\\", "/")
