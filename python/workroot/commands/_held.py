"""Around a command that changes a home, and around one that only looks at it."""

import _signal  # part of every Python; signal itself makes enumerations: half a start
import os
from _collections_abc import Callable

from workroot.commands import _shims
from workroot.doors import locks, terminal
from workroot.history.home import Home


class changing:
    """Hold the lock of a home, and have its `pip` be ours."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.lock = locks.held(home.lock)

    def __enter__(self) -> None:
        self.lock.__enter__()
        _shims.renew(self.home)

    def __exit__(self, kind, error, trace) -> None:
        self.lock.__exit__(kind, error, trace)


def seen(home: Home, look: Callable) -> object:
    """What look finds in the history. It waits for nobody.

    Where the home can be changed, what other tools did meanwhile is recorded first; where it
    cannot, or another command changes it right now, it is seen as it was last recorded.
    """
    from workroot.history import operation  # the --help of what only looks needs no history

    if home.begun and not _is_writable(home):
        terminal.say(f"{home.path} cannot be written: this is what was recorded last")
        return look(operation.as_recorded(home, terminal.say))
    lock = locks.held(home.lock)
    if not lock.taken():
        terminal.say("another command is changing this environment: this is what was recorded last")
        return look(operation.as_recorded(home, terminal.say))
    try:
        _shims.renew(home)
        return look(operation.opened(home, terminal.say))
    finally:
        lock.release()


def _is_writable(home: Home) -> bool:
    """Whether what is seen could be recorded, too."""
    places = (home.path, f"{home.path}/history", f"{home.path}/store")
    return all(os.access(path, os.W_OK) for path in places if os.path.isdir(path))


def ignore_interrupts() -> None:
    """For the moments in which a command writes down what it did."""
    _signal.signal(_signal.SIGINT, _signal.SIG_IGN)
