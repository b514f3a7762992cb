"""The door to files: one file, link or directory at a time; trees.py is for what lies below one.

What a reader may be looking at is written as a temporary neighbour and put in place by one rename:
it sees the old content or the new one. Nothing here follows a link while deleting.
"""

import errno
import os
import stat
from _collections_abc import Iterator

from workroot.errors import WorkrootError

_BY_HAND = 1_000_000  # bytes; a longer file is data, and no person wrote it


def text_by_hand(path: str) -> str | None:
    """The text of a file that a person may have written.

    None for one that cannot be read, is too large for that, or has another encoding than UTF-8.
    """
    try:
        if os.path.getsize(path) > _BY_HAND:
            return None
        return read_text(path)
    except (UnicodeDecodeError, OSError):
        return None


def read_text(path: str) -> str | None:
    """The UTF-8 text of a file; None where there is no such file.

    Other errors are raised as they are: OSError, UnicodeDecodeError.
    """
    data = read_bytes(path)
    if data is None:
        return None
    return data.decode("utf-8")


def read_bytes(path: str) -> bytes | None:
    """The bytes of a file; None where there is no such file.

    Raises OSError: as it is, when it is there and cannot be read.
    """
    try:
        with open(path, "rb") as file:
            return file.read()
    except (FileNotFoundError, NotADirectoryError):
        return None


def names(directory: str) -> list[str]:
    """What is in a directory, in no order; nothing where there is none."""
    try:
        return os.listdir(directory)
    except (FileNotFoundError, NotADirectoryError):
        return []


def on_path(program: str, path: str) -> Iterator[str]:
    """The absolute path of every program of that name on PATH, in order. None is started.

    Args:
        program: Its name, with its ending.
        path: The value of PATH; an empty entry means the directory of now.
    """
    for directory in path.split(os.pathsep):
        found = os.path.join(directory or os.curdir, program)
        if os.path.isfile(found) and os.access(found, os.X_OK):
            yield os.path.abspath(found)


def write(path: str, content: str | bytes, mode: int | None = None) -> None:
    """Put content at path in one step.

    Args:
        mode: Permission bits, by default those of a new file.

    Raises WorkrootError: when it cannot be written; what was there before stays then.
    """
    data = _encoded(content)
    neighbour = temporary(path)
    with told(path):
        discard(neighbour)  # a killed process with the same number may have left one
        try:
            with open(neighbour, "xb") as file:
                file.write(data)
            # Before the rename: a command is never seen without its x bit.
            if mode is not None:
                os.chmod(neighbour, mode)
            os.replace(neighbour, path)
        except BaseException:
            discard(neighbour)
            raise


def create(path: str, content: bytes, mode: int = 0o666) -> None:
    """A new file where no reader looks yet, so without a neighbour. Raises WorkrootError.

    mode: permission bits, of which the umask takes its part.
    """

    def opened(name: str, flags: int) -> int:
        return os.open(name, flags, mode)

    with told(path), open(path, "xb", opener=opened) as file:
        file.write(content)


def write_if_changed(path: str, content: str | bytes, mode: int | None = None) -> bool:
    """Like write, but an equal file keeps its inode and times. Says whether it wrote."""
    data = _encoded(content)
    # A link to an equal file is replaced as well: who owns its target may change it.
    if not os.path.islink(path) and read_bytes(path) == data:
        return False
    write(path, data, mode)
    return True


def append(path: str, lines: str) -> None:
    """Add lines (the last without its end) to a log, as one write.

    Raises WorkrootError: when they cannot be written.
    """
    # One write in append mode: two processes may add to one log, and neither cuts the other's line.
    with told(path), open(path, "ab") as file:
        file.write(lines.encode("utf-8") + b"\n")


def _encoded(content: str | bytes) -> bytes:
    """Text as UTF-8, with the line ends that it has: LF stays LF on Windows, too."""
    if isinstance(content, str):
        return content.encode("utf-8")
    return content


def temporary(path: str) -> str:
    """A name beside path that no other process uses; trees.sweep knows it."""
    return f"{path}.{os.getpid()}.tmp"


def rename(source: str, target: str) -> None:
    """Move within one file system; target is replaced where the system can do that in one step.

    Raises WorkrootError: when it cannot be moved, as to another file system.
    """
    with told(target):
        os.replace(source, target)


def copy(source: str, target: str, mode: int, mtime_ns: int) -> None:
    """Copy a file to a new name with this mode and time.

    Args:
        mode: As stat gives it; its permission bits are taken.

    Raises WorkrootError: when it cannot be written, or the source not be read.
    """
    with told(target), open(source, "rb") as old, open(target, "xb") as new:
        while data := old.read(1 << 20):
            new.write(data)
        new.flush()  # what is written later would give it another time
        os.chmod(target, stat.S_IMODE(mode))
        os.utime(target, ns=(mtime_ns, mtime_ns))


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


def symlink_with_time(target: str, path: str, mtime_ns: int) -> None:
    """A new symbolic link that looks as old as it was."""
    with told(path):
        os.symlink(target, path)
        if os.utime in os.supports_follow_symlinks:
            os.utime(path, ns=(mtime_ns, mtime_ns), follow_symlinks=False)


def make_directory(path: str) -> None:
    """A directory and its parents; that they exist is fine.

    Raises WorkrootError: when one cannot be made, or is a file.
    """
    with told(path):
        os.makedirs(path, exist_ok=True)


def set_directory(path: str, mode: int, mtime_ns: int | None) -> bool:
    """Give a directory this mode and time, where it has others. Says whether it has them now.

    Only its owner can; a member of its group may have changed what lies in it all the same.
    """
    wanted = stat.S_IMODE(mode)
    with told(path):
        status = os.lstat(path)
        try:
            if stat.S_IMODE(status.st_mode) != wanted:
                os.chmod(path, wanted)
            if mtime_ns not in (None, status.st_mtime_ns):
                os.utime(path, ns=(mtime_ns, mtime_ns))
        except PermissionError:
            return False
    return True


def set_times(path: str, mtime_ns: int) -> None:
    """Give a file exactly this modification time, in nanoseconds."""
    with told(path):
        os.utime(path, ns=(mtime_ns, mtime_ns))


def touch(path: str) -> None:
    """Note that something of ours was used just now; where that cannot be written, it is not."""
    try:
        os.utime(path)
    except OSError:
        return


def check_writable(directories: tuple[str, ...]) -> None:
    """Whether something may be put into each of these directories; one need not be there.

    The system is asked, which knows of flags and of disks that are read-only, too.

    Raises WorkrootError: for the first one where it may not.
    """
    for path in directories:
        if os.path.isdir(path) and not os.access(path, os.W_OK | os.X_OK):
            raise WorkrootError(
                f"cannot write {path}: nothing may be put there",
                "give yourself write permission there",
            )


def discard(path: str) -> None:
    """Remove a file or link of ours; that it is gone already is fine.

    Raises WorkrootError: when it cannot be removed, or is a directory.
    """
    with told(path):
        try:
            os.unlink(path)
        except (FileNotFoundError, NotADirectoryError):
            return


def remove_empty(path: str) -> None:
    """Remove a directory of ours that has nothing in it; one that has stays."""
    try:
        os.rmdir(path)
    except OSError:
        return


class told:
    """Around what is done to path: turns what the system says about it into a sentence.

    A class of two methods, as contextlib would cost a fifth of a start.
    """

    __slots__ = ("path",)

    def __init__(self, path: str) -> None:
        self.path = path

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind, error, trace) -> None:
        if isinstance(error, OSError):
            reason = (error.strerror or str(error)).lower()
            hint = _WAYS_OUT.get(error.errno or 0)
            raise WorkrootError(f"cannot write {self.path}: {reason}", hint) from error


_PERMISSION = "give yourself write permission there, or choose another place"
_WAYS_OUT = {
    errno.EROFS: "make that disk writable, or choose another place",
    errno.EACCES: _PERMISSION,
    errno.EPERM: _PERMISSION,
    errno.ENOSPC: "free some space on that disk, then type the same command again",
    errno.EDQUOT: "free some of your quota on that disk, then type the same command again",
}
