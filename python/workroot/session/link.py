"""repo.pth: the one path-only file in site-packages that names the repo's import paths.

Its bytes are ASCII but for one case (3.13 and newer on Windows, where UTF-8 is read in every
locale), lines end with LF, there is no import line, and it is put in place whole. Which line to
write for which path: Python's site module, all versions 3.6 to 3.15.
"""

import os
import re
from collections.abc import Sequence

from workroot.doors import files
from workroot.errors import WorkrootError

NAME = "repo.pth"
# Where str.splitlines ends a line: a path that has one of these cannot stand on one line.
_SPLITS = re.compile("[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")


def path(site: str) -> str:
    """Where the link of that site-packages is."""
    return os.path.join(site, NAME)


def lines(
    targets: Sequence[str],
    site: str,
    version: Sequence[int],
    links: str,
) -> list[str]:
    """One line for each import path, in their order.

    Args:
        site: The site-packages directory in which the link is to be.
        version: Of the venv's Python, whose rules for such a file they have to satisfy.
        links: The directory for ASCII symlinks, which `write` makes.

    Raises WorkrootError: when no line can name a path.
    """
    return [_line(target, site, version, links, number) for number, target in enumerate(targets)]


def content(written: Sequence[str]) -> bytes:
    """The bytes of a link with these lines: LF on every system, UTF-8 where it is not ASCII."""
    return "".join(line + "\n" for line in written).encode("utf-8")


def write(
    site: str,
    targets: Sequence[str],
    version: Sequence[int],
    links: str,
) -> bool:
    """Put the link in place, and before it the symlinks that its lines go by.

    Returns:
        Whether that changed the link; an equal one keeps its time, which a proof looks at.

    Raises WorkrootError: when a path cannot be named, or something not be written.
    """
    written = lines(
        targets,
        site,
        version,
        links,
    )
    for number, target in enumerate(targets):
        if written[number] == _closed(_linked(site, links, number)):
            _make(os.path.join(links, str(number)), target)
    return files.write_if_changed(path(site), content(written))


def _make(name: str, target: str) -> None:
    """The symlink of an import path; one that is right already is left alone."""
    files.make_directory(os.path.dirname(name))
    if not os.path.islink(name) or os.readlink(name) != target:
        files.symlink(target, name)


def _line(
    target: str,
    site: str,
    version: Sequence[int],
    links: str,
    number: int,
) -> str:
    """The line for one path: as it stands, else relative, else by a symlink of ours.

    Raises WorkrootError: when none of these is pure ASCII.
    """
    clean = not _SPLITS.search(target) and _decodable(target) and target.isprintable()
    if clean and target.isascii():
        return _closed(target)
    # From there only the part that differs is spelled, which often is ASCII.
    relative = _relative(target, site)
    if relative and _plain(relative):
        return _closed(relative)
    if os.name == "nt" and clean and tuple(version[:2]) >= (3, 13):
        return _closed(target)
    # What is left goes by a symlink, whose name is a number below a directory of the workroot.
    line = _linked(
        site,
        links,
        number,
    )
    if not _plain(line):
        raise WorkrootError(
            f"{target} cannot be named in a .pth file from {site}",
            "rename the repo, or put it and the workroot in one directory",
        )
    return _closed(line)


def _closed(line: str) -> str:
    """A line that site reads as a path.

    A space at its end would be stripped; one that starts with '#' or 'import ' would be no path.
    """
    if line != line.strip() or line[-1:].isspace():
        line += "/"
    return f"./{line}" if line.startswith(("#", "import ", "import\t", " ")) else line


def _relative(target: str, site: str) -> str | None:
    """The way from site-packages to a path; None where there is none."""
    try:
        return os.path.relpath(target, os.path.realpath(site))
    except ValueError:  # another drive
        return None


def _linked(
    site: str,
    links: str,
    number: int,
) -> str:
    """The line that goes by a symlink of ours."""
    name = os.path.join(links, str(number))
    return name if _plain(name) else _relative(name, site) or name


def _plain(line: str) -> bool:
    """Whether every Python in every locale reads that line as it stands."""
    return line.isascii() and not _SPLITS.search(line)


def _decodable(text: str) -> bool:
    """Whether it has no byte that was not UTF-8, which os.fsdecode makes a lone surrogate of."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
