"""A swap: the change of a venv from its present state to one that was recorded, by renames out of and into the park.

It is worked out first and touches nothing (Swap), made ready in the park next, and then carried out under a journal: the
venv has the one state or the other, also after a kill. What belongs to no distribution changes only where an operation
that is taken back had changed it; everything else that is the person's own stays.
"""

import marshal
import os

from workroot.doors import files, trees
from workroot.errors import WorkrootError
from workroot.history import tree
from workroot.history.journal import Journal, Move
from workroot.history.present import Present
from workroot.history.tree import LOOSE, Unit
from workroot.pythons import packages
from workroot.pythons.packages import Distribution

_MARSHAL = 4
_ANY = -1


class Park:
    """What one swap took out of the venv: park/NUMBER/out/0, 1, 2 ... and what each of them was."""

    def __init__(self, directory: str, number: int) -> None:
        self.number = number
        self.path = f"{directory}/{number}"
        try:
            self.items = marshal.loads(files.read_bytes(f"{self.path}/contents") or b"")
        except (EOFError, ValueError, TypeError):
            self.items = {}

    def place(self, path: str) -> str | None:
        """Where the thing lies that was taken out at this path, relative to the directory of all parks."""
        place = f"{self.number}/out/{self.items[path][0]}" if path in self.items else None
        return place if place and os.path.lexists(f"{os.path.dirname(self.path)}/{place}") else None


class Unusable:
    """What the store no longer has as it was kept.

    keys: of distributions. lost: loose paths, and bytecode, which Python makes again. healed: paths whose content is right.
    """

    def __init__(self) -> None:
        self.keys: set[str] = set()
        self.lost: set[str] = set()
        self.healed: set[str] = set()

    @property
    def empty(self) -> bool:
        return not (self.keys or self.lost or self.healed)

    def add(self, other: "Unusable") -> bool:
        """Whether that was news."""
        news = not (
            other.keys <= self.keys and other.lost <= self.lost and other.healed <= self.healed
        )
        self.keys |= other.keys
        self.lost |= other.lost
        self.healed |= other.healed
        return news

    def usable(self, path: str, was: tuple | None, entry: tuple) -> tuple | None:
        """The entry to have: as a copy where the kept file itself has become another; what is there where it cannot be had."""
        if path in self.lost:
            return was
        return (*entry[:3], 0, *entry[4:]) if path in self.healed else entry


class Swap:
    """The way from the present units to those of a target.

    target: name of unit -> content. wanted: the package set of the target. ours: whether an operation to be taken back
    changed this path, asked for what belongs to no distribution. parks: directories of earlier swaps to take things from.
    """

    def __init__(
        self,
        present: Present,
        target: dict[str, object],
        wanted: list[Distribution],
        ours,
        parks: list[Park],
    ) -> None:
        self.present = present
        self.target = target
        self.wanted = wanted
        self.ours = ours
        self.parks = parks
        self.missing: list[Distribution] = []
        self.lost: list[str] = []
        self.edited: list[str] = []
        self.before: dict[str, dict] = {}
        self.result: dict[str, dict] = {}
        self._work_out()

    @property
    def empty(self) -> bool:
        return not self.moves and not self.after

    def _work_out(self) -> None:
        unusable = Unusable()
        while True:
            self._merge_all(unusable)
            self._find_moves()
            if not unusable.add(self._unsound()):
                break
        self.edited = sorted(set(self.edited))
        self.missing = [one for one in self.wanted if one.key in unusable.keys]
        self.lost = sorted(
            path
            for path in unusable.lost
            if not tree.is_bytecode(path) and not self._is_there(path)
        )

    def _is_there(self, path: str) -> bool:
        """Whether the venv has at this path what the store has for it, so that it can be had although nobody can tell its age."""
        kept = self._target_entry(tree.parent(path), path.rpartition("/")[2])
        return bool(kept) and self.present.store.equal(kept, f"{self.present.venv}/{path}")

    def _merge_all(self, unusable: "Unusable") -> None:
        now = self.present.contents()
        records = self.present.generations.records
        for name in sorted(now.keys() | self.target.keys()):
            if now.get(name) != self.target.get(name) or self._holds(name, unusable.keys):
                before = records(now[name]) if name in now else {}
                then = records(self.target[name]) if name in self.target else {}
                plain = not (before and then) and unusable.empty and _all_owned(before or then)
                self.before[name] = before
                self.result[name] = then if plain else self._merge(before, then, unusable)

    def _holds(self, name: str, keys: set[str]) -> bool:
        """Whether a unit of the target has anything of these distributions: each of them is fetched whole, so all of it goes."""
        records = (
            self.present.generations.records(self.target[name])
            if keys and name in self.target
            else {}
        )
        return any(entry[4] in keys for record in records.values() for entry in record[2].values())

    def _merge(self, before: dict, then: dict, unusable: "Unusable") -> dict:
        """The records of a unit as they shall be."""
        result, bare = {}, set()
        for path in before.keys() | then.keys():
            old, new = before.get(path), then.get(path)
            entries = self._merge_entries(
                path, old[2] if old else {}, new[2] if new else {}, unusable
            )
            if new is None:
                if entries:
                    result[path] = (old[0], _ANY, entries)
            else:
                result[path] = (
                    new[0],
                    new[1] if entries.keys() == new[2].keys() else _ANY,
                    entries,
                )
                if new[2] and not entries and path not in self.present.layout.spine:
                    bare.add(path)
        return _connected(result, before, bare)

    def _merge_entries(self, path: str, old: dict, new: dict, unusable: "Unusable") -> dict:
        entries = {}
        for name in old.keys() | new.keys():
            was, shall = old.get(name), new.get(name)
            if was != shall or shall[4] in unusable.keys:
                shall = self._choose(tree.join(path, name), was, shall, unusable)
            if shall is not None:
                entries[name] = shall
        return entries

    def _choose(
        self, path: str, was: tuple | None, shall: tuple | None, unusable: "Unusable"
    ) -> tuple | None:
        """What is to be at a path where the present and the target differ."""
        if shall and shall[4] in unusable.keys:
            return None
        if was and shall and tree.alike(was, shall) or not self._applies(path, was, shall):
            return was
        return unusable.usable(path, was, shall) if shall else None

    def _applies(self, path: str, was: tuple | None, shall: tuple | None) -> bool:
        owned = (was and was[4] != LOOSE) or (shall and shall[4] != LOOSE) or tree.is_bytecode(path)
        return bool(owned) or self.ours(path)

    def _find_moves(self) -> None:
        self.out: list[str] = []
        self.into: dict[str, dict | tuple] = {}
        self.after: list[list] = []
        self.ahead: list[list] = []
        for name, result in self.result.items():
            self._moves_of_unit(self.before[name], result)
        self._note_attributes()

    def _moves_of_unit(self, before: dict, result: dict) -> None:
        for path in sorted(before.keys() | result.keys()):
            above = tree.parent(path)
            if path not in result:
                if above not in before or above in result:
                    self.out.append(path)
            elif path not in before:
                if above not in result or above in before:
                    self.into[path] = {
                        one: result[one]
                        for one in result
                        if one == path or one.startswith(path + "/")
                    }
            else:
                self._moves_of_directory(path, before[path][2], result[path][2])

    def _moves_of_directory(self, path: str, old: dict, new: dict) -> None:
        for name in old.keys() | new.keys():
            was, shall = old.get(name), new.get(name)
            if was is None or shall is None or not tree.alike(was, shall):
                if was is not None:
                    self.out.append(tree.join(path, name))
                if shall is not None:
                    self.into[tree.join(path, name)] = shall

    def _note_attributes(self) -> None:
        """Every directory that stays but is written in, or has another mode or time, gets those of the result."""
        touched = {tree.parent(path) for path in [*self.out, *self.into]}
        for name in sorted(
            self.result.keys() | {tree.unit_of(path, self.present.layout.spine) for path in touched}
        ):
            before = self.before[name] if name in self.before else self.present.records(name)
            result = self.result.get(name, before)
            for path in sorted(before.keys() & result.keys()):
                old, new = before[path], result[path]
                if path in touched or old[0] != new[0] or new[1] not in (_ANY, old[1]):
                    self.after.append([path, new[0], None if new[1] == _ANY else new[1]])
                    self.ahead.append([path, old[0], old[1]])

    def _unsound(self) -> "Unusable":
        """What is to come in that the store no longer has as it was kept."""
        self.places: dict[str, str] = {}
        found, hashes, store = Unusable(), {}, self.present.store
        for path, item in self.into.items():
            if self._parked(path, item):
                continue
            for full, entry in _entries(path, item):
                if not store.sound(entry):
                    if entry[4] not in hashes:
                        hashes[entry[4]] = self._hashes(entry[4])
                    if (
                        store.healable(entry, hashes[entry[4]].get(full))
                        or tree.is_bytecode(full)
                        and store.same_size(entry)
                    ):
                        found.healed.add(full)
                    elif entry[4] != LOOSE and not tree.is_bytecode(full):
                        found.keys.add(entry[4])
                    else:
                        found.lost.add(full)
        return found

    def _hashes(self, key: str) -> dict[str, str]:
        """What the RECORD of a distribution of the target says; its own hash is in the key."""
        for one in self.wanted:
            if one.key == key:
                record = self._target_entry(one.directory, "RECORD")
                data = files.read_bytes(self.present.store.file(*record[4:])) if record else None
                if data is not None and packages.sha256_of(data)[:16] == key.rsplit("-", 2)[1]:
                    said = packages.hashes_in_record(data, tree.parent(one.directory))
                    return {**said, one.directory + "/RECORD": packages.sha256_of(data)}
        return {}

    def _target_entry(self, directory: str, name: str) -> tuple | None:
        unit = self.target.get(tree.unit_of(directory, self.present.layout.spine))
        return (
            self.present.generations.records(unit).get(directory, (0, 0, {}))[2].get(name)
            if unit
            else None
        )

    def _parked(self, path: str, item) -> bool:
        """Take the thing from a park where just this lies. What was edited in there meanwhile is named, and taken as it is."""
        for park in self.parks:
            if (place := park.place(path)) and _matches(
                park.items[path], item, self.present.generations.records
            ):
                full = f"{os.path.dirname(park.path)}/{place}"
                self.edited += _altered(full, path, item)
                self.places[path] = place
                return True
        return False

    @property
    def moves(self) -> list[str]:
        return [*self.out, *self.into]

    def contents(self) -> dict[str, object]:
        """Name -> content of all units as they shall be."""
        after = self.present.contents()
        for name, result in self.result.items():
            if not result:
                after.pop(name, None)
            else:
                after[name] = (
                    self.target[name]
                    if result == self._target_records(name)
                    else tree.encode(result)
                )
        return after

    def prepare(self, directory: str, number: int, what: str) -> Journal:
        """Make everything ready in directory/number. Nothing of the venv is touched."""
        base = f"{directory}/{number}"
        trees.remove(base)
        for name in ("out", "in"):
            files.make_directory(f"{base}/{name}")
        outs = {path: f"{number}/out/{at}" for at, path in enumerate(self.out)}
        self._build(base, number)
        files.write(f"{base}/contents", marshal.dumps(self._contents(), _MARSHAL))
        paths = sorted({*outs, *self.into})
        moves = [Move(path, outs.get(path), self.places.get(path)) for path in paths]
        return Journal(number, what, moves, self.after, self.ahead)

    def _build(self, base: str, number: int) -> None:
        wanted = []
        for at, (path, item) in enumerate(self.into.items()):
            if path in self.places:
                continue
            root = f"{base}/in/{at}"
            self.places[path] = f"{number}/in/{at}"
            if isinstance(item, dict):
                trees.make([root + one[len(path) :] for one in sorted(item)])
            wanted += [(root + full[len(path) :], entry) for full, entry in _entries(path, item)]
        self.present.store.put(wanted)
        self._set_built(base)

    def _set_built(self, base: str) -> None:
        for at, (path, item) in enumerate(self.into.items()):
            if isinstance(item, dict) and self.places[path] == f"{os.path.basename(base)}/in/{at}":
                for one in sorted(item, reverse=True):
                    mode, mtime_ns, _ = item[one]
                    files.set_directory(
                        f"{base}/in/{at}{one[len(path) :]}",
                        mode,
                        None if mtime_ns == _ANY else mtime_ns,
                    )

    def _contents(self) -> dict:
        """path -> (number in out/, what it is: a whole unit's content, or records, or an entry; stamps of its directories)."""
        contents = {}
        for at, path in enumerate(self.out):
            unit = self.present.units.get(path)
            if (
                unit
                and path not in self.present.layout.spine
                and path in self.before
                and not self.result[path]
            ):
                contents[path] = (at, unit.content, (unit.paths, unit.times, unit.inodes))
            else:
                contents[path] = (at, self._taken(path), None)
        return contents

    def _taken(self, path: str):
        above = self.before.get(tree.unit_of(tree.parent(path), self.present.layout.spine), {})
        record = above.get(tree.parent(path))
        if record and (entry := record[2].get(path.rpartition("/")[2])):
            return entry
        before = self.before[tree.unit_of(path, self.present.layout.spine)]
        return {one: before[one] for one in before if one == path or one.startswith(path + "/")}

    def read_back(self) -> None:
        """Look at what came of it. Raises WorkrootError where it is not what was to be."""
        parked = self._expect_parked()
        self._expect_packages(parked)
        self._doubt(
            {path for path, _, _ in self.after} | {tree.parent(path) for path in self.edited}
        )
        self.present.look(
            only=self.result.keys() - parked, known=lambda name: self.result.get(name, {})
        )
        for name, result in self.result.items():
            if (
                name in parked
                and name in self.present.units
                and self.present.units[name].content == self.target[name]
            ):
                continue
            got = self.present.records(name)
            if not self._came_out(got, result):
                raise WorkrootError(
                    f"{self.present.venv}/{name} did not come out as it was recorded"
                )
            if name in self.present.units and got == self._target_records(name):
                self.present.units[name].content = self.target[name]

    def _came_out(self, got: dict, result: dict) -> bool:
        """Whether a unit is as it was to be, less what somebody had changed in place before."""
        if got.keys() != result.keys():
            return False
        for path, (mode, mtime_ns, entries) in result.items():
            record = got[path]
            if (
                mtime_ns not in (_ANY, record[1])
                or record[2].keys() != entries.keys()
                or (record[0] != mode and not self._excused(path))
            ):
                return False
            if not all(
                tree.alike(record[2][name], entry) or self._excused(tree.join(path, name))
                for name, entry in entries.items()
            ):
                return False
        return True

    def _excused(self, path: str) -> bool:
        """Whether this may lie there in another way: it was changed by hand, or made by Python, or this swap did not bring it."""
        if path in self.edited or tree.is_bytecode(path):
            return True
        while path and path not in self.into:
            path = tree.parent(path)
        return not path

    def _doubt(self, paths: set[str]) -> None:
        """Have these directories listed at the next look, whatever their times say."""
        for name in self.result:
            if unit := self.present.units.get(name):
                unit.doubt(paths)

    def _target_records(self, name: str):
        return self.present.generations.records(self.target[name]) if name in self.target else None

    def _expect_parked(self) -> set[str]:
        """A whole unit that came from a park is what went there: its files were compared, and a rename changes none of it."""
        found = set()
        for park in self.parks:
            for path, (_, content, stamps) in park.items.items():
                if (
                    stamps
                    and self.target.get(path) == content
                    and self.places.get(path, "").startswith(f"{park.number}/")
                ):
                    self.present.units[path] = Unit(content, *stamps)
                    if not any(one.startswith(path + "/") for one in self.edited):
                        found.add(path)
        return found

    def _expect_packages(self, parked: set[str]) -> None:
        """A distribution whose metadata came from a park need not be read again."""
        for one in self.wanted:
            if one.directory in parked:
                unit = self.present.units[one.directory]
                record = self._target_records(one.directory)[one.directory][2].get("RECORD")
                if record and unit.paths[0] == one.directory:
                    stamp = (
                        *self._target_records(one.directory)[one.directory][1:2],
                        unit.inodes[0],
                        record[2],
                        record[3],
                        record[1],
                    )
                    self.present.packages = [*self.present.packages, one.stamped(stamp)]


def _connected(result: dict, before: dict, bare: set[str]) -> dict:
    """Without directories that lost all they should have held, with the old ones above those that stay."""
    for path in sorted(bare, reverse=True):
        if not any(other.startswith(path + "/") for other in result):
            del result[path]
    for path in list(result):
        above = tree.parent(path)
        while above in before and above not in result:
            result[above] = (before[above][0], _ANY, {})
            above = tree.parent(above)
    return result


def _entries(path: str, item) -> list[tuple[str, tuple]]:
    """Every file in an item that comes in, by its path in the venv."""
    if isinstance(item, tuple):
        return [(path, item)]
    return [
        (tree.join(one, name), entry)
        for one, record in item.items()
        for name, entry in record[2].items()
    ]


def _matches(parked: tuple, item, records) -> bool:
    _, what, stamps = parked
    return (records(what) if stamps else what) == item


def _altered(full: str, path: str, item) -> list[str]:
    """The files of an item that are not as they were noted when it went to the park at this full path, and directories of another mode.

    Not asked of bytecode: nothing writes that but Python, which puts it in place by a rename.
    """
    lstat = os.lstat
    altered = (
        [one for one, record in item.items() if lstat(full + one[len(path) :]).st_mode != record[0]]
        if isinstance(item, dict)
        else []
    )
    for at, entry in _entries(path, item):
        if at.endswith(".pyc"):
            continue
        try:
            status = lstat(full + at[len(path) :])
        except FileNotFoundError:
            altered.append(at)
            continue
        if (
            status.st_mtime_ns != entry[2]
            or status.st_mode != entry[0]
            or (status.st_size != entry[1] and not tree.is_link(entry))
        ):
            altered.append(at)
    return altered


def _all_owned(records: dict) -> bool:
    """Whether all of a unit belongs to distributions, so that it may come and go as a whole."""
    return all(
        entry[4] or tree.is_bytecode(tree.join(path, name))
        for path, record in records.items()
        for name, entry in record[2].items()
    )
