"""repo.pth: the one path-only file in site-packages that names the repo's import paths.

Its bytes are ASCII but for one case (3.13 and newer on Windows, where UTF-8 is read in every locale), lines end with LF, there is no
import line, and it is put in place whole. Which line to write for which path: Python's site module, all versions 3.6 to 3.15.
"""

import os
import re
from collections.abc import Sequence

from workroot import files
from workroot.errors import WorkrootError

NAME = "repo.pth"
_SPLITS = re.compile("[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")


def path(site: str) -> str:
    """Where the link of that site-packages is."""
    return os.path.join(site, NAME)


def lines(targets: Sequence[str], site: str, version: Sequence[int], links: str) -> list[str]:
    """One line for each import path. links: the directory for ASCII symlinks, made only when one is needed. Raises WorkrootError."""
    return [_line(target, site, version, links, number) for number, target in enumerate(targets)]


def content(written: Sequence[str]) -> bytes:
    """The bytes of a link with these lines."""
    return "".join(line + "\n" for line in written).encode("utf-8")


def write(site: str, written: Sequence[str]) -> bool:
    """Put the link in place; says whether that changed anything."""
    return files.write_if_changed(path(site), content(written))


def _line(target: str, site: str, version: Sequence[int], links: str, number: int) -> str:
    clean = not _SPLITS.search(target) and _decodable(target) and target.isprintable()
    if clean and target.isascii():
        return _closed(target)
    relative = _relative(target, site)
    if relative and _plain(relative):
        return _closed(relative)
    if os.name == "nt" and clean and tuple(version[:2]) >= (3, 13):
        return _closed(target)
    return _through_link(target, site, links, number)


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


def _through_link(target: str, site: str, links: str, number: int) -> str:
    name = os.path.join(links, str(number))
    line = name if _plain(name) else _relative(name, site)
    if not line or not _plain(line):
        raise WorkrootError(
            f"{target} cannot be named in a .pth file from {site}",
            "rename the repo, or put it and the workroot in one directory",
        )
    files.make_directory(links)
    if not os.path.islink(name) or os.readlink(name) != target:
        files.symlink(target, name)
    return _closed(line)


def _plain(line: str) -> bool:
    """Whether every Python in every locale reads that line as it stands."""
    return line.isascii() and not _SPLITS.search(line)


def _decodable(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
