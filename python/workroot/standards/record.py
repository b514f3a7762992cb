"""RECORD, the list of the files of an installed distribution (PEP 376, PEP 427).

It is a CSV file of path, hash and size.
"""

import os
from _io import StringIO

from workroot.standards.digest import from_record, sha256_in_record

_HASH = "sha256="
_QUOTED = ',"\r\n'  # in a path these end a cell or a line


def row(path: str, content: bytes) -> str:
    """The line for one file, its end included.

    Args:
        path: as RECORD has it: relative to the directory that .dist-info lies in, with '/'.
        content: the bytes that are hashed and counted.
    """
    return f"{_cell(path)},{_HASH}{sha256_in_record(content)},{len(content)}\n"


def own_row(path: str) -> str:
    """The line for RECORD itself, which has no hash."""
    return f"{_cell(path)},,\n"


def _cell(path: str) -> str:
    """A path as a cell of CSV, quoted only where it must be, as csv.writer does it."""
    if any(character in path for character in _QUOTED):
        return '"' + path.replace('"', '""') + '"'
    return path


def rows(data: bytes) -> list[list[str]]:
    """The cells of each line, empty lines left out; [] where the text is no CSV.

    The first cell is the path. Lines that pip has made up (see _pieces) are left out too.
    """
    from _csv import Error, reader  # a library of its own in most Pythons

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
        has_line_end = parts != [path]
        has_hash = bool(cells and cells[0])
        if has_line_end and not has_hash:
            pieces.update(parts, ["".join(parts)])
    # A name that is there twice is a file of its own as well as a piece: it stays.
    real = [path for path, *_ in found if path in pieces]
    return {path for path in pieces if real.count(path) == 1}


def paths(data: bytes, site: str) -> list[str]:
    """The paths in a RECORD whose distribution lies in site, relative to the venv."""
    return [inside(site, path) for path, *_ in rows(data)]


def with_content(data: bytes, site: str) -> set[str]:
    """The paths in a RECORD of files that are not empty, relative to the venv.

    Bytecode is left out, as Python makes it anew, and so is what lies outside of the venv.
    """
    found = set()
    for path, *cells in rows(data):
        size = cells[-1] if len(cells) > 1 else ""
        # A row without a size is one of RECORD itself, or of what an installer made: it may be
        # empty, but it has to be there. That is asked of RECORD by whoever reads it.
        if size in ("", "0") or path.endswith(".pyc"):
            continue
        place = inside(site, path)
        if place[:1] != "/" and not place.startswith("../"):
            found.add(place)
    return found


def hashes(data: bytes, site: str) -> dict[str, str]:
    """The hashes that a RECORD gives.

    Args:
        data: the content of the RECORD.
        site: the directory its distribution lies in, relative to the venv.

    Returns:
        Path relative to the venv -> SHA-256 in hex. What has no hash in there, as RECORD itself,
        or one of another kind, is left out.
    """
    said = {}
    for path, *cells in rows(data):
        digest = cells[0] if cells else ""
        if not digest.startswith(_HASH):
            continue
        try:
            said[inside(site, path)] = from_record(digest.removeprefix(_HASH))
        except ValueError:
            continue  # what is no hash says nothing of the file
    return said


def inside(site: str, path: str) -> str:
    """A path as RECORD has it, made relative to the venv: it starts at site.

    '..' leads out of site, as scripts in bin have it. An absolute path stays one.
    """
    if os.name == "nt":
        path = path.replace("\\", "/")  # installed-files.txt has the system's separator
    plain = f"{site}/{path}"
    if "./" not in path and path[:1] != "/":  # nearly every path: normpath is slow for thousands
        return plain
    return os.path.normpath(plain).replace("\\", "/")
