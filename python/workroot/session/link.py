"""repo.pth: the one path-only file in site-packages that names the repo's import paths.

Its bytes are ASCII but for one case (3.13 and newer on Windows, where UTF-8 is read in every locale), lines end with LF, there is no
import line, and it is put in place whole. Which line to write for which path: Python's site module, all versions 3.6 to 3.15.
"""

import os
import re
from collections.abc import Sequence

from workroot.doors import files
from workroot.errors import WorkrootError

NAME = "repo.pth"
_SPLITS = re.compile("[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")


def path(site: str) -> str:
    """Where the link of that site-packages is."""
    return os.path.join(site, NAME)


def lines(targets: Sequence[str], site: str, version: Sequence[int], links: str) -> list[str]:
    """One line for each import path. links: the directory for ASCII symlinks, which write makes. Raises WorkrootError."""
    return [_line(target, site, version, links, number) for number, target in enumerate(targets)]


def content(written: Sequence[str]) -> bytes:
    """The bytes of a link with these lines."""
    return "".join(line + "\n" for line in written).encode("utf-8")


def write(site: str, targets: Sequence[str], version: Sequence[int], links: str) -> bool:
    """Put the link in place, and the symlinks that it needs; says whether that changed the link. Raises WorkrootError."""
    written = lines(targets, site, version, links)
    for number, target in enumerate(targets):
        if written[number] == _closed(_linked(site, links, number)):
            _make(os.path.join(links, str(number)), target)
    return files.write_if_changed(path(site), content(written))


def _make(name: str, target: str) -> None:
    files.make_directory(os.path.dirname(name))
    if not os.path.islink(name) or os.readlink(name) != target:
        files.symlink(target, name)


def _line(target: str, site: str, version: Sequence[int], links: str, number: int) -> str:
    clean = not _SPLITS.search(target) and _decodable(target) and target.isprintable()
    if clean and target.isascii():
        return _closed(target)
    relative = _relative(target, site)
    if relative and _plain(relative):
        return _closed(relative)
    if os.name == "nt" and clean and tuple(version[:2]) >= (3, 13):
        return _closed(target)
    line = _linked(site, links, number)
    if not _plain(line):
        raise WorkrootError(
            f"{target} cannot be named in a .pth file from {site}",
            "rename the repo, or put it and the workroot in one directory",
        )
    return _closed(line)


def _closed(line: str) -> str:
    """A line that site reads as a path: a space at its end would be stripped, '#' or 'import ' at its start would be no path."""
    if line != line.strip() or line[-1:].isspace():
        line += "/"
    return f"./{line}" if line.startswith(("#", "import ", "import\t", " ")) else line


def _relative(target: str, site: str) -> str | None:
    try:
        return os.path.relpath(target, os.path.realpath(site))
    except ValueError:  # another drive
        return None


def _linked(site: str, links: str, number: int) -> str:
    """The line that goes by a symlink of ours."""
    name = os.path.join(links, str(number))
    return name if _plain(name) else _relative(name, site) or name


def _plain(line: str) -> bool:
    """Whether every Python in every locale reads that line as it stands."""
    return line.isascii() and not _SPLITS.search(line)


def _decodable(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
