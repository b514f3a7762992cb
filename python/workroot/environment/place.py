"""The venv at the place that workroot.toml names: kept, adopted, settled after a move, or made.

Nothing is ever cleared, and nothing makes room before what takes its place is there: the
interpreter is found, the new venv is built, and only then the old one goes to the trash.
"""

import os
from collections.abc import Callable
from typing import NamedTuple

from workroot.config import Config
from workroot.doors import files
from workroot.environment import sharing, state, trash
from workroot.environment.options import Options
from workroot.errors import WorkrootError
from workroot.history import home as homes
from workroot.pythons import interpreter, making
from workroot.pythons import venv as environments
from workroot.pythons.venv import Venv
from workroot.root import ASIDE, Root, check_place


class Found(NamedTuple):
    """The venv to work with.

    put_back: brings the one back that worked before, where it was replaced; to be called where
    the new one stays empty.
    """

    venv: Venv
    put_back: Callable[[], None] | None = None


def check(
    root: Root,
    config: Config,
    recorded: dict,
    force: bool = False,
) -> None:
    """Whether the place may be worked with. Writes nothing.

    Args:
        recorded: What this workroot's last setup left in the state.
        force: What is there makes room; of a link that is the link alone.

    Raises WorkrootError: for another workroot's venv, a link that leads nowhere, and a file.
    """
    path = config.venv.path
    if not (force and os.path.islink(path)):
        sharing.check(root, path, recorded)
    if force:
        return
    if os.path.islink(path) and not os.path.exists(path):
        raise WorkrootError(
            f"{path} is a link to {os.readlink(path)}, which is not there",
            f"remove the link, or make what it leads to; [venv] path is set in {root.config}",
        )
    if environments.state(path) == "taken":
        raise WorkrootError(
            f"{path} is a file, where the venv should be",
            "move it away, or set [venv] path in workroot.toml",
        )


def find(
    root: Root,
    config: Config,
    options: Options,
    recorded: dict,
) -> Found:
    """The venv at the place, which is made or mended where that is needed.

    The caller holds the lock, and has asked `check`.

    Args:
        recorded: What setup knew of it.

    Raises WorkrootError: when there is no Python to make it with, or a venv that the kit did not
    make does not work.
    """
    path = config.venv.path
    _recover(root, config)
    if options.force and environments.state(path) != "absent":
        return _replaced(root, config, options)
    if _interrupted(root, path):
        if environments.state(path) == "ours":
            options.say(f"the first installation into {path} was interrupted; making it anew")
            _anew(root, config, options)
        files.discard(root.installing)
    if environments.state(path) == "absent":
        return Found(_made(root, config, options))
    known = state.venv(recorded, path)
    ours = environments.state(path) == "ours"
    # What was recorded and still stands needs no start of its Python.
    if known and known.made == ours and not environments.moved_from(path):
        return Found(known)
    return Found(_ours(root, config, options) if ours else _adopted(path, options))


def mend(
    root: Root,
    config: Config,
    options: Options,
    venv: Venv,
) -> None:
    """Nothing when its own Python says that it is whole; else, when it is ours, make a new one.

    Raises WorkrootError for a foreign one.
    """
    if venv.made:
        _ours(root, config, options)
    else:
        _adopted(venv.path, options)


def _interrupted(root: Root, venv: str) -> bool:
    """Whether the first installation into that venv was killed: what is in it then is not known."""
    return files.read_bytes(root.installing) == os.fsencode(venv)


def _recover(root: Root, config: Config) -> None:
    """Put right what a kill interrupted: a clean, or a venv that was made in its place."""
    path = config.venv.path
    if os.path.lexists(os.path.join(path, ASIDE)):
        trash.recover(path)
        making.sweep(path)
    if environments.state(path) == "absent":
        from workroot.environment import (
            fresh,
        )  # with the history: where a venv is made, it is needed

        fresh.swept(homes.of_root(root, config.venv.name))


def _made(
    root: Root,
    config: Config,
    options: Options,
) -> Venv:
    """A new venv where there is nothing."""
    path = config.venv.path
    base = interpreter.find(options.python or config.venv.python, options.environ)
    options.say(f"making {path} with Python {base.text}")
    files.make_directory(os.path.dirname(path))
    with options.during(f"making {path}"):
        return making.make(path, base, options.environ, making.Plan(owner=root.path))


def _anew(
    root: Root,
    config: Config,
    options: Options,
) -> tuple[Venv, str]:
    """A new venv in place of the one that is there, and where that one is now."""
    path = config.venv.path
    base = interpreter.find(options.python or config.venv.python, options.environ)
    kept = making.settings(path)
    with_them = f"; {', '.join(kept.words())} of the old one stay" if kept.words() else ""
    options.say(f"making {path} with Python {base.text}{with_them}")
    target = trash.away(path, root.trash)
    # Room is made by making itself, once the new one stands beside it: a kill before that leaves
    # the old one in its place.
    plan = making.Plan(owner=root.path, settings=kept, make_room=lambda: trash.move(path, target))
    try:
        with options.during(f"making {path}"):
            venv = making.make(path, base, options.environ, plan)
    except BaseException:  # a Ctrl-C, too
        if os.path.lexists(target):
            trash.back(path, target)
        raise
    trash.note(target, root.trash)
    options.say(f"moved the old one to {target}")
    return venv, target


def _replaced(
    root: Root,
    config: Config,
    options: Options,
) -> Found:
    """What --force asks for. The old one comes back if it worked and the new one stays empty."""
    # Whether it worked is asked while it is still in its place.
    path = config.venv.path
    try:
        environments.inspect(path, options.environ)
        worked = True
    except WorkrootError:
        worked = False
    venv, target = _anew(root, config, options)
    if not worked:
        return Found(venv)

    def put_back() -> None:
        trash.back(path, target)
        link = os.path.join(root.trash, os.path.basename(target))
        if os.path.islink(link):
            files.discard(link)
        options.say(f"{path} is the old one again")

    return Found(venv, put_back)


def _ours(
    root: Root,
    config: Config,
    options: Options,
) -> Venv:
    """A venv that the kit made: settled where it was moved, made anew where it does not work."""
    path = config.venv.path
    old = environments.moved_from(path)
    if old:
        options.say(f"{path} came from {old}; its scripts now name this place")
        environments.settle(path, old, root.path)
    try:
        return environments.inspect(path, options.environ)
    except WorkrootError as error:
        # Ours to replace, and the old one stays in the trash.
        options.say(f"{error.message}; making it anew")
        venv, _ = _anew(root, config, options)
        return venv


def _adopted(path: str, options: Options) -> Venv:
    """A venv that a person made: used as it is, never mended. Raises WorkrootError."""
    try:
        return environments.inspect(path, options.environ)
    except WorkrootError as error:
        raise WorkrootError(
            f"{path} was not made by the kit and does not work: {error.message}",
            "workroot create --force moves it to .workroot/trash and makes a new one",
        ) from error


def check_paths(root: Root, config: Config) -> None:
    """Raises WorkrootError for a place that no venv can have, and for a repo that cannot be read.

    The optional paths may be missing: a build makes them.
    """
    check_place(root.path)
    check_place(config.venv.path)
    hint = f"correct repo or paths in {root.config}"
    for path in (*config.repos, *config.paths):
        if not os.path.lexists(path):
            raise WorkrootError(f"the repo {path} is not there", hint)
        if not os.path.isdir(path):
            raise WorkrootError(f"the repo {path} is not a directory", hint)
        if not os.access(path, os.R_OK | os.X_OK):
            raise WorkrootError(
                f"the repo {path} cannot be read", "give yourself read permission on it"
            )
