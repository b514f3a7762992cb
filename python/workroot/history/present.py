"""What a venv is now: its units and package set, caught up with by looking only where something changed.

Whatever a look has taken in is in the store. The cache of the last look (history/present) may be lost at any time: it is
made again from the venv, and what the last generation knows of the same files.
"""

import marshal
from binascii import crc32

from workroot.doors import files
from workroot.history import tree
from workroot.history.generations import Generations
from workroot.history.store import Store
from workroot.history.tree import LOOSE, Look, Unit
from workroot.pythons import packages
from workroot.pythons.packages import Distribution

_MAGIC = b"WRNOW1\n"
_MARSHAL = 4


class Present:
    """The present state of one venv. number: of the generation after which it was looked at; 0: never."""

    def __init__(
        self, home: str, venv: str, generations: Generations, store: Store, skipped: frozenset[str]
    ) -> None:
        self.venv = venv
        self.path = home + "/history/present"
        self.generations = generations
        self.store = store
        self.skipped = skipped
        self.number = 0
        self._owned_by: dict[str, str] | None = None
        self.units: dict[str, Unit] = {}
        self.packages: list[Distribution] = []
        self.layout = packages.layout(venv)
        self._load()

    def _load(self) -> None:
        data = files.read_bytes(self.path) or b""
        head = len(_MAGIC) + 4
        if data[: len(_MAGIC)] != _MAGIC or crc32(data[head:]) != int.from_bytes(
            data[head - 4 : head], "little"
        ):
            return
        self.number, units, found = marshal.loads(data[head:])
        self.units = {name: Unit(*plain) for name, plain in units.items()}
        self.packages = [Distribution(*plain) for plain in found]

    def save(self) -> None:
        units = {
            name: (unit.content, unit.paths, unit.times, unit.inodes)
            for name, unit in self.units.items()
        }
        data = marshal.dumps((self.number, units, [one.plain() for one in self.packages]), _MARSHAL)
        files.write(self.path, _MAGIC + crc32(data).to_bytes(4, "little") + data)

    def contents(self) -> dict[str, object]:
        """Name -> content of all units, to compare and record."""
        return {name: unit.content for name, unit in self.units.items()}

    def records(self, name: str) -> dict:
        unit = self.units.get(name)
        return self.generations.records(unit.content) if unit else {}

    def look(
        self, guided: bool = False, known=None, only: set[str] | None = None
    ) -> dict[str, tuple[dict, dict]]:
        """Catch up. Gives name of unit -> (records before, records now) for the units that changed.

        guided: look only where the RECORDs of the changed distributions point, and at the top of the rest. only: look at these
        units alone. Both are for what happened since a full look. known: name of unit -> records that say where the store has files new to the last look.
        """
        found = packages.read(self.venv, self.packages, only)
        self._owned_by = None
        concerned = self._concerned(found) if guided else only
        look = Look(self.venv, self.layout.spine, self.skipped, self.generations.records).take(
            self.units, concerned, trusting=only is not None
        )
        self._keep(look.changed, self._come(found), known)
        for name, (_, now) in look.changed.items():
            if now:
                look.units[name].content = tree.encode(now)
        self.units, self.packages = look.units, found
        return look.changed

    def doubt(self) -> None:
        """Have every directory listed at the next look, whatever its time says."""
        for unit in self.units.values():
            unit.doubt()

    def forget(self, path: str) -> None:
        """The tree file at this path cannot be read: what points into it is to be listed and kept anew."""
        place = self.generations.tree_path
        self.units = {
            name: unit
            for name, unit in self.units.items()
            if not (isinstance(unit.content, tuple) and place(unit.content[0]) == path)
        }

    def _come(self, found: list[Distribution]) -> list[Distribution]:
        keys = {one.key for one in self.packages}
        return [one for one in found if one.key not in keys]

    def _owners(self, come: list[Distribution]) -> dict[str, str]:
        """path -> key for what the RECORDs of the new distributions list; read once in a look."""
        if self._owned_by is None:
            self._owned_by = {
                path: one.key for one in come for path in packages.recorded_paths(self.venv, one)
            }
        return self._owned_by

    def _concerned(self, found: list[Distribution]) -> set[str]:
        """The units that the RECORDs of what came and of what went point into."""
        keys = {one.key for one in found}
        paths = set(map(tree.parent, self._owners(self._come(found))))
        for one in self.packages:
            if one.key not in keys:
                paths.update(map(tree.parent, self.recorded(one)))
        return {tree.unit_of(path, self.layout.spine) for path in paths}

    @staticmethod
    def patch(records: dict, entries: dict[str, tuple]) -> bytes:
        """The content of a unit with these entries (path -> kept entry) in place of its own."""
        patched = {path: (mode, time, dict(files)) for path, (mode, time, files) in records.items()}
        for path, entry in entries.items():
            patched[tree.parent(path)][2][path.rpartition("/")[2]] = entry
        return tree.encode(patched)

    def recorded(self, one: Distribution) -> list[str]:
        """The paths of a distribution of the last look, which may be gone from the venv, from its RECORD in the store."""
        kept = (
            self.records(tree.unit_of(one.directory, self.layout.spine))
            .get(one.directory, (0, 0, {}))[2]
            .get("RECORD")
        )
        data = files.read_bytes(self.store.file(*kept[4:])) if kept and len(kept) == 6 else None
        return packages.paths_in_record(data or b"", tree.parent(one.directory))

    def _keep(self, changed: dict, come: list[Distribution], known) -> None:
        """Give every entry that is only seen its place in the store."""
        unplaced = self._unplaced(changed, known)
        owners = self._owners(come) if unplaced else {}
        wanted = [
            (tree.join(path, file), entries[file], self._key(path, file, now, owners))
            for path, file, entries, now in unplaced
        ]
        for (_, file, entries, _), kept in zip(unplaced, self.store.keep(self.venv, wanted)):
            entries[file] = kept

    def _unplaced(self, changed: dict, known) -> list[tuple[str, str, dict, dict]]:
        """(directory, name, entries of the directory, records of the unit) of what the store does not have."""
        unplaced = []
        for name, (before, now) in changed.items():
            earlier = (before, known(name) if known else {})
            for path, (_, _, entries) in now.items():
                olds = [records[path][2] for records in earlier if path in records]
                for file, seen in entries.items():
                    if len(seen) == 4:
                        if kept := self._place(
                            tree.join(path, file), seen, [old[file] for old in olds if file in old]
                        ):
                            entries[file] = kept
                        else:
                            unplaced.append((path, file, entries, now))
        return unplaced

    def _place(self, path: str, seen: tuple, olds: list[tuple]) -> tuple | None:
        """The place in the store of a file that is as it was, or that only has another inode, as in a copy of it all."""
        for kept in olds:
            if tree.same(kept, seen):
                return kept
        for kept in olds:
            if (
                kept[:3] == seen[:3]
                and not tree.is_link(seen)
                and self.store.equal(kept, f"{self.venv}/{path}")
            ):
                return (*kept[:3], 0, *kept[4:])
        return None

    @staticmethod
    def _key(path: str, file: str, now: dict, owners: dict[str, str]) -> str:
        """The distribution that a file belongs to: by RECORD, and for bytecode that of its source."""
        full = tree.join(path, file)
        if full in owners or not path.endswith("__pycache__"):
            return owners.get(full, LOOSE)
        directory, source = tree.parent(path), file.partition(".")[0] + ".py"
        if tree.join(directory, source) in owners:
            return owners[tree.join(directory, source)]
        kept = now.get(directory, (0, 0, {}))[2].get(source, ())
        return kept[4] if len(kept) == 6 else LOOSE
