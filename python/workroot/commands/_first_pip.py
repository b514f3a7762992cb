"""The first pip of a venv that has none: said in one line, put there, and recorded by itself."""

import os

from workroot.commands import _held, _shims
from workroot.doors import terminal
from workroot.history.home import Home
from workroot.history.operation import Recording
from workroot.installers import provision
from workroot.pythons import venv as environments
from workroot.pythons.venv import Venv


def lender(home: Home, changes: bool) -> tuple[str, ...]:
    """() once the venv has a pip of its own; else what starts the base Python's pip on it.

    changes: what was typed may install something; only then is it said whose pip that is, as it is
    every time. Raises WorkrootError where neither is to be had.
    """
    venv = environments.inspect(home.venv, os.environ)
    found = provision.source(venv, os.environ)
    if found.is_there and (changes or found.kind != provision.LENT):
        terminal.step(provision.sentence(venv, found))
    if found.kind == provision.LENT:
        return provision.lent_words(venv)
    on_disk = provision.obtained(found, venv, os.environ)
    with _held.changing(home):
        if not provision.present(venv):  # another pip that was typed meanwhile may have put it
            _put(home, venv, on_disk)
    return ()


def _put(home: Home, venv: Venv, found: provision.Source) -> None:
    recording = Recording(home, terminal.say) if home.settings["auto_snapshot"] else None
    if recording:
        recording.begin([home.program, "install", "pip"], "install")
    provision.put(found, venv, os.environ)
    if recording:
        recording.end(0)
    _shims.renew(home)  # the user tier's own pip, in whose place the wheel's script now stands
