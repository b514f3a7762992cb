"""The door to the file system: nothing else in the engine writes, moves or deletes.

What a reader may be looking at is written as a temporary neighbour and put in place by one rename: it sees the old content or the new one.
Nothing here follows a link while deleting.
"""

import errno
import os
import stat
import sys
from _collections_abc import (
    Callable,  # loaded at every start; collections and contextlib would cost half a start more
)

from workroot.errors import WorkrootError

_LOCK_HINT = "wait for the other command to end, or look who holds the lock"
_BY_HAND = 1_000_000  # bytes; a longer file is data


def text_by_hand(path: str) -> str | None:
    """The text of a file that a person may have written.

    None for one that cannot be read, is too large for that, or has another encoding than UTF-8.
    """
    try:
        return read_text(path) if os.path.getsize(path) <= _BY_HAND else None
    except (UnicodeDecodeError, OSError):
        return None


def read_text(path: str) -> str | None:
    """The UTF-8 text of a file; None where there is no such file. Other errors are raised (OSError, UnicodeDecodeError)."""
    data = read_bytes(path)
    return None if data is None else data.decode("utf-8")


def read_bytes(path: str) -> bytes | None:
    """The bytes of a file; None where there is no such file."""
    try:
        with open(path, "rb") as file:
            return file.read()
    except (FileNotFoundError, NotADirectoryError):
        return None


def names(directory: str) -> list[str]:
    """What is in a directory; nothing where there is none."""
    try:
        return os.listdir(directory)
    except (FileNotFoundError, NotADirectoryError):
        return []


def write(path: str, content: str | bytes, mode: int | None = None) -> None:
    """Put content at path in one step. mode: permission bits, by default those of a new file. Raises WorkrootError."""
    data = content.encode("utf-8") if isinstance(content, str) else content
    neighbour = temporary(path)
    with told(path):
        discard(neighbour)  # of a killed process with the same number
        try:
            with open(neighbour, "xb") as file:
                file.write(data)
            if mode is not None:
                os.chmod(neighbour, mode)
            os.replace(neighbour, path)
        except BaseException:
            discard(neighbour)
            raise


def create(path: str, content: bytes) -> None:
    """A new file where no reader looks yet, so without a temporary neighbour. Raises WorkrootError."""
    with told(path), open(path, "xb") as file:
        file.write(content)


def write_if_changed(path: str, content: str | bytes, mode: int | None = None) -> bool:
    """Like write, but an equal file keeps its inode and times. Says whether it wrote."""
    data = content.encode("utf-8") if isinstance(content, str) else content
    if not os.path.islink(path) and read_bytes(path) == data:
        return False
    write(path, data, mode)
    return True


def append(path: str, lines: str) -> None:
    """Add lines (the last without its end) to a log, as one write."""
    with told(path), open(path, "ab") as file:
        file.write(lines.encode("utf-8") + b"\n")


def temporary(path: str) -> str:
    """A name beside path that no other process uses."""
    return f"{path}.{os.getpid()}.tmp"


def sweep(directory: str) -> None:
    """Remove the temporary names in a directory whose processes are gone: killed before they could."""
    for name in os.listdir(directory):
        pid = name.removesuffix(".tmp").rpartition(".")[2]
        if name.endswith(".tmp") and pid.isdigit() and _gone(int(pid)):
            remove_tree(os.path.join(directory, name))


def _gone(pid: int) -> bool:
    try:
        os.kill(pid, 0) if os.name != "nt" else None
    except ProcessLookupError:
        return True
    except OSError:
        pass
    return False


def make_directory(path: str) -> None:
    """A directory and its parents; that they exist is fine."""
    with told(path):
        os.makedirs(path, exist_ok=True)


def rename(source: str, target: str) -> None:
    """Move within one file system; target is replaced where the system can do that in one step."""
    with told(target):
        os.replace(source, target)


def carry(source: str, target: str) -> None:
    """Move to a new name, and where a directory of a lower layer (overlayfs) cannot be renamed, move all that is in it.

    May be run again after a kill: what was carried so far lies in target.part.
    """
    with told(target):
        if not os.path.lexists(f"{target}.part"):
            try:
                return os.rename(source, target)
            except OSError as error:
                if (
                    error.errno != errno.EXDEV
                    or os.path.islink(source)
                    or not os.path.isdir(source)
                ):
                    raise
        if os.path.lexists(source):
            _carry_into(source, f"{target}.part")
        os.rename(f"{target}.part", target)


def carry_back(source: str, target: str) -> None:
    """Undo a carry, finished or not."""
    with told(source):
        if os.path.lexists(f"{target}.part"):
            _carry_into(f"{target}.part", source)
        elif os.path.lexists(target):
            carry(target, source)


def _carry_into(source: str, target: str) -> None:
    status = os.lstat(source)
    os.makedirs(target, exist_ok=True)
    with os.scandir(source) as entries:
        for entry in list(entries):
            move = _carry_into if entry.is_dir(follow_symlinks=False) else os.rename
            move(entry.path, f"{target}/{entry.name}")
    os.rmdir(source)
    os.chmod(target, stat.S_IMODE(status.st_mode))
    os.utime(target, ns=(status.st_mtime_ns, status.st_mtime_ns))


def symlink(target: str, path: str) -> None:
    """A symbolic link at path, put in place in one step; an old link there is replaced."""
    neighbour = temporary(path)
    with told(path):
        discard(neighbour)
        os.symlink(target, neighbour)
        try:
            os.replace(neighbour, path)
        except BaseException:
            discard(neighbour)
            raise


def link_all(pairs: list[tuple[str, str]]) -> list[int]:
    """Give each file (source) a second name (target). The indexes of those that the file system would not link are returned."""
    middle = len(pairs) // 2 if len(pairs) >= _MANY else 0
    with told(pairs[0][1] if pairs else ""):
        return _link_both(pairs, middle) if middle else _link(pairs, 0, len(pairs))


def _link_both(pairs: list[tuple[str, str]], middle: int) -> list[int]:
    """The system makes links for two at a time."""
    import threading

    done: list[list[int]] = []
    failed: list[OSError] = []

    def second() -> None:
        try:
            done.append(_link(pairs, middle, len(pairs)))
        except OSError as error:
            failed.append(error)

    thread = threading.Thread(target=second)
    thread.start()
    try:
        first = _link(pairs, 0, middle)
    finally:
        thread.join()
    if failed:
        raise failed[0]
    return first + done[0]


def _link(pairs: list[tuple[str, str]], start: int, end: int) -> list[int]:
    refused, link = [], os.link
    for at in range(start, end):
        try:
            link(*pairs[at])
        except OSError as error:
            if error.errno not in _NO_LINK:
                raise
            refused.append(at)
    return refused


_MANY = 500  # links for which a thread of their own pays

# A file of someone else's, another file system, too many links, a file system that has none.
_NO_LINK = frozenset(
    (errno.EPERM, errno.EXDEV, errno.EMLINK, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP)
)


def copy(source: str, target: str, mode: int, mtime_ns: int) -> None:
    """Copy a file to a new name with this mode and time. On file systems that can, the two share their blocks."""
    with told(target), open(source, "rb") as old, open(target, "xb") as new:
        while data := old.read(1 << 20):
            new.write(data)
        new.flush()
        os.chmod(target, stat.S_IMODE(mode))
        os.utime(target, ns=(mtime_ns, mtime_ns))


def symlink_with_time(target: str, path: str, mtime_ns: int) -> None:
    """A new symbolic link that looks as old as it was."""
    with told(path):
        os.symlink(target, path)
        if os.utime in os.supports_follow_symlinks:
            os.utime(path, ns=(mtime_ns, mtime_ns), follow_symlinks=False)


def make_directories(paths: list[str]) -> None:
    """New directories, parents first in the list; each must be new but its parent there."""
    with told(paths[0] if paths else ""):
        for path in paths:
            os.mkdir(path)


def set_directory(path: str, mode: int, mtime_ns: int | None) -> None:
    """Give a directory this mode and time, where it has others."""
    with told(path):
        if stat.S_IMODE(os.lstat(path).st_mode) != stat.S_IMODE(mode):
            os.chmod(path, stat.S_IMODE(mode))
        if mtime_ns is not None:
            os.utime(path, ns=(mtime_ns, mtime_ns))


def set_times(path: str, mtime_ns: int) -> None:
    """Give a file exactly this modification time, in nanoseconds."""
    with told(path):
        os.utime(path, ns=(mtime_ns, mtime_ns))


def touch(path: str) -> None:
    """Note that something of ours was used just now; where that cannot be written, it is not noted."""
    try:
        os.utime(path)
    except OSError:
        pass


def discard(path: str) -> None:
    """Remove a file or link of ours; that it is gone already is fine."""
    with told(path):
        try:
            os.unlink(path)
        except (FileNotFoundError, NotADirectoryError):
            pass


def remove_tree(path: str) -> None:
    """Remove a directory of ours with all below it, never through a link; that it is gone already is fine."""
    try:
        status = os.lstat(path)
    except FileNotFoundError:
        return
    if not stat.S_ISDIR(status.st_mode):
        return discard(path)
    with told(path):
        _empty(path)
        os.rmdir(path)


def remove_until(path: str, over: Callable[[], bool]) -> bool:
    """Remove a directory of ours, one directory after the other, until it is over. Says whether all of it is gone."""
    with told(path):
        for directory, names, plain in os.walk(path, topdown=False):
            if over():
                return False
            for name in plain:
                os.unlink(os.path.join(directory, name))
            for name in names:
                if os.path.islink(os.path.join(directory, name)):
                    os.unlink(os.path.join(directory, name))
            os.rmdir(directory)
    return True


def remove_empty(path: str) -> None:
    """Remove a directory of ours that has nothing in it; one that has stays."""
    try:
        os.rmdir(path)
    except OSError:
        pass


def lock_down(path: str) -> None:
    """Let everyone read a directory with all below it, and nobody but the owner write; the owner is root, where root asks."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    for directory, names, plain in os.walk(path):
        for one in (directory, *(os.path.join(directory, name) for name in (*names, *plain))):
            status = os.lstat(one)
            if root and (status.st_uid, status.st_gid) != (0, 0):
                os.chown(one, 0, 0, follow_symlinks=False)
            if not stat.S_ISLNK(status.st_mode):
                runs = 0o111 if stat.S_ISDIR(status.st_mode) or status.st_mode & 0o100 else 0
                os.chmod(one, stat.S_IMODE(status.st_mode) & ~0o022 | 0o444 | runs)


def _empty(directory: str) -> None:
    with os.scandir(directory) as entries:
        for entry in list(entries):
            if entry.is_dir(follow_symlinks=False):
                _empty(entry.path)
                os.rmdir(entry.path)
            else:
                os.unlink(entry.path)


class told:
    """Around what is done to path: turns what the system says about it into a sentence."""

    __slots__ = ("path",)

    def __init__(self, path: str) -> None:
        self.path = path

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind, error, trace) -> None:
        if isinstance(error, OSError):
            raise WorkrootError(
                f"cannot write {self.path}: {(error.strerror or str(error)).lower()}", _hint(error)
            ) from error


def _hint(error: OSError) -> str | None:
    return {
        errno.EROFS: "make the disk writable, or put the workroot elsewhere",
        errno.EACCES: "give yourself write permission there, or put the workroot elsewhere",
        errno.EPERM: "give yourself write permission there, or put the workroot elsewhere",
        errno.ENOSPC: "free some space on that disk, then type the same command again",
        errno.EDQUOT: "free some of your quota on that disk, then type the same command again",
    }.get(error.errno or 0)


class lock:
    """Around a change: holds the one lock of a workroot. Waits for the process that has it; the system frees it when that dies.

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
        raise WorkrootError(
            f"cannot lock {path}: {(error.strerror or str(error)).lower()}", _LOCK_HINT
        ) from error
