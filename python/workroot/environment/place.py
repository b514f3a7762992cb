"""The venv at the place that workroot.toml names: kept, adopted, settled after a move, put back after a kill, or made anew.

Nothing is ever cleared: what has to make room goes to the trash.
"""

import os

from workroot.config import Config
from workroot.doors import files
from workroot.environment import installation, state, trash
from workroot.environment.options import Options
from workroot.errors import WorkrootError
from workroot.history import home as homes
from workroot.pythons import interpreter
from workroot.pythons import venv as environments
from workroot.pythons.venv import Venv
from workroot.root import Root


def venv(root: Root, config: Config, options: Options, recorded: dict) -> Venv:
    """The venv to work with. recorded: what setup knew of it. Raises WorkrootError."""
    path = config.venv.path
    if options.force and environments.state(path) != "absent":
        _to_trash(root, path, options)
    if installation.interrupted(root, path):
        if environments.state(path) == "ours":
            options.say(f"the first installation into {path} was interrupted; making it anew")
            _to_trash(root, path, options)
        files.discard(root.installing)
    if environments.state(path) == "absent":
        _put_back(root, config)
    known = state.venv(recorded, path)
    if (
        known
        and known.made == (environments.state(path) == "ours")
        and not environments.moved_from(path)
    ):
        return known
    match environments.state(path):
        case "absent":
            return _made(config, options)
        case "taken":
            raise WorkrootError(
                f"{path} is a file, where the venv should be",
                "move it away, or set [venv] path in workroot.toml",
            )
        case "ours":
            return _ours(root, config, options)
    return _adopted(path, options)


def _put_back(root: Root, config: Config) -> None:
    """The old venv, where a kill interrupted a clean."""
    from workroot.environment import fresh

    fresh.swept(homes.of_root(root, config.venv.name))


def _made(config: Config, options: Options) -> Venv:
    base = interpreter.find(options.python or config.venv.python, options.environ)
    options.say(f"making {config.venv.path} with Python {base.text}")
    files.make_directory(os.path.dirname(config.venv.path))
    return environments.make(config.venv.path, base, options.environ)


def _ours(root: Root, config: Config, options: Options) -> Venv:
    path = config.venv.path
    old = environments.moved_from(path)
    if old:
        options.say(f"{path} came from {old}; its scripts now name this place")
        environments.settle(path, old)
    try:
        return environments.inspect(path, options.environ)
    except WorkrootError as error:
        options.say(f"{error.message}; making it anew")
        _to_trash(root, path, options)
        return _made(config, options)


def mend(root: Root, config: Config, options: Options, venv: Venv) -> None:
    """Nothing when its own Python says it is whole; else, when it is ours, make a new one. Raises WorkrootError for a foreign one."""
    _ours(root, config, options) if venv.made else _adopted(venv.path, options)


def _adopted(path: str, options: Options) -> Venv:
    try:
        venv = environments.inspect(path, options.environ)
    except WorkrootError as error:
        raise WorkrootError(
            f"{path} was not made by the kit and does not work: {error.message}",
            "workroot create --force moves it to .workroot/trash and makes a new one",
        ) from error
    return venv


def _to_trash(root: Root, path: str, options: Options) -> None:
    target = trash.place(root.trash, os.path.basename(path))
    files.rename(path, target)
    options.say(f"moved {path} to {target}")
