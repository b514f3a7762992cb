"""A venv made anew in place of the old one, as an operation: the history stays, and an undo brings all of it back.

Only a venv that the kit made is ever replaced. Checkouts that pip keeps below src/ are the person's, and are moved over.
"""

import os
from collections.abc import Callable, Mapping

from workroot.doors import files, trees
from workroot.errors import WorkrootError
from workroot.history.generations import Generation
from workroot.history.home import Home
from workroot.history.operation import Recording
from workroot.installers import provision
from workroot.pythons import interpreter
from workroot.pythons import venv as environments

_CARRIED = "src"


def check(home: Home) -> None:
    """Raises WorkrootError where the venv is not the kit's to replace."""
    if environments.state(home.venv) != "ours":
        raise WorkrootError(
            f"{home.venv} was not made by the kit, so it is not removed",
            f"{home.program} restore baseline",
        )


def renew(
    home: Home, argv: list[str], environ: Mapping[str, str], say: Callable[[str], None]
) -> Generation | None:
    """Replace the venv by a new one of the same Python, with nothing in it but pip. The caller holds the lock. Raises WorkrootError."""
    check(home)
    base = _base(home, environ)
    recording = Recording(home, say)
    recording.begin(argv, "clean")
    old = f"{home.venv}.workroot-old-{os.getpid()}"
    files.rename(home.venv, old)
    try:
        venv = environments.make(home.venv, base, environ, heir_of=environments.born(old))
        provision.put_bundled(venv, environ)
    except BaseException:
        if os.path.lexists(old):
            trees.remove(home.venv)
            files.rename(old, home.venv)
        raise
    _carry(old, home.venv)
    generation = recording.end(0)
    _remove(old)
    return generation


def _carry(old: str, new: str) -> None:
    source, target = os.path.join(old, _CARRIED), os.path.join(new, _CARRIED)
    if os.path.isdir(source) and not os.path.lexists(target):
        files.rename(source, target)


def _remove(old: str) -> None:
    """Unless it holds what could not be carried over."""
    if not os.path.lexists(os.path.join(old, _CARRIED)):
        trees.remove(old)


def swept(home: Home) -> bool:
    """Put an old venv back that a kill left beside an absent one, remove one whose successor is there. Whether anything was.

    The caller holds the lock.
    """
    parent, name = os.path.split(home.venv)
    left = [
        os.path.join(parent, one)
        for one in files.names(parent)
        if one.startswith(name + ".workroot-old-")
    ]
    for old in left:
        if not os.path.lexists(home.venv) and os.path.isfile(os.path.join(old, "pyvenv.cfg")):
            files.rename(old, home.venv)
        elif environments.state(old) == "ours":
            _carry(old, home.venv)
            _remove(old)
    return bool(left)


def _base(home: Home, environ: Mapping[str, str]) -> interpreter.Python:
    """The Python that the venv was made with, as long as it is there."""
    try:
        venv = environments.inspect(home.venv, environ)
        return interpreter.find(venv.base, environ)
    except WorkrootError:
        return interpreter.running()
