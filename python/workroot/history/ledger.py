"""The history of a venv: every operation recorded, as files from which it can be undone exactly and offline (plans, exchange).

The caller holds the lock of the home (locks.held) around each use. History is append-only: an undo is an entry too. What was
done behind our back is noticed first and recorded as `external`; what a kill interrupted is finished or taken back first.
"""

import os
import time

from workroot.doors import documents, files
from workroot.doors.documents import Damaged
from workroot.errors import WorkrootError
from workroot.history import generations, tree
from workroot.history.generations import Generation, Generations, Snapshot
from workroot.history.present import Present
from workroot.history.store import Store
from workroot.pythons import packages
from workroot.pythons.packages import Change, Distribution
from workroot.standards import credentials

_NEVER_TOUCHED = ("src",)  # where pip puts the checkouts of editables: the person works in there
_PARK_IN_VENV = ".workroot-park"
_BASELINE = "baseline"
HEAL = "heal"  # of damage, by doctor: no undo takes it back


class History:
    """home: the directory that holds history/, snapshots/, store/, park/. keep_out: paths relative to the venv that are the
    kit's, and never recorded or changed. notices: sentences to tell the person (a damaged file kept aside, a change finished).
    """

    def __init__(
        self, home: str, venv: str, *, keep_out: tuple[str, ...] = (), max_entries: int = 100
    ) -> None:
        self.home = home
        self.venv = venv
        self.max_entries = max_entries
        self.generations = Generations(home)
        self.store = Store(home + "/store")
        self.notices: list[str] = []
        self.skipped = frozenset((*keep_out, *_NEVER_TOUCHED, _PARK_IN_VENV))
        self.journal_path = home + "/journal"
        self.pending_path = home + "/history/pending"
        self.ready_directory = home + "/park"
        self.park = _park_for(home, venv)
        self.present: Present | None = None
        self._edited: set[str] = set()
        self.forgotten: set[str] = set()
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
        self.name_damaged()
        return found

    def entry(self, number: int) -> Generation:
        generation = self.generations.get(number)
        self.name_damaged()
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
        self.name_damaged()
        return found

    def name_damaged(self) -> None:
        while self.generations.kept_aside:
            self.notices.append(
                f"a damaged file of the history was kept aside as {self.generations.kept_aside.pop()}"
            )

    # catching up

    def recover(self) -> None:
        """Finish the undo, redo or restore that a kill interrupted, or take it back; which of them is among the notices."""
        if os.path.lexists(self.journal_path):
            from workroot.history import transaction

            transaction.recover(self)

    def sync(self, thorough: bool = False) -> Generation | None:
        """Notice what was done behind our back. Gives the generation that records it, if there was anything.

        thorough: look at every file; else at those in directories that changed, which an edit in place does not do.
        """
        self.recover()
        last = self.generations.last()
        self.name_damaged()
        present = self.present = Present(
            self.home, self.venv, self.generations, self.store, self.skipped
        )
        fresh = last is not None and present.number != last.number
        if fresh and not self._reset_to(last):
            last, fresh = None, False
        if thorough:
            present.doubt()
        before, old = present.contents(), present.packages
        changed = self.look(known=self._known(last) if fresh else None)
        self._edited = {
            path for records in changed.values() for path in tree.written_into(*records)
        }
        pending = self._read_pending()
        external = None
        if last is None or (self.forgotten and _keys(last.after) != _keys(present.packages)):
            external = self._record_baseline()
        elif pending and (_beyond_bytecode(changed) or _keys(old) != _keys(present.packages)):
            external = self._record(
                pending["kind"], pending["argv"], pending["time"], 0.0, None, before, old, changed
            )
        elif _keys(last.after) != _keys(present.packages):
            external = self._record(
                "external", [], documents.moment(time.time()), 0.0, 0, before, last.after, changed
            )
        elif changed or fresh or self.forgotten:
            present.number = last.number
            present.save()
        files.discard(self.pending_path)
        if external and external.kind != _BASELINE:
            done = "an interrupted command had done" if pending else "other tools did"
            self.notices.append(f"what {done} was recorded as operation {external.number}")
        return external

    def _reset_to(self, last: Generation) -> bool:
        """There is no cache, or it is of another moment: the last generation says what was there before. False: it cannot."""
        present = self.present
        try:
            units = self.generations.units(last.number)
            records = self.generations.records
            present.units = {
                name: unit
                if (unit := present.units.get(name)) and unit.content == content
                else _unseen(content, records(content))
                for name, content in units.items()
            }
        except Damaged as error:
            self.notices.append(f"{error.path} is damaged or gone: the history begins anew")
            return False
        present.packages = last.after
        return True

    def look(self, **options) -> dict:
        """Catch up. What was kept in a tree that is damaged now is kept anew, and what was before it is not guessed."""
        while True:
            try:
                return self.present.look(**options)
            except Damaged as error:
                self.forget(error.path)

    def forget(self, path: str) -> None:
        self.present.forget(path)
        self.forgotten.add(path)
        self.notices.append(f"{path} is damaged or gone: what it recorded cannot be brought back")

    def _known(self, last: Generation):
        units = self.generations.units(last.number)
        return lambda name: self.generations.records(units[name]) if name in units else {}

    def _read_pending(self) -> dict | None:
        try:
            return documents.load(self.pending_path, generations.VERSION)
        except Damaged:
            return None

    # recording

    def before(self, argv: list[str], kind: str = "install") -> Generation | None:
        """To be called right before a command that may change the venv. Gives the external generation it noticed, if any."""
        external = self.sync()
        started, words = time.time(), credentials.masked(argv)
        self.write_pending(kind, words, started)
        self._started = (kind, words, started, self.present.contents(), self.present.packages)
        return external

    def write_pending(self, kind: str, argv: list[str], started: float) -> None:
        said = {
            "version": generations.VERSION,
            "kind": kind,
            "argv": argv,
            "time": documents.moment(started),
        }
        files.write(self.pending_path, documents.text(said))

    def after(self, status: int | None) -> Generation | None:
        """To be called when that command has ended. Gives its generation; None where it changed nothing."""
        kind, argv, started, before, old = self._started
        present = self.present
        changed = self.look(guided=True)
        generation = None
        if self.forgotten and _keys(old) != _keys(present.packages):
            generation = self._record_baseline()
        elif changed and (_keys(old) != _keys(present.packages) or _beyond_bytecode(changed)):
            seconds = time.time() - started
            generation = self._record(
                kind, argv, documents.moment(started), seconds, status, before, old, changed
            )
        elif changed:
            present.save()
        files.discard(self.pending_path)
        return generation

    def _record_baseline(self) -> Generation:
        present = self.present
        generation = self._record(
            _BASELINE,
            [],
            documents.moment(time.time()),
            0.0,
            0,
            present.contents(),
            present.packages,
            {},
        )
        if not any(one.name == _BASELINE for one in self.generations.snapshots()):
            self._write_snapshot(_BASELINE)
        return generation

    def _record(
        self,
        kind: str,
        argv: list[str],
        started: str,
        seconds: float,
        status: int | None,
        before: dict,
        old: list[Distribution],
        changed: dict,
    ) -> Generation:
        last, number = self.generations.last(), self.generations.next_number()
        edited = self._note_edits(before, changed)
        present = self.present
        undoable = (
            [*last.undoable[-self.max_entries :], number] if last and kind != _BASELINE else []
        )
        if kind == HEAL:
            undoable = self.undoable_before_damage(present.packages)
        generation = Generation(
            number,
            kind,
            argv,
            started,
            seconds,
            status,
            present.layout.python,
            old,
            present.packages,
            undoable,
            [],
            [],
            edited,
        )
        self.write(generation, before)
        return generation

    def undoable_before_damage(self, healed: list[Distribution]) -> list[int]:
        """What can be taken back once a heal is done: what could be before the damage.

        A heal brings back what was there. Were it undone, or were the change by something else that
        did the damage, an undo of the operation before it would bring the damage back.
        """
        last = self.generations.last()
        while last and last.kind == "external" and _same_versions(last.before, healed):
            earlier = self.generations.get(last.number - 1)
            if earlier is None:
                break
            last = earlier
        return last.undoable if last else []

    def write(self, generation: Generation, before: dict) -> None:
        """Put a generation in place, its tree first. before: the contents of the units when it began."""
        from workroot.history import garbage

        data, placed = generations.pack(generation.number, before, self.present.contents())
        files.make_directory(self.generations.directory)
        files.write(self.generations.tree_path(generation.number), data)
        files.write(self.generations.path(generation.number), documents.text(generation.document()))
        self.settle(generation.number, placed)
        try:
            garbage.let_go(self, generation)
        except WorkrootError:
            pass  # what could not be removed is removed another time

    def settle(self, number: int, placed: dict) -> None:
        """Keep what the next look compares with. Without it that is made again, so a full disk is no reason to fail."""
        present = self.present
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
            edited |= {
                path
                for path in self._edited
                if tree.entry(old, path) and tree.entry(old, path) != tree.entry(now, path)
            }
            if patched := self.store.edited(old, now):
                edited.update(patched)
                before[name] = self.present.patch(old, patched)
        return sorted(edited)

    # snapshots

    def snapshot(self, name: str, force: bool = False) -> Snapshot:
        """Give the present package set a name. force: take it from another snapshot; else raises WorkrootError where it is taken."""
        generations.check_name(name)
        self.sync()
        if not force and any(one.name == name for one in self.snapshots()):
            raise WorkrootError(
                f"there is a snapshot {name} already", f"restore {name}, or take another name"
            )
        return self._write_snapshot(name)

    def _write_snapshot(self, name: str) -> Snapshot:
        present = self.present
        snapshot = Snapshot(
            name,
            documents.moment(time.time()),
            present.layout.python,
            present.packages,
            present.number,
        )
        self.generations.write_snapshot(snapshot, present.contents())
        return snapshot


def _park_for(home: str, venv: str) -> str:
    """Renames need the same file system: where the home lies on another one, the park is in the venv."""
    at = home
    while not os.path.isdir(at):
        at = os.path.dirname(at)
    same = not os.path.isdir(venv) or os.stat(at).st_dev == os.stat(venv).st_dev
    return home + "/park" if same else f"{venv}/{_PARK_IN_VENV}"


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
    return (
        {name: entry for name, entry in entries.items() if name != ".lock"}
        if ".lock" in entries
        else entries
    )


def _same_versions(one: list[Distribution], other: list[Distribution]) -> bool:
    return {(had.name, had.version) for had in one} == {(has.name, has.version) for has in other}


def _keys(found: list[Distribution]) -> set[str]:
    return {one.key for one in found}
