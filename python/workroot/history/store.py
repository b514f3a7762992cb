"""The store: the content of every distribution seen, kept before it can be lost.

store/KEY/NUMBER is one file; the key is a distribution's (name, version, hash and time of RECORD) or 'loose'. A kept file is
never written again. Most are hard links to what lies in the venv, so each is compared with what was noted before it is
taken for the original; what tools write in place (scripts, .pth, files at the top of the venv) is a copy from the start.
"""

import os
import stat

from workroot.doors import files, trees
from workroot.history.tree import is_link, join

_COPIED_ENDINGS = (".pth", ".egg-link")
_COPIED_DIRECTORIES = ("bin/", "Scripts/")
_LOOSE_DIRECTORY = "loose"


class Store:
    """The store of one home."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._numbers: dict[str, int] = {}

    def keep(self, venv: str, wanted: list[tuple[str, tuple, str]]) -> list[tuple]:
        """Keep files of the venv. wanted: (path in the venv, entry as seen, key). Gives their kept entries, in order."""
        kept, links, copies = [], [], []
        for path, seen, key in wanted:
            if is_link(seen):
                kept.append((*seen, key, -1))
                continue
            number = self._next(key)
            copied = must_copy(path)
            (copies if copied else links).append((f"{venv}/{path}", self.file(key, number), seen))
            kept.append((*seen[:3], 0 if copied else seen[3], key, number))
        refused = trees.link_all([(source, target) for source, target, _ in links])
        for source, target, seen in [*copies, *(links[at] for at in refused)]:
            files.copy(source, target, seen[0], seen[2])
        return _without_inodes(kept, {links[at][1] for at in refused}, self) if refused else kept

    def _next(self, key: str) -> int:
        number = self._numbers.get(key)
        if number is None:
            directory = self.path + "/" + (key or _LOOSE_DIRECTORY)
            files.make_directory(directory)
            number = 1 + max(
                (int(name) for name in os.listdir(directory) if name.isdigit()), default=-1
            )
        self._numbers[key] = number + 1
        return number

    def file(self, key: str, number: int) -> str:
        return f"{self.path}/{key or _LOOSE_DIRECTORY}/{number}"

    def sound(self, entry: tuple) -> bool:
        """Whether the store has just what was kept: nobody wrote into it through another name of the same file."""
        return is_link(entry) or self._doubt(entry) is None

    def _doubt(self, entry: tuple) -> str | None:
        """What is not as it was noted: 'gone', 'content', 'mode'; None where all is well."""
        mode, size, mtime_ns, inode, key, number = entry
        try:
            status = os.lstat(self.file(key, number))
        except OSError:
            return "gone"
        if (
            status.st_size != size
            or status.st_mtime_ns != mtime_ns
            or not stat.S_ISREG(status.st_mode)
        ):
            return "content"
        if inode and status.st_ino != inode:
            return "inode"
        return (
            "mode"
            if status.st_mode != mode and not _same_permission(status.st_mode, mode)
            else None
        )

    def healable(self, entry: tuple, sha256: str | None) -> bool:
        """Whether what is in doubt has the right content all the same. sha256: hex, from RECORD, where it is known."""
        doubt = self._doubt(entry)
        if doubt in (None, "mode") or (doubt == "inode" and sha256 is None):
            return True
        if doubt == "gone" or sha256 is None:
            return False
        from workroot.pythons.packages import sha256_of

        return sha256_of(files.read_bytes(self.file(*entry[4:])) or b"") == sha256

    def same_size(self, entry: tuple) -> bool:
        """Whether a kept file is as long as it was; nothing writes into bytecode, so there its time says nothing."""
        try:
            return os.lstat(self.file(*entry[4:])).st_size == entry[1]
        except OSError:
            return False

    def edited(self, before: dict, now: dict) -> dict[str, tuple]:
        """Of the files that are in the records before but no longer in those now: path -> kept entry as it really was.

        Only for those that somebody had written into in place, which the store, having the same file, shows.
        """
        found = {}
        for path, (_, _, entries) in before.items():
            after = now.get(path, (0, 0, {}))[2]
            for name, kept in entries.items():
                if (
                    after.get(name) != kept
                    and not is_link(kept)
                    and kept[3]
                    and self._doubt(kept) in ("content", "mode")
                ):
                    status = os.lstat(self.file(*kept[4:]))
                    if status.st_ino == kept[3]:
                        found[join(path, name)] = (
                            status.st_mode,
                            status.st_size,
                            status.st_mtime_ns,
                            *kept[3:],
                        )
        return found

    def equal(self, kept: tuple, path: str) -> bool:
        """Whether a file of the venv has the content of a kept one. Both are read."""
        data = files.read_bytes(self.file(*kept[4:]))
        return data is not None and data == files.read_bytes(path)

    def put(self, wanted: list[tuple[str, tuple]]) -> None:
        """Make kept files anew. wanted: (full path outside the venv whose directory exists, entry)."""
        links = []
        for path, entry in wanted:
            if is_link(entry):
                files.symlink_with_time(entry[3], path, entry[2])
            elif not entry[3] or self._doubt(entry):
                files.copy(self.file(*entry[4:]), path, entry[0], entry[2])
            else:
                links.append((self.file(*entry[4:]), path, entry))
        for at in trees.link_all([(source, target) for source, target, _ in links]):
            source, target, entry = links[at]
            files.copy(source, target, entry[0], entry[2])

    def keys(self) -> list[str]:
        """The directories of the store."""
        try:
            return os.listdir(self.path)
        except FileNotFoundError:
            return []

    def drop(self, key_directory: str) -> None:
        trees.remove(f"{self.path}/{key_directory}")


def directory_of(key: str) -> str:
    return key or _LOOSE_DIRECTORY


def must_copy(path: str) -> bool:
    """Whether a path in the venv is one that tools write in place."""
    return "/" not in path or path.startswith(_COPIED_DIRECTORIES) or path.endswith(_COPIED_ENDINGS)


def _same_permission(one: int, other: int) -> bool:
    return os.name == "nt" or one == other


def _without_inodes(kept: list[tuple], copied: set[str], store: Store) -> list[tuple]:
    return [
        (*entry[:3], 0, *entry[4:])
        if not is_link(entry) and store.file(*entry[4:]) in copied
        else entry
        for entry in kept
    ]
