"""A virtual environment made: built whole beside its place, then put there in one step.

A place that cannot be renamed (a volume, a directory in one that is not ours to write) has the new
one built inside of it, and moved up. Killed at any moment there is the old one, or none, or the new
one, or what the next run makes the new one of.
"""

import ast
import os
import re
import time
from collections.abc import Callable, Mapping
from typing import NamedTuple

from workroot.doors import files, mounts, process, trees
from workroot.errors import WorkrootError
from workroot.pythons import configuration
from workroot.pythons import venv as environments
from workroot.pythons.interpreter import Python
from workroot.pythons.venv import Venv
from workroot.root import ASIDE, VENV_MARKER

_PIP_SETTINGS = ("pip.conf", "pip.ini")
_TEMPORARY = re.compile(r"workroot-\d+\.tmp")


class Settings(NamedTuple):
    """What a person set in a venv and no package brought. files: name, content and mode."""

    system_site: bool = False
    prompt: str = ""
    files: tuple[tuple[str, bytes, int], ...] = ()

    def words(self) -> list[str]:
        """What they are, for a sentence."""
        said = [name for name, _, _ in self.files]
        said += ["include-system-site-packages"] if self.system_site else []
        return said + ([f"the prompt {self.prompt!r}"] if self.prompt else [])

    def options(self) -> list[str]:
        """What `python -m venv` is to be told."""
        said = ["--system-site-packages"] if self.system_site else []
        return said + ([f"--prompt={self.prompt}"] if self.prompt else [])


class Plan(NamedTuple):
    """How a venv is to be made.

    heir_of: what born says of the venv that it replaces for the person, as if it were that one.
    owner: the workroot that it is for. make_room: called once the new one is whole.
    """

    heir_of: str = ""
    owner: str = ""
    settings: Settings = Settings()
    make_room: Callable[[], None] = lambda: None


def settings(path: str) -> Settings:
    """Those of the venv at path, as far as they can be read."""
    said = configuration.read(path)
    found = []
    for name in _PIP_SETTINGS:
        content = files.read_bytes(os.path.join(path, name))
        if content is not None:
            found.append((name, content, os.stat(os.path.join(path, name)).st_mode & 0o7777))
    return Settings(
        said.get("include-system-site-packages", "").lower() == "true",
        _unquoted(said.get("prompt", "")),
        tuple(found),
    )


def _unquoted(prompt: str) -> str:
    """venv writes the repr of it, uv the text itself."""
    if prompt[:1] not in ("'", '"'):
        return prompt
    try:
        return str(ast.literal_eval(prompt))
    except (ValueError, SyntaxError):
        return ""


_AS_IT_COMES = Plan()


def make(path: str, base: Python, environ: Mapping[str, str], plan: Plan = _AS_IT_COMES) -> Venv:
    """A new virtual environment at path. Raises WorkrootError, and leaves what was there.

    When plan.make_room has been called, path is absent or an empty directory.
    """
    place = os.path.realpath(path) if environments.state(path) == "absent" else path
    sweep(place)
    neighbour = _beside(place)
    files.make_directory(neighbour)
    try:
        born = plan.heir_of or f"{time.time_ns():x}"
        environments.mark(neighbour, place, environments.UNFINISHED, born, plan.owner)
        _build(neighbour, place, base, environ, plan.settings)
        environments.respell(neighbour, neighbour, place)
        environments.mark(neighbour, place, environments.COMPLETE)
        plan.make_room()
        _publish(neighbour, place)
    except BaseException:
        trees.remove(neighbour)
        raise
    return environments.inspect(path, environ)


def is_fixed(path: str) -> bool:
    """Whether the place of a venv can be filled, but nothing be renamed into it."""
    if os.path.islink(path) or not os.path.isdir(path):
        return False
    return mounts.is_mount(path) or not os.access(os.path.dirname(path), os.W_OK | os.X_OK)


def _beside(place: str) -> str:
    name = f"workroot-{os.getpid()}.tmp"
    return os.path.join(place, ASIDE, name) if is_fixed(place) else f"{place}.{name}"


def _publish(neighbour: str, place: str) -> None:
    if os.path.dirname(neighbour) != os.path.join(place, ASIDE):
        files.rename(neighbour, place)
        return
    for name in sorted(os.listdir(neighbour), key=_order):
        files.rename(os.path.join(neighbour, name), os.path.join(place, name))
    trees.remove(neighbour)
    files.remove_empty(os.path.join(place, ASIDE))


def sweep(path: str) -> None:
    """Finish or remove what a killed make left: directories of our name with our marker."""
    parent, name = os.path.split(path)
    for entry in files.names(parent):
        if entry.startswith(f"{name}.") and _TEMPORARY.fullmatch(entry[len(name) + 1 :]):
            _sweep(os.path.join(parent, entry))
    for entry in files.names(os.path.join(path, ASIDE)):
        inside = os.path.join(path, ASIDE, entry)
        if not _TEMPORARY.fullmatch(entry):
            continue
        complete = environments.marker(inside).get("state") == environments.COMPLETE
        if complete and not os.path.lexists(os.path.join(inside, configuration.NAME)):
            _publish(inside, path)  # killed while it was moved up
        else:
            _sweep(inside)


def _order(name: str) -> int:
    """pyvenv.cfg is moved up first and the marker last: a kill between them can be told."""
    return {configuration.NAME: -1, VENV_MARKER: 1}.get(name, 0)


def _sweep(beside: str) -> None:
    if environments.marker(beside) or not os.listdir(beside):
        trees.remove(beside)


def _build(
    path: str, place: str, base: Python, environ: Mapping[str, str], wanted: Settings
) -> None:
    argv = [base.path, "-I", "-m", "venv", "--without-pip", *wanted.options(), path]
    env = process.scrubbed(environ)
    outcome = process.attempt(argv, env=env)
    lib64 = os.path.join(path, "lib64")
    if outcome.status and "Errno" in outcome.errors + outcome.output and not os.path.isdir(lib64):
        # On file systems without links, venv up to 3.14 fails on making lib64 alone.
        files.make_directory(lib64)
        outcome = process.attempt(argv, env=env)
    if outcome.status:
        words = (outcome.errors.strip() or outcome.output.strip()).splitlines() or ["no answer"]
        reason = words[-1].removeprefix("Error: ")
        raise WorkrootError(f"{base.path} could not make {place}: {reason}", _hint(words[-1]))
    for name, content, mode in wanted.files:
        files.write(os.path.join(path, name), content, mode)


def _hint(words: str) -> str | None:
    if "PATH separator" in words:
        return "put the venv at a path without ':' ([venv] path in workroot.toml)"
    if "No module named venv" in words:
        return "install the rest of that Python (Debian: apt install python3-venv)"
    if "space left" in words.lower():
        return "free some space on that disk, then type the same command again"
    return None
