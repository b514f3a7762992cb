"""What keeps a thing from being renamed, as far as it can be known before it is tried.

Only looked for here: nothing is changed. What the system would do is asked of the system (access,
flags, devices); what only a trial can tell is found by the trial, which has to be taken back.
"""

import os
import stat
import sys

from workroot.doors import mounts
from workroot.errors import WorkrootError

if sys.platform != "win32":
    import fcntl

_LINUX = "/proc/self"

# linux/fs.h: what `lsattr` asks, and the two of its answers that forbid a rename.
_GET_FLAGS = 0x80086601
_IMMUTABLE, _APPEND = 0x10, 0x20

_PERMISSION = "give yourself write permission there"


class Obstacles:
    """What is in the way of moves out of a directory, and back into it.

    top: that directory. device: the number (st_dev) of the file system to which things move.
    """

    def __init__(self, top: str, device: int) -> None:
        self.device = device
        self.mounts = _mounts_below(os.path.realpath(top))
        self.top = top
        self.user = os.geteuid() if hasattr(os, "geteuid") else None

    def check_directory(self, path: str) -> os.stat_result:
        """Whether something may be taken out of a directory, or put in.

        Returns:
            Its status, which `check_entry` wants for what lies in it.

        Raises WorkrootError: where it may not.
        """
        status = os.stat(path)
        if status.st_dev != self.device:
            raise WorkrootError(f"{path} lies on another file system than what undo puts aside")
        if not os.access(path, os.W_OK | os.X_OK):
            raise _closed(path)
        _check_flags(path, status)
        return status

    def check_entry(self, path: str, directory: os.stat_result) -> None:
        """Whether the thing at a path may be moved; what is not there is in nobody's way.

        Args:
            directory: The status of the one that it lies in.

        Raises WorkrootError: where it may not.
        """
        try:
            status = os.lstat(path)
        except FileNotFoundError:
            return
        self._check_mounts(path)
        # Root (0) may take everything, and Windows (None) has no sticky directories.
        if self.user and not _may_take(self.user, status, directory):
            raise WorkrootError(
                f"{path} belongs to somebody else, and its directory lets only the owner move it",
                "have the owner type this, or root",
            )
        if not stat.S_ISDIR(status.st_mode) and not stat.S_ISREG(status.st_mode):
            return  # links, pipes and devices have no flags, and are renamed whatever their mode
        # A directory that moves is written in: the system notes in it which one is above. Its
        # owner may open it for that (trees.carry).
        mine = status.st_uid == self.user
        if stat.S_ISDIR(status.st_mode) and not mine and not os.access(path, os.W_OK):
            raise _closed(path)
        _check_flags(path, status)

    def _check_mounts(self, path: str) -> None:
        """A mount point cannot be moved, and what is mounted below would go along.

        Raises WorkrootError: where a path is one, or has one below it.
        """
        if not self.mounts:
            return
        below = os.path.relpath(path, self.top)
        for mount in self.mounts:
            if mount == below or mount.startswith(below + "/"):
                full = f"{self.top}/{mount}"
                raise WorkrootError(
                    f"{full} is a mount point, so it cannot be moved", f"umount {full}"
                )


def _closed(path: str) -> WorkrootError:
    """Why a directory cannot be written in, where access says no: an error to be raised."""
    if _immutable(path):
        return WorkrootError(f"{path} may not be changed by anybody", f"chattr -i {path}")
    # Windows has no statvfs.
    read_only = hasattr(os, "statvfs") and os.statvfs(path).f_flag & os.ST_RDONLY
    if read_only:
        return WorkrootError(f"{path} lies on a read-only file system", "make the disk writable")
    return WorkrootError(f"{path} cannot be written in: permission denied", _PERMISSION)


def _may_take(user: int, status: os.stat_result, directory: os.stat_result) -> bool:
    """In a sticky directory (as /tmp is one) only the owner moves a thing, or the directory's."""
    sticky = directory.st_mode & stat.S_ISVTX
    return not sticky or user in (status.st_uid, directory.st_uid)


def _check_flags(path: str, status: os.stat_result) -> None:
    """Raises WorkrootError for flags that not even root may move a thing with."""
    flags = _flags(path, status)
    if flags & _IMMUTABLE:
        raise WorkrootError(f"{path} may not be changed by anybody", f"chattr -i {path}")
    if flags & _APPEND:
        raise WorkrootError(f"{path} may only be added to", f"chattr -a {path}")


def _immutable(path: str) -> bool:
    return bool(_flags(path, os.lstat(path)) & _IMMUTABLE)


def _flags(path: str, status: os.stat_result) -> int:
    """Those of `chattr`, as far as this system and file system have them."""
    of_bsd = getattr(status, "st_flags", 0)
    if of_bsd:
        # Of each there is one that its owner may take away (UF) and one for root (SF).
        immutable = of_bsd & (stat.UF_IMMUTABLE | stat.SF_IMMUTABLE)
        append = of_bsd & (stat.UF_APPEND | stat.SF_APPEND)
        flags = _IMMUTABLE if immutable else 0
        if append:
            flags |= _APPEND
        return flags
    if not os.path.exists(_LINUX):
        return 0
    try:
        # Not waiting for the other end, where a pipe took the file's place meanwhile.
        opened = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
    except OSError:
        return 0
    try:
        answer = fcntl.ioctl(opened, _GET_FLAGS, bytes(8))
        return int.from_bytes(answer, "little")
    except OSError:
        return 0  # a file system without flags
    finally:
        os.close(opened)


def on_one_mount(one: str, other: str) -> bool:
    """Whether a thing can be renamed from one place to the other: one file system, mounted once.

    A directory that is mounted a second time (`mount --bind`, a container's volume) has the same
    device as the rest of its file system, and yet nothing is renamed across its border.
    """
    if os.stat(one).st_dev != os.stat(other).st_dev:
        return False
    points = mounts.points()
    mount = _mount_of(os.path.realpath(one), points)
    return mount == _mount_of(os.path.realpath(other), points)


def _mount_of(path: str, points: set[str]) -> str:
    """The mount point that a path lies below; '' where none is known."""
    found = ""
    for point in points:
        inside = path == point or path.startswith(point.rstrip("/") + "/")
        if inside and len(point) > len(found):
            found = point
    return found


def _mounts_below(top: str) -> list[str]:
    """The mount points below a directory, relative to it."""
    start = top + "/"
    return [point[len(start) :] for point in mounts.points() if point.startswith(start)]
