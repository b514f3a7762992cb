"""Which environment is meant: a workroot, or a home (a venv with its history)."""

import os
from _collections_abc import Mapping

from workroot import root
from workroot.commands._call import Call, the_venv
from workroot.doors import locks, terminal
from workroot.errors import WorkrootError
from workroot.history import home as homes
from workroot.history.home import Home
from workroot.root import Root, UserTier


def the_root(call: Call, given) -> Root:
    """The workroot that the flags, the command and the environment mean. Raises WorkrootError."""
    found = root.find(given.directory, os.environ.get("WORKROOT"), call.own)
    prefer(found)
    return found


def prefer(found: Root) -> None:
    """Speak as the owner of a workroot wants it."""
    try:
        _prefer(homes.of_root(found, the_venv()))
    except WorkrootError:
        return  # a wrong configuration is said by who needs it, if anybody does


def _prefer(home: Home) -> Home:
    settings = home.settings
    terminal.prefer(color=settings["color"], verbose=settings["verbose"])
    return home


def current_directory() -> str | None:
    """None where it is gone."""
    try:
        return os.getcwd()
    except FileNotFoundError:
        return None


def meant(call: Call, given=None, waits: bool = True) -> Home:
    """The home that the flags and the environment mean. Raises WorkrootError without a venv.

    given: None for a command whose words are all an installer's. waits: for a command that has
    taken the venv away; not for what only reads.
    """
    found = looked_at(call, given)
    if not os.path.lexists(found.venv) and (waits or not locks.busy(found.lock)):
        _put_back(found)
    if not os.path.isfile(os.path.join(found.venv, "pyvenv.cfg")):
        raise WorkrootError(
            f"there is no venv at {found.venv}", "pyctl init" if call.user else "workroot setup"
        )
    return found


def looked_at(call: Call, given) -> Home:
    """The same, for a command that has something to say of a home without a venv as well."""
    if call.user:
        return _prefer(homes.of_user(user_places(os.environ)))
    directory = given.directory if given else None
    found = root.find(directory, os.environ.get("WORKROOT"), call.own)
    return _prefer(homes.of_root(found, the_venv()))


def of_shim(tier: str, top: str, name: str) -> Home:
    """The home that a `pip` of ours names: its tier, its directory, and the name of the venv."""
    if tier == "user":
        person = os.path.dirname(os.path.dirname(top))  # above .local/python-packages
        return _prefer(homes.of_user(UserTier(person)))
    return _prefer(homes.of_root(Root(top), name))


def user_places(environ: Mapping[str, str]) -> UserTier:
    """Where one's own environment is. Raises WorkrootError without a home directory."""
    directory = environ.get("HOME")
    if not directory and os.name == "nt":
        directory = environ.get("USERPROFILE")
    if not directory or not os.path.isabs(directory):
        raise WorkrootError(
            "HOME is not set to a directory, so there is no place for your packages",
            "export HOME=/home/you",
        )
    return UserTier(os.path.realpath(directory))


def _put_back(home: Home) -> None:
    """The old venv, where a kill interrupted a clean."""
    # Seldom needed, and it knows all of setup.
    from workroot.environment import fresh

    if not os.path.isdir(home.path):
        return
    with locks.held(home.lock):
        if not os.path.lexists(home.venv) and fresh.swept(home):
            terminal.say(f"put {home.venv} back, as a clean was interrupted")
