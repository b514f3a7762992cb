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
from workroot.root import ASIDE, EXE, VENV_MARKER, engine_file, venv_bin, venv_python

UNFINISHED, COMPLETE = "unfinished", "complete"
_EMPTY = {"lost+found", ASIDE}  # what a fresh volume has, and what we keep in the place itself
_PLAIN = re.compile(r"[A-Za-z0-9/._+@:\\ -]+\Z")
_SMALL = 100_000  # bytes; a script that names its venv is shorter


class Venv(NamedTuple):
    """What is known of a virtual environment that works.

    Attributes:
        path: the venv's own directory.
        site: its site-packages, an absolute path.
        base: the program of the Python that it was made with.
        version: that one's, in three numbers.
        made: by us, not adopted.
    """

    path: str
    site: str
    base: str
    version: tuple[int, int, int]
    made: bool

    @property
    def python(self) -> str:
        """The venv's own program."""
        return venv_python(self.path)

    @property
    def text(self) -> str:
        """The version as people write it."""
        return ".".join(map(str, self.version))


def state(path: str) -> str:
    """What stands at path.

    Returns:
        'absent', for an empty directory too; 'ours', whole and with our marker; 'foreign' (a venv
        or not, or a half-made one); or 'taken' by something that is no directory.
    """
    if not os.path.lexists(path):
        return "absent"
    if not os.path.isdir(path):
        return "taken"
    if marker(path).get("state") == COMPLETE:
        return "ours"
    # An empty directory is a place to make one in, and so is a volume with nothing in it yet.
    return "foreign" if set(os.listdir(path)) - _EMPTY else "absent"


def inspect(path: str, environ: Mapping[str, str]) -> Venv:
    """Ask the venv's own Python for the facts.

    Without its site, which a broken .pth could keep from starting, and isolated from what the
    person's environment says to other Pythons.

    Args:
        path: the venv's directory.
        environ: the person's.

    Raises:
        WorkrootError: when path is no venv, its Python does not run or answer within a minute, or
            it was made for another Python than the one that it leads to now.
    """
    if not os.path.isfile(os.path.join(path, "pyvenv.cfg")):
        raise WorkrootError(f"{path} has no pyvenv.cfg, so its Python would be the system's")
    program = files.read_text(engine_file("pythons", "programs", "venv_facts.py")) or ""
    argv = [venv_python(path), "-I", "-S", "-c", program, path]
    outcome = process.attempt(argv, env=process.scrubbed(environ), timeout=60)
    facts = outcome.output.split("\0")
    if outcome.status or len(facts) != 5:
        reason = (outcome.errors.strip().splitlines() or ["no answer"])[-1]
        raise WorkrootError(f"{venv_python(path)} does not run: {reason}")
    site, base, *version = facts
    venv = Venv(path, site, base, tuple(map(int, version)), state(path) == "ours")
    # The base may have become a newer minor version by an upgrade of the system.
    if not os.path.isdir(venv.site):
        raise WorkrootError(
            f"{path} was made for another Python: it has no {os.path.relpath(venv.site, path)}"
        )
    return venv


def configured(path: str) -> Venv:
    """The facts as far as pyvenv.cfg and the names of files tell them; nothing is started.

    For whoever only looks: a start of the venv's Python would be most of what that takes. What
    they do not tell is a guess: 0 for a number of the version, a program in `home` for the base,
    which need not be there.

    Raises:
        WorkrootError: when there is no pyvenv.cfg.
    """
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
    """Where a venv of ours was made, when that is not where it is; None when it is.

    Its scripts still name that place. One that is reached through a link was not moved.
    """
    made_at = marker(path).get("path")
    if not made_at or made_at == path or made_at == os.path.realpath(path):
        return None
    return made_at


def settle(path: str, old: str, owner: str = "") -> None:
    """Make a moved or copied venv of ours name its new place, and its new owner.

    Args:
        path: where it is.
        old: where it was made; see moved_from.
        owner: the workroot that it is for; '' leaves what the marker says.

    Raises:
        WorkrootError: where a path is too odd to be replaced as plain text.
    """
    if not (_PLAIN.match(path) and _PLAIN.match(old)):
        raise WorkrootError(
            f"{path} was moved from {old} and its scripts cannot be corrected",
            "workroot create --force",
        )
    respell(path, old, path)
    mark(path, path, COMPLETE, owner=owner)


def destine(path: str, place: str) -> None:
    """Make a venv of ours name the place that it will be unpacked to.

    Args:
        path: where it is.
        place: where it will be, an absolute path; nothing is looked for there.
    """
    respell(path, path, place)
    mark(path, place, COMPLETE)


def respell(venv: str, old: str, new: str) -> None:
    """Replace one text by another in the venv's scripts and pyvenv.cfg.

    Programs stay as they are: what has a NUL in it, or is longer than any script, is passed over,
    and so is a link, behind which may be the base's own file. Each keeps its mode.

    Args:
        venv: where the venv is now.
        old: the text that is looked for, a path.
        new: what it becomes wherever it stands, in first lines and in activate alike.
    """
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
    """What tells a venv from one that was made in its place since; '' where there is none.

    It stays when the venv is moved or copied, if it is ours. Of another it is the inode of its
    pyvenv.cfg.
    """
    ours = marker(path).get("born")
    try:
        # An inode survives a rename, but not a copy: what is not ours was made anew then.
        return ours or f"{os.stat(os.path.join(path, 'pyvenv.cfg')).st_ino}"
    except OSError:
        return ""


def mark(directory: str, path: str, progress: str, born: str = "", owner: str = "") -> None:
    """Write the marker.

    Args:
        directory: where the venv is, or is being built.
        path: the place that it is made for, which its scripts name.
        progress: UNFINISHED or COMPLETE.
        born: see the function of that name; what the marker says already stays.
        owner: the workroot that it is for; where none is given, the one in the marker stays.
    """
    before = marker(directory)
    said = {"state": progress, "path": path, "born": before.get("born") or born}
    if owner or before.get("owner"):
        said["owner"] = owner or before["owner"]
    text = "\0".join(word for pair in said.items() for word in pair)
    files.write(os.path.join(directory, VENV_MARKER), text.encode("utf-8", "surrogateescape"))


def marker(venv: str) -> dict[str, str]:
    """What the marker says: state, path, born and owner, as mark takes them.

    {} where there is none. It is a list of names and values, NUL between: no path has one in it.
    """
    data = files.read_bytes(os.path.join(venv, VENV_MARKER))
    parts = data.decode("utf-8", "surrogateescape").split("\0") if data else []
    return dict(zip(parts[::2], parts[1::2], strict=False))  # a cut one is half a marker
