"""The history of a venv: every operation recorded, and undone, redone or restored from the store, exactly and offline.

The caller holds the lock of the home (files.lock) around each use. History is append-only: an undo is an entry too. What was
done behind our back is noticed first and recorded as `external`; what a kill interrupted is finished or taken back first.
"""

import os
import time

from workroot import documents, files, generations, journal, packages, tree
from workroot.documents import Damaged, Newer
from workroot.errors import WorkrootError
from workroot.generations import Generation, Generations, Snapshot
from workroot.journal import Journal
from workroot.packages import Change, Distribution
from workroot.present import Present
from workroot.store import Store, directory_of
from workroot.swap import Park, Swap

_NEVER_TOUCHED = ("src",)  # where pip puts the checkouts of editables: the person works in there
_PARK_IN_VENV = ".workroot-park"
_BASELINE = "baseline"
_SWEPT_EVERY = 20
_LONG = 20  # seconds; beside such an operation nobody sees what a sweep takes


class Plan:
    """What an undo, a redo or a restore would do.

    changes: to the package set. missing: distributions that the store no longer has as they were, to be fetched. lost: paths
    that belong to no distribution and cannot be had again. edited: paths put back as they were edited by hand.
    took: the operations that are taken back.
    """

    def __init__(self, kind: str, what: str, swap: Swap, took: list[int], undoable: list[int], redoable: list[int]) -> None:
        self.kind = kind
        self.what = what
        self.swap = swap
        self.took = took
        self.undoable = undoable
        self.redoable = redoable
        self.changes: list[Change] = packages.diff(swap.present.packages, swap.wanted)
        self.missing: list[Distribution] = swap.missing
        self.lost: list[str] = swap.lost
        self.edited: list[str] = swap.edited


class History:
    """home: the directory that holds history/, snapshots/, store/, park/. keep_out: paths relative to the venv that are the
    kit's, and never recorded or changed. notices: sentences to tell the person (a damaged file kept aside, a change finished).
    """

    def __init__(self, home: str, venv: str, *, keep_out: tuple[str, ...] = (), max_entries: int = 100) -> None:
        self.home = home
        self.venv = venv
        self.max_entries = max_entries
        self.generations = Generations(home)
        self.store = Store(home + "/store")
        self.notices: list[str] = []
        self._skipped = frozenset((*keep_out, *_NEVER_TOUCHED, _PARK_IN_VENV))
        self._journal_path = home + "/journal"
        self._pending_path = home + "/history/pending"
        self._ready_directory = home + "/park"
        self._park = _park_for(home, venv)
        self._present: Present | None = None
        self._edited: set[str] = set()
        self._forgotten: set[str] = set()
        self._started: tuple | None = None

    # what is there

    def entries(self, limit: int | None = None) -> list[Generation]:
        """The newest first."""
        found = []
        for number in reversed(self.generations.numbers()):
            if limit is not None and len(found) >= limit:
                break
            if generation := self.generations.get(number):
                found.append(generation)
        self._name_damaged()
        return found

    def entry(self, number: int) -> Generation:
        generation = self.generations.get(number)
        self._name_damaged()
        if generation is None:
            raise WorkrootError(f"there is no operation {number} in the history", "history")
        return generation

    def diff(self, first: int | None = None, second: int | None = None) -> list[Change]:
        """What operation `first` (by default the last one) changed; or between the sets after two operations."""
        if second is not None:
            return packages.diff(self.entry(first).after, self.entry(second).after)
        generation = self.entry(first) if first is not None else self.generations.last()
        return generation.changes() if generation else []

    def snapshots(self) -> list[Snapshot]:
        found = self.generations.snapshots()
        self._name_damaged()
        return found

    def _name_damaged(self) -> None:
        while self.generations.kept_aside:
            self.notices.append(f"a damaged file of the history was kept aside as {self.generations.kept_aside.pop()}")

    # catching up

    def recover(self) -> str | None:
        """Finish the undo, redo or restore that a kill interrupted, or take it back. Gives the sentence that says which."""
        try:
            interrupted = journal.read(self._journal_path)
        except Damaged as error:
            self.generations.keep_aside(error.path)
            self._name_damaged()
            return None
        if interrupted is None:
            return None
        try:
            interrupted.forward(self.venv, self._park)
            self._publish(interrupted.number)
            said = f"finished {interrupted.what}, which had been interrupted"
        except WorkrootError:
            interrupted.backward(self.venv, self._park)
            said = f"took back {interrupted.what}, which had been interrupted"
        files.discard(self._journal_path)
        self.notices.append(said)
        return said

    def sync(self) -> Generation | None:
        """Notice what was done behind our back. Gives the generation that records it, if there was anything."""
        self.recover()
        last = self.generations.last()
        self._name_damaged()
        present = self._present = Present(self.home, self.venv, self.generations, self.store, self._skipped)
        fresh = last is not None and present.number != last.number
        if fresh and not self._reset_to(last):
            last, fresh = None, False
        before, old = present.contents(), present.packages
        changed = self._look(known=self._known(last) if fresh else None)
        self._edited = {path for records in changed.values() for path in tree.written_into(*records)}
        pending = self._read_pending()
        external = None
        if last is None or (self._forgotten and _keys(last.after) != _keys(present.packages)):
            external = self._record_baseline()
        elif pending and (_beyond_bytecode(changed) or _keys(old) != _keys(present.packages)):
            external = self._record(pending["kind"], pending["argv"], pending["time"], 0.0, None, before, old, changed)
        elif _keys(last.after) != _keys(present.packages):
            external = self._record("external", [], _iso(time.time()), 0.0, 0, before, last.after, changed)
        elif changed or fresh or self._forgotten:
            present.number = last.number
            present.save()
        files.discard(self._pending_path)
        if external and external.kind != _BASELINE:
            done = "an interrupted command had done" if pending else "other tools did"
            self.notices.append(f"what {done} was recorded as operation {external.number}")
        return external

    def _reset_to(self, last: Generation) -> bool:
        """There is no cache, or it is of another moment: the last generation says what was there before. False: it cannot."""
        present = self._present
        try:
            units = self.generations.units(last.number)
            records = self.generations.records
            present.units = {name: unit if (unit := present.units.get(name)) and unit.content == content
                             else _unseen(content, records(content)) for name, content in units.items()}
        except Damaged as error:
            self.notices.append(f"{error.path} is damaged or gone: the history begins anew")
            return False
        present.packages = last.after
        return True

    def _look(self, **options) -> dict:
        """Catch up. What was kept in a tree that is damaged now is kept anew, and what was before it is not guessed."""
        while True:
            try:
                return self._present.look(**options)
            except Damaged as error:
                self._forget(error.path)

    def _forget(self, path: str) -> None:
        self._present.forget(path)
        self._forgotten.add(path)
        self.notices.append(f"{path} is damaged or gone: what it recorded cannot be brought back")

    def _known(self, last: Generation):
        units = self.generations.units(last.number)
        return lambda name: self.generations.records(units[name]) if name in units else {}

    def _read_pending(self) -> dict | None:
        try:
            return documents.load(self._pending_path, generations.VERSION)
        except Damaged:
            return None

    # recording

    def before(self, argv: list[str], kind: str = "install") -> Generation | None:
        """To be called right before a command that may change the venv. Gives the external generation it noticed, if any."""
        external = self.sync()
        started = time.time()
        self._write_pending(kind, _without_passwords(argv), started)
        self._started = (kind, _without_passwords(argv), started, self._present.contents(), self._present.packages)
        return external

    def _write_pending(self, kind: str, argv: list[str], started: float) -> None:
        said = {"version": generations.VERSION, "kind": kind, "argv": argv, "time": _iso(started)}
        files.write(self._pending_path, documents.text(said))

    def after(self, status: int | None) -> Generation | None:
        """To be called when that command has ended. Gives its generation; None where it changed nothing."""
        kind, argv, started, before, old = self._started
        present = self._present
        changed = self._look(guided=True)
        generation = None
        if self._forgotten and _keys(old) != _keys(present.packages):
            generation = self._record_baseline()
        elif changed and (_keys(old) != _keys(present.packages) or _beyond_bytecode(changed)):
            seconds = time.time() - started
            generation = self._record(kind, argv, _iso(started), seconds, status, before, old, changed)
        elif changed:
            present.save()
        files.discard(self._pending_path)
        return generation

    def baseline(self) -> Generation | None:
        """Take in a venv: everything it has goes to the store. None where the history has begun already."""
        return generation if (generation := self.sync()) and generation.kind == _BASELINE else None

    def _record_baseline(self) -> Generation:
        present = self._present
        generation = self._record(_BASELINE, [], _iso(time.time()), 0.0, 0, present.contents(), present.packages, {})
        if not any(one.name == _BASELINE for one in self.generations.snapshots()):
            self._write_snapshot(_BASELINE)
        return generation

    def _record(self, kind: str, argv: list[str], started: str, seconds: float, status: int | None,
                before: dict, old: list[Distribution], changed: dict) -> Generation:
        last, number = self.generations.last(), self.generations.next_number()
        edited = self._note_edits(before, changed)
        undoable = [*last.undoable[-self.max_entries :], number] if last and kind != _BASELINE else []
        present = self._present
        generation = Generation(number, kind, argv, started, seconds, status, present.layout.python, old, present.packages,
                                undoable, [], [], edited)
        self._write(generation, before)
        return generation

    def _write(self, generation: Generation, before: dict) -> None:
        data, placed = generations.pack(generation.number, before, self._present.contents())
        files.make_directory(self.generations.directory)
        files.write(self.generations.tree_path(generation.number), data)
        files.write(self.generations.path(generation.number), documents.text(generation.document()))
        self._settle(generation.number, placed)
        try:
            self._let_go(generation)
        except WorkrootError:
            pass  # what could not be removed is removed another time

    def _let_go(self, generation: Generation) -> None:
        """A new operation ends what can be redone, so what the undos put aside goes; and now and then what nothing names.

        It takes a fiftieth of the time that the operation took, and leaves the rest to the next one.
        """
        end = time.monotonic() + max(generation.seconds / 50, 0.003)
        for park in self._garbage(generation):
            if not files.remove_until(park, lambda: time.monotonic() > end):
                return
        if self.generations.pruned and (generation.number % _SWEPT_EVERY == 0 or generation.seconds > _LONG):
            self._sweep()

    def _garbage(self, last: Generation) -> list[str]:
        """The parks that no redo needs."""
        parks = [f"{park}/{name}" for park in {self._park, self._ready_directory} for name in _names(park)]
        needed = {str(number) for number in (*last.redoable, last.number)}
        return [park for park in parks if os.path.basename(park) not in needed]

    def _settle(self, number: int, placed: dict) -> None:
        """Keep what the next look compares with. Without it that is made again, so a full disk is no reason to fail."""
        present = self._present
        for name, content in placed.items():
            present.units[name].content = content
        present.number = number
        try:
            present.save()
        except WorkrootError:
            pass
        self.generations.prune(self.max_entries)

    def _note_edits(self, before: dict, changed: dict) -> list[str]:
        """What a person had edited in place in files that the operation then took out: that is what was there before it."""
        edited = set()
        for name, (old, now) in changed.items():
            edited |= {path for path in self._edited if _entry(old, path) and _entry(old, path) != _entry(now, path)}
            patched = self.store.edited(old, now)
            if patched:
                edited.update(patched)
                before[name] = self._present.patch(old, patched)
        return sorted(edited)

    # undo, redo, restore

    def plan_undo(self, count: int = 1) -> Plan:
        """To take back the last `count` operations. Raises WorkrootError where there are not so many."""
        last = self._ready()
        undoable = self._reachable(last.undoable)
        if not 1 <= count <= len(undoable):
            raise WorkrootError(_too_few(len(undoable), count), "history")
        took = undoable[-count:]
        first = self._needed(took[0])
        what = f"the undo of operation {took[0]}" if count == 1 else f"the undo of operations {took[0]} to {took[-1]}"
        swap = self._swap(self._units(first.number, True), first.before, took, [last.number])
        return Plan("undo", what, swap, took, last.undoable[:-count], [*last.redoable, 0])

    def _reachable(self, numbers: list[int]) -> list[int]:
        """Those that follow one another without a gap up to now: behind an operation that is gone or damaged nothing is undone."""
        there = set(self.generations.numbers())
        gaps = [at for at, number in enumerate(numbers) if number not in there]
        return numbers[max(gaps, default=-1) + 1 :]

    def plan_redo(self) -> Plan:
        """To take back the last undo. Raises WorkrootError where the last operation was none."""
        last = self._ready()
        if not last.redoable:
            raise WorkrootError("there is nothing to redo", "history")
        undo = self._needed(last.redoable[-1])
        swap = self._swap(self._units(undo.number, True), undo.before, [undo.number], [undo.number, last.number])
        what = f"the redo of operation {undo.took[0]}" + (f" to {undo.took[-1]}" if undo.took[1:] else "")
        return Plan("redo", what, swap, [undo.number], [*last.undoable, *undo.took], last.redoable[:-1])

    def plan_restore(self, which: str | int) -> Plan:
        """To bring back the set of a snapshot (its name), or the one after an operation (its number)."""
        last = self._ready()
        number = int(which) if str(which).isdigit() else None
        if number is not None:
            target, wanted, since = self._units(number), self._needed(number).after, number
        else:
            target, wanted, since = self._units_of_snapshot(str(which))
        took = [one for one in self.generations.numbers() if one > since]
        swap = self._swap(target, wanted, took, [last.number])
        what = f"the restore of operation {number}" if number is not None else f"the restore of snapshot {which}"
        return Plan("restore", what, swap, [], [*last.undoable, 0], [])

    def plan_packages(self, wanted: list[Distribution], what: str) -> Plan:
        """To bring about a package set of another machine: exact versions, from the store where it has them.

        what: its name, for sentences. Distributions that are there in that version stay as they are.
        """
        last = self._ready()
        present, library = self._present, self._library()
        there = {(one.name, one.version): one for one in present.packages}
        names = {(one.name, one.version) for one in wanted}
        found = {pair: library.find(*pair) for pair in sorted(names - there.keys())}
        out = {one.key for one in present.packages if (one.name, one.version) not in names}
        target = library.exchanged(present.contents(), out, [one[1] for one in found.values() if one])
        chosen = [there.get(pair) or (found[pair][0] if found.get(pair) else one) for one in wanted for pair in [(one.name, one.version)]]
        swap = Swap(present, target, sorted(chosen, key=lambda one: (one.name, one.directory)), lambda path: True, [])
        swap.missing += [one for one in wanted if (one.name, one.version) not in there and not found[one.name, one.version]]
        return Plan("restore", f"the restore of {what}", swap, [], [*last.undoable, 0], [])

    def undo(self, count: int = 1, **options) -> Generation | None:
        return self.carry_out(self.plan_undo(count), **options)

    def redo(self, **options) -> Generation | None:
        return self.carry_out(self.plan_redo(), **options)

    def restore(self, which: str | int, **options) -> Generation | None:
        return self.carry_out(self.plan_restore(which), **options)

    def _ready(self) -> Generation:
        self.sync()
        return self.generations.last()

    def _needed(self, number: int) -> Generation:
        generation = self.generations.get(number)
        self._name_damaged()
        if generation is None:
            raise WorkrootError(f"operation {number} cannot be had back: its file in the history is gone or damaged", "list-snapshots")
        return generation

    def _units(self, number: int, before: bool = False) -> dict:
        try:
            return self.generations.units(number, before)
        except Damaged as error:
            raise _unusable(error) from error

    def _units_of_snapshot(self, name: str) -> tuple[dict, list[Distribution], int]:
        snapshot = self.generations.snapshot(name)
        self._name_damaged()
        if snapshot is None:
            raise WorkrootError(f"there is no snapshot {name}", "list-snapshots")
        try:
            return self.generations.snapshot_units(name), snapshot.packages, snapshot.number or 0
        except Damaged as error:
            raise _unusable(error) from error

    def _swap(self, target: dict, wanted: list[Distribution], took: list[int], parks: list[int]) -> Swap:
        missing = [site for site in self._present.layout.sites if site not in target]
        if missing:
            python = self._present.layout.python
            raise WorkrootError(f"{self.venv} has Python {python} now, and what is to come back was installed for another",
                                "install it anew, or make the venv again with the Python it had")
        found = [Park(self._park, number) for number in dict.fromkeys(parks)]
        try:
            swap = self._readable_swap(target, wanted, self._changed_by(took), found)
            return self._with_others(swap, found) if swap.missing else swap
        except Damaged as error:
            raise _unusable(error) from error

    def _readable_swap(self, target: dict, wanted: list[Distribution], ours, parks: list[Park]) -> Swap:
        """Where it is the present that cannot be read, it is looked at anew."""
        while True:
            try:
                return Swap(self._present, target, wanted, ours, parks)
            except Damaged as error:
                if error.path in self._forgotten:
                    raise
                self._forget(error.path)
                self._look()

    def _with_others(self, swap: Swap, parks: list[Park]) -> Swap:
        """What the store lost may be there a second time, from another installation of the same version."""
        library = self._library()
        others = {one.key: other for one in swap.missing if (other := library.find(one.name, one.version))}
        if not others:
            return swap
        target = library.exchanged(swap.target, set(others), [records for _, records in others.values()])
        wanted = [others[one.key][0] if one.key in others else one for one in swap.wanted]
        return Swap(self._present, target, wanted, swap.ours, parks)

    def _library(self):
        from workroot.library import Library

        return Library(self.generations, self.store, self._present.layout.spine)

    def _changed_by(self, took: list[int]):
        """Whether one of these operations changed a path."""

        def entry(units: dict, path: str):
            name = tree.unit_of(tree.parent(path), self._present.layout.spine)
            return _entry(self.generations.records(units[name]), path) if name in units else None

        def changed(path: str) -> bool:
            sides = ((self._units(number, True), self._units(number)) for number in took)
            return any(entry(before, path) != entry(after, path) for before, after in sides)

        return changed

    def carry_out(self, plan: Plan, argv: list[str] = (), fetch=None) -> Generation | None:
        """Do what was planned. fetch: called with plan.missing to install just these exact versions; True where it could.

        Gives the generation; None where nothing had to change. Raises WorkrootError, with the venv as it was.
        """
        if plan.missing and fetch is None:
            names = ", ".join(f"{one.name} {one.version}" for one in plan.missing)
            raise WorkrootError(f"the store no longer has these as they were: {names}")
        if plan.kind == "restore" and plan.swap.empty and not plan.missing:
            return None
        generation = self._planned(plan, argv)
        return self._exchange_and_fetch(plan, generation, fetch) if plan.missing else self._exchange(plan, generation)

    def _planned(self, plan: Plan, argv: list[str]) -> Generation:
        present, number = self._present, self.generations.next_number()
        self._make_park()
        undoable, redoable = ([one or number for one in stack] for stack in (plan.undoable, plan.redoable))
        return Generation(number, plan.kind, _without_passwords(argv), _iso(time.time()), 0.0, 0, present.layout.python,
                          present.packages, plan.swap.wanted, undoable, redoable, plan.took, plan.edited)

    def _make_park(self) -> None:
        """In a venv it must not show, not even by the time of the directory above."""
        if not os.path.isdir(self._park):
            status = os.stat(self.venv)
            files.make_directory(self._park)
            files.set_directory(self.venv, status.st_mode, status.st_mtime_ns)

    def _exchange(self, plan: Plan, generation: Generation) -> Generation:
        started = time.time()
        before, after = self._present.contents(), plan.swap.contents()
        prepared = plan.swap.prepare(self._park, generation.number, plan.what)
        data, placed = generations.pack(generation.number, before, after)
        ready = f"{self._ready_directory}/{generation.number}"
        files.make_directory(ready)
        files.write(f"{ready}/tree", data)
        generation.seconds = time.time() - started
        files.write(f"{ready}/json", documents.text(generation.document()))
        self._journaled(prepared, plan.swap, publish=True)
        self._settle(generation.number, {name: placed[name] for name in placed if self._present.units[name].content == after[name]})
        return generation

    def _journaled(self, prepared: Journal, swap: Swap, publish: bool) -> None:
        """The dangerous part: from the journal's writing to its removal."""
        prepared.write(self._journal_path)
        try:
            prepared.forward(self.venv, self._park)
            swap.read_back()
            if publish:
                self._publish(prepared.number)
        except BaseException:
            prepared.backward(self.venv, self._park)
            files.discard(self._journal_path)
            raise
        files.discard(self._journal_path)

    def _exchange_and_fetch(self, plan: Plan, generation: Generation, fetch) -> Generation:
        """What is missing is installed into the venv that has all the rest; if that fails, all of it is taken back."""
        present, started = self._present, time.time()
        before, old = present.contents(), present.packages
        self._write_pending(plan.kind, generation.argv, started)
        self._journaled(plan.swap.prepare(self._park, generation.number, plan.what), plan.swap, publish=False)
        fetched = fetch(plan.missing)
        changed = present.look()
        if not fetched or _versions(present.packages) != _versions(plan.swap.wanted):
            back = Swap(present, before, old, lambda path: True, [Park(self._park, generation.number)])
            self._journaled(back.prepare(self._park, generation.number + 1, f"the way back from {plan.what}"), back, publish=False)
            files.discard(self._pending_path)
            present.save()
            raise WorkrootError(f"{plan.what} needs what could not be fetched; the environment is as it was")
        del changed
        generation.after, generation.seconds = present.packages, time.time() - started
        self._write(generation, before)
        files.discard(self._pending_path)
        return generation

    def _publish(self, number: int) -> None:
        ready = f"{self._ready_directory}/{number}"
        for name, path in (("tree", self.generations.tree_path(number)), ("json", self.generations.path(number))):
            if os.path.lexists(f"{ready}/{name}"):
                files.rename(f"{ready}/{name}", path)

    # snapshots and tidiness

    def snapshot(self, name: str) -> Snapshot:
        """Give the present package set a name. Raises WorkrootError where the name is taken."""
        generations.check_name(name)
        self.sync()
        if any(one.name == name for one in self.snapshots()):
            raise WorkrootError(f"there is a snapshot {name} already", f"restore {name}, or take another name")
        return self._write_snapshot(name)

    def _write_snapshot(self, name: str) -> Snapshot:
        present = self._present
        snapshot = Snapshot(name, _iso(time.time()), present.layout.python, present.packages, present.number)
        self.generations.write_snapshot(snapshot, present.contents())
        return snapshot

    def forget_snapshot(self, name: str) -> bool:
        """Whether there was one."""
        return self.generations.drop_snapshot(name)

    def tidy(self) -> None:
        """Remove what nothing names any more: parks, trees, content. Not needed for anything but space; may take a while."""
        last = self.generations.last()
        if last is None or os.path.lexists(self._journal_path):
            return
        for park in self._garbage(last):
            files.remove_tree(park)
        self._sweep()

    def _sweep(self) -> None:
        try:
            states = [*self.generations.states(), Present(self.home, self.venv, self.generations, self.store, self._skipped).contents()]
            contents = {content for state in states for content in state.values()}
            keys = {directory_of(entry[4]) for content in contents for entry in self._entries_of(content)}
        except (Damaged, Newer):
            return  # what cannot be read may name anything
        trees = {content[0] for content in contents if isinstance(content, tuple)} | set(self.generations.numbers())
        for number in set(self.generations.trees()) - trees:
            files.discard(self.generations.tree_path(number))
        for key in set(self.store.keys()) - keys:
            self.store.drop(key)

    def _entries_of(self, content) -> list[tuple]:
        return [entry for record in self.generations.records(content).values() for entry in record[2].values()]


def _park_for(home: str, venv: str) -> str:
    """Renames need the same file system: where the home lies on another one, the park is in the venv."""
    at = home
    while not os.path.isdir(at):
        at = os.path.dirname(at)
    same = not os.path.isdir(venv) or os.stat(at).st_dev == os.stat(venv).st_dev
    return home + "/park" if same else f"{venv}/{_PARK_IN_VENV}"


def _entry(records: dict, path: str) -> tuple | None:
    return records.get(tree.parent(path), (0, 0, {}))[2].get(path.rpartition("/")[2])


def _unseen(content, records: dict):
    """A unit of which only the content is known, each of its directories to be listed."""
    return tree.Unit(content, list(records), [-1] * len(records), [0] * len(records))


def _beyond_bytecode(changed: dict) -> bool:
    """Whether more changed than what any import may change."""
    for before, now in changed.values():
        for path in before.keys() | now.keys():
            if path.endswith("__pycache__"):
                continue
            old, new = before.get(path), now.get(path)
            if old is None or new is None or _without_lock(old[2]) != _without_lock(new[2]):
                return True
    return False


def _without_lock(entries: dict) -> dict:
    """Less the empty file that uv leaves at the top of a venv."""
    return {name: entry for name, entry in entries.items() if name != ".lock"} if ".lock" in entries else entries


def _keys(found: list[Distribution]) -> set[str]:
    return {one.key for one in found}


def _versions(found: list[Distribution]) -> set[tuple[str, str]]:
    return {(one.name, one.version) for one in found}


def _iso(seconds: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def _without_passwords(argv: list[str]) -> list[str]:
    """The words of a command, with the credentials in its URLs masked."""
    return [_masked(word) if "://" in word and "@" in word else word for word in argv]


def _masked(word: str) -> str:
    scheme, _, rest = word.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}://****@{host.rpartition('@')[2]}{slash}{path}" if "@" in host else word


def _too_few(there: int, count: int) -> str:
    if not there:
        return "there is nothing to undo"
    return f"cannot undo {count} operations: there {'is only one' if there == 1 else f'are only {there}'} to undo"


def _unusable(error: Damaged) -> WorkrootError:
    return WorkrootError(f"{error.path} is damaged or gone, so what it recorded cannot be brought back exactly", "list-snapshots")


def _names(directory: str) -> list[str]:
    try:
        return os.listdir(directory)
    except FileNotFoundError:
        return []
