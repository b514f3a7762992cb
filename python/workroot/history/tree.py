"""The tree of a venv: its directories and files as the file system notes them, in units that few operations touch.

A unit is one directory that many distributions share (without what lies below it), or everything below one other
directory in such a one. A directory counts as unchanged while its time and inode are; one changed in the last clock tick
is looked at again. What a look finds new has no place in the store yet:

    seen    (mode, size, mtime_ns, inode)                a file as it lies there
    kept    (mode, size, mtime_ns, inode, key, number)   the same with its place in the store; inode 0: the store has a copy
    link    in both, size is 0 and the target stands for the inode
    record  (mode, mtime_ns, {name: seen or kept})       one directory
"""

import marshal
import os
import stat
import time

from workroot.errors import WorkrootError

_MARSHAL = 4  # what every Python from 3.4 on reads
_TICK_NS = 20_000_000
_COARSE_TICK_NS = 2_000_000_000

LOOSE = ""


class Unit:
    """A unit as it lies in the venv now: its content (a place in a pack, or bytes) and what to compare its directories with."""

    __slots__ = ("content", "paths", "times", "inodes")

    def __init__(self, content, paths: list[str], times: list[int], inodes: list[int]) -> None:
        self.content = content
        self.paths = paths
        self.times = times
        self.inodes = inodes

    def stamps(self) -> dict[str, tuple[int, int]]:
        return {path: (self.times[at], self.inodes[at]) for at, path in enumerate(self.paths)}

    def doubt(self, paths: set[str] | None = None) -> None:
        """Have these directories of it, or all, listed at the next look, whatever their times say."""
        self.times = [
            -1 if paths is None or path in paths else time
            for path, time in zip(self.paths, self.times)
        ]


def unit(content, stamps: dict[str, tuple[int, int]]) -> Unit:
    return Unit(
        content,
        list(stamps),
        [time for time, _ in stamps.values()],
        [inode for _, inode in stamps.values()],
    )


def encode(directories: dict) -> bytes:
    return marshal.dumps(directories, _MARSHAL)


def decode(data: bytes) -> dict:
    return marshal.loads(data)


def join(directory: str, name: str) -> str:
    return f"{directory}/{name}" if directory else name


def parent(path: str) -> str:
    return path.rpartition("/")[0]


def entry(records: dict, path: str) -> tuple | None:
    """The one at a path, among the records of its unit."""
    return records.get(parent(path), (0, 0, {}))[2].get(path.rpartition("/")[2])


def same(kept: tuple, seen: tuple) -> bool:
    """Whether a kept entry is the one seen. (A system that tells no inode says 0.)"""
    return kept[:3] == seen[:3] and (kept[3] == seen[3] or not kept[3] or not seen[3])


def alike(one: tuple, other: tuple) -> bool:
    """Whether two kept entries stand for the same file; the store may have it under two numbers, or a copy of it."""
    return one[:3] == other[:3] and (
        one[4:] == other[4:] and not is_link(one) or (one[3] == other[3] and bool(one[3]))
    )


def written_into(before: dict, now: dict) -> list[str]:
    """The files that are the same as before (by inode) with another size, time or mode."""
    return [
        join(path, name)
        for path, record in now.items()
        if path in before
        for name, entry in record[2].items()
        if (old := before[path][2].get(name))
        and old != entry
        and old[3] == entry[3]
        and old[3]
        and not is_link(old)
    ]


def settled(mtime_ns: int, now_ns: int) -> int:
    """The time to compare with later: -1, which nothing equals, where more may change within this tick of the clock."""
    tick = _TICK_NS if mtime_ns % 1_000_000 else _COARSE_TICK_NS
    return mtime_ns if mtime_ns < now_ns - tick else -1


class Look:
    """One look at a venv.

    units: everything as it is now; those in `changed` have no content yet. changed: name of unit -> (records before, records now).
    """

    def __init__(self, venv: str, spine: list[str], skipped: frozenset[str], records) -> None:
        self.venv = venv
        self.spine = spine
        self.skipped = skipped
        self.records = records
        self.now_ns = time.time_ns()
        self.units: dict[str, Unit] = {}
        self.changed: dict[str, tuple[dict, dict]] = {}

    def take(
        self, known: dict[str, Unit], concerned: set[str] | None = None, trusting: bool = False
    ) -> "Look":
        """Compare with the units known from the last look.

        concerned: units that may have changed; None: any may. trusting: the top of the others has not changed either.
        """
        tops = []
        for path in self.spine:
            tops += self._look_at_shared(path, known.get(path))
        for name in tops:
            old = known.get(name)
            if (
                old is not None
                and concerned is not None
                and name not in concerned
                and (trusting or self._top_unchanged(old))
            ):
                self.units[name] = old
            else:
                self._look_at(name, old)
        for name in known.keys() - self.units.keys():
            self.changed[name] = (self.records(known[name].content), {})
        return self

    def _look_at_shared(self, path: str, old: Unit | None) -> list[str]:
        record, inode, below = self._list(path)
        before = self.records(old.content) if old else {}
        now = {path: _merged(record, before.get(path))}
        self._note(path, old, before, now, {path: (settled(record[1], self.now_ns), inode)})
        return [name for name in (join(path, one) for one in below) if name not in self.spine]

    def _look_at(self, name: str, old: Unit | None) -> None:
        stale = self._stale(old) if old else [name]
        if not stale:
            self.units[name] = old
            return
        before = self.records(old.content) if old else {}
        now, stamps = dict(before), old.stamps() if old else {}
        children: dict[str, list[str]] = {}
        for path in before:
            children.setdefault(parent(path), []).append(path)
        for path in stale:
            self._refresh(path, before, children, now, stamps)
        self._note(name, old, before, now, stamps)

    def _note(self, name: str, old: Unit | None, before: dict, now: dict, stamps: dict) -> None:
        if old is not None and before == now:
            self.units[name] = unit(old.content, stamps)
        else:
            self.units[name] = unit(None, stamps)
            self.changed[name] = (before, now)

    def _top_unchanged(self, old: Unit) -> bool:
        return not self._stale(Unit(None, old.paths[:1], old.times[:1], old.inodes[:1]))

    def _stale(self, old: Unit) -> list[str]:
        stale, root, lstat = [], self.venv + "/", os.lstat
        for path, mtime_ns, inode in zip(old.paths, old.times, old.inodes):
            try:
                status = lstat(root + path)
            except (FileNotFoundError, NotADirectoryError):
                continue
            if status.st_mtime_ns != mtime_ns or status.st_ino != inode:
                stale.append(path)
        return stale

    def _refresh(self, path: str, before: dict, children: dict, now: dict, stamps: dict) -> None:
        """List one directory anew, with what is new below it; what is gone below it is forgotten."""
        try:
            record, inode, below = self._list(path)
        except (FileNotFoundError, NotADirectoryError):
            return
        now[path] = _merged(record, before.get(path))
        stamps[path] = (settled(record[1], self.now_ns), inode)
        there = {join(path, name) for name in below}
        for gone in children.get(path, ()):
            if gone not in there:
                self._forget(gone, now, stamps)
        for child in there:
            if child not in now:
                self._refresh(child, before, children, now, stamps)

    @staticmethod
    def _forget(gone: str, now: dict, stamps: dict) -> None:
        for path in [path for path in now if path == gone or path.startswith(gone + "/")]:
            del now[path]
            stamps.pop(path, None)

    def _list(self, path: str) -> tuple[tuple, int, list[str]]:
        """The record of a directory as seen, its inode, and the names of the directories in it."""
        full = f"{self.venv}/{path}" if path else self.venv
        status, files, below = os.lstat(full), {}, []
        if not stat.S_ISDIR(status.st_mode):
            raise NotADirectoryError(full)
        try:
            with os.scandir(full) as entries:
                for entry in entries:
                    if self.skipped and join(path, entry.name) in self.skipped:
                        continue
                    if entry.is_dir(follow_symlinks=False):
                        below.append(entry.name)
                    elif seen := _seen(entry):
                        files[entry.name] = seen
        except PermissionError as error:
            raise WorkrootError(
                f"cannot read {full}: {error.strerror.lower()}",
                "give yourself read permission there",
            ) from error
        return (status.st_mode, status.st_mtime_ns, files), status.st_ino, below


def _merged(record: tuple, before: tuple | None) -> tuple:
    """A record as seen, with the places in the store that are known."""
    if before is None:
        return record
    mode, mtime_ns, files = record
    kept = before[2]
    for name, seen in files.items():
        old = kept.get(name)
        if old is not None and same(old, seen):
            files[name] = old
    return mode, mtime_ns, files


def _seen(entry: os.DirEntry) -> tuple | None:
    try:
        status = entry.stat(follow_symlinks=False)
        if stat.S_ISREG(status.st_mode):
            return status.st_mode, status.st_size, status.st_mtime_ns, status.st_ino
        if stat.S_ISLNK(status.st_mode):
            return status.st_mode, 0, status.st_mtime_ns, os.readlink(entry.path)
    except FileNotFoundError:
        pass
    return None


def is_link(entry: tuple) -> bool:
    return isinstance(entry[3], str)


def is_bytecode(path: str) -> bool:
    """Whether Python may write this file anew at any import."""
    return path.endswith(".pyc") and path.rpartition("/")[0].endswith("__pycache__")


def unit_of(path: str, spine: list[str]) -> str:
    """The name of the unit that a directory belongs to."""
    if path in spine:
        return path
    base = max((one for one in spine if not one or path.startswith(one + "/")), key=len)
    rest = path[len(base) + 1 :] if base else path
    return join(base, rest.partition("/")[0])
