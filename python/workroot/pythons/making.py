"""A virtual environment made: built whole beside its place, then put there in one step.

A place that cannot be renamed (a volume, a directory in one that is not ours to write) has the new
one built inside of it, and moved up. Killed at any moment there is the old one, or none, or the new
one, or what the next run makes the new one of.
"""

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
    """What a person set in a venv and no package brought: it outlives a venv made anew.

    Attributes:
        system_site: whether it shows the packages of the base Python.
        prompt: what activation is to show; '' for the directory's name.
        files: pip's settings in it, each by name, content and mode.
    """

    system_site: bool = False
    prompt: str = ""
    files: tuple[tuple[str, bytes, int], ...] = ()

    def words(self) -> list[str]:
        """What they are, for a sentence; [] where a person set nothing."""
        said = [name for name, _, _ in self.files]
        if self.system_site:
            said.append("include-system-site-packages")
        if self.prompt:
            said.append(f"the prompt {self.prompt!r}")
        return said

    def options(self) -> list[str]:
        """What `python -m venv` is to be told; its files are no option, they are written after.

        Both options are there from 3.6 on.
        """
        said = []
        if self.system_site:
            said.append("--system-site-packages")
        if self.prompt:
            said.append(f"--prompt={self.prompt}")  # one word: it may begin with '-'
        return said


class Plan(NamedTuple):
    """How a venv is to be made.

    Attributes:
        heir_of: what born says of the venv that it replaces for the person, as if it were that
            one; '' makes it one of its own.
        owner: the workroot that it is for.
        settings: what a person set in the old one, to be set again.
        make_room: called once the new one is whole; it takes the old one away.
    """

    heir_of: str = ""
    owner: str = ""
    settings: Settings = Settings()
    make_room: Callable[[], None] = lambda: None


def settings(path: str) -> Settings:
    """Those of the venv at path, as far as they can be read.

    Of a venv that is not there, or bare, they are what a new one has by itself.
    """
    said = configuration.read(path)
    found = []
    for name in _PIP_SETTINGS:
        place = os.path.join(path, name)
        content = files.read_bytes(place)
        if content is not None:
            mode = os.stat(place).st_mode & 0o7777  # a password may be in it: it stays as private
            found.append((name, content, mode))
    return Settings(
        said.get("include-system-site-packages", "").lower() == "true",
        _unquoted(said.get("prompt", "")),
        tuple(found),
    )


def _unquoted(prompt: str) -> str:
    """The prompt as a person gave it; '' where it cannot be read.

    venv writes the repr of it, uv the text itself.
    """
    if prompt[:1] not in ("'", '"'):
        return prompt
    import ast  # two milliseconds of every session that is proved; seldom does a venv have a prompt

    try:
        return str(ast.literal_eval(prompt))
    except (ValueError, SyntaxError):
        return ""


_AS_IT_COMES = Plan()


def make(path: str, base: Python, environ: Mapping[str, str], plan: Plan = _AS_IT_COMES) -> Venv:
    """A new virtual environment at path, without a pip.

    When plan.make_room has been called, path is absent or an empty directory.

    Args:
        path: its place; a link to an empty directory is followed.
        base: the Python that it is made with, and by.
        environ: the person's.
        plan: what it inherits, and how its place becomes free.

    Raises:
        WorkrootError: when it cannot be made; what was there is left.
    """
    place = os.path.realpath(path) if environments.state(path) == "absent" else path
    sweep(place)
    neighbour = _beside(place)
    files.make_directory(neighbour)
    try:
        born = plan.heir_of or f"{time.time_ns():x}"
        environments.mark(neighbour, place, environments.UNFINISHED, born, plan.owner)
        # Built under another name than its own: what venv writes names that one.
        _build(neighbour, place, base, environ, plan.settings)
        environments.respell(neighbour, neighbour, place)
        environments.mark(neighbour, place, environments.COMPLETE)
        plan.make_room()
        _publish(neighbour, place)
    except BaseException:  # Ctrl-C too
        trees.remove(neighbour)
        raise
    return environments.inspect(path, environ)


def is_fixed(path: str) -> bool:
    """Whether the place of a venv can be filled, but nothing be renamed into it."""
    if os.path.islink(path) or not os.path.isdir(path):
        return False
    return mounts.is_mount(path) or not os.access(os.path.dirname(path), os.W_OK | os.X_OK)


def _beside(place: str) -> str:
    """Where it is built: on the same disk as its place, so that a rename is all that is left.

    The name has our process in it, so that no two build in one.
    """
    name = f"workroot-{os.getpid()}.tmp"
    return os.path.join(place, ASIDE, name) if is_fixed(place) else f"{place}.{name}"


def _publish(neighbour: str, place: str) -> None:
    """Put what is built into its place.

    By one rename, or, where it was built inside of a place that is fixed, entry by entry; then
    the directory that it was built in goes too. sweep finishes what a kill cuts short here.
    """
    if os.path.dirname(neighbour) != os.path.join(place, ASIDE):
        files.rename(neighbour, place)
        return
    for name in sorted(os.listdir(neighbour), key=_order):
        files.rename(os.path.join(neighbour, name), os.path.join(place, name))
    trees.remove(neighbour)
    files.remove_empty(os.path.join(place, ASIDE))


def sweep(path: str) -> None:
    """Finish or remove what a killed make left at path: directories of our name with our marker.

    For whoever holds the lock: what another process is building now looks just the same.
    """
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
    """A key to sort the entries of a venv by, when they are moved up.

    pyvenv.cfg is moved first and the marker last: a kill between them can be told.
    """
    return {configuration.NAME: -1, VENV_MARKER: 1}.get(name, 0)


def _sweep(beside: str) -> None:
    """Remove a half-built one: it bears our marker, or was killed before it had anything.

    What else has such a name is somebody's own, and stays.
    """
    if environments.marker(beside) or not os.listdir(beside):
        trees.remove(beside)


def _build(
    path: str, place: str, base: Python, environ: Mapping[str, str], wanted: Settings
) -> None:
    """Make a venv with a person's settings, by the venv module of its base Python.

    Args:
        path: where it is built.
        place: where it will be, for the sentence when it fails.
        base: the Python that makes it.
        environ: the person's.
        wanted: the options that it is made with, and the files that are put into it.

    Raises:
        WorkrootError: with the last words of venv, and what to do about them where that is known.
    """
    # Without pip: ensurepip takes seconds, and pip comes with its first use.
    argv = [base.path, "-I", "-m", "venv", "--without-pip", *wanted.options(), path]
    env = process.scrubbed(environ)
    outcome = process.attempt(argv, env=env)
    lib64 = os.path.join(path, "lib64")
    if outcome.status and "Errno" in outcome.errors + outcome.output and not os.path.isdir(lib64):
        # On file systems without links, venv up to 3.14 fails on making lib64 alone.
        files.make_directory(lib64)
        outcome = process.attempt(argv, env=env)
    if outcome.status:
        # venv prints some of its errors on stdout.
        words = outcome.errors.strip() or outcome.output.strip()
        last = (words.splitlines() or ["no answer"])[-1]
        reason = last.removeprefix("Error: ")
        raise WorkrootError(f"{base.path} could not make {place}: {reason}", _hint(last))
    for name, content, mode in wanted.files:
        files.write(os.path.join(path, name), content, mode)


def _hint(words: str) -> str | None:
    """What to do about the last words of venv; None where that is not known.

    words: its last line. What the system says in it may be in the person's language, and is not
    known then.
    """
    if "PATH separator" in words:
        return "put the venv at a path without ':' ([venv] path in workroot.toml)"
    if "No module named venv" in words:
        return "install the rest of that Python (Debian: apt install python3-venv)"
    if "space left" in words.lower():
        return "free some space on that disk, then type the same command again"
    return None
