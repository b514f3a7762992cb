"""What a venv is now: its units and package set, caught up with by looking only where something
changed.

A directory counts as unchanged while its time and inode are; one changed in the last clock tick is
looked at again. Whatever a look has taken in is in the store. The cache of the last look
(history/present) may be lost at any time: it is made again from the venv, and what the last
generation knows of the same files.
"""

import marshal
import os
import stat
import time
from _collections_abc import Callable
from binascii import crc32

from workroot.doors import files
from workroot.history import tree
from workroot.history.generations import Generations
from workroot.history.store import Store
from workroot.history.tree import ANY_TIME, LOOSE, Unit, join, parent
from workroot.pythons import packages
from workroot.pythons.packages import Distribution
from workroot.standards.record import paths

_MAGIC = b"WRNOW1\n"
_HEAD = len(_MAGIC) + 4  # and the crc32 of the rest
# The version of marshal's format; every Python from 3.4 on reads this one.
_MARSHAL = 4
# Linux stamps files with the time of its last tick, which is up to 10 ms old (HZ=100).
_TICK_NS = 20_000_000
_COARSE_TICK_NS = 2_000_000_000  # of file systems that keep no fractions of a millisecond

Known = Callable[[str], dict]


class Look:
    """One look at a venv: its directories, compared with what the last look noted of them.

    Attributes:
        units: name -> unit as it is now; those in `changed` have no content yet.
        changed: name of unit -> (records before, records now); {} where there is, or was, none.
        unreadable: full paths of the directories that may not be listed.
        now_ns: when the look began, in nanoseconds since the epoch.
    """

    def __init__(
        self,
        venv: str,
        spine: list[str],
        skipped: frozenset[str],
        records,
    ) -> None:
        """Nothing of the venv is read before `take`.

        Args:
            venv: full path of the virtual environment.
            spine: the directories that many distributions share, relative to the venv.
            skipped: paths relative to the venv that are never looked at.
            records: gives the records of a content (Generations.records).
        """
        self.venv = venv
        self.spine = spine
        self.skipped = skipped
        self.records = records
        self.now_ns = time.time_ns()
        self.unreadable: list[str] = []
        self.units: dict[str, Unit] = {}
        self.changed: dict[str, tuple[dict, dict]] = {}

    def take(
        self,
        known: dict[str, Unit],
        concerned: set[str] | None = None,
        trusting: bool = False,
    ) -> "Look":
        """Compare with the units known from the last look.

        Args:
            known: name -> unit, as the last look left them.
            concerned: units that may have changed; None: any may.
            trusting: the top of the others has not changed either, so that not even it is asked
                for.

        Returns:
            This look, with `units` and `changed` filled.

        Raises Damaged: when the tree file that holds what was known of a unit cannot be read.
        """
        tops = []
        # The shared directories first: only they say which other units there are.
        for path in self.spine:
            tops += self._look_at_shared(path, known.get(path))
        for name in tops:
            old = known.get(name)
            passed_over = old is not None and concerned is not None and name not in concerned
            if passed_over and (trusting or self._top_unchanged(old)):
                self.units[name] = old
            else:
                self._look_at(name, old)
        # What the shared directories no longer list is gone, as a whole.
        for name in known.keys() - self.units.keys():
            self.changed[name] = (self.records(known[name].content), {})
        return self

    def _look_at_shared(
        self,
        path: str,
        old: Unit | None,
    ) -> list[str]:
        """Look at a shared directory itself, which is a unit without what lies below it.

        Args:
            path: of the directory, relative to the venv; '' is its top.
            old: the unit as the last look left it; None where there was none.

        Returns:
            The names of the units in it: its directories, less those that are shared themselves.
        """
        record, inode, below = self._list(path)
        before = self.records(old.content) if old else {}
        now = {path: _merged(record, before.get(path))}
        _, mtime_ns, _ = record
        self._note(
            path,
            old,
            before,
            now,
            {path: (self._settled(mtime_ns), inode)},
        )
        names = [join(path, one) for one in below]
        return [name for name in names if name not in self.spine]

    def _look_at(
        self,
        name: str,
        old: Unit | None,
    ) -> None:
        """Look at a unit: those of its directories are listed anew that have another time or inode.

        Of one that was not known, everything from its top down is listed.
        """
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
            self._refresh(
                path,
                before,
                children,
                now,
                stamps,
            )
        self._note(
            name,
            old,
            before,
            now,
            stamps,
        )

    def _note(
        self,
        name: str,
        old: Unit | None,
        before: dict,
        now: dict,
        stamps: dict,
    ) -> None:
        """Keep a unit as it is now.

        One with other records than before gets its content only once its files are in the store.
        """
        if old is not None and before == now:
            self.units[name] = tree.unit(old.content, stamps)
        else:
            self.units[name] = tree.unit(None, stamps)
            self.changed[name] = (before, now)

    def _top_unchanged(self, old: Unit) -> bool:
        """Whether the topmost directory of a unit has the time and inode that it had.

        Asked of a unit that no new RECORD points into: one question instead of one for each
        directory.
        """
        return not self._stale(
            Unit(
                None,
                old.paths[:1],
                old.times[:1],
                old.inodes[:1],
            )
        )

    def _stale(self, old: Unit) -> list[str]:
        """The directories of a unit that are to be listed anew, relative to the venv."""
        # Local names, as this runs for each directory of the venv and does hardly anything else.
        stale, root, lstat = [], self.venv + "/", os.lstat
        for path, mtime_ns, inode in zip(
            old.paths,
            old.times,
            old.inodes,
            strict=True,
        ):
            try:
                status = lstat(root + path)
            except (FileNotFoundError, NotADirectoryError):
                continue  # the directory above changed as well, and is listed
            if status.st_mtime_ns != mtime_ns or status.st_ino != inode:
                stale.append(path)
        return stale

    def _refresh(
        self,
        path: str,
        before: dict,
        children: dict,
        now: dict,
        stamps: dict,
    ) -> None:
        """List one directory anew, with what is new below it; what is gone is forgotten.

        Args:
            path: of the directory, relative to the venv.
            before: the records that the unit had.
            children: directory -> the directories in it, by those records.
            now: the records that the unit has now; changed in place.
            stamps: directory -> (time, inode) to compare with later; changed in place.
        """
        try:
            record, inode, below = self._list(path)
        except (FileNotFoundError, NotADirectoryError):
            return
        _, mtime_ns, _ = record
        now[path] = _merged(record, before.get(path))
        stamps[path] = (self._settled(mtime_ns), inode)
        # A known directory below is not listed here: where it changed, it is stale by itself.
        there = {join(path, name) for name in below}
        # The files that went have gone with the old record; directories have records of their own.
        for gone in children.get(path, ()):
            if gone not in there:
                _forget(gone, now, stamps)
        for child in there:
            if child not in now:
                self._refresh(child, before, children, now, stamps)

    def _list(self, path: str) -> tuple[tuple, int, list[str]]:
        """List one directory, without what is skipped.

        Returns:
            Its record as seen, its inode, and the names of the directories in it.

        Raises FileNotFoundError, NotADirectoryError: when there is no such directory any more.
        """
        full = f"{self.venv}/{path}" if path else self.venv
        status, entries, below = os.lstat(full), {}, []
        if not stat.S_ISDIR(status.st_mode):
            raise NotADirectoryError(full)
        try:
            with os.scandir(full) as listed:
                for one in listed:
                    if self.skipped and join(path, one.name) in self.skipped:
                        continue
                    if one.is_dir(follow_symlinks=False):
                        below.append(one.name)
                    elif seen := _seen(one):
                        entries[one.name] = seen
        except PermissionError:
            # As sudo may leave one. What lies in there stays in there, wherever the directory goes.
            self.unreadable.append(full)
        return (status.st_mode, status.st_mtime_ns, entries), status.st_ino, below

    def _settled(self, mtime_ns: int) -> int:
        """The time to compare a directory with later.

        It is one that nothing equals, where more may change within this tick of the clock: such a
        change would leave the time as it is.
        """
        tick = _TICK_NS if mtime_ns % 1_000_000 else _COARSE_TICK_NS
        return mtime_ns if mtime_ns < self.now_ns - tick else ANY_TIME


def _forget(
    gone: str,
    now: dict,
    stamps: dict,
) -> None:
    """Take a directory that is gone, and all that was below it, out of what is noted of a unit."""
    below = gone + "/"
    for path in [path for path in now if path == gone or path.startswith(below)]:
        del now[path]
        stamps.pop(path, None)


def _merged(
    record: tuple,
    before: tuple | None,
) -> tuple:
    """A record as seen, with the places in the store that are known.

    An entry takes its place over from the record before where it is the same file by mode, size,
    time and inode; `record` is changed in place for that.
    """
    if before is None:
        return record
    mode, mtime_ns, entries = record
    _, _, kept = before
    for name, seen in entries.items():
        old = kept.get(name)
        # One that is not the same stays as seen, and that is what marks it as new to the store.
        if old is not None and tree.same(old, seen):
            entries[name] = old
    return mode, mtime_ns, entries


def _seen(entry: os.DirEntry) -> tuple | None:
    """A file or link as it lies there; None for everything else, and for what is gone.

    Sockets, pipes and devices are no part of any package, and stay where they are.
    """
    try:
        status = entry.stat(follow_symlinks=False)
        if stat.S_ISREG(status.st_mode):
            return status.st_mode, status.st_size, status.st_mtime_ns, status.st_ino
        if stat.S_ISLNK(status.st_mode):
            return status.st_mode, 0, status.st_mtime_ns, os.readlink(entry.path)
    except FileNotFoundError:
        pass  # it went between the listing and the question
    return None


class Unplaced:
    """A file that is only seen: the store has no place for it yet.

    Attributes:
        directory, name: where it lies, relative to the venv.
        entries: those of its directory, which are to say where the store has it.
        records: those of its whole unit.
    """

    __slots__ = ("directory", "name", "entries", "records")

    def __init__(
        self,
        directory: str,
        name: str,
        entries: dict,
        records: dict,
    ) -> None:
        self.directory = directory
        self.name = name
        self.entries = entries
        self.records = records

    @property
    def path(self) -> str:
        """Where it lies, relative to the venv."""
        return join(self.directory, self.name)


class Present:
    """The present state of one venv, as the last look saw it.

    Attributes:
        number: of the generation after which it was looked at; 0: never.
        units: name -> unit, with its content.
        packages: the distributions that are installed, sorted by name.
        layout: where this venv keeps its packages and scripts.
    """

    def __init__(
        self,
        home: str,
        venv: str,
        generations: Generations,
        store: Store,
        skipped: frozenset[str],
    ) -> None:
        """Reads the cache of the last look, where there is one.

        Args:
            home: full path of the directory that holds history/ and store/.
            venv: full path of the virtual environment.
            generations: what was recorded so far, to read contents from.
            store: where files are kept that are new.
            skipped: paths relative to the venv that are never looked at.

        Raises WorkrootError: when there is no venv.
        """
        self.venv = venv
        self.path = home + "/history/present"
        self.generations = generations
        self.store = store
        self.skipped = skipped
        self.number = 0
        self.units: dict[str, Unit] = {}
        self.packages: list[Distribution] = []
        self.layout = packages.layout(venv)
        self._owned_by: dict[str, str] | None = None
        self._load()

    def _load(self) -> None:
        """Take over the last look from its cache; a damaged one counts as none."""
        data = files.read_bytes(self.path) or b""
        check = int.from_bytes(data[len(_MAGIC) : _HEAD], "little")
        # Asked before marshal reads it, which on damaged data may raise anything, or crash.
        if data[: len(_MAGIC)] != _MAGIC or crc32(data[_HEAD:]) != check:
            return
        self.number, units, found = marshal.loads(data[_HEAD:])
        self.units = {name: Unit(*plain) for name, plain in units.items()}
        self.packages = [Distribution(*plain) for plain in found]

    def save(self) -> None:
        """Write the cache that the next look starts from. Raises WorkrootError where it cannot.

        The file is a magic, the crc32 of the rest (4 bytes, little-endian), and the marshalled
        number, units and distributions.
        """
        units = {}
        for name, unit in self.units.items():
            units[name] = (unit.content, unit.paths, unit.times, unit.inodes)
        found = [one.plain() for one in self.packages]
        data = marshal.dumps((self.number, units, found), _MARSHAL)
        files.write(self.path, _MAGIC + crc32(data).to_bytes(4, "little") + data)

    def contents(self) -> dict[str, object]:
        """Name -> content of all units, to compare and record.

        A content is bytes, or its place in a tree file (see tree).
        """
        return {name: unit.content for name, unit in self.units.items()}

    def records(self, name: str) -> dict:
        """The records of a unit by its name; {} where there is no such unit. Raises Damaged."""
        unit = self.units.get(name)
        return self.generations.records(unit.content) if unit else {}

    def look(
        self,
        guided: bool = False,
        known: Known | None = None,
        only: set[str] | None = None,
    ) -> dict[str, tuple[dict, dict]]:
        """Catch up with the venv: what is new in it is in the store when this returns.

        Args:
            guided: look only where the RECORDs of the changed distributions point, and at the top
                of the rest.
            known: name of unit -> records that say where the store has files new to the last look.
            only: look at these units alone. Like guided, for what happened since a full look.

        Returns:
            Name of unit -> (records before, records now), for the units that changed.

        Raises Damaged: when what was known of a changed unit cannot be read.
        """
        # Before the files: what the new RECORDs list is what a guided look goes by.
        found = packages.read(self.venv, self.packages, only)
        self._owned_by = None
        # A RECORD that was written in place is another one, though its directory has its old time.
        for one in self._come(found):
            if one.directory in self.units:
                self.units[one.directory].doubt({one.directory})
        concerned = self._concerned(found) if guided else only
        look = Look(self.venv, self.layout.spine, self.skipped, self.generations.records)
        look.take(self.units, concerned, trusting=only is not None)
        self.store.unreadable += look.unreadable
        self._keep(look.changed, self._come(found), known)
        # Encoded only here, as the records had no places before they were kept.
        for name, (_, now) in look.changed.items():
            if now:
                look.units[name].content = tree.encode(now)
        # Last: a look that failed half-way leaves what was known before it.
        self.units, self.packages = look.units, found
        return look.changed

    def doubt(self) -> None:
        """Have every directory listed at the next look, whatever its time says.

        So a file is found that was edited in place, which changes no directory's time.
        """
        for unit in self.units.values():
            unit.doubt()

    def forget(self, path: str) -> None:
        """Drop what points into the tree file at this path, which cannot be read.

        Those units are listed and kept anew at the next look.
        """
        left = {}
        for name, unit in self.units.items():
            number = tree.number_of(unit.content)
            if number is None or self.generations.tree_path(number) != path:
                left[name] = unit
        self.units = left

    def _come(self, found: list[Distribution]) -> list[Distribution]:
        """The distributions that the last look did not have; a reinstalled one is among them."""
        keys = {one.key for one in self.packages}
        return [one for one in found if one.key not in keys]

    def _owners(self, come: list[Distribution]) -> dict[str, str]:
        """Path -> key, for what the RECORDs of the new distributions list; read once in a look.

        Args:
            come: the new distributions. Within one look they are always the same.
        """
        if self._owned_by is None:
            self._owned_by = {}
            for one in come:
                for path in packages.recorded_paths(self.venv, one):
                    self._owned_by[path] = one.key
        return self._owned_by

    def _concerned(self, found: list[Distribution]) -> set[str]:
        """The names of the units that the RECORDs of what came and of what went point into."""
        # Of what came the venv has the RECORD; of what went only the store has one.
        keys = {one.key for one in found}
        directories = set(map(parent, self._owners(self._come(found))))
        for one in self.packages:
            if one.key not in keys:
                directories.update(map(parent, self.recorded(one)))
        return {tree.unit_of(path, self.layout.spine) for path in directories}

    @staticmethod
    def patch(
        records: dict,
        entries: dict[str, tuple],
    ) -> bytes:
        """The content of a unit with other entries in place of its own.

        Args:
            records: of the unit; they stay as they are.
            entries: path in the venv -> kept entry. Each directory must be one of the unit's.
        """
        patched = {}
        # A copy, as the records may be those that Generations remembers and hands out again.
        for path, (mode, mtime_ns, own) in records.items():
            patched[path] = (mode, mtime_ns, dict(own))
        for path, entry in entries.items():
            tree.entries_of(patched, parent(path))[path.rpartition("/")[2]] = entry
        return tree.encode(patched)

    def recorded(self, one: Distribution) -> list[str]:
        """What RECORD lists of a distribution of the last look, as paths relative to the venv.

        It may be gone from the venv by now, so its RECORD is read from the store. [] where the
        store has none, as of an egg.
        """
        records = self.records(tree.unit_of(one.directory, self.layout.spine))
        kept = tree.entries_of(records, one.directory).get("RECORD")
        data = self.store.read(kept) if kept and tree.is_kept(kept) else None
        return paths(data or b"", parent(one.directory))

    # keeping what is new

    def _keep(
        self,
        changed: dict,
        come: list[Distribution],
        known: Known | None,
    ) -> None:
        """Give every entry that is only seen its place in the store.

        Args:
            changed: name of unit -> (records before, records now); those of now are filled in
                place.
            come: the new distributions, whose RECORDs say what belongs to whom.
            known: see look.
        """
        unplaced = self._unplaced(changed, known)
        # Reading RECORDs is dear, and most looks find nothing that is new.
        owners = self._owners(come) if unplaced else {}
        wanted = [(one.path, one.entries[one.name], _key(one, owners)) for one in unplaced]
        for one, kept in zip(unplaced, self.store.keep(self.venv, wanted), strict=True):
            one.entries[one.name] = kept

    def _unplaced(
        self,
        changed: dict,
        known: Known | None,
    ) -> list[Unplaced]:
        """What the store does not have yet.

        What it has turns out to be a file that only moved, or has another inode; its place is
        filled in here.
        """
        unplaced = []
        for name, (before, now) in changed.items():
            brought = known(name) if known else {}
            for path in now:
                unplaced += self._unplaced_in(path, now, before, brought)
        return unplaced

    def _unplaced_in(
        self,
        directory: str,
        now: dict,
        before: dict,
        brought: dict,
    ) -> list[Unplaced]:
        """The same for one directory of a unit.

        Args:
            now, before: records of the unit; those of now are filled in place.
            brought: what a swap was to bring of it.
        """
        unplaced = []
        entries = tree.entries_of(now, directory)
        olds = tree.entries_of(before, directory)
        new = tree.entries_of(brought, directory)
        for file, seen in entries.items():
            # Of two installations of one wheel the copies are as alike as can be: what a swap was
            # to bring is what lies there.
            if file in new and tree.is_kept(seen) and tree.are_copies(new[file], seen):
                entries[file] = new[file]
            if tree.is_kept(seen):
                continue
            candidates = [there[file] for there in (olds, new) if file in there]
            kept = self._place(join(directory, file), seen, candidates)
            if kept:
                entries[file] = kept
            else:
                unplaced.append(Unplaced(directory, file, entries, now))
        return unplaced

    def _place(
        self,
        path: str,
        seen: tuple,
        olds: list[tuple],
    ) -> tuple | None:
        """The place in the store of a file that it has already; None where it has not.

        That is one that is as it was, or that only has another inode, as in a copy of the whole
        venv.

        Args:
            path: in the venv.
            seen: its entry.
            olds: kept entries of the same path, the most likely first.
        """
        for kept in olds:
            if tree.same(kept, seen):
                return kept
        if tree.is_link(seen):
            return None
        for kept in olds:
            # Read only where mode, size and time agree; and kept as a copy, as the inode is
            # another's.
            if tree.look_same(kept, seen) and self.store.equal(kept, f"{self.venv}/{path}"):
                return tree.as_copy(kept)
        return None


def _key(
    one: Unplaced,
    owners: dict[str, str],
) -> str:
    """The key of the distribution that a file belongs to; LOOSE where it is nobody's.

    RECORD says it. Python writes bytecode that no RECORD names, into __pycache__ (PEP 3147): that
    belongs to whom its source belongs.
    """
    # An installer may list bytecode in RECORD too, as pip does: then that counts.
    if one.path in owners or not one.directory.endswith("__pycache__"):
        return owners.get(one.path, LOOSE)
    directory, source = parent(one.directory), one.name.partition(".")[0] + ".py"
    if join(directory, source) in owners:
        return owners[join(directory, source)]
    # The source may have been there before: then its own entry says whose it is.
    kept = tree.entries_of(one.records, directory).get(source, ())
    return kept[tree.KEY] if tree.is_kept(kept) else LOOSE
