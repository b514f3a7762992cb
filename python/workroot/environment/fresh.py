"""A venv made anew in place of the old one, as an operation that an undo takes back whole.

Only a venv that the kit made is ever replaced. Checkouts that pip keeps below src/ are the
person's, and are moved over; so is what a person set in it.
"""

import os
from collections.abc import Callable, Mapping

from workroot.doors import files, trees
from workroot.environment import trash
from workroot.errors import WorkrootError
from workroot.history.generations import Generation
from workroot.history.home import Home
from workroot.history.operation import Recording
from workroot.installers import provision
from workroot.pythons import interpreter, making
from workroot.pythons import venv as environments
from workroot.root import ASIDE

_CARRIED = "src"
_OLD = "workroot-old-"


def check(home: Home) -> None:
    """Raises WorkrootError: where the venv is not the kit's to replace, or is not there."""
    if environments.state(home.venv) != "ours":
        raise WorkrootError(
            f"{home.venv} was not made by the kit, so it is not removed",
            f"{home.program} restore baseline",
        )


def renew(
    home: Home,
    argv: list[str],
    environ: Mapping[str, str],
    say: Callable[[str], None],
) -> Generation | None:
    """Replace the venv by a new one of the same Python, with nothing in it but pip.

    The caller holds the lock.

    Returns:
        What the history recorded; None where nothing changed.

    Raises WorkrootError: when the new one cannot be made; the old one is back in its place then.
    """
    check(home)
    base = _base(home, environ)
    recording = Recording(home, say)
    recording.begin(argv, "clean")
    old = _beside(home.venv)
    plan = making.Plan(
        heir_of=environments.born(home.venv),
        owner=environments.marker(home.venv).get("owner", ""),
        settings=making.settings(home.venv),
        make_room=lambda: trash.move(home.venv, old),
    )
    try:
        venv = making.make(home.venv, base, environ, plan)
        provision.put_bundled(venv, environ)
    except BaseException:  # a Ctrl-C, too: without a venv no shell has a session
        if os.path.lexists(old):
            trash.back(home.venv, old)
        raise
    _carry(old, home.venv)
    # Removed only once the history can give it back: a kill before that is put right by `swept`.
    generation = recording.end(0)
    _remove(old)
    return generation


def _beside(venv: str) -> str:
    """Where the old one waits: beside its place, or inside of it where that cannot be renamed."""
    name = f"{_OLD}{os.getpid()}"
    return os.path.join(venv, ASIDE, name) if making.is_fixed(venv) else f"{venv}.{name}"


def _carry(old: str, new: str) -> None:
    """Move the checkouts over, once: what a kill cut short goes on where it was."""
    source = os.path.join(old, _CARRIED)
    target = os.path.join(new, _CARRIED)
    if os.path.isdir(source) and not os.path.lexists(target):
        trees.carry(source, target)


def _remove(old: str) -> None:
    """Remove the old one, unless it holds what could not be carried over."""
    if not os.path.lexists(os.path.join(old, _CARRIED)):
        trees.remove(old)
        if os.path.basename(os.path.dirname(old)) == ASIDE:
            files.remove_empty(os.path.dirname(old))


def swept(home: Home) -> bool:
    """Put an old venv back that a kill left beside an absent one, remove one that has a successor.

    Says whether anything was. The caller holds the lock.
    """
    left = _left(home.venv)
    for old in left:
        absent = environments.state(home.venv) == "absent"
        if absent and os.path.isfile(os.path.join(old, "pyvenv.cfg")):
            trash.back(home.venv, old)
        elif environments.state(old) == "ours":
            # It has a successor: what is left to do is what renew does after its last step.
            _carry(old, home.venv)
            _remove(old)
    return bool(left)


def _left(venv: str) -> list[str]:
    """The old venvs of `_beside` that were not removed.

    Inside of the place, one that is still on its way there has a '.part' and is not among them.
    """
    parent, name = os.path.split(venv)
    beside = [one for one in files.names(parent) if one.startswith(f"{name}.{_OLD}")]
    aside = os.path.join(venv, ASIDE)
    inside = [one for one in files.names(aside) if one.startswith(_OLD) and "." not in one]
    found = [os.path.join(parent, one) for one in beside]
    found += [os.path.join(aside, one) for one in inside]
    return found


def _base(home: Home, environ: Mapping[str, str]) -> interpreter.Python:
    """The Python that the venv was made with, as long as it is there; else the one that runs us."""
    try:
        venv = environments.inspect(home.venv, environ)
        return interpreter.find(venv.base, environ)
    except WorkrootError:
        return interpreter.running()
