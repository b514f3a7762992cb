"""Every distribution that the store has, found through the states that the history can still name;
and what none of them names.

So one installation of `name version` stands in for another that was lost, and a list of packages
from another machine is brought about with what is here.
"""

from _collections_abc import Callable, Iterator

from workroot.doors import files
from workroot.doors.documents import Damaged, Newer
from workroot.history import tree
from workroot.history.generations import Generations
from workroot.history.present import Present
from workroot.history.store import Store, directory_of
from workroot.pythons.packages import Distribution


class Stored:
    """A distribution that is whole in the store. records: what belongs to it, directory -> (mode,
    mtime_ns, entries).
    """

    __slots__ = ("distribution", "records")

    def __init__(
        self,
        distribution: Distribution,
        records: dict,
    ) -> None:
        self.distribution = distribution
        self.records = records


class Library:
    """The states of one history, the newest first."""

    def __init__(
        self,
        generations: Generations,
        store: Store,
        spine: list[str],
    ) -> None:
        self.generations = generations
        self.store = store
        self.spine = spine

    def find(
        self,
        name: str,
        version: str,
    ) -> Stored | None:
        """A distribution of that version, whole in the store."""
        tried = set()
        for found, units in self._states():
            for one in found:
                if (one.name, one.version) != (name, version) or one.key in tried:
                    continue
                tried.add(one.key)
                records = self.records_of(one.key, units())
                if records and self._whole(records):
                    return Stored(one, records)
        return None

    def _whole(self, records: dict) -> bool:
        for _, _, entries in records.values():
            if not all(map(self.store.sound, entries.values())):
                return False
        return True

    def _states(self) -> Iterator[tuple[list[Distribution], Callable[[], dict]]]:
        """Each state's package set, and what gives its units: reading those is dear, and few are
        asked for.
        """
        for number in reversed(self.generations.numbers()):
            if generation := self.generations.get(number):
                yield generation.after, lambda: self._units(number, False)
                yield generation.before, lambda: self._units(number, True)
        for snapshot in self.generations.snapshots():
            if snapshot.number is not None:
                yield snapshot.packages, lambda: self._units_of_snapshot(snapshot.name)

    def _units(
        self,
        number: int,
        before: bool,
    ) -> dict:
        try:
            return self.generations.units(number, before)
        except Damaged:
            return {}

    def _units_of_snapshot(self, name: str) -> dict:
        try:
            return self.generations.snapshot_units(name)
        except Damaged:
            return {}

    def records_of(
        self,
        key: str,
        units: dict,
    ) -> dict:
        """What of these units belongs to one distribution, with the directories above it."""
        found = {}
        for content in units.values():
            try:
                records = self.generations.records(content)
            except Damaged:
                return {}
            for path, (mode, mtime_ns, entries) in records.items():
                own = {name: entry for name, entry in entries.items() if entry[tree.KEY] == key}
                if own:
                    found[path] = (mode, mtime_ns, own)
                    _add_parents(
                        path,
                        records,
                        found,
                    )
        return found

    def exchanged(
        self,
        units: dict,
        out: set[str],
        into: list[dict],
    ) -> dict:
        """Units without what belongs to the keys in `out`, with the records of others: a target to
        swap to.
        """
        changed = dict(units)
        if out:
            changed = {name: self._without(content, out) for name, content in units.items()}
        for records in into:
            for path, record in sorted(records.items()):
                name = tree.unit_of(path, self.spine)
                unit = dict(self.generations.records(changed[name])) if changed.get(name) else {}
                unit[path] = _united(unit.get(path), record)
                changed[name] = tree.encode(unit)
        return {name: content for name, content in changed.items() if content is not None}

    def _without(
        self,
        content,
        keys: set[str],
    ):
        """The content less what belongs to these keys, and less the directories that held only
        that; None: nothing is left.
        """
        records = self.generations.records(content)
        if not tree.holds(records, keys):
            return content
        left, emptied = {}, []
        for path, (mode, mtime_ns, entries) in records.items():
            kept = {name: entry for name, entry in entries.items() if entry[tree.KEY] not in keys}
            left[path] = (mode, mtime_ns, kept)
            if entries and not kept and path not in self.spine:
                emptied.append(path)
        _drop_empty(left, emptied)
        return tree.encode(left) if left else None


def sweep(present: Present) -> None:
    """Remove the trees and the content that nothing in the history names any more, nor what is in
    the venv.
    """
    generations, store = present.generations, present.store
    contents, keys = set(), set()
    try:
        for state in (*generations.states(), present.contents()):
            contents.update(state.values())
        for content in contents:
            for _, _, entries in generations.records(content).values():
                keys.update(directory_of(entry[tree.KEY]) for entry in entries.values())
    except (Damaged, Newer):
        return  # what cannot be read may name anything
    trees = {tree.number_of(content) for content in contents} | set(generations.numbers())
    for number in set(generations.trees()) - trees:
        files.discard(generations.tree_path(number))
    for key in set(store.keys()) - keys:
        store.drop(key)


def _united(
    there: tuple | None,
    record: tuple,
) -> tuple:
    """The record of a directory with the entries of another one in it."""
    if there is None:
        return record
    mode, mtime_ns, entries = there
    _, _, more = record
    return mode, mtime_ns, {**entries, **more}


def _add_parents(
    path: str,
    records: dict,
    found: dict,
) -> None:
    above = tree.parent(path)
    while above in records and above not in found:
        mode, mtime_ns, _ = records[above]
        found[above] = (mode, mtime_ns, {})
        above = tree.parent(above)


def _drop_empty(
    records: dict,
    candidates: list[str],
) -> None:
    """Remove directories with nothing in or below them, and those above that held only them."""
    for path in sorted(
        candidates,
        key=len,
        reverse=True,
    ):
        while path in records and _is_empty(records, path):
            del records[path]
            path = tree.parent(path)


def _is_empty(
    records: dict,
    path: str,
) -> bool:
    _, _, entries = records[path]
    return not entries and not any(other.startswith(path + "/") for other in records)
