"""A swap: the change of a venv from its present state to one that was recorded, by renames out of
and into the park.

It is only worked out here, and touches nothing: exchange makes it ready and carries it out. What
belongs to no distribution changes only where an operation that is taken back had changed it;
everything else that is the person's own stays.
"""

import os
from _collections_abc import Callable

from workroot.history import tree
from workroot.history.journal import Park
from workroot.history.present import Present
from workroot.history.tree import ANY_TIME, KEY, LOOSE, MODE, MTIME, SIZE
from workroot.pythons import packages
from workroot.pythons.packages import Distribution
from workroot.standards.record import hashes

Ours = Callable[[str], bool]
Item = dict | tuple  # what moves as one: a directory, as its records; or a file, as its entry


class Unusable:
    """What the store no longer has as it was kept.

    Attributes:
        keys: of distributions that are to be fetched instead.
        lost: loose paths, and bytecode, which Python makes again.
        healed: paths whose content is right, though the kept file is not the one that was noted.
    """

    def __init__(self) -> None:
        self.keys: set[str] = set()
        self.lost: set[str] = set()
        self.healed: set[str] = set()

    @property
    def empty(self) -> bool:
        """Whether the store has all that was asked for."""
        return not (self.keys or self.lost or self.healed)

    def add(self, other: "Unusable") -> bool:
        """Take in what another look found. Returns whether any of it was news."""
        known = other.keys <= self.keys and other.lost <= self.lost and other.healed <= self.healed
        self.keys |= other.keys
        self.lost |= other.lost
        self.healed |= other.healed
        return not known

    def usable(
        self,
        path: str,
        was: tuple | None,
        entry: tuple,
    ) -> tuple | None:
        """The entry to have at a path.

        Args:
            path: in the venv.
            was: the entry that is there now; None where there is none.
            entry: the one that should be there.

        Returns:
            `entry`, as a copy where the kept file itself has become another; `was` where `entry`
            cannot be had.
        """
        if path in self.lost:
            return was
        return tree.as_copy(entry) if path in self.healed else entry


class Swap:
    """The way from the present units to those of a target.

    Attributes:
        before: name of unit -> its records as they are, for the units that change.
        result: name of unit -> its records as they shall be; {} for one that goes.
        out: paths that go, in the order that the park numbers them by.
        into: path -> item that comes.
        places: path -> where in the parks it lies, for those that need not be made.
        after, ahead: [path of a directory, mode, time in ns or None] as it shall be, and as it is.
        missing, lost, edited, broken: see plans.Plan.
    """

    def __init__(
        self,
        present: Present,
        target: dict[str, object],
        wanted: list[Distribution],
        *,
        ours: Ours,
        parks: list[Park],
    ) -> None:
        """Works all of it out, and reads the store for that; nothing is touched.

        Args:
            present: what the venv is now.
            target: name of unit -> content.
            wanted: the package set of the target.
            ours: whether an operation that is taken back changed this path; asked only for what
                belongs to no distribution.
            parks: those of earlier swaps, to take things from; the first that has a thing gives it.

        Raises Damaged: when records of the present or of the target cannot be read.
        """
        self.present = present
        self.target = target
        self.wanted = wanted
        self.ours = ours
        self.parks = parks
        self.missing: list[Distribution] = []
        self.lost: list[str] = []
        self.edited: list[str] = []
        self.broken: list[Distribution] = []
        self.before: dict[str, dict] = {}
        self.result: dict[str, dict] = {}
        self._work_out()

    @property
    def empty(self) -> bool:
        """Whether nothing has to move and no directory needs another mode or time."""
        return not (self.out or self.into or self.after)

    def _work_out(self) -> None:
        """Merge and compare with the store until nothing new turns out to be unusable.

        It ends, as what is unusable only grows, and the target has only so much.
        """
        # What turns out to be unusable changes what is to come in, and that may be unusable too.
        unusable = Unusable()
        while True:
            # Merged anew each time, as a file that cannot be had changes what becomes of its
            # directory.
            self._merge_all(unusable)
            self._find_moves()
            if not unusable.add(self._unsound()):
                break
        self.edited = sorted(set(self.edited))
        self.missing = [one for one in self.wanted if one.key in unusable.keys]
        for path in sorted(unusable.lost):
            # Nobody misses bytecode: Python makes it again at the next import.
            if not tree.is_bytecode(path) and not self._is_there(path):
                self.lost.append(path)

    def _is_there(self, path: str) -> bool:
        """Whether the venv has at this path what the store has for it.

        So it can be had although nobody can tell its age.
        """
        kept = self._target_entry(path)
        return bool(kept) and self.present.store.equal(kept, f"{self.present.venv}/{path}")

    # what shall be

    def _merge_all(self, unusable: Unusable) -> None:
        """Find the records before and after of each unit that changes."""
        now = self.present.contents()
        records = self.present.generations.records
        for name in sorted(now.keys() | self.target.keys()):
            same = now.get(name) == self.target.get(name)
            if same and not self._is_fetched(name, unusable.keys):
                continue
            before = records(now[name]) if name in now else {}
            then = records(self.target[name]) if name in self.target else {}
            then = tree.with_content(then, before)
            self.before[name] = before
            # What comes or goes whole and has nothing of the person's in it needs no merge file by
            # file.
            comes_or_goes = not (before and then)
            if comes_or_goes and unusable.empty and _all_owned(before or then):
                self.result[name] = then
            else:
                self.result[name] = self._merge(
                    before,
                    then,
                    unusable,
                )

    def _is_fetched(
        self,
        name: str,
        keys: set[str],
    ) -> bool:
        """Whether a unit of the target has anything of these distributions.

        Each of them is fetched whole by an installer, so all of it goes from the target.
        """
        if not keys or name not in self.target:
            return False
        return tree.holds(self.present.generations.records(self.target[name]), keys)

    def _merge(
        self,
        before: dict,
        then: dict,
        unusable: Unusable,
    ) -> dict:
        """The records of a unit as they shall be.

        Args:
            before: its records now; {} for a unit that comes.
            then: those of the target; {} for one that goes.
            unusable: what the store cannot give.
        """
        result, bare = {}, set()
        for path in before.keys() | then.keys():
            old, new = tree.entries_of(before, path), tree.entries_of(then, path)
            entries = self._merge_entries(
                path,
                old,
                new,
                unusable,
            )
            # The target has no such directory: it stays for what in it is the person's own.
            if path not in then:
                if entries:
                    result[path] = (before[path][MODE], ANY_TIME, entries)
                continue
            mode, mtime_ns, _ = then[path]
            # With other entries than it had, nobody can say what time it should have.
            result[path] = (mode, mtime_ns if entries.keys() == new.keys() else ANY_TIME, entries)
            if new and not entries and path not in self.present.layout.spine:
                bare.add(path)
        return _connected(
            result,
            before,
            bare,
        )

    def _merge_entries(
        self,
        path: str,
        old: dict,
        new: dict,
        unusable: Unusable,
    ) -> dict:
        """The entries of one directory as they shall be.

        Args:
            path: of the directory, relative to the venv.
            old: name -> entry now.
            new: name -> entry of the target.
            unusable: what the store cannot give.
        """
        entries = {}
        for name in old.keys() | new.keys():
            was, shall = old.get(name), new.get(name)
            # Equal entries need no choice, unless they belong to what is fetched whole.
            if was != shall or shall[KEY] in unusable.keys:
                shall = self._choose(
                    tree.join(path, name),
                    was,
                    shall,
                    unusable,
                )
            if shall is not None:
                entries[name] = shall
        return entries

    def _choose(
        self,
        path: str,
        was: tuple | None,
        shall: tuple | None,
        unusable: Unusable,
    ) -> tuple | None:
        """The entry to be at a path where the present and the target differ; None for none.

        Args:
            path: in the venv.
            was: the entry now; None where there is none.
            shall: the entry of the target; None where it has none.
            unusable: what the store cannot give.
        """
        if shall and shall[KEY] in unusable.keys:
            return None
        # The one that is there: it needs no move, and keeps its inode.
        if was and shall and tree.alike(was, shall):
            return was
        if not self._applies(
            path,
            was,
            shall,
        ):
            return was
        return (
            unusable.usable(
                path,
                was,
                shall,
            )
            if shall
            else None
        )

    def _applies(
        self,
        path: str,
        was: tuple | None,
        shall: tuple | None,
    ) -> bool:
        """Whether the target counts at this path; else what is there is the person's own, and
        stays.
        """
        # A distribution's file is the installer's to change, whatever the person did to it.
        owned = any(entry and entry[KEY] != LOOSE for entry in (was, shall))
        return owned or tree.is_bytecode(path) or self.ours(path)

    # what moves for that

    def _find_moves(self) -> None:
        """Find what has to move for the result. Run again after each merge, so it begins from
        nothing.
        """
        self.out: list[str] = []
        self.into: dict[str, Item] = {}
        self.after: list[list] = []
        self.ahead: list[list] = []
        for name, result in self.result.items():
            self._moves_of_unit(self.before[name], result)
        self._note_attributes()

    def _moves_of_unit(
        self,
        before: dict,
        result: dict,
    ) -> None:
        """Note the moves of one unit, by its records before and after."""
        for path in sorted(before.keys() | result.keys()):
            above = tree.parent(path)
            if path not in result:
                # A directory goes as a whole: the topmost that goes is moved, and takes along what
                # lies below it.
                if above not in before or above in result:
                    self.out.append(path)
            elif path not in before:
                if above not in result or above in before:
                    self.into[path] = tree.below(result, path)
            else:
                old, new = tree.entries_of(before, path), tree.entries_of(result, path)
                self._moves_of_directory(
                    path,
                    old,
                    new,
                )

    def _moves_of_directory(
        self,
        path: str,
        old: dict,
        new: dict,
    ) -> None:
        """Note the moves in a directory that stays, by its entries before and after."""
        for name in old.keys() | new.keys():
            was, shall = old.get(name), new.get(name)
            if was and shall and tree.alike(was, shall):
                continue
            # A file that becomes another one goes out and comes in: both are renames at one path.
            if was is not None:
                self.out.append(tree.join(path, name))
            if shall is not None:
                self.into[tree.join(path, name)] = shall

    def _note_attributes(self) -> None:
        """Note the mode and time of every directory that stays but is written in, or has others
        now.

        It gets those of the result.
        """
        # A rename gives both directories another time, which an exact undo sets back.
        touched = {tree.parent(path) for path in (*self.out, *self.into)}
        written = {tree.unit_of(path, self.present.layout.spine) for path in touched}
        for name in sorted(self.result.keys() | written):
            before = self.before[name] if name in self.before else self.present.records(name)
            result = self.result.get(name, before)
            for path in sorted(before.keys() & result.keys()):
                mode, mtime_ns, _ = before[path]
                new_mode, new_mtime_ns, _ = result[path]
                other_time = new_mtime_ns not in (ANY_TIME, mtime_ns)
                if path in touched or mode != new_mode or other_time:
                    known_time = None if new_mtime_ns == ANY_TIME else new_mtime_ns
                    self.after.append([path, new_mode, known_time])
                    self.ahead.append([path, mode, mtime_ns])

    def contents(self) -> dict[str, object]:
        """Name -> content of all units as they shall be."""
        after = self.present.contents()
        for name, result in self.result.items():
            if not result:
                after.pop(name, None)
            # The place that it has in an older tree file, so that it is not written a second time.
            elif result == self.target_records(name):
                after[name] = self.target[name]
            else:
                after[name] = tree.encode(result)
        return after

    def target_records(self, name: str) -> dict | None:
        """The records of a unit in the target; None where it has no such unit. Raises Damaged."""
        if name not in self.target:
            return None
        return self.present.generations.records(self.target[name])

    def _target_entry(self, path: str) -> tuple | None:
        """The entry of the target at a path; None where it has none."""
        directory = tree.parent(path)
        unit = self.target.get(tree.unit_of(directory, self.present.layout.spine))
        return tree.entry(self.present.generations.records(unit), path) if unit else None

    # where it comes from

    def _unsound(self) -> Unusable:
        """What is to come in that neither the store nor a park still has as it was kept.

        Fills `places` on its way.
        """
        self.places: dict[str, str] = {}
        found, store = Unusable(), self.present.store
        said: dict[str, dict[str, str]] = {}  # key -> path -> what its RECORD says
        for path, item in self.into.items():
            # A park first: a rename is cheaper than links, and needs no word of the store's.
            if self._parked(path, item):
                continue
            for full, entry in entries_in(path, item):
                if store.sound(entry):
                    continue
                key = entry[KEY]
                if key not in said:
                    said[key] = self._hashes(key)
                bytecode = tree.is_bytecode(full)
                # Bytecode has no hash in most RECORDs; its size has to do, and Python checks it
                # against its source.
                right = store.healable(entry, said[key].get(full))
                if right or (bytecode and store.same_size(entry)):
                    found.healed.add(full)
                elif key != LOOSE and not bytecode:
                    found.keys.add(key)
                else:
                    found.lost.add(full)
        return found

    def _hashes(self, key: str) -> dict[str, str]:
        """Path in the venv -> sha256 in hex, as the RECORD of a distribution of the target says it.

        That RECORD is trusted only where it has the hash that is in the key; else {}.
        """
        # Only one distribution has this key, or none: what is loose has the empty one.
        one = next((one for one in self.wanted if one.key == key), None)
        record = self._target_entry(f"{one.directory}/RECORD") if one else None
        data = self.present.store.read(record) if record else None
        if data is None:
            return {}
        digest = packages.sha256_of(data)
        # The key ends in the first digits of the RECORD's sha256, and its time.
        _, of_record, _ = key.rsplit("-", 2)
        if not digest.startswith(of_record):
            return {}
        said = hashes(data, tree.parent(one.directory))
        return {**said, f"{one.directory}/RECORD": digest}

    def _parked(
        self,
        path: str,
        item: Item,
    ) -> bool:
        """Take the thing from a park, where just this lies. Returns whether one has it.

        What was edited in there meanwhile is named, and taken as it is.
        """
        for park in self.parks:
            place = park.place(path)
            if place and park.has(
                path,
                item,
                self.present.generations.records,
            ):
                altered, cut = _altered(
                    f"{os.path.dirname(park.path)}/{place}",
                    path,
                    item,
                )
                # Nobody edits a file to nothing: what was cut comes out of the store.
                if cut:
                    continue
                self.edited += altered
                self.places[path] = place
                return True
        return False


def entries_in(
    path: str,
    item: Item,
) -> list[tuple[str, tuple]]:
    """Every file in an item that comes in: (its path in the venv, its entry).

    Args:
        path: of the item in the venv.
        item: the records of a directory with all below it, or the entry of one file.
    """
    if isinstance(item, tuple):
        return [(path, item)]
    found = []
    for directory, (_, _, entries) in item.items():
        found += [(tree.join(directory, name), entry) for name, entry in entries.items()]
    return found


def _connected(
    result: dict,
    before: dict,
    bare: set[str],
) -> dict:
    """Records without the directories that lost all they should have held.

    The old directories above those that stay are put in as well.

    Args:
        result: as merged; changed in place.
        before: the records now, from which the directories above what stays are taken.
        bare: directories of the result that should hold something and hold nothing.
    """
    # From below: one that only held a bare one is bare itself then.
    for path in sorted(bare, reverse=True):
        if not any(other.startswith(path + "/") for other in result):
            del result[path]
    for path in list(result):
        above = tree.parent(path)
        while above in before and above not in result:
            result[above] = (before[above][MODE], ANY_TIME, {})
            above = tree.parent(above)
    return result


def _all_owned(records: dict) -> bool:
    """Whether all of a unit belongs to distributions, so that it may come and go as a whole.

    Bytecode may be nobody's: it goes with the source that it was made of.
    """
    for path, (_, _, entries) in records.items():
        for name, entry in entries.items():
            if entry[KEY] == LOOSE and not tree.is_bytecode(tree.join(path, name)):
                return False
    return True


def _altered(
    full: str,
    path: str,
    item: Item,
) -> tuple[list[str], bool]:
    """The paths in an item that are not as they were noted when it went to the park.

    Not asked of bytecode: nothing writes that but Python, which puts it in place by a rename.

    Returns:
        The paths, and whether one of a distribution's files is gone or has no content any more.

    Args:
        full: the full path at which the item lies in the park.
        path: its path in the venv, which the result begins with.
        item: what it was then.
    """
    lstat = os.lstat
    altered, cut = [], False
    if isinstance(item, dict):
        for one, record in item.items():
            # Not its time: bytecode that Python puts in place changes that as well.
            if lstat(full + one[len(path) :]).st_mode != record[MODE]:
                altered.append(one)
    for at, entry in entries_in(path, item):
        if at.endswith(".pyc"):
            continue
        try:
            status = lstat(full + at[len(path) :])
        except FileNotFoundError:
            altered.append(at)
            cut = cut or entry[KEY] != LOOSE
            continue
        # A link is noted with size 0, while lstat says how long its target is.
        as_noted = status.st_mtime_ns == entry[MTIME] and status.st_mode == entry[MODE]
        if not as_noted or (status.st_size != entry[SIZE] and not tree.is_link(entry)):
            altered.append(at)
            cut = cut or (entry[KEY] != LOOSE and entry[SIZE] > 0 and status.st_size == 0)
    return altered, cut
