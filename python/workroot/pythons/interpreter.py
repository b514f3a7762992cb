"""Base Pythons: find one that fits what workroot.toml asks for, and prove it by running it."""

import os
import re
import sys
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from workroot.doors import process
from workroot.errors import WorkrootError
from workroot.root import EXE, SCRIPTS

OLDEST = (3, 8)
_NEWEST_MINOR = 30
_CLAUSE = re.compile(r"\s*(===|==|!=|>=|<=|~=|<|>)?\s*(\d+(?:\.\d+)*)(\.\*)?\s*")
_PROBE = "import sys; print(getattr(sys, '_base_executable', None) or sys.executable); print(*sys.version_info[:3])"


class Python(NamedTuple):
    """A base Python that ran: where it is, and its version as three numbers."""

    path: str
    version: tuple[int, int, int]

    @property
    def text(self) -> str:
        return ".".join(map(str, self.version))


def running() -> Python:
    """The base Python of the interpreter that runs the engine."""
    return Python(getattr(sys, "_base_executable", None) or sys.executable, sys.version_info[:3])


def find(wanted: str, environ: Mapping[str, str]) -> Python:
    """A base Python for `[venv] python`: a range ('>=3.11'), a version ('3.12'), a command or a path. Raises WorkrootError."""
    clauses = parse_range(wanted)
    if clauses is None:
        return _named(wanted, environ)
    for python in _candidates(environ):
        if python.version >= OLDEST and fits(python.version, clauses):
            return python
    raise WorkrootError(
        f"no Python that is {wanted} was found on PATH, in pyenv or in uv",
        _install_hint(clauses, environ),
    )


def parse_range(wanted: str) -> list[tuple[str, tuple[int, ...]]] | None:
    """The clauses of a version range, or None when the text is not one."""
    clauses = []
    for part in wanted.split(","):
        found = _CLAUSE.fullmatch(part)
        if not found:
            return None
        version = tuple(map(int, found[2].split(".")))
        clauses.append((found[1] or "==", version))
    return clauses


def fits(version: tuple[int, ...], clauses: list[tuple[str, tuple[int, ...]]]) -> bool:
    """Whether a version satisfies every clause; '3.12' and '==3.12' mean any 3.12."""
    return all(_fits(version, sign, bound) for sign, bound in clauses)


def _fits(version: tuple[int, ...], sign: str, bound: tuple[int, ...]) -> bool:
    same = version[: len(bound)] == bound
    padded = bound + (0,) * (len(version) - len(bound))
    match sign:
        case "==" | "===":
            return same
        case "!=":
            return not same
        case ">=":
            return version >= padded
        case "<=":
            return version <= padded or same
        case ">":
            return version > padded and not same
        case "<":
            return version < padded
        case _:
            return (
                version >= padded
                and version[: max(1, len(bound) - 1)] == bound[: max(1, len(bound) - 1)]
            )


def probe(path: str, environ: Mapping[str, str]) -> Python | None:
    """The base Python behind a program, or None when it is none: shims, stubs and broken ones are told apart by running them."""
    outcome = process.attempt(
        [path, "-I", "-S", "-c", _PROBE], env=process.scrubbed(environ), timeout=20
    )
    lines = outcome.output.splitlines()
    if outcome.status or len(lines) != 2 or not re.fullmatch(r"\d+ \d+ \d+", lines[1]):
        return None
    return Python(lines[0], tuple(map(int, lines[1].split())))


def which(name: str, environ: Mapping[str, str]) -> Iterator[str]:
    """Every program of that name on PATH, in order."""
    for directory in environ.get("PATH", os.defpath).split(os.pathsep):
        path = os.path.join(directory or os.curdir, name + EXE)
        if os.path.isfile(path) and os.access(path, os.X_OK):
            yield os.path.abspath(path)


def on_path(environ: Mapping[str, str]) -> Iterator[str]:
    """Every Python 3 on PATH by its usual names, numbered ones newest first."""
    names = [
        "python3",
        "python",
        *(f"python3.{minor}" for minor in range(_NEWEST_MINOR, OLDEST[1] - 1, -1)),
    ]
    for name in names:
        yield from which(name, environ)


def _candidates(environ: Mapping[str, str]) -> Iterator[Python]:
    yield running()
    seen = {running().path}
    for path in (*on_path(environ), *_kept(environ)):
        if path in seen or os.path.realpath(path) in seen:
            continue
        seen |= {path, os.path.realpath(path)}
        python = probe(path, environ)
        if python and python.path not in seen or python and python.path == path:
            yield python


def _kept(environ: Mapping[str, str]) -> Iterator[str]:
    """Pythons that pyenv and uv keep outside PATH, newest names last in sorting, so tried first."""
    home = environ.get("HOME") or environ.get("USERPROFILE") or ""
    for store in (
        environ.get("PYENV_ROOT") or os.path.join(home, ".pyenv"),
        environ.get("UV_PYTHON_INSTALL_DIR") or "",
    ):
        yield from _versions(os.path.join(store, "versions"))
        yield from _versions(store)
    yield from _versions(os.path.join(home, ".local", "share", "uv", "python"))


def _versions(directory: str) -> Iterator[str]:
    if not os.path.isabs(directory) or not os.path.isdir(directory):
        return
    for name in sorted(os.listdir(directory), key=_numbers, reverse=True):
        for path in (
            os.path.join(directory, name, "bin", "python3"),
            os.path.join(directory, name, "python.exe"),
        ):
            if os.path.isfile(path):
                yield path


def _numbers(name: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", name)]


def _named(wanted: str, environ: Mapping[str, str]) -> Python:
    spelled = os.path.expanduser(wanted)
    is_path = os.sep in spelled or bool(os.altsep and os.altsep in spelled)
    paths = (
        [spelled, os.path.join(spelled, SCRIPTS, f"python{EXE}")]
        if is_path
        else list(which(wanted, environ))
    )
    for path in paths:
        python = probe(path, environ) if os.path.isfile(path) else None
        if python and python.version >= OLDEST:
            return python
        if python:
            raise WorkrootError(
                f"{wanted} is Python {python.text}; a venv needs 3.8 or newer",
                "name another in [venv] python",
            )
    raise WorkrootError(
        f"{wanted} is no Python that runs", "correct [venv] python in workroot.toml, or --python"
    )


def _install_hint(clauses: list[tuple[str, tuple[int, ...]]], environ: Mapping[str, str]) -> str:
    version = ".".join(map(str, clauses[0][1][:2]))
    if any(which("uv", environ)):
        return f"uv python install {version}"
    return f"install Python {version} (python.org, your system's packages, or uv), or change [venv] python in workroot.toml"
