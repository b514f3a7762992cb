"""The door to locks: one file for whoever changes something; the system frees it when that dies.

Nobody waits without a word: who holds the lock is written in it, and said after one second.
"""

import os
import sys
import time

from workroot.doors import terminal
from workroot.doors.files import make_directory, read_bytes, told
from workroot.errors import WorkrootError

_SILENT = 1.0  # seconds of waiting that need no word
_PAUSE = 0.02
_HINT = "wait for the other command to end, or look who holds the lock"


class held:
    """Around a change: holds the one lock of an environment; waits for the process that has it.

    for_what: what the holder does, for those who wait, as 'changing this environment'.
    """

    __slots__ = ("path", "for_what", "file")

    def __init__(self, path: str, for_what: str = "changing this environment") -> None:
        self.path = path
        self.for_what = for_what

    def __enter__(self) -> "held":
        self._open()
        try:
            if not self._taken_soon():
                terminal.say(_waits_for(self.path))
                _wait(self.file, self.path)
            self._sign()
        except BaseException:
            self.file.close()
            raise
        return self

    def __exit__(self, kind, error, trace) -> None:
        self.release()

    def taken(self) -> bool:
        """Take it only where nobody holds it and it can be written; then leave it by release."""
        try:
            self._open()
        except WorkrootError:
            return False
        if _try(self.file, self.path):
            self._sign()
            return True
        self.file.close()
        return False

    def release(self) -> None:
        """Let the next one have it. The file stays: who waits has it open."""
        self._note(b"")  # before the file is closed, while it is still ours
        self.file.close()

    def _open(self) -> None:
        """Raises WorkrootError where the file cannot be written."""
        make_directory(os.path.dirname(self.path))
        with told(self.path):
            # To append: whoever waits must not empty the note of the holder.
            self.file = open(self.path, "ab", buffering=0)  # noqa: SIM115

    def _taken_soon(self) -> bool:
        """Whether it was to be had within a second, which needs no word."""
        end = time.monotonic() + _SILENT
        while not _try(self.file, self.path):
            if time.monotonic() > end:
                return False
            time.sleep(_PAUSE)
        return True

    def _sign(self) -> None:
        """Note who holds it, for those who wait."""
        who = f"{os.getpid()}\n{time.time():.0f}\n{self.for_what}\n{terminal.manner.typed}\n"
        self._note(who.encode("utf-8", "backslashreplace"))

    def _note(self, data: bytes) -> None:
        try:
            self.file.truncate(0)
            self.file.write(data)
        except OSError:
            return  # a full disk is no reason not to go on


def _waits_for(path: str) -> str:
    """The sentence about whoever holds the lock."""
    note = (read_bytes(path) or b"").decode("utf-8", "replace")
    try:
        pid, since, for_what, typed = note.split("\n", 3)
        clock = time.strftime("%H:%M:%S", time.localtime(int(since)))
    except ValueError:  # it signs just now, or its disk is full
        return "another command is changing this environment; waiting for it to end"
    who = f"`{typed.strip()}` (process {pid})" if typed.strip() else f"process {pid}"
    return f"waiting for {who}, which is {for_what} since {clock}, to end"


def busy(path: str) -> bool:
    """Whether another process holds that lock now. Nothing is written, and nothing waited for."""
    try:
        with open(path, "rb") as file:
            return not _seems_free(file)
    except OSError:
        return False  # nobody ever took it, or it cannot be asked


if sys.platform == "win32":
    import msvcrt

    # A locked byte cannot be read there: one far behind the note.
    _BYTE = 1 << 30

    def _try(file, path: str) -> bool:
        return _locked(file, msvcrt.LK_NBLCK)

    def _wait(file, path: str) -> None:
        while not _locked(file, msvcrt.LK_LOCK):
            pass  # it gives up after ten seconds

    def _seems_free(file) -> bool:
        return _locked(file, msvcrt.LK_NBLCK)

    def _locked(file, how: int) -> bool:
        try:
            file.seek(_BYTE)
            msvcrt.locking(file.fileno(), how, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _try(file, path: str) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError as error:
            raise _unlockable(path, error) from error
        return True

    def _wait(file, path: str) -> None:
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
        except OSError as error:
            raise _unlockable(path, error) from error

    def _seems_free(file) -> bool:
        try:
            # Shared: two who only ask do not hinder each other.
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _unlockable(path: str, error: OSError) -> WorkrootError:
        """A file system without locks, say."""
        reason = (error.strerror or str(error)).lower()
        return WorkrootError(f"cannot lock {path}: {reason}", _HINT)
