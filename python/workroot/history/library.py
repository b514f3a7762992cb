"""Every distribution that the store has, found through the states that the history can still name.

So one installation of `name version` stands in for another that was lost, and a list of packages from another machine is
brought about with what is here.
"""

from workroot.doors.documents import Damaged
from workroot.history import tree
from workroot.history.generations import Generations
from workroot.history.store import Store
from workroot.pythons.packages import Distribution


class Library:
    """The states of one history, the newest first."""

    def __init__(self, generations: Generations, store: Store, spine: list[str]) -> None:
        self.generations = generations
        self.store = store
        self.spine = spine

    def find(self, name: str, version: str) -> tuple[Distribution, dict] | None:
        """A distribution of that version, whole in the store, and its records: directory -> (mode, mtime_ns, entries)."""
        tried = set()
        for found, units in self._states():
            for one in found:
                if (one.name, one.version) == (name, version) and one.key not in tried:
                    tried.add(one.key)
                    records = self.records_of(one.key, units())
                    if records and all(
                        self.store.sound(entry)
                        for record in records.values()
                        for entry in record[2].values()
                    ):
                        return one, records
        return None

    def _states(self):
        for number in reversed(self.generations.numbers()):
            if generation := self.generations.get(number):
                yield generation.after, lambda: self._units(number, False)
                yield generation.before, lambda: self._units(number, True)
        for snapshot in self.generations.snapshots():
            if snapshot.number is not None:
                yield snapshot.packages, lambda: self._units_of_snapshot(snapshot.name)

    def _units(self, number: int, before: bool) -> dict:
        try:
            return self.generations.units(number, before)
        except Damaged:
            return {}

    def _units_of_snapshot(self, name: str) -> dict:
        try:
            return self.generations.snapshot_units(name)
        except Damaged:
            return {}

    def records_of(self, key: str, units: dict) -> dict:
        """What of these units belongs to one distribution, with the directories above it."""
        found = {}
        for content in units.values():
            try:
                records = self.generations.records(content)
            except Damaged:
                return {}
            for path, (mode, mtime_ns, entries) in records.items():
                own = {name: entry for name, entry in entries.items() if entry[4] == key}
                if own:
                    found[path] = (mode, mtime_ns, own)
                    _add_parents(path, records, found)
        return found

    def exchanged(self, units: dict, out: set[str], into: list[dict]) -> dict:
        """Units without what belongs to the keys in `out`, with the records of others: a target to swap to."""
        changed = (
            {name: self._without(content, out) for name, content in units.items()}
            if out
            else dict(units)
        )
        for records in into:
            for path, record in sorted(records.items()):
                name = tree.unit_of(path, self.spine)
                unit = dict(self.generations.records(changed[name])) if changed.get(name) else {}
                mode, mtime_ns, entries = unit.get(path, (record[0], record[1], {}))
                unit[path] = (mode, mtime_ns, {**entries, **record[2]})
                changed[name] = tree.encode(unit)
        return {name: content for name, content in changed.items() if content is not None}

    def _without(self, content, keys: set[str]):
        """The content less what belongs to these keys, and less the directories that held only that; None: nothing is left."""
        records = self.generations.records(content)
        if not any(entry[4] in keys for record in records.values() for entry in record[2].values()):
            return content
        left, emptied = {}, []
        for path, (mode, mtime_ns, entries) in records.items():
            kept = {name: entry for name, entry in entries.items() if entry[4] not in keys}
            left[path] = (mode, mtime_ns, kept)
            if entries and not kept and path not in self.spine:
                emptied.append(path)
        _drop_empty(left, emptied)
        return tree.encode(left) if left else None


def _add_parents(path: str, records: dict, found: dict) -> None:
    above = tree.parent(path)
    while above in records and above not in found:
        found[above] = (records[above][0], records[above][1], {})
        above = tree.parent(above)


def _drop_empty(records: dict, candidates: list[str]) -> None:
    """Remove directories with nothing in or below them, and those above that held only them."""
    for path in sorted(candidates, key=len, reverse=True):
        while (
            path in records
            and not records[path][2]
            and not any(other.startswith(path + "/") for other in records)
        ):
            del records[path]
            path = tree.parent(path)
