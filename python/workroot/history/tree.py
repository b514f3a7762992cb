"""The tree of a venv as it is noted, in memory and in a file: its directories and files, in units
that few operations touch.

A unit is one directory that many distributions share (without what lies below it), or everything
below one other directory in such a one. What is noted are plain tuples, as a large venv has tens of
thousands of them and marshal reads and writes those in milliseconds; the constants below name their
fields.

    seen     (mode, size, mtime_ns, inode)                a file as it lies there
    kept     (mode, size, mtime_ns, inode, key, number)   with its place; inode 0: kept as a copy
    link     in both, size is 0 and the target stands for the inode; a kept one of a distribution
             that led out of the venv has a field more, the kept entry of the file it led to
    record   (mode, mtime_ns, {name: seen or kept})       one directory
    records  {path of a directory: record}                one unit
    content  bytes (records, marshalled), or their place: (number of a tree file, offset, length,
             crc32)
"""

import marshal
import os
from binascii import crc32

from workroot.doors.documents import Damaged, Newer

MODE, SIZE, MTIME, INODE, KEY, NUMBER, CONTENT = range(7)
TARGET = INODE
COPIED = 0  # the inode of a file of which the store has a copy: nothing to compare
UNPLACED = -1  # the number of a link: the store has no file for it
ANY_TIME = -1  # the time of a directory that nobody knows; no directory has it
LOOSE = ""  # the key of what belongs to no distribution
_NO_RECORD = (0, 0, {})

_MARSHAL = 4  # what every Python from 3.4 on reads
_MAGIC = b"WRTREE1\n"
_VERSION_AT = 6  # of the digit in it
_TAIL = 12  # the length of the tables (8 bytes) and their crc32 (4)


class Unit:
    """A unit as it lies in the venv now.

    Attributes:
        content: bytes or their place in a tree file; None while it is being looked at.
        paths: of its directories, relative to the venv.
        times, inodes: what to compare these with, in the same order; times are in nanoseconds.
    """

    __slots__ = ("content", "paths", "times", "inodes")

    def __init__(
        self,
        content,
        paths: list[str],
        times: list[int],
        inodes: list[int],
    ) -> None:
        self.content = content
        self.paths = paths
        self.times = times
        self.inodes = inodes

    def stamps(self) -> dict[str, tuple[int, int]]:
        """Path of a directory -> (time in ns, inode), as the last look saw it."""
        return {path: (self.times[at], self.inodes[at]) for at, path in enumerate(self.paths)}

    def doubt(self, paths: set[str] | None = None) -> None:
        """Have these directories of it, or all, listed at the next look."""
        for at, path in enumerate(self.paths):
            if paths is None or path in paths:
                self.times[at] = ANY_TIME


def unit(
    content,
    stamps: dict[str, tuple[int, int]],
) -> Unit:
    """A unit of this content, with the stamps of its directories: path -> (time in ns, inode)."""
    times = [time for time, _ in stamps.values()]
    inodes = [inode for _, inode in stamps.values()]
    return Unit(
        content,
        list(stamps),
        times,
        inodes,
    )


# paths


def join(
    directory: str,
    name: str,
) -> str:
    """The path of a name in a directory of the venv, where '' is the venv itself."""
    return f"{directory}/{name}" if directory else name


def parent(path: str) -> str:
    """The directory that a path of the venv lies in; '' is the venv itself."""
    return path.rpartition("/")[0]


def unit_of(
    path: str,
    spine: list[str],
) -> str:
    """The name of the unit that a directory belongs to.

    Args:
        path: of the directory, relative to the venv.
        spine: the shared directories; '' is among them.
    """
    if path in spine:
        return path
    # The longest one counts: site-packages is shared, and so is each directory above it.
    base = max((one for one in spine if not one or path.startswith(one + "/")), key=len)
    rest = path[len(base) + 1 :] if base else path
    return join(base, rest.partition("/")[0])


def is_bytecode(path: str) -> bool:
    """Whether Python may write this file anew at any import."""
    return path.endswith(".pyc") and path.rpartition("/")[0].endswith("__pycache__")


# entries and records


def is_link(entry: tuple) -> bool:
    """Whether an entry is that of a symbolic link; then its target stands where a file has its
    inode.
    """
    return isinstance(entry[TARGET], str)


def is_kept(entry: tuple) -> bool:
    """Whether it has its place in the store."""
    return len(entry) > KEY


def content_of(entry: tuple) -> tuple | None:
    """The kept entry of the file that a link led to when it was kept.

    None for every other entry.
    """
    return entry[CONTENT] if len(entry) > CONTENT else None


def with_content(
    records: dict,
    there: dict,
) -> dict:
    """The records with files in place of the links that led out of the venv.

    A cache that such a link leads into may be cleaned at any time; what was kept of it stays.

    Args:
        records: of a unit as it shall be; they stay as they are.
        there: those of the same unit now: a link that is there already stays one.
    """
    changed = {}
    for path, (mode, mtime_ns, entries) in records.items():
        now = entries_of(there, path)
        contents = {}
        for name, entry in entries.items():
            if len(entry) > CONTENT and now.get(name) != entry:
                contents[name] = entry[CONTENT]
        if contents:
            changed[path] = (mode, mtime_ns, {**entries, **contents})
    return {**records, **changed} if changed else records


def place(entry: tuple) -> tuple[str, int]:
    """Where the store has it: key and number."""
    return entry[KEY], entry[NUMBER]


def as_copy(entry: tuple) -> tuple:
    """The kept entry, to be brought back as a copy.

    Nothing says any more that the file in the store is the same.
    """
    mode, size, mtime_ns, _, key, number = entry
    return mode, size, mtime_ns, COPIED, key, number


def entries_of(
    records: dict,
    directory: str,
) -> dict:
    """What lies in one directory of a unit; nothing where there is no such directory."""
    _, _, entries = records.get(directory, _NO_RECORD)
    return entries


def entry(
    records: dict,
    path: str,
) -> tuple | None:
    """The one at a path, among the records of its unit; None where there is none."""
    return entries_of(records, parent(path)).get(path.rpartition("/")[2])


def below(
    records: dict,
    path: str,
) -> dict:
    """The records of a directory and of all below it."""
    start = path + "/"
    return {one: records[one] for one in records if one == path or one.startswith(start)}


def holds(
    records: dict,
    keys: set[str],
) -> bool:
    """Whether anything in a unit belongs to one of these distributions, named by their keys."""
    for _, _, entries in records.values():
        for one in entries.values():
            if one[KEY] in keys:
                return True
    return False


def look_same(
    one: tuple,
    other: tuple,
) -> bool:
    """Whether two entries have the same mode, size and time."""
    return one[:INODE] == other[:INODE]


def same(kept: tuple, seen: tuple) -> bool:
    """Whether a kept entry is the one seen. (A system that tells no inode says 0.)

    An entry that was kept as a copy has the inode 0 as well: it is compared by the rest.
    """
    inode, other = kept[INODE], seen[INODE]
    # A link has its target there, which must be the same, and is never empty.
    return look_same(kept, seen) and (inode == other or not inode or not other)


def alike(one: tuple, other: tuple) -> bool:
    """Whether two kept entries stand for the same file.

    The store may have it under two numbers, or a copy of it.
    """
    if one[:INODE] != other[:INODE]:
        return False
    # One place in the store is one file, but all the links of a key have the same.
    if one[KEY:] == other[KEY:] and not is_link(one):
        return True
    return one[INODE] == other[INODE] and bool(one[INODE])


def are_copies(one: tuple, other: tuple) -> bool:
    """Whether two kept entries are copies that nothing but their place in the store tells apart."""
    return one[INODE] == other[INODE] == COPIED and look_same(one, other)


def written_into(
    before: dict,
    now: dict,
) -> list[str]:
    """The paths of the files that are the same as before (by inode) with another size, time or
    mode.

    Somebody wrote into these in place; a file that is put there anew has another inode.
    """
    found = []
    for path, (_, _, entries) in now.items():
        olds = entries_of(before, path)
        for name, new in entries.items():
            old = olds.get(name)
            if old is None or old == new or is_link(old):
                continue
            if old[INODE] == new[INODE] and old[INODE]:
                found.append(join(path, name))
    return found


# in a file


def encode(records: dict) -> bytes:
    """The bytes of the records of a unit."""
    return marshal.dumps(records, _MARSHAL)


def decode(data: bytes) -> dict:
    """The records that these bytes say. They are ours, or were checked by their crc32."""
    return marshal.loads(data)


def number_of(content) -> int | None:
    """The number of the tree file that a content lies in; None for bytes that lie in none yet."""
    return None if isinstance(content, bytes) else content[0]


def pack(
    number: int,
    before: dict,
    after: dict,
) -> tuple[bytes, dict]:
    """Make the bytes of a tree file.

    It holds the contents that are new, then two tables: what differed before (None: there was no
    such unit), and all of `after`.

    Args:
        number: of the file, which the places in it name.
        before, after: name of unit -> content, around an operation.

    Returns:
        The bytes, and `after` with a place in the file for each content that was only bytes.
    """
    parts, places = [_MAGIC], {}
    offset = len(_MAGIC)

    def placed(content):
        nonlocal offset
        if not isinstance(content, bytes):
            return content
        # The same bytes may stand before and after, as they do for a snapshot.
        if content not in places:
            places[content] = (number, offset, len(content), crc32(content))
            parts.append(content)
            offset += len(content)
        return places[content]

    later = {name: placed(content) for name, content in after.items()}
    changed = {name: None for name in later if name not in before}
    for name, content in before.items():
        earlier = placed(content)
        if later.get(name) != earlier:
            changed[name] = earlier
    tables = marshal.dumps((changed, later), _MARSHAL)
    parts += [tables, len(tables).to_bytes(8, "little"), crc32(tables).to_bytes(4, "little")]
    return b"".join(parts), later


def read_tables(path: str) -> tuple[dict, dict]:
    """The two tables of a tree file: what differed before the operation, and all of what was after.

    Raises Damaged: when it cannot be read or is not what was written. Raises Newer: when a newer
    kit wrote it.
    """
    try:
        with open(path, "rb") as file:
            magic = file.read(len(_MAGIC))
            if magic != _MAGIC:
                raise _unknown(path, magic)
            # From the end: the tables are written last, as only then all the places are known.
            file.seek(-_TAIL, os.SEEK_END)
            tail = file.read(_TAIL)
            length = int.from_bytes(tail[:8], "little")
            file.seek(-_TAIL - length, os.SEEK_END)
            data = file.read(length)
    except (OSError, ValueError) as error:
        raise Damaged(path) from error
    # Checked before marshal reads it, which on damaged data may do anything.
    if crc32(data) != int.from_bytes(tail[8:], "little"):
        raise Damaged(path)
    return marshal.loads(data)


def _unknown(
    path: str,
    magic: bytes,
) -> Damaged | Newer:
    """The error for a file that does not begin as ours do, or does so with another version."""
    version = magic[_VERSION_AT : _VERSION_AT + 1]
    if magic[:_VERSION_AT] == _MAGIC[:_VERSION_AT] and version.isdigit():
        return Newer(path, int(version))
    return Damaged(path)


def read_content(
    path: str,
    place: tuple,
) -> bytes:
    """The bytes of a content from the tree file that it lies in.

    Raises Damaged: when that is gone, or is not what was written.
    """
    _, offset, length, check = place
    try:
        with open(path, "rb") as file:
            file.seek(offset)
            data = file.read(length)
    except OSError as error:
        raise Damaged(path) from error
    if crc32(data) != check:
        raise Damaged(path)
    return data
