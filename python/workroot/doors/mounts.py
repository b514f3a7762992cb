"""The door to mounts: what is one cannot be renamed, and what lies on another disk only copied."""

import os

from workroot.errors import WorkrootError

_TABLE = "/proc/self/mountinfo"
_OCTAL = {"\\040": " ", "\\011": "\t", "\\012": "\n", "\\134": "\\"}


def is_mount(path: str) -> bool:
    """Whether something is mounted at just this place, a volume or a directory of the same disk.

    os.path.ismount compares devices, and so sees no bind mount within one disk.
    """
    if os.path.islink(path) or not os.path.isdir(path):
        return False
    return os.path.ismount(path) or os.path.realpath(path) in points()


def points() -> set[str]:
    """All mount points that Linux knows of, bind mounts too; nothing elsewhere.

    Returns:
        Absolute paths without links in them. The form of the table: proc(5), mountinfo.
    """
    try:
        with open(_TABLE, encoding="utf-8", errors="surrogateescape") as table:
            lines = table.readlines()
    except OSError:
        return set()  # no Linux: os.path.ismount has to do
    found = set()
    for line in lines:
        _number, _parent, _device, _root, point, *_rest = line.split(" ")
        for escape, character in _OCTAL.items():
            point = point.replace(escape, character)
        found.add(point)
    return found


def one_disk(path: str, other: str) -> bool:
    """Whether the directory that path lies in and another directory are on the same file system.

    Raises OSError: when one of the two directories is gone.
    """
    return os.stat(os.path.dirname(path)).st_dev == os.stat(other).st_dev


def runs_programs(directory: str) -> bool:
    """Whether the disk that a directory is on lets programs be started from it.

    macOS and Windows do not tell: there it is taken for granted.
    """
    if not hasattr(os, "ST_NOEXEC"):
        return True
    return not os.statvfs(directory).f_flag & os.ST_NOEXEC


def check_programs(directory: str) -> None:
    """Raises WorkrootError: when what is put into a directory could not be started.

    The shell would pass such a `pip` over without a word, and take the next one on PATH. The
    directory need not be there yet.
    """
    at = directory
    while not os.path.isdir(at):
        at = os.path.dirname(at)
    if not runs_programs(at):
        raise WorkrootError(
            f"no program can be started from {directory}: its disk is mounted with noexec",
            "mount it with exec, or take a place on another disk",
        )
