"""The door to locks: one file for whoever changes something; the system frees it when that dies."""

import os
import sys
from _collections_abc import Callable  # collections.abc would cost a tenth of a start

from workroot.doors.files import make_directory, told
from workroot.errors import WorkrootError

_HINT = "wait for the other command to end, or look who holds the lock"


class held:
    """Around a change: holds the one lock of a home. Waits for the process that has it.

    waiting: called once when it has to wait.
    """

    __slots__ = ("path", "waiting", "file")

    def __init__(self, path: str, waiting: Callable[[], None] = lambda: None) -> None:
        self.path = path
        self.waiting = waiting

    def __enter__(self) -> None:
        make_directory(os.path.dirname(self.path))
        with told(self.path):
            self.file = open(self.path, "ab")
        try:
            _acquire(self.file, self.path, self.waiting)
        except BaseException:
            self.file.close()
            raise

    def __exit__(self, kind, error, trace) -> None:
        self.file.close()


def busy(path: str) -> bool:
    """Whether another process holds that lock now. Nothing is written, and nothing waited for."""
    if sys.platform == "win32":
        return False  # there only taking it would tell
    import fcntl

    try:
        with open(path, "rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        pass
    return False


def _acquire(file, path: str, waiting: Callable[[], None]) -> None:
    if sys.platform == "win32":
        import msvcrt

        while True:
            try:
                file.seek(0)
                return msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
            except OSError:
                continue
    import fcntl

    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waiting()
            fcntl.flock(file, fcntl.LOCK_EX)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise WorkrootError(f"cannot lock {path}: {reason}", _HINT) from error
