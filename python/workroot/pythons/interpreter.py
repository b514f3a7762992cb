"""Base Pythons: find one that fits what workroot.toml asks for, and prove it by running it."""

import os
import re
import sys
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from workroot.doors import files, process
from workroot.errors import WorkrootError
from workroot.root import EXE, SCRIPTS, engine_file, own_python
from workroot.standards import versions

OLDEST = (3, 8)  # that a venv may have
_NEWEST_MINOR = 30  # python3.30 is looked for on PATH, and python3.31 is not
_CLAUSE = re.compile(r"\s*(===|==|!=|>=|<=|~=|<|>)?\s*(\d+(?:\.\d+)*)(\.\*)?\s*")


class Python(NamedTuple):
    """A base Python that ran.

    Attributes:
        path: its program.
        version: three numbers; a pre-release is not told apart.
    """

    path: str
    version: tuple[int, int, int]

    @property
    def text(self) -> str:
        """The version as people write it."""
        return ".".join(map(str, self.version))


def running() -> Python:
    """The base Python of the interpreter that runs the engine; nothing is started for it."""
    return Python(own_python(), sys.version_info[:3])


def find(wanted: str, environ: Mapping[str, str]) -> Python:
    """A base Python for `[venv] python`.

    Args:
        wanted: a range ('>=3.11'), a version ('3.12'), a command or a path.
        environ: PATH, and the variables by which pyenv and uv say where they keep Pythons.

    Returns:
        The first that fits: the engine's own before those on PATH, those before pyenv's and uv's.

    Raises:
        WorkrootError: when none fits, or what is named is none or too old for a venv.
    """
    clauses = parse_range(wanted)
    if clauses is None:
        return _named(wanted, environ)
    for python in _candidates(environ):
        if python.version >= OLDEST and fits(python.version, clauses):
            return python
    raise WorkrootError(
        f"no Python that is {wanted} was found on PATH, in pyenv or in uv",
        _install_hint(wanted, environ),
    )


def parse_range(wanted: str) -> list[str] | None:
    """The clauses of a version range, as PEP 440 spells them.

    '3.12', '==3.12' and '<=3.12' take any 3.12, and '>3.12' none: a release with fewer than three
    numbers stands for all that begin with it. None when the text is not a range; then it is a
    command or a path.
    """
    parts = [_CLAUSE.fullmatch(part) for part in wanted.split(",")]
    if not all(parts):
        return None
    return [_clause(found[1] or "==", found[2]) for found in parts if found]


def _clause(sign: str, numbers: str) -> str:
    if sign == "===":
        sign = "=="  # only numbers are compared: there is no text that would have to be the same
    first, *rest = numbers.split(".")
    if len(rest) >= 2:
        return sign + numbers
    after = f"{first}.{int(rest[0]) + 1}" if rest else str(int(first) + 1)
    spelled = {
        "==": f"=={numbers}.*",
        "!=": f"!={numbers}.*",
        "<=": f"<{after}",
        ">": f">={after}",
    }
    if not rest:
        spelled["~="] = f"=={numbers}.*"  # '~=3' is any 3, which PEP 440 has no '~=' for
    return spelled.get(sign, sign + numbers)


def fits(version: tuple[int, ...], clauses: list[str]) -> bool:
    """Whether a version satisfies every clause: a candidate of 3.15.0 is a 3.15.0 here.

    Args:
        version: three numbers.
        clauses: what parse_range gave.
    """
    return versions.fits(".".join(map(str, version)), ",".join(clauses))


def probe(path: str, environ: Mapping[str, str]) -> Python | None:
    """The base Python behind a program, or None when it is none.

    Shims, stubs and broken ones are told apart by running them; each has 20 seconds.

    Args:
        path: the program.
        environ: the person's; PYTHONHOME and the like are taken out of it.
    """
    # By -c: a shim of pyenv takes the path of a script for the place whose Python is wanted.
    program = files.read_text(engine_file("pythons", "programs", "base_python.py")) or ""
    argv = [path, "-I", "-S", "-c", program]
    outcome = process.attempt(argv, env=process.scrubbed(environ), timeout=20)
    lines = outcome.output.splitlines()
    if outcome.status or len(lines) != 2 or not re.fullmatch(r"\d+ \d+ \d+", lines[1]):
        return None
    return Python(lines[0], tuple(map(int, lines[1].split())))


def which(name: str, environ: Mapping[str, str]) -> Iterator[str]:
    """The absolute path of every program of that name on PATH, in order.

    EXE is put after the name on Windows. No program is started.

    Args:
        name: as a person types it.
        environ: its PATH; an empty entry in that means the directory of now.
    """
    return files.on_path(name + EXE, environ.get("PATH", os.defpath))


def on_path(environ: Mapping[str, str]) -> Iterator[str]:
    """Every Python 3 on PATH by its usual names, numbered ones newest first.

    'python3' comes before them: that is the one that a person who types it gets. 'python' may be
    a Python 2 somewhere, which probe tells.
    """
    minors = range(_NEWEST_MINOR, OLDEST[1] - 1, -1)
    names = ["python3", "python", *(f"python3.{minor}" for minor in minors)]
    for name in names:
        yield from which(name, environ)


def _candidates(environ: Mapping[str, str]) -> Iterator[Python]:
    """Every base Python, the engine's own first.

    A program is not tried again under a second name; running them is what takes the time. One is
    run only when those before it were not taken.
    """
    yield running()
    # By path and by real path: python3, python3.12 and a link to either are one.
    seen = {running().path}
    for path in (*on_path(environ), *_kept(environ)):
        if path in seen or os.path.realpath(path) in seen:
            continue
        seen |= {path, os.path.realpath(path)}
        python = probe(path, environ)
        if python is None:
            continue
        # A shim, or a venv's, leads to one that may have been given before.
        if python.path not in seen or python.path == path:
            yield python


def _kept(environ: Mapping[str, str]) -> Iterator[str]:
    """Pythons that pyenv and uv keep outside PATH, the newest of each first.

    Where their variables say, or where they are by themselves: pyenv's in ~/.pyenv, uv's in
    ~/.local/share/uv/python. Which of them a project wants is not asked.
    """
    home = environ.get("HOME") or environ.get("USERPROFILE") or ""
    pyenv = environ.get("PYENV_ROOT") or os.path.join(home, ".pyenv")
    for store in (pyenv, environ.get("UV_PYTHON_INSTALL_DIR") or ""):
        yield from _versions(os.path.join(store, "versions"))
        yield from _versions(store)
    yield from _versions(os.path.join(home, ".local", "share", "uv", "python"))


def _versions(directory: str) -> Iterator[str]:
    """The Pythons in a directory that has one installation in each of its directories.

    The newest first, by the numbers in their names. Nothing where the directory is not there, or is
    not named by an absolute path, as one of an empty variable is not.
    """
    if not os.path.isabs(directory) or not os.path.isdir(directory):
        return
    for name in sorted(os.listdir(directory), key=_numbers, reverse=True):
        on_posix = os.path.join(directory, name, "bin", "python3")
        on_windows = os.path.join(directory, name, "python.exe")
        for path in (on_posix, on_windows):
            if os.path.isfile(path):
                yield path


def _numbers(name: str) -> list[int]:
    """The numbers in a name, to sort by: '3.9.1' is before '3.10.0'."""
    return [int(number) for number in re.findall(r"\d+", name)]


def _named(wanted: str, environ: Mapping[str, str]) -> Python:
    """The Python that a command, a path, or the directory of a venv means.

    A command is looked for on PATH; with a separator in it, it is a path, in which '~' counts.

    Raises:
        WorkrootError: when none of them runs, or the first that does is too old for a venv.
    """
    spelled = os.path.expanduser(wanted)
    is_path = os.sep in spelled or bool(os.altsep and os.altsep in spelled)
    if is_path:
        paths = [spelled, os.path.join(spelled, SCRIPTS, f"python{EXE}")]
    else:
        paths = list(which(wanted, environ))
    for path in paths:
        python = probe(path, environ) if os.path.isfile(path) else None
        if python and python.version >= OLDEST:
            return python
        if python:  # a command that means an old one here is no reason to take the next on PATH
            raise WorkrootError(
                f"{wanted} is Python {python.text}; a venv needs 3.8 or newer",
                "name another in [venv] python",
            )
    raise WorkrootError(
        f"{wanted} is no Python that runs", "correct [venv] python in workroot.toml, or --python"
    )


def _install_hint(wanted: str, environ: Mapping[str, str]) -> str:
    """How to get a Python that the first clause of a range asks for, by its first two numbers.

    By uv, where that is on PATH: it needs no rights.
    """
    first, _, _ = wanted.partition(",")
    numbers = map(int, re.findall(r"\d+", first)[:2])
    version = ".".join(map(str, numbers))
    if any(which("uv", environ)):
        return f"uv python install {version}"
    return (
        f"install Python {version} (python.org, your system's packages, or uv),"
        " or change [venv] python in workroot.toml"
    )
