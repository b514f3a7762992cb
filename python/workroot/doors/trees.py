"""The door to trees: a directory with all that lies below it, and many files at once.

A link is moved or deleted as the link that it is; what it leads to is never touched.
"""

import errno
import os
import stat
from _collections_abc import Callable, Iterable  # collections.abc would cost a tenth of a start

from workroot.doors.files import discard, told

_MANY = 500  # links for which a thread of their own pays

# What says "this file system does not link that": a file of someone else's, another file system,
# too many links, a file system that has none.
_NO_LINK = frozenset(
    (errno.EPERM, errno.EXDEV, errno.EMLINK, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP)
)


def make(paths: list[str]) -> None:
    """New directories, parents first in the list; each must be new but its parent there.

    Raises WorkrootError: when one cannot be made; those before it stay.
    """
    with told(paths[0] if paths else ""):
        for path in paths:
            os.mkdir(path)


def remove(path: str) -> None:
    """Remove a directory of ours with all below it; that it is gone already is fine.

    A file or a link at its place is removed as well, and nothing that the link leads to.

    Raises WorkrootError: when something cannot be removed.
    """
    try:
        status = os.lstat(path)
    except FileNotFoundError:
        return
    if not stat.S_ISDIR(status.st_mode):
        discard(path)
        return
    with told(path):
        _empty(path)
        os.rmdir(path)


def _empty(directory: str) -> None:
    """Remove all that is in a directory. Raises OSError."""
    with os.scandir(directory) as entries:
        # All of them first: some file systems skip entries while what they list is deleted.
        for entry in list(entries):
            if entry.is_dir(follow_symlinks=False):
                _empty(entry.path)
                os.rmdir(entry.path)
            else:
                os.unlink(entry.path)


def remove_until(path: str, over: Callable[[], bool]) -> bool:
    """Remove a directory of ours, one directory after the other, until it is over.

    Args:
        over: Asked before each directory; True leaves the rest for another time.

    Returns:
        Whether all of it is gone.

    Raises WorkrootError: when something cannot be removed.
    """
    with told(path):
        for directory, names, plain in os.walk(path, topdown=False):
            if over():
                return False
            # os.walk takes a link to a directory for a directory: its files are never gone into.
            links = [name for name in names if os.path.islink(os.path.join(directory, name))]
            for name in (*plain, *links):
                os.unlink(os.path.join(directory, name))
            os.rmdir(directory)
    return True


def sweep(directory: str) -> None:
    """Remove the temporary names in a directory whose processes were killed before they could."""
    for name in os.listdir(directory):
        _, _, pid = name.removesuffix(".tmp").rpartition(".")
        if name.endswith(".tmp") and pid.isdigit() and _gone(int(pid)):
            remove(os.path.join(directory, name))


def _gone(pid: int) -> bool:
    """Whether no process has that number; False where that cannot be asked."""
    if os.name == "nt":
        return False  # there, os.kill(pid, 0) ends the process
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except OSError:
        pass  # it is there, and somebody else's
    return False


def carry(source: str, target: str) -> None:
    """Move to a new name; a directory that cannot be renamed is moved piece by piece.

    Of a lower layer (overlayfs) a directory cannot be renamed, but all that is in it can. May be
    run again after a kill: what was carried so far lies in target.part.
    """
    part = f"{target}.part"
    with told(target):
        if not os.path.lexists(part) and _renamed(source, target):
            return
        if os.path.lexists(source):
            _carry_into(source, part)
        os.rename(part, target)


def _renamed(source: str, target: str) -> bool:
    """Whether it could be moved as one; False only where a directory may still go by pieces."""
    try:
        os.rename(source, target)
    except PermissionError:
        _rename_closed(source, target)
    except OSError as error:
        by_pieces = os.path.isdir(source) and not os.path.islink(source)
        if error.errno != errno.EXDEV or not by_pieces:
            raise
        return False
    return True


def _rename_closed(source: str, target: str) -> None:
    """Move a directory that its owner may not write in: a move writes in it which one is above.

    A kill leaves it open to its owner, no more.
    """
    mode = stat.S_IMODE(os.lstat(source).st_mode)
    if not os.path.isdir(source) or os.path.islink(source) or mode & stat.S_IWUSR:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), source)
    os.chmod(source, mode | stat.S_IWUSR)
    try:
        os.rename(source, target)
    except BaseException:
        os.chmod(source, mode)
        raise
    os.chmod(target, mode)


def carry_back(source: str, target: str) -> None:
    """Undo a carry, finished or not; the arguments are those of the carry.

    Raises WorkrootError: when something cannot be moved back.
    """
    part = f"{target}.part"
    with told(source):
        if os.path.lexists(part):
            _carry_into(part, source)
        elif os.path.lexists(target):
            carry(target, source)


def _carry_into(source: str, target: str) -> None:
    """Move piece by piece; what was moved before a kill is in the target, and nothing twice."""
    status = os.lstat(source)
    os.makedirs(target, exist_ok=True)
    with os.scandir(source) as entries:
        for entry in list(entries):
            move = _carry_into if entry.is_dir(follow_symlinks=False) else os.rename
            move(entry.path, f"{target}/{entry.name}")
    os.rmdir(source)
    # Last, as each thing that is moved in gives the directory another time.
    os.chmod(target, stat.S_IMODE(status.st_mode))
    os.utime(target, ns=(status.st_mtime_ns, status.st_mtime_ns))


def link_all(pairs: list[tuple[str, str]]) -> list[int]:
    """Give each file (source) a second name (target).

    Returns:
        The indexes of those that the file system would not link, to be copied.

    Raises WorkrootError: when a link fails for another reason, as a target that is there.
    """
    with told(pairs[0][1] if pairs else ""):
        if len(pairs) < _MANY:
            return _link(pairs, 0, len(pairs))
        return _link_both(pairs, len(pairs) // 2)


def _link_both(pairs: list[tuple[str, str]], middle: int) -> list[int]:
    """The two halves at once: the system makes links for two callers at a time."""
    import threading  # 1 ms, which only many links repay

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
    """The links of pairs[start:end]; the indexes of those that are refused. Raises OSError."""
    refused = []
    link = os.link  # looked up once: this loop runs for every file of a restored venv
    for at in range(start, end):
        try:
            link(*pairs[at])
        except OSError as error:
            if error.errno not in _NO_LINK:
                raise
            refused.append(at)
    return refused


def lock_down(path: str) -> None:
    """Let everyone read a directory with all below it, and nobody but the owner write.

    The owner is root, where root asks.
    """
    by_root = hasattr(os, "geteuid") and os.geteuid() == 0
    for directory, names, plain in os.walk(path):
        for name in ("", *names, *plain):
            _lock_down_one(os.path.join(directory, name) if name else directory, by_root)


def _lock_down_one(path: str, by_root: bool) -> None:
    """The same for one file, directory or link. Raises OSError."""
    status = os.lstat(path)
    if by_root and (status.st_uid, status.st_gid) != (0, 0):
        os.chown(path, 0, 0, follow_symlinks=False)
    if stat.S_ISLNK(status.st_mode):
        return  # a link has no mode of its own on Linux, and chmod would follow it
    # What its owner may run becomes a program for everybody; the special bits stay as they are.
    mode = stat.S_IMODE(status.st_mode) & ~0o022 | 0o444
    if stat.S_ISDIR(status.st_mode) or mode & 0o100:
        mode |= 0o111
    os.chmod(path, mode)


def bytes_of(paths: Iterable[str]) -> int:
    """What these files take: one with several names once, one that is gone nothing."""
    total = 0
    seen = set()
    for path in paths:
        try:
            status = os.lstat(path)
        except OSError:
            continue
        if (status.st_dev, status.st_ino) not in seen:
            seen.add((status.st_dev, status.st_ino))
            total += status.st_size
    return total
