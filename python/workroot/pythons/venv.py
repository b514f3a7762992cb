"""A workroot's virtual environment: made beside its place and renamed into it, so it is whole or not there.

Nothing is ever cleared that does not bear our marker; one that somebody else made is adopted when it works.
"""

import os
import re
import time
from collections.abc import Mapping
from typing import NamedTuple

from workroot.doors import files, process, trees
from workroot.errors import WorkrootError
from workroot.pythons import configuration, packages
from workroot.pythons.interpreter import Python
from workroot.root import EXE, VENV_MARKER, venv_bin, venv_python

_UNFINISHED, _COMPLETE = "unfinished", "complete"
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
    """What stands at path: 'absent', 'ours', 'foreign' (a venv or not), or 'taken' by something that is no directory."""
    if not os.path.lexists(path):
        return "absent"
    if not os.path.isdir(path):
        return "taken"
    if _marker(path).get("state") == _COMPLETE:
        return "ours"
    return "foreign" if os.listdir(path) else "absent"


def inspect(path: str, environ: Mapping[str, str]) -> Venv:
    """Ask the venv's own Python for the facts, without its site, which a broken .pth could keep from starting. Raises WorkrootError."""
    if not os.path.isfile(os.path.join(path, "pyvenv.cfg")):
        raise WorkrootError(f"{path} has no pyvenv.cfg, so its Python would be the system's")
    argv = [venv_python(path), "-I", "-S", "-c", _FACTS, path]
    outcome = process.attempt(argv, env=process.scrubbed(environ), timeout=60)
    facts = outcome.output.split("\0")
    if outcome.status or len(facts) != 5:
        reason = (outcome.errors.strip().splitlines() or ["no answer"])[-1]
        raise WorkrootError(f"{venv_python(path)} does not run: {reason}")
    venv = Venv(path, facts[0], facts[1], tuple(map(int, facts[2:])), state(path) == "ours")
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


def make(path: str, base: Python, environ: Mapping[str, str], heir_of: str = "") -> Venv:
    """A new virtual environment at path, which is absent or an empty directory. Raises WorkrootError and leaves nothing.

    heir_of: what born says of the venv that it replaces for the person, as if it were that one.
    """
    sweep(path)
    suffix = f".workroot-{os.getpid()}.tmp"
    neighbour = path + suffix
    files.make_directory(neighbour)
    try:
        _mark(neighbour, path, _UNFINISHED, heir_of)
        _build(neighbour, base, environ)
        respell(neighbour, suffix, "")
        _mark(neighbour, path, _COMPLETE)
        files.rename(neighbour, path)
    except BaseException:
        trees.remove(neighbour)
        raise
    return inspect(path, environ)


def sweep(path: str) -> None:
    """Remove what a killed make left beside path: only directories of our name that bear our unfinished marker."""
    parent, name = os.path.split(path)
    if not os.path.isdir(parent):
        return
    for entry in os.listdir(parent):
        beside = os.path.join(parent, entry)
        if re.fullmatch(re.escape(name) + r"\.workroot-\d+\.tmp", entry) and (
            _marker(beside) or not os.listdir(beside)
        ):
            trees.remove(beside)


def moved_from(path: str) -> str | None:
    """Where a venv of ours was made, when that is not where it is; its scripts still name that place."""
    made_at = _marker(path).get("path")
    return made_at if made_at and made_at != path else None


def settle(path: str, old: str) -> None:
    """Make a moved or copied venv of ours name its new place. Raises WorkrootError where a path is too odd for that."""
    if not (_PLAIN.match(path) and _PLAIN.match(old)):
        raise WorkrootError(
            f"{path} was moved from {old} and its scripts cannot be corrected",
            "workroot create --force",
        )
    respell(path, old, path)
    _mark(path, path, _COMPLETE)


def destine(path: str, place: str) -> None:
    """Make a venv of ours name the place that it will be unpacked to."""
    respell(path, path, place)
    _mark(path, place, _COMPLETE)


def respell(venv: str, old: str, new: str) -> None:
    """Replace one text by another in the venv's scripts and pyvenv.cfg."""
    directory = venv_bin(venv)
    names = os.listdir(directory) if os.path.isdir(directory) else []
    for path in (
        os.path.join(venv, "pyvenv.cfg"),
        *(os.path.join(directory, name) for name in names),
    ):
        if os.path.islink(path) or not os.path.isfile(path) or os.path.getsize(path) > _SMALL:
            continue
        content = files.read_bytes(path) or b""
        if os.fsencode(old) in content and b"\0" not in content:
            files.write(
                path,
                content.replace(os.fsencode(old), os.fsencode(new)),
                os.stat(path).st_mode & 0o7777,
            )


def _build(path: str, base: Python, environ: Mapping[str, str]) -> None:
    argv = [base.path, "-I", "-m", "venv", "--without-pip", path]
    env = process.scrubbed(environ)
    outcome = process.attempt(argv, env=env)
    if (
        outcome.status
        and "Errno" in outcome.errors + outcome.output
        and not os.path.isdir(os.path.join(path, "lib64"))
    ):
        files.make_directory(
            os.path.join(path, "lib64")
        )  # file systems without links: venv up to 3.14 fails on lib64 alone
        outcome = process.attempt(argv, env=env)
    if outcome.status:
        words = (outcome.errors.strip() or outcome.output.strip()).splitlines() or ["no answer"]
        raise WorkrootError(
            f"{base.path} could not make {path.rpartition('.workroot-')[0]}: {words[-1].removeprefix('Error: ')}",
            _hint(words[-1]),
        )


def _hint(words: str) -> str | None:
    if "PATH separator" in words:
        return "put the venv at a path without ':' ([venv] path in workroot.toml)"
    if "No module named venv" in words:
        return "install the rest of that Python (Debian: apt install python3-venv)"
    if "space left" in words.lower():
        return "free some space on that disk, then type the same command again"
    return None


def born(path: str) -> str:
    """What tells a venv from one that was made in its place since; it stays when the venv is moved or copied, if it is ours."""
    ours = _marker(path).get("born")
    try:
        return ours or f"{os.stat(os.path.join(path, 'pyvenv.cfg')).st_ino}"
    except OSError:
        return ""


def _mark(directory: str, path: str, progress: str, heir_of: str = "") -> None:
    said = {
        "state": progress,
        "path": path,
        "born": _marker(directory).get("born") or heir_of or f"{time.time_ns():x}",
    }
    text = "\0".join(word for pair in said.items() for word in pair)
    files.write(os.path.join(directory, VENV_MARKER), text.encode("utf-8", "surrogateescape"))


def _marker(venv: str) -> dict[str, str]:
    data = files.read_bytes(os.path.join(venv, VENV_MARKER))
    parts = data.decode("utf-8", "surrogateescape").split("\0") if data else []
    return dict(zip(parts[::2], parts[1::2]))
