"""The store: the content of every distribution seen, kept before it can be lost.

store/KEY/NUMBER is one file; the key is a distribution's (name, version, hash and time of RECORD)
or 'loose'. A kept file is never written again. Most are hard links to what lies in the venv, so
each is compared with what was noted before it is taken for the original; what tools write in place
(scripts, .pth, files at the top of the venv) is a copy from the start, and so is RECORD. Of a
distribution's file that is a link into a cache the content is kept: the cache is somebody else's to
clean.
"""

import os
import stat

from workroot.doors import files, trees
from workroot.history import tree
from workroot.history.tree import COPIED, INODE, KEY, MTIME, NUMBER, SIZE, UNPLACED, is_link, join
from workroot.standards.digest import sha256_of

# The last two say what a distribution is, so they have to outlive whoever cuts them in place.
_COPIED_ENDINGS = (".pth", ".egg-link", ".dist-info/RECORD", ".dist-info/METADATA")
_COPIED_DIRECTORIES = ("bin/", "Scripts/")
_LOOSE_DIRECTORY = "loose"

# What may be wrong with a kept file.
_GONE, _CONTENT, _INODE, _MODE = "gone", "content", "inode", "mode"


class Store:
    """The store of one home.

    Attributes:
        path: full path of the directory store/.
        unreadable: full paths of files that could not be read, so that nothing of them is kept.
        outside: full paths of links that lead out of the venv and of which only the link is kept.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.unreadable: list[str] = []  # what there was nothing to keep of
        self.outside: list[str] = []
        self._numbers: dict[str, int] = {}

    # keeping

    def keep(self, venv: str, wanted: list[tuple[str, tuple, str]]) -> list[tuple]:
        """Keep files of the venv. Raises WorkrootError: when the store cannot be written.

        Args:
            venv: full path of the virtual environment.
            wanted: (path in the venv, entry as seen, key of what it belongs to).

        Returns:
            Their kept entries, in order. What cannot be read is among self.unreadable, and its
            entry has no place in the store.
        """
        kept, links, copies = [], [], []
        for path, seen, key in wanted:
            if is_link(seen):
                kept.append(self._link(venv, path, (*seen, key, UNPLACED)))
                continue
            mode, size, mtime_ns, inode = seen
            number = self._next(key)
            at = len(kept)
            # The number stays the same where a link is refused and a copy is made instead.
            if must_copy(path):
                copies.append(at)
                inode = COPIED
            else:
                links.append(at)
            kept.append((mode, size, mtime_ns, inode, key, number))

        def source(at: int) -> str:
            path, _, _ = wanted[at]
            return f"{venv}/{path}"

        # Links first, all at once; what the file system would not link is copied below.
        pairs = [(source(at), self.file(*tree.place(kept[at]))) for at in links]
        for refused in trees.link_all(pairs):
            at = links[refused]
            kept[at] = tree.as_copy(kept[at])
            copies.append(at)
        for at in copies:
            kept[at] = self._copied(source(at), kept[at])
        return kept

    def _link(
        self,
        venv: str,
        path: str,
        entry: tuple,
    ) -> tuple:
        """Keep a link: of a distribution's that leads out of the venv, the content as well.

        Returns its entry. What an installer links is a file of a cache (uv, UV_LINK_MODE=symlink);
        what belongs to no distribution is a person's own link to a place of theirs, and stays one.
        """
        full = f"{venv}/{path}"
        if not _leads_out(venv, full):
            return entry
        if entry[KEY] == tree.LOOSE:
            self.outside.append(full)
            return entry
        try:
            status = os.stat(full)
        except OSError:
            self.unreadable.append(full)
            return entry
        if not stat.S_ISREG(status.st_mode):
            return entry
        number = self._next(entry[KEY])
        plain = (status.st_mode, status.st_size, status.st_mtime_ns, COPIED, entry[KEY], number)
        content = self._copied(full, plain)
        return entry if content[NUMBER] == UNPLACED else (*entry, content)

    def _copied(
        self,
        source: str,
        entry: tuple,
    ) -> tuple:
        """Keep a copy of a file. Returns its entry: what cannot be read has no place."""
        # Its owner can link a file that nobody may read, but not copy it.
        if not os.access(source, os.R_OK):
            self.unreadable.append(source)
            return (*entry[:NUMBER], UNPLACED)
        files.copy(
            source,
            self.file(*tree.place(entry)),
            entry[tree.MODE],
            entry[MTIME],
        )
        return entry

    def _next(self, key: str) -> int:
        """The first number that is free below a key; its directory is made where there is none."""
        # Listed once for each key, as nobody else writes here while the home is locked.
        number = self._numbers.get(key)
        if number is None:
            directory = f"{self.path}/{directory_of(key)}"
            files.make_directory(directory)
            taken = [int(name) for name in os.listdir(directory) if name.isdigit()]
            number = 1 + max(taken, default=-1)
        self._numbers[key] = number + 1
        return number

    def file(
        self,
        key: str,
        number: int,
    ) -> str:
        """The full path of a kept file, by its place."""
        return f"{self.path}/{key or _LOOSE_DIRECTORY}/{number}"

    # doubting

    def sound(self, entry: tuple) -> bool:
        """Whether the store has just what was kept.

        It has not where somebody wrote into it through another name of the same file.
        """
        return is_link(entry) or self._doubt(entry) is None

    def _doubt(self, entry: tuple) -> str | None:
        """What is not as it was noted; None where all is well. The file is not read."""
        mode, size, mtime_ns, inode, key, number = entry
        try:
            status = os.lstat(self.file(key, number))
        except OSError:
            return _GONE
        as_noted = status.st_size == size and status.st_mtime_ns == mtime_ns
        if not as_noted or not stat.S_ISREG(status.st_mode):
            return _CONTENT
        # Another inode with the same size and time: a restored backup, or a copy of the home.
        if inode and status.st_ino != inode:
            return _INODE
        # Windows notes only whether a file may be written, and not always the same way.
        if status.st_mode != mode and os.name != "nt":
            return _MODE
        return None

    def healable(
        self,
        entry: tuple,
        sha256: str | None,
    ) -> bool:
        """Whether what is in doubt has the right content all the same.

        Args:
            entry: a kept file.
            sha256: hex, from RECORD, where it is known; the content is read and compared with it.
        """
        doubt = self._doubt(entry)
        # A mode is set anew by the copy; another inode alone is believed where nothing can be
        # asked.
        if doubt in (None, _MODE) or (doubt == _INODE and sha256 is None):
            return True
        if doubt == _GONE or sha256 is None:
            return False
        return sha256_of(self.read(entry) or b"") == sha256

    def same_size(self, entry: tuple) -> bool:
        """Whether a kept file is as long as it was.

        For bytecode that is enough: nothing writes into that, so its time says nothing.
        """
        try:
            return os.lstat(self.file(*tree.place(entry))).st_size == entry[SIZE]
        except OSError:
            return False

    def edited(
        self,
        before: dict,
        now: dict,
    ) -> dict[str, tuple]:
        """What somebody had written into in place, of the files that an operation took out or
        replaced.

        The store, having the same file by a hard link, shows it.

        Args:
            before: the records of a unit before the operation.
            now: its records after it.

        Returns:
            Path -> kept entry with the mode, size and time that the file really has.
        """
        found = {}
        for path, (_, _, entries) in before.items():
            after = tree.entries_of(now, path)
            for name, kept in entries.items():
                if after.get(name) != kept and (really := self._as_edited(kept)):
                    found[join(path, name)] = really
        return found

    def _as_edited(self, kept: tuple) -> tuple | None:
        """A kept entry as somebody wrote it anew; None where nobody did."""
        if is_link(kept) or not kept[INODE] or self._doubt(kept) not in (_CONTENT, _MODE):
            return None
        status = os.lstat(self.file(*tree.place(kept)))
        if status.st_ino != kept[INODE]:
            return None
        return (status.st_mode, status.st_size, status.st_mtime_ns, *kept[INODE:])

    # giving back

    def read(self, entry: tuple) -> bytes | None:
        """What the store has for a kept entry; None where it has nothing."""
        return files.read_bytes(self.file(*tree.place(entry)))

    def equal(
        self,
        kept: tuple,
        path: str,
    ) -> bool:
        """Whether a file of the venv, by its full path, has the content of a kept one. Both are
        read.
        """
        data = self.read(kept)
        return data is not None and data == files.read_bytes(path)

    def put(self, wanted: list[tuple[str, tuple]]) -> None:
        """Make kept files anew: links to what the store has, or copies where that is not as it was.

        Args:
            wanted: (full path outside the venv, entry); nothing lies at the path yet.

        Raises WorkrootError: when one cannot be made.
        """
        links, entries = [], []
        for path, entry in wanted:
            # A link has no file in the store: its target is in the entry.
            if is_link(entry):
                files.symlink_with_time(
                    entry[tree.TARGET],
                    path,
                    entry[MTIME],
                )
            elif entry[INODE] == COPIED or self._doubt(entry):
                self._copy(entry, path)
            else:
                links.append((self.file(*tree.place(entry)), path))
                entries.append(entry)
        for at in trees.link_all(links):
            _, path = links[at]
            self._copy(entries[at], path)

    def _copy(
        self,
        entry: tuple,
        path: str,
    ) -> None:
        files.copy(
            self.file(*tree.place(entry)),
            path,
            entry[tree.MODE],
            entry[MTIME],
        )

    # what there is

    def keys(self) -> list[str]:
        """The names of the directories in the store."""
        return files.names(self.path)

    def drop(self, key_directory: str) -> None:
        """Remove all that is kept below one of its directories."""
        trees.remove(f"{self.path}/{key_directory}")


def _leads_out(
    venv: str,
    link: str,
) -> bool:
    """Whether a link in the venv, both by their full paths, ends outside of it."""
    return not os.path.realpath(link).startswith(os.path.realpath(venv) + os.sep)


def directory_of(key: str) -> str:
    """The directory in the store of a key: its own name, or the one of what is loose."""
    return key or _LOOSE_DIRECTORY


def must_copy(path: str) -> bool:
    """Whether a path in the venv is one that tools write in place.

    A hard link would show in the store what they write.
    """
    return "/" not in path or path.startswith(_COPIED_DIRECTORIES) or path.endswith(_COPIED_ENDINGS)
