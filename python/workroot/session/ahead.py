"""What a session's Python takes before all that the venv gives it: where it is started, PYTHONPATH.

The health check runs without either, so that they cannot hide a broken link. What they change is
told from the names of files alone; nothing is imported and nothing is written.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

_NATIVE = (".so", ".pyd")
STARTED = "python looks first where it is started"
_STARTED = (STARTED, "rename one of the two")
_PYTHONPATH = ("PYTHONPATH comes first", "unset PYTHONPATH, or rename one of the two")


class Shadow(NamedTuple):
    """A module that a session takes from elsewhere: both files, why, and the way out."""

    name: str
    taken: str
    lost: str
    reason: str
    fix: str


class _Place(NamedTuple):
    directory: str
    reason: str
    fix: str


def shadows(
    import_paths: Sequence[str], started_in: Sequence[str], environ: Mapping[str, str]
) -> list[Shadow]:
    """What the repo's import paths lose. started_in: directories where people start python."""
    places = list(_places(started_in, environ))
    found: dict[str, Shadow] = {}
    for path in import_paths:
        for name, lost in _modules(path).items():
            shadow = _first(name, lost, places)
            if shadow and name not in found:
                found[name] = shadow
    return list(found.values())


def entries(environ: Mapping[str, str]) -> list[str]:
    """The directories and archives that PYTHONPATH names, as a Python started here sees them."""
    named = environ.get("PYTHONPATH", "").split(os.pathsep)
    return [os.path.abspath(entry) for entry in named if entry]


def _places(started_in: Sequence[str], environ: Mapping[str, str]) -> Iterator[_Place]:
    """In the order in which Python looks. PYTHONSAFEPATH leaves the first out, since 3.11."""
    if not environ.get("PYTHONSAFEPATH"):
        for directory in started_in:
            yield _Place(directory, *_STARTED)
    for entry in entries(environ):
        yield _Place(entry, *_PYTHONPATH)


def _first(name: str, lost: str, places: Sequence[_Place]) -> Shadow | None:
    for place in places:
        taken = _module(place.directory, name)
        if taken and os.path.realpath(taken) != os.path.realpath(lost):
            return Shadow(name, taken, lost, place.reason, place.fix)
        if taken:
            return None  # the repo's own, by another way
    return None


def _modules(path: str) -> dict[str, str]:
    """Name -> file of the modules at the top of an import path; a directory for a namespace."""
    found = {}
    try:
        names = sorted(os.listdir(path))
    except OSError:  # the health check says it
        return {}
    for entry in names:
        name, point, ending = entry.partition(".")
        known = ending in ("", "py") or entry.endswith(_NATIVE)
        if not known or not name.isidentifier() or name.startswith("__"):
            continue
        file = _module(path, name)
        if file or (not point and _holds_source(os.path.join(path, name))):
            found.setdefault(name, file or os.path.join(path, name))
    return found


def _module(directory: str, name: str) -> str:
    """The file that an import takes there; '' where there is none. A namespace takes nothing."""
    package = os.path.join(directory, name, "__init__.py")
    plain = os.path.join(directory, f"{name}.py")
    for file in (package, plain):
        if os.path.isfile(file):
            return file
    return ""


def _holds_source(directory: str) -> bool:
    try:
        return any(name.endswith(".py") for name in os.listdir(directory))
    except OSError:  # a file, or not ours to read
        return False
