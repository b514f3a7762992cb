"""Where a venv gets its pip from when it has none, and how it gets there.

In order: the wheel that the base Python brings, the base's own pip, one wheel from the index,
pinned by its hash (pinned.py). Looking starts nothing but, where files do not tell, the base
Python; it changes nothing and asks no index.
"""

import hashlib
import os
import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from workroot.doors import files, process, trees
from workroot.errors import WorkrootError
from workroot.installers import images, index, pinned, wheel
from workroot.pythons import bytecode
from workroot.pythons.interpreter import which
from workroot.pythons.venv import Venv, configured
from workroot.root import SCRIPTS, engine_file

BUNDLED, LENT, KEPT, INDEX, NONE = "bundled", "lent", "kept", "index", "none"
_BASE_KNOWS_PYTHON = (22, 3)  # the first pip that can be told of another environment: --python
_INFO = re.compile(r"pip-([0-9][^-]*)\.dist-info")
_WHEEL = re.compile(r"pip-([0-9][^-]*)-[^-]+-none-any\.whl")
_PART = re.compile(r"site-packages/pip(-[^/-]+\.dist-info)?/|^(bin|Scripts)/pip[0-9.]*(\.exe)?$")


class Source(NamedTuple):
    """Where the first use takes a pip from.

    Attributes:
        kind: BUNDLED, a wheel that the base Python brings; LENT, the base's own pip; KEPT, a
            wheel that was fetched before; INDEX, one that is to be fetched; or NONE.
        words: which pip of whom, for a sentence.
        wheel: its path, of a BUNDLED or KEPT one.
    """

    kind: str
    words: str
    wheel: str = ""

    @property
    def is_there(self) -> bool:
        """Whether a pip is to be had, as far as can be told without asking an index."""
        return self.kind != NONE


# what a venv has


def present(venv: Venv) -> bool:
    """Whether the venv has a whole pip: its package and its metadata, which come last.

    By names alone: to start that Python would take far longer.
    """
    names = os.listdir(venv.site)
    if "pip" not in names:
        return False
    infos = [os.path.join(venv.site, name) for name in names if _INFO.fullmatch(name)]
    return any(os.path.isfile(os.path.join(info, "METADATA")) for info in infos)


def own(venv: Venv) -> bool:
    """Whether the venv's pip is one that we put there: its INSTALLER (PEP 376) says so.

    A pip that was upgraded by itself says 'pip' there.
    """
    infos = [name for name in os.listdir(venv.site) if _INFO.fullmatch(name)]
    said = [files.read_bytes(os.path.join(venv.site, name, "INSTALLER")) for name in infos]
    return b"workroot\n" in said


def is_part(name: str) -> bool:
    """Whether a file, by its path in a venv with '/' in it, is pip's.

    That is its package, its metadata and its scripts, on every system.
    """
    return bool(_PART.search(name))


# where one is


def lacking(venv: Venv, environ: Mapping[str, str], ask: bool = True) -> Source | None:
    """None where that venv has a pip; else where its first `pip` gets one from, as source says."""
    if present(venv):
        return None
    return source(venv, environ, ask)


def source(venv: Venv, environ: Mapping[str, str], ask: bool = True) -> Source:
    """Where that venv, which has no pip, gets one from; a Source of kind NONE for nowhere.

    Args:
        venv: what needs one.
        environ: the person's, with what leads to an index.
        ask: whether the base Python may be started to find out.
    """
    path = bundled(venv, environ, ask)
    if path:
        found = _WHEEL.fullmatch(os.path.basename(path))
        called = f"pip {found[1]}" if found else "the pip"
        return Source(BUNDLED, f"{called}, which Python {venv.text} brings", path)
    version = _lent(venv, environ, ask)
    if version:
        return Source(LENT, f"pip {version} of {venv.base}")
    needed = pinned.for_python(venv.version)
    path = pinned.kept(needed, environ)
    if path:
        return Source(KEPT, f"pip {needed.version} from {os.path.dirname(path)}", path)
    places = pinned.pages(environ)
    if places:
        return Source(INDEX, f"pip {needed.version} from {index.shown(places[-1])}")
    return Source(NONE, "pip is told to ask no index (no-index)")


def bundled(venv: Venv, environ: Mapping[str, str], ask: bool = True) -> str | None:
    """The path of the wheel of pip that the base Python brings; None where it brings none.

    Args:
        venv: one of that Python's.
        environ: the person's.
        ask: whether that Python is started where the usual places do not tell.
    """
    for directory in _usual_places(venv):
        names = sorted(name for name in files.names(directory) if _WHEEL.fullmatch(name))
        if len(names) == 1:  # of two, that Python knows which one is its own
            return os.path.join(directory, names[0])
    if not ask:
        return None
    argv = [venv.base, "-I", engine_file("installers", "programs", "bundled_pip.py")]
    outcome = process.attempt(argv, env=process.scrubbed(environ), timeout=60)
    return next((path for path in outcome.output.splitlines() if os.path.isfile(path)), None)


def _usual_places(venv: Venv) -> list[str]:
    """Where the wheel of pip usually is.

    ensurepip's own directory, and the one that a distribution has for all its Pythons.

    Debian's is there without ensurepip.
    """
    prefix, libraries = _libraries(venv)
    bundles = [os.path.join(library, "ensurepip", "_bundled") for library in libraries]
    return [*bundles, os.path.join(prefix, "share", "python-wheels")]


def _libraries(venv: Venv) -> tuple[str, list[str]]:
    """The base's prefix, and the directories that its standard library may be in.

    They are told by the path of its program alone, and need not be there.
    """
    directory = os.path.dirname(venv.base)
    if os.name == "nt":
        return directory, [os.path.join(directory, "Lib")]
    prefix = os.path.dirname(directory)
    name = "python{}.{}".format(*venv.version[:2])
    # Fedora has it in lib64, nearly everybody else in lib.
    return prefix, [os.path.join(prefix, lib, name) for lib in ("lib", "lib64")]


def _lent(venv: Venv, environ: Mapping[str, str], ask: bool) -> str | None:
    """The version of the base's own pip, where that can serve another environment.

    None where it is too old for --python, or there is none. ask: the base may be started.
    """
    version = _version_beside(venv)
    if not version and ask:
        version = _asked_version(venv, environ)
    found = re.match(r"(\d+)\.(\d+)", version or "")
    if not found or tuple(map(int, found.groups())) < _BASE_KNOWS_PYTHON:
        return None
    return version


def _version_beside(venv: Venv) -> str | None:
    """The version of the base's pip by the names of files, where Pythons usually have it.

    A start of the base costs more than all else here. None where that is not clear.
    """
    prefix, libraries = _libraries(venv)
    sites = [os.path.join(library, "site-packages") for library in libraries]
    if os.name != "nt":
        sites.append(os.path.join(prefix, "lib", "python3", "dist-packages"))  # Debian
    for site in sites:
        names = files.names(site)
        infos = [found for found in map(_INFO.fullmatch, names) if found]
        if "pip" in names and len(infos) == 1:
            return infos[0][1]
    return None


def _asked_version(venv: Venv, environ: Mapping[str, str]) -> str | None:
    """The version that the base's pip gives; None where it does not run.

    It has a minute: the first start of a pip without bytecode takes long.
    """
    argv = [venv.base, "-I", "-m", "pip", "--version"]
    outcome = process.attempt(argv, env=process.scrubbed(environ), timeout=60)
    found = re.match(r"pip (\S+)", outcome.output)
    return found[1] if found and not outcome.status else None


# how it gets there


def own_words(venv: Venv) -> tuple[str, ...]:
    """What starts the venv's own pip; -I keeps the directory and PYTHONPATH out of it."""
    return (venv.python, "-Im", "pip")


def lent_words(venv: Venv) -> tuple[str, ...]:
    """What starts the base's pip on that venv.

    It starts itself again by the venv's Python, and installs into that one's site-packages.
    """
    return (venv.base, "-I", "-m", "pip", "--python", venv.python)


def sentence(venv: Venv, found: Source) -> str:
    """What is said when a pip is taken from there, before it is."""
    verb = {INDEX: "fetching", LENT: "using"}.get(found.kind, "taking")
    return f"there is no pip in {venv.path} yet: {verb} {found.words}"


def promise(venv: Venv, found: Source) -> str:
    """What is said of a venv without a pip by who only looks: nothing is taken yet.

    found: what lacking gave.
    """
    if not found.is_there:
        return f"there is no pip in {venv.path}, and {found.words}"
    if found.kind == LENT:
        return f"there is no pip in {venv.path}; `pip` uses {found.words}"
    return f"there is no pip in {venv.path} yet; the first `pip` takes {found.words}"


def promised(path: str, environ: Mapping[str, str]) -> str | None:
    """The same for the venv at a path, as far as files tell; None where it has a pip."""
    venv = configured(path)
    found = lacking(venv, environ, ask=False)
    return promise(venv, found) if found else None


def obtained(
    found: Source, venv: Venv, environ: Mapping[str, str], uv_helps: bool = False
) -> Source:
    """The same with a wheel on this disk: what is on the index is fetched.

    Args:
        found: what source gave.
        venv: what needs it; the wheel comes into its directory where there is no cache.
        environ: the person's, with what leads to an index.
        uv_helps: whether what is to be done could be done by a uv as well.

    Raises:
        WorkrootError: when there is none to be had; its hint has two ways out.
    """
    missing = f"there is no pip in {venv.path}" + (" and no uv here" if uv_helps else "")
    then = f"{ways_out(found, environ, uv_helps)}; then type it again"
    if found.kind == NONE:
        raise WorkrootError(f"{missing}, and {found.words}", then)
    if found.kind != INDEX:
        return found
    needed = pinned.for_python(venv.version)
    try:
        path = pinned.fetch(needed, environ, otherwise=venv.path)
    except WorkrootError as error:
        raise WorkrootError(f"{missing}, and fetching one failed: {error.message}", then) from error
    return Source(KEPT, found.words, path)


def ways_out(found: Source, environ: Mapping[str, str], uv_helps: bool = False) -> str:
    """What to do where that pip is not to be had: two ways, as a hint for the person.

    The first brings one for good, the second depends on what stands against fetching.
    """
    debian = any(which("apt-get", environ))
    one = "apt install python3-venv" if debian else "install a Python that brings pip"
    if uv_helps:
        return f"{one}, or install uv"
    if found.kind == NONE:
        return f"{one}, or let pip ask an index again (no-index)"
    return f"{one}, or set PIP_INDEX_URL to an index that can be reached"


def put(found: Source, venv: Venv, environ: Mapping[str, str], compiled: bool = True) -> None:
    """Put the pip of a wheel on this disk into the venv.

    It is linked where one like it was kept before.

    Args:
        found: what obtained gave: its wheel is on this disk.
        venv: one without a whole pip; what a killed run left in it is removed first.
        environ: the person's.
        compiled: whether its bytecode is made now, and it is kept for the next venv.
    """
    _sweep(venv)
    cache = images.directory(environ)
    key = _image(found.wheel, venv)
    if not images.take(cache, key, venv.path):
        wheel.put(found.wheel, venv.path, venv.site, venv.python, venv.version)
        if compiled:
            bytecode.compile_all(venv, environ, os.path.join(venv.site, "pip"))
            images.keep(cache, key, venv.path, is_part)
    if os.path.dirname(found.wheel) == venv.path:
        files.discard(found.wheel)  # fetched where there was no cache


def put_bundled(venv: Venv, environ: Mapping[str, str]) -> bool:
    """Put the pip that comes with the base Python into the venv, if it has none yet.

    Says whether it has one now: False where the base brings none. No index is asked.
    """
    if present(venv):
        return True
    path = bundled(venv, environ)
    if path:
        put(Source(BUNDLED, "", path), venv, environ)
    return path is not None


def keep(venv: Venv, environ: Mapping[str, str]) -> None:
    """Keep our pip for the next venv of this Python.

    As it is after a run: compiled as far as it was used. One that a person put there is not kept.
    """
    if not own(venv):
        return
    path = bundled(venv, environ) or pinned.kept(pinned.for_python(venv.version), environ)
    if path:
        images.keep(images.directory(environ), _image(path, venv), venv.path, is_part)


def words(
    venv: Venv, environ: Mapping[str, str], say: Callable[[str], None], offline: bool = False
) -> tuple[str, ...]:
    """What starts a pip on that venv, which gets one if it has none.

    Args:
        venv: what it installs into.
        environ: the person's, with what leads to an index.
        say: told when one is fetched.
        offline: whether that is forbidden.

    Raises:
        WorkrootError: where none is to be had.
    """
    if present(venv):
        return own_words(venv)
    found = source(venv, environ)
    if found.kind == LENT:
        return lent_words(venv)
    if found.kind == INDEX:
        if offline:
            raise WorkrootError(
                f"there is no pip in {venv.path} and no uv here,"
                " and --offline forbids to fetch one",
                f"{ways_out(found, environ, uv_helps=True)}; then type it again",
            )
        say(sentence(venv, found))
    on_disk = obtained(found, venv, environ, uv_helps=True)
    # A pip of the base's own version is compiled by its first run, and kept after it (keep).
    put(on_disk, venv, environ, compiled=found.kind == INDEX)
    return own_words(venv)


def _sweep(venv: Venv) -> None:
    """Remove what a killed run left of a pip that is not whole.

    For a venv without one (see present): a whole pip would go as well.
    """
    for name in os.listdir(venv.site):
        if re.fullmatch(r"pip|pip-[^-]+\.dist-info|workroot-\d+\.tmp", name):
            trees.remove(os.path.join(venv.site, name))
    trees.sweep(os.path.join(venv.path, SCRIPTS))


def _image(path: str, venv: Venv) -> str:
    """The name of the image of a wheel for venvs like this one: what decides its files, hashed.

    The wheel counts by its path, size and time, not by its content.
    """
    status = os.stat(path)
    facts = (path, status.st_size, status.st_mtime_ns, venv.base, venv.version, SCRIPTS)
    return hashlib.sha256(repr(facts).encode("utf-8", "surrogateescape")).hexdigest()
