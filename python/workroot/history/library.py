"""Every distribution that the store has, found through the states that the history can still name;
and what none of them names.

So one installation of `name version` stands in for another that was lost, and a list of packages
from another machine is brought about with what is here.
"""

import os
from _collections_abc import Callable, Iterator

from workroot.doors import files
from workroot.doors.documents import Damaged, Newer
from workroot.history import tree
from workroot.history.generations import Generations
from workroot.history.present import Present
from workroot.history.store import Store, directory_of
from workroot.pythons.packages import Distribution
from workroot.standards.record import with_content


class Stored:
    """A distribution that is whole in the store.

    Attributes:
        records: what belongs to it, directory -> (mode, mtime in ns, entries).
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
    """The states of one history, the newest first, and what they have of each distribution.

    The set of an operation is what it was after that operation, not what stood there when it was
    taken away: what a state lacks of a distribution is looked for in the others (whole).
    """

    def __init__(
        self,
        generations: Generations,
        store: Store,
        spine: list[str],
        skipped: frozenset[str] = frozenset(),
    ) -> None:
        """Args:
        generations: the history.
        store: where the content lies that it names.
        spine: the directories that many distributions share in the venv as it is now.
        skipped: paths in it that no state has, as they are the kit's.
        """
        self.generations = generations
        self.store = store
        self.spine = spine
        self.skipped = skipped

    def find(
        self,
        name: str,
        version: str,
    ) -> Stored | None:
        """A distribution of just that version, whole in the store; None where no state has one.

        Args:
            name: normalized (PEP 503).
            version: as the metadata spells it; another spelling of the same version is not found.
        """
        # Most states have the same installation: each is looked for in the store once.
        tried = set()
        for found, units in self._states():
            for one in found:
                if (one.name, one.version) != (name, version) or one.key in tried:
                    continue
                tried.add(one.key)
                state = units()
                if self.gaps(one, state):
                    state = self.whole(one, state)
                records = self.records_of(one.key, state)
                if records and self._sound(records) and not self.gaps(one, state):
                    return Stored(one, records)
        return None

    def gaps(
        self,
        one: Distribution,
        units: dict,
    ) -> set[str]:
        """The paths that a distribution should have in these units and has not.

        Its RECORD says which. One is not there, is empty, could not be read when it was kept, or
        is a link out of the venv that led nowhere.

        Args:
            one: a distribution of that state.
            units: name -> content.
        """
        if not one.directory.endswith(".dist-info"):
            return set()  # nothing says what an egg-info should have
        entries: dict[str, dict] = {}  # of each directory, looked up once

        def entry(path: str) -> tuple | None:
            directory, _, name = path.rpartition("/")
            if directory not in entries:
                unit = units.get(tree.unit_of(directory, self.spine))
                records = {} if unit is None else self.generations.records(unit)
                entries[directory] = tree.entries_of(records, directory)
            return entries[directory].get(name)

        record = f"{one.directory}/RECORD"
        kept = entry(record)
        hollow = _is_hollow(kept, one.directory)
        data = None if hollow else self.store.read(tree.content_of(kept) or kept)
        if not data:
            return {record}
        said = with_content(data, tree.parent(one.directory)) - self.skipped
        return {path for path in said if _is_hollow(entry(path), tree.parent(path))}

    def whole(
        self,
        one: Distribution,
        units: dict,
    ) -> dict:
        """These units with what they lack of a distribution, as other states had it.

        Args:
            one: a distribution of that state, of which it has not all.
            units: name -> content.

        Returns:
            Name -> content; what no state has is lacking still.
        """
        gaps = self.gaps(one, units)
        tried = set()
        for found, other in self._states():
            if not gaps:
                break
            if not any(one.key == had.key for had in found):
                continue
            units, tried = self._filled(one.key, units, other(), gaps, tried)
            gaps = self.gaps(one, units)
        return units

    def _filled(
        self,
        key: str,
        units: dict,
        other: dict,
        gaps: set[str],
        tried: set,
    ) -> tuple[dict, set]:
        """The units with what another state has at these paths, and what was looked at by now.

        Args:
            key: of the distribution whose paths these are.
            units, other: name -> content.
            gaps: paths in the venv.
            tried: contents that have nothing for them.
        """
        filled, looked_at = dict(units), set(tried)
        for name in {tree.unit_of(tree.parent(path), self.spine) for path in gaps}:
            content = other.get(name)
            # Most states have the same content: it is read once.
            if content is None or content in looked_at:
                continue
            looked_at.add(content)
            there = self.generations.records(units[name]) if name in units else {}
            records = _completed(there, self._readable(content), key, gaps)
            if records != there:
                filled[name] = tree.encode(records)
        return filled, looked_at

    def _readable(self, content) -> dict:
        """The records of a content; {} where they cannot be read."""
        try:
            return self.generations.records(content)
        except Damaged:
            return {}

    def _sound(self, records: dict) -> bool:
        """Whether the store has each of these files as it was kept."""
        for _, _, entries in records.values():
            # A distribution with one file missing is of no use as a stand-in.
            if not all(map(self.store.sound, entries.values())):
                return False
        return True

    def _states(self) -> Iterator[tuple[list[Distribution], Callable[[], dict]]]:
        """Each state's package set, and what gives its units.

        Reading those is dear, and few are asked for.
        """
        for number in reversed(self.generations.numbers()):
            # Each state's number is bound with it, so that it may be asked for at any later time.
            if generation := self.generations.get(number):
                yield generation.after, lambda at=number: self._units(at, False)
                yield generation.before, lambda at=number: self._units(at, True)
        for snapshot in self.generations.snapshots():
            # Without a number it came from another machine, and has no tree.
            if snapshot.number is not None:
                yield snapshot.packages, lambda name=snapshot.name: self._units_of_snapshot(name)

    def _units(
        self,
        number: int,
        before: bool,
    ) -> dict:
        """The units after an operation, or before it; none where they cannot be read."""
        try:
            return self.generations.units(number, before)
        except Damaged:
            return {}

    def _units_of_snapshot(self, name: str) -> dict:
        """The units of a snapshot; none where they cannot be read."""
        try:
            return self.generations.snapshot_units(name)
        except Damaged:
            return {}

    def records_of(
        self,
        key: str,
        units: dict,
    ) -> dict:
        """What of these units belongs to one distribution, with the directories above it.

        Args:
            key: of the distribution.
            units: name -> content.

        Returns:
            Directory -> record; {} where anything of the units cannot be read: what is found might
            be a part.
        """
        found = {}
        for content in units.values():
            try:
                records = self.generations.records(content)
            except Damaged:
                return {}
            for path, (mode, mtime_ns, entries) in records.items():
                # A unit may hold files of several distributions, as a namespace package does.
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
        """A target to swap to: these units without some distributions, and with others.

        Args:
            units: name -> content.
            out: the keys of the distributions that go.
            into: the records of each distribution that comes, as records_of gives them.

        Returns:
            Name of unit -> content.

        Raises Damaged: when the records of a unit cannot be read.
        """
        changed = dict(units)
        if out:
            changed = {name: self._without(content, out) for name, content in units.items()}
        for records in into:
            for path, record in sorted(records.items()):
                name = tree.unit_of(path, self.spine)
                # A copy, as the history remembers these records and hands them out again.
                unit = dict(self.generations.records(changed[name])) if changed.get(name) else {}
                unit[path] = _united(unit.get(path), record)
                changed[name] = tree.encode(unit)
        return {name: content for name, content in changed.items() if content is not None}

    def _without(
        self,
        content,
        keys: set[str],
    ):
        """The content less what belongs to these keys; None where nothing is left.

        Directories that held only that go as well.
        """
        records = self.generations.records(content)
        if not tree.holds(records, keys):
            return content
        left, emptied = {}, []
        for path, (mode, mtime_ns, entries) in records.items():
            kept = {name: entry for name, entry in entries.items() if entry[tree.KEY] not in keys}
            left[path] = (mode, mtime_ns, kept)
            # A directory that was empty before stays so, and a shared one is always there.
            if entries and not kept and path not in self.spine:
                emptied.append(path)
        _drop_empty(left, emptied)
        return tree.encode(left) if left else None


def _is_hollow(
    entry: tuple | None,
    directory: str,
) -> bool:
    """Whether an entry that should have content has none: gone, empty, unread, or a dead link.

    directory: that it lies in, relative to the venv.
    """
    if entry is None:
        return True
    if tree.is_link(entry):
        target = os.path.normpath(os.path.join(directory, entry[tree.TARGET]))
        leads_out = os.path.isabs(target) or target.startswith("..")
        # Of one that led to something out there the content was kept.
        return leads_out and tree.content_of(entry) is None
    return entry[tree.SIZE] == 0 or entry[tree.NUMBER] == tree.UNPLACED


def _completed(
    records: dict,
    other: dict,
    key: str,
    gaps: set[str],
) -> dict:
    """The records of a unit with the entries that another state of it has at some paths.

    Args:
        records: of the unit; they stay as they are.
        other: its records in the other state.
        key: of the distribution whose entries count.
        gaps: the paths.
    """
    found = dict(records)
    for path, (mode, mtime_ns, entries) in other.items():
        there, come = tree.entries_of(found, path), {}
        for name, entry in entries.items():
            full = tree.join(path, name)
            # Bytecode is no gap, but went with what it was made of.
            wanted = full in gaps or (name not in there and tree.is_bytecode(full))
            if wanted and entry[tree.KEY] == key and not _is_hollow(entry, path):
                come[name] = entry
        if not come:
            continue
        record = _united(found.get(path), (mode, mtime_ns, come))
        _, _, whole = record
        # With all that it had, the directory has its time again, too.
        found[path] = (mode, mtime_ns, whole) if whole.keys() == entries.keys() else record
        _add_parents(path, other, found)
    return found


def sweep(present: Present) -> None:
    """Remove the trees and the content that nothing needs any more.

    Needed is what the history can still name, and what is in the venv now. Where a part of the
    history cannot be read, everything stays, as that part may name anything.

    Raises WorkrootError: when something cannot be removed.
    """
    generations, store = present.generations, present.store
    contents, keys = set(), set()
    try:
        # Everything is read before anything is removed.
        for state in (*generations.states(), present.contents()):
            contents.update(state.values())
        for content in contents:
            for _, _, entries in generations.records(content).values():
                keys.update(directory_of(entry[tree.KEY]) for entry in entries.values())
    except (Damaged, Newer):
        return  # what cannot be read may name anything
    trees = {tree.number_of(content) for content in contents} | set(generations.numbers())
    # A tree stays while a later one points into it, though its own operation is gone.
    for number in set(generations.trees()) - trees:
        files.discard(generations.tree_path(number))
    for key in set(store.keys()) - keys:
        store.drop(key)


def _united(
    there: tuple | None,
    record: tuple,
) -> tuple:
    """The record of a directory with the entries of another one in it; those win."""
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
    """Add the directories above a path, without what lies in them, to what was found."""
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
    # The longest first, so that what lies below is gone before its parent is asked.
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
    """Whether a directory has neither entries nor directories below it."""
    _, _, entries = records[path]
    return not entries and not any(other.startswith(path + "/") for other in records)
