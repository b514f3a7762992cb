"""What workroot.toml wants installed.

Its requirements files and editable packages, and which of them the venv does not have.

A file whose every requirement is pinned and hashed is a lock: it says by itself what is to be
installed, whatever an index has since. Whether something is there is read from the metadata in the
venv; nothing of it is run.
"""

import os
import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from workroot.config import Config
from workroot.doors import documents, files
from workroot.errors import WorkrootError, some
from workroot.installers import requirement_files as requirements
from workroot.pythons import packages
from workroot.pythons.venv import Venv
from workroot.standards import requirement, target, versions
from workroot.standards.names import normalized

_HASH = re.compile(r"\s--hash[= ]")
_OPTION = re.compile(r"\s--")
_NAMED = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*\s*(?:[\[@=<>!~;(]|\Z)")
_EXACT = re.compile(r"={2,3}\s*[^\s,*]+")


class Wish(NamedTuple):
    """One line that asks for a distribution. name.

    Normalized, '' where only a URL, a path or an editable is given.
    """

    name: str
    specifier: str
    marker: str
    pinned: bool
    hashed: bool


def digests(config: Config) -> dict[str, str]:
    """Each requirements file and editable package, with a hash of what decides its content.

    Raises WorkrootError.
    """
    found = {}
    for path in config.venv.requirements:
        found[path] = requirements.digest(requirements.nested([path]))
    for directory in config.venv.editable:
        found[directory] = f"editable {requirements.digest(declarations(directory))}"
    return found


def watched(config: Config) -> list[str]:
    """The files that decide what should be installed, as far as they are there and can be read."""
    found: list[str] = []
    for path in config.venv.requirements:
        try:
            found += requirements.nested([path])
        except WorkrootError:
            # One that cannot be read keeps its packages out, not a session from starting.
            found += [path] if os.path.isfile(path) else []
    for directory in config.venv.editable:
        found += [path for path in declarations(directory) if os.path.isfile(path)]
    return found


def declarations(directory: str) -> list[str]:
    """The files that say what an editable package is and needs, whether they are there or not."""
    return [os.path.join(directory, name) for name in requirements.DECLARES]


def check(config: Config) -> None:
    """Raises WorkrootError for what workroot.toml names and nobody could install."""
    for path in config.venv.requirements:
        if not os.path.isfile(path):
            raise WorkrootError(
                f"the requirements file {path} is not there",
                "correct [venv] requirements in workroot.toml",
            )
    for path in config.venv.editable:
        if not os.path.isdir(path):
            raise WorkrootError(
                f"the editable package {path} is not there",
                "correct [venv] editable in workroot.toml",
            )
        declared = [os.path.join(path, name) for name in ("pyproject.toml", "setup.py")]
        if not any(os.path.isfile(file) for file in declared):
            raise WorkrootError(
                f"{path} cannot be installed: it has no pyproject.toml or setup.py",
                "correct [venv] editable in workroot.toml",
            )


def wishes(paths: Sequence[str]) -> list[Wish]:
    """What requirements files ask for, by their own lines and by files that they name with -r.

    Raises WorkrootError.
    """
    return [_wish(line) for line in requirements.requested(paths)]


def _wish(line: str) -> Wish:
    words = _OPTION.split(line, maxsplit=1)[0].strip()
    hashed = bool(_HASH.search(line))
    if line.startswith("-"):
        return Wish(
            "",
            "",
            "",
            pinned=False,
            hashed=hashed,
        )
    try:
        found = requirement.parse(words) if _NAMED.match(words) else None
    except ValueError:
        found = None
    if found is None:  # a URL or a path stands for one file
        return Wish(
            "",
            "",
            "",
            pinned=True,
            hashed=hashed,
        )
    pinned = bool(found.url or _EXACT.fullmatch(found.specifier))
    return Wish(
        found.name,
        found.specifier,
        found.marker,
        pinned,
        hashed,
    )


def is_lock(listed: Sequence[Wish]) -> bool:
    """Whether nothing is left to resolve: all of it pinned, all of it hashed."""
    return bool(listed) and all(wish.pinned and wish.hashed for wish in listed)


def project_name(directory: str) -> str:
    """The normalized name that a project gives itself in pyproject.toml; '' where it does not."""
    name = pyproject(directory).get("project", {}).get("name", "")
    return normalized(name) if isinstance(name, str) else ""


def pyproject(directory: str) -> dict:
    """The tables of a project's pyproject.toml; none where it has none or a broken one."""
    try:
        text = files.read_text(os.path.join(directory, "pyproject.toml")) or ""
        return documents.parse_toml(text)
    except ValueError:
        return {}  # the installer says what is wrong with it


def unmet(
    config: Config,
    venv: Venv,
    environ: Mapping[str, str],
) -> list[str]:
    """Sentences on what is asked for by name and is not installed, one a file or package."""
    there = {one.name: one.version for one in packages.read(venv.path)}
    sentences = []
    for path in config.venv.requirements:
        try:
            gone = _unmet(wishes([path]), there, venv, environ)
        except WorkrootError as error:
            sentences.append(error.message)
            continue
        if gone:
            sentences.append(f"{os.path.basename(path)} is not installed: {some(gone)}")
    for directory in config.venv.editable:
        name = project_name(directory)
        if name and name not in there:
            sentences.append(f"the editable package {name} is not installed")
    return sentences


def _unmet(
    listed: Sequence[Wish],
    there: Mapping[str, str],
    venv: Venv,
    environ: Mapping[str, str],
) -> list[str]:
    # Only markers need the venv's Python, which takes a start of it.
    facts = target.of(venv.python, environ).markers if any(one.marker for one in listed) else {}
    gone = []
    for wish in listed:
        if not wish.name or not _holds(wish.marker, facts):
            continue
        if wish.name not in there:
            gone.append(f"{wish.name} is missing")
        elif not _fits(there[wish.name], wish.specifier):
            gone.append(f"{wish.name} is {there[wish.name]}, not {wish.specifier}")
    return gone


def _holds(marker: str, facts: Mapping[str, object]) -> bool:
    try:
        return requirement.holds(marker, facts)
    except ValueError:
        return False  # the installer refuses it, and says why


def _fits(version: str, specifier: str) -> bool:
    try:
        return versions.fits(version, specifier)
    except ValueError:
        return True  # of a version or range outside of the standard nothing can be said
