"""A virtual environment as it lies there: what it is, whose it is, and where it was made.

One that the kit made bears a marker; one that somebody else made is adopted when it works. Nothing
is ever cleared that does not bear the marker.
"""

import os
import re
from collections.abc import Mapping
from typing import NamedTuple

from workroot.doors import files, process
from workroot.errors import WorkrootError
from workroot.pythons import configuration, packages
from workroot.root import ASIDE, EXE, VENV_MARKER, venv_bin, venv_python

UNFINISHED, COMPLETE = "unfinished", "complete"
_EMPTY = {"lost+found", ASIDE}  # what a fresh volume has, and what we keep in the place itself
_PLAIN = re.compile(r"[A-Za-z0-9/._+@:\\ -]+\Z")
_SMALL = 100_000  # bytes; a script that names its venv is shorter
_FACTS = """
import os, sys, sysconfig
scheme = "venv" if "venv" in sysconfig.get_scheme_names() else sysconfig.get_default_scheme() if sys.platform == "win32" else "posix_prefix"
base = {"base": sys.argv[1], "platbase": sys.argv[1], "installed_base": sys.argv[1], "installed_platbase": sys.argv[1]}
facts = [sysconfig.get_path("purelib", scheme, base), getattr(sys, "_base_executable", None) or sys.executable, *map(str, sys.version_info[:3])]
sys.stdout.buffer.write(b"\\0".join(map(os.fsencode, facts)))
"""


class Venv(NamedTuple):
    """What is known of a virtual environment that works. made: by us, not adopted."""

    path: str
    site: str
    base: str
    version: tuple[int, int, int]
    made: bool

    @property
    def python(self) -> str:
        return venv_python(self.path)

    @property
    def text(self) -> str:
        return ".".join(map(str, self.version))


def state(path: str) -> str:
    """What stands at path.

    'absent', 'ours', 'foreign' (a venv or not), or 'taken' by something that is no directory.
    """
    if not os.path.lexists(path):
        return "absent"
    if not os.path.isdir(path):
        return "taken"
    if marker(path).get("state") == COMPLETE:
        return "ours"
    return "foreign" if set(os.listdir(path)) - _EMPTY else "absent"


def inspect(path: str, environ: Mapping[str, str]) -> Venv:
    """Ask the venv's own Python for the facts. Raises WorkrootError.

    Without its site, which a broken .pth could keep from starting.
    """
    if not os.path.isfile(os.path.join(path, "pyvenv.cfg")):
        raise WorkrootError(f"{path} has no pyvenv.cfg, so its Python would be the system's")
    argv = [venv_python(path), "-I", "-S", "-c", _FACTS, path]
    outcome = process.attempt(argv, env=process.scrubbed(environ), timeout=60)
    facts = outcome.output.split("\0")
    if outcome.status or len(facts) != 5:
        reason = (outcome.errors.strip().splitlines() or ["no answer"])[-1]
        raise WorkrootError(f"{venv_python(path)} does not run: {reason}")
    site, base, *version = facts
    venv = Venv(path, site, base, tuple(map(int, version)), state(path) == "ours")
    if not os.path.isdir(venv.site):
        raise WorkrootError(
            f"{path} was made for another Python: it has no {os.path.relpath(venv.site, path)}"
        )
    return venv


def configured(path: str) -> Venv:
    """The facts as far as pyvenv.cfg and the names of files tell them; nothing is started. Raises WorkrootError."""
    layout = packages.layout(path)
    numbers = re.findall(r"\d+", configuration.version(path) or layout.python)
    version = tuple(map(int, [*numbers, "0", "0", "0"][:3]))
    site = os.path.join(path, *layout.sites[0].split("/")) if layout.sites else path
    home = configuration.read(path).get("home", "")
    names = [f"python{layout.python}{EXE}", f"python3{EXE}", f"python{EXE}"]
    programs = [os.path.join(home, name) for name in names]
    base = next((program for program in programs if os.path.isfile(program)), programs[-1])
    return Venv(path, site, base, version, state(path) == "ours")


def moved_from(path: str) -> str | None:
    """Where a venv of ours was made, when that is not where it is.

    Its scripts still name that place. One that is reached through a link was not moved.
    """
    made_at = marker(path).get("path")
    if not made_at or made_at == path or made_at == os.path.realpath(path):
        return None
    return made_at


def settle(path: str, old: str, owner: str = "") -> None:
    """Make a moved or copied venv of ours name its new place, and its new owner.

    Raises WorkrootError where a path is too odd for that.
    """
    if not (_PLAIN.match(path) and _PLAIN.match(old)):
        raise WorkrootError(
            f"{path} was moved from {old} and its scripts cannot be corrected",
            "workroot create --force",
        )
    respell(path, old, path)
    mark(path, path, COMPLETE, owner=owner)


def destine(path: str, place: str) -> None:
    """Make a venv of ours name the place that it will be unpacked to."""
    respell(path, path, place)
    mark(path, place, COMPLETE)


def respell(venv: str, old: str, new: str) -> None:
    """Replace one text by another in the venv's scripts and pyvenv.cfg."""
    directory = venv_bin(venv)
    names = os.listdir(directory) if os.path.isdir(directory) else []
    scripts = [os.path.join(directory, name) for name in names]
    for path in (os.path.join(venv, "pyvenv.cfg"), *scripts):
        if os.path.islink(path) or not os.path.isfile(path) or os.path.getsize(path) > _SMALL:
            continue
        content = files.read_bytes(path) or b""
        if os.fsencode(old) in content and b"\0" not in content:
            spelled = content.replace(os.fsencode(old), os.fsencode(new))
            files.write(path, spelled, os.stat(path).st_mode & 0o7777)


def born(path: str) -> str:
    """What tells a venv from one that was made in its place since.

    It stays when the venv is moved or copied, if it is ours.
    """
    ours = marker(path).get("born")
    try:
        return ours or f"{os.stat(os.path.join(path, 'pyvenv.cfg')).st_ino}"
    except OSError:
        return ""


def mark(directory: str, path: str, progress: str, born: str = "", owner: str = "") -> None:
    """Write the marker: how far it is, for which place it was made, since when, and for whom.

    What is not given stays as it was.
    """
    before = marker(directory)
    said = {"state": progress, "path": path, "born": before.get("born") or born}
    if owner or before.get("owner"):
        said["owner"] = owner or before["owner"]
    text = "\0".join(word for pair in said.items() for word in pair)
    files.write(os.path.join(directory, VENV_MARKER), text.encode("utf-8", "surrogateescape"))


def marker(venv: str) -> dict[str, str]:
    """What the marker says; nothing where there is none."""
    data = files.read_bytes(os.path.join(venv, VENV_MARKER))
    parts = data.decode("utf-8", "surrogateescape").split("\0") if data else []
    return dict(zip(parts[::2], parts[1::2], strict=False))  # a cut one is half a marker
