"""What takes a module's place in a session, and what the health check does not look at.

It runs where nobody starts python and without PYTHONPATH, so that these cannot hide a broken link;
and it asks who takes a name of the repo, not whose name the repo takes. All of it is told from the
names of files and the text of an __init__.py; nothing is imported and nothing is written.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from workroot.pythons import configuration
from workroot.pythons.venv import Venv

_NATIVE = (".so", ".pyd")
STARTED = "python looks first where it is started"
_STARTED = (STARTED, "rename one of the two")
_PYTHONPATH = ("PYTHONPATH comes first", "unset PYTHONPATH, or rename one of the two")
_HIDDEN = ("a directory without __init__.py comes last", "rename yours")
# What a package says that takes in the directories of its name elsewhere.
_OPEN = (b"extend_path", b"declare_namespace")


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


def hidden(import_paths: Sequence[str], site: str) -> list[Shadow]:
    """What packages of the repo take from installed ones that have no __init__.py.

    Such a directory gives nothing where a module of its name stands anywhere on sys.path.
    """
    found = []
    for path in import_paths:
        for name, taken in _modules(path).items():
            lost = os.path.join(site, name)
            nothing_lost = _module(site, name) or not _holds_source(lost)
            if nothing_lost or os.path.isdir(taken) or _is_open(taken):
                continue
            found.append(Shadow(name, taken, lost, *_HIDDEN))
    return found


def overtaken(import_paths: Sequence[str], site: str) -> list[Shadow]:
    """What modules of a site behind the repo take from its directories without __init__.py.

    Nothing else: the rest of the repo comes first there.
    """
    found = []
    for path in import_paths:
        for name, lost in _modules(path).items():
            taken = _module(site, name)
            if taken and os.path.isdir(lost) and not _is_open(taken):
                found.append(Shadow(name, taken, lost, *_HIDDEN))
    return found


def user_site(venv: Venv, environ: Mapping[str, str]) -> str:
    """The person's own site-packages, behind those of a venv that shows the system's; else ''.

    The health check cannot see it: -I, which keeps PYTHONPATH away, keeps it away as well.
    """
    said = configuration.read(venv.path).get("include-system-site-packages", "")
    if said.lower() != "true" or environ.get("PYTHONNOUSERSITE"):
        return ""
    major, minor, _ = venv.version
    if os.name == "nt":
        base = environ.get("PYTHONUSERBASE") or os.path.join(environ.get("APPDATA", ""), "Python")
        return os.path.join(base, f"Python{major}{minor}", "site-packages")
    base = environ.get("PYTHONUSERBASE") or os.path.join(environ.get("HOME", ""), ".local")
    return os.path.join(base, "lib", f"python{major}.{minor}", "site-packages")


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


def _is_open(module: str) -> bool:
    try:
        with open(module, "rb") as source:
            text = source.read()
    except OSError:  # not ours to read: the import itself will say so
        return False
    return any(word in text for word in _OPEN)
