"""A venv of the kit's whose Python is gone, made to run again with all that is in it.

Where a Python of the same X.Y is to be had, only what leads to it is renewed: nothing else of a
venv depends on where its Python is. Otherwise a new venv takes its place, the package set is
brought back and the old one lies in the trash, whole.
"""

import os
from collections.abc import Mapping

from workroot.doctor.context import Context
from workroot.doors import files, trees
from workroot.environment import trash
from workroot.errors import WorkrootError
from workroot.history import exchange, plans
from workroot.history.generations import Generations
from workroot.history.operation import opened
from workroot.installers import provision
from workroot.installers.exact import fetching
from workroot.pythons import configuration, interpreter, making
from workroot.pythons import venv as environments
from workroot.pythons.interpreter import Python
from workroot.pythons.making import Plan
from workroot.root import venv_bin

_CARRIED = ("include-system-site-packages", "prompt")


def version_of_packages(venv: str) -> str:
    """X.Y of the Python that the packages in it were installed for; '' where there are none."""
    lib = os.path.join(venv, "lib")
    names = [name for name in files.names(lib) if name.startswith("python")]
    # After an upgrade of the base lib/ may hold two: the packages lie in the fuller one.
    sites = {name: files.names(os.path.join(lib, name, "site-packages")) for name in names}
    fullest = max(names, key=lambda name: len(sites[name]), default="")
    return fullest.removeprefix("python").rstrip("t")


def again(context: Context) -> None:
    """Make it run.

    Raises WorkrootError: with the venv as it was.
    """
    version = version_of_packages(context.venv_path)
    base = _base(version, context.environ) if version else None
    if base:
        _relink(context, base)
    else:
        anew(context)


def _base(version: str, environ: Mapping[str, str]) -> Python | None:
    """A Python of that version; None where there is none."""
    try:
        return interpreter.find(version, environ)
    except WorkrootError:
        return None


def _relink(context: Context, base: Python) -> None:
    """Take the programs and pyvenv.cfg from a new venv, and nothing else."""
    venv, skeleton = context.venv_path, files.temporary(context.home.path + "/skeleton")
    trees.remove(skeleton)
    making.make(skeleton, base, context.environ)
    try:
        # pip and the scripts of packages start what is called python here; they stay as they are.
        names = [name for name in os.listdir(venv_bin(skeleton)) if name.startswith("python")]
        for name in names:
            _take(os.path.join(venv_bin(skeleton), name), os.path.join(venv_bin(venv), name))
        files.write(os.path.join(venv, "pyvenv.cfg"), _config(venv, skeleton))
        environments.inspect(venv, context.environ)  # it must run now, or the heal has failed
    finally:
        trees.remove(skeleton)
    context.say(f"{venv} runs again, with Python {base.text}")


def _take(source: str, target: str) -> None:
    """Put a program in another one's place: a link as a link, anything else as a copy."""
    files.make_directory(os.path.dirname(target))
    files.discard(target)
    if os.path.islink(source):
        files.symlink(os.readlink(source), target)
    else:
        status = os.stat(source)
        files.copy(
            source,
            target,
            status.st_mode,
            status.st_mtime_ns,
        )


def _config(venv: str, skeleton: str) -> str:
    """The new pyvenv.cfg, with what a person had set in the old one."""
    old, new = configuration.read(venv), configuration.read(skeleton)
    # What a person chose when the venv was made; the rest is of the Python that is gone.
    kept = {key: old[key] for key in _CARRIED if key in old}
    lines = [f"{key} = {value}\n" for key, value in {**new, **kept}.items()]
    return "".join(lines).replace(skeleton, venv)


def anew(context: Context) -> None:
    """A new venv with the packages that were recorded last.

    Raises WorkrootError: with the old one put back.
    """
    home, venv = context.home, context.venv_path
    last = Generations(home.path).last() if home.begun else None
    base = _base(last.python, context.environ) if last else None
    # Rather another Python than none: the packages are fetched for it then.
    base = base or interpreter.find(home.settings.get("python") or ">=3.8", context.environ)
    old = trash.away(venv, home.path + "/trash") if os.path.lexists(venv) else None
    plan = Plan(
        heir_of=environments.born(venv),
        owner=environments.marker(venv).get("owner", ""),
        settings=making.settings(venv),
        make_room=lambda: _make_room(context, old),
    )
    try:
        context.say(f"making {venv} with Python {base.text}")
        made = making.make(venv, base, context.environ, plan)
        provision.put_bundled(made, context.environ)
        if last:
            _put_back(context, last)
    except BaseException:
        if old and os.path.lexists(old):
            trash.back(venv, old)
        raise


def _make_room(context: Context, old: str | None) -> None:
    """Move the old venv to the trash; nothing where there is none."""
    if old:
        trash.move(context.venv_path, old)
        trash.note(old, context.home.path + "/trash")
        context.say(f"moved {context.venv_path} to {old}")


def _put_back(context: Context, last) -> None:
    """The set of the last operation, from the store; fetched where that was for another Python.

    Args:
        last: The last generation.
    """
    home = context.home
    history = opened(home, context.say, thorough=True)
    if last.python == history.present.layout.python:
        plan = plans.restore(history, last.number)
    else:
        plan = plans.exactly(history, last.after, "the packages it had")
    # As of every heal: an undo of what came before must not bring the damage back.
    plan.undoable = history.undoable_before_damage(last.after)
    fetch = fetching(home, context.environ, context.say)
    exchange.carry_out(history, plan, context.typed, fetch)
