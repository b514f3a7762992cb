"""The record of a venv: every operation on it, as files from which it can be undone exactly and
offline.

The caller holds the lock of the home (locks.held) around each use, and has brought the ledger up to
date (operation.opened) before anything is recorded. The record is append-only: an undo is an entry
too. What was done behind our back is noticed first and recorded as `external`. What an undo would
do is worked out by plans, and done by exchange.
"""

import os
import time
from _collections_abc import Callable

from workroot.doors import documents, files
from workroot.doors.documents import Damaged
from workroot.errors import Command, WorkrootError, some
from workroot.history import generations, tree
from workroot.history.generations import Generation, Generations, Snapshot
from workroot.history.present import Present
from workroot.history.store import Store
from workroot.pythons import packages
from workroot.pythons.packages import Change, Distribution

BASELINE, EXTERNAL = "baseline", "external"  # kinds of generations that no command made
HEAL = "heal"  # of damage, by doctor: no undo takes it back
_NEVER_TOUCHED = ("src",)  # where pip puts the checkouts of editables: the person works in there
_PARK_IN_VENV = ".workroot-park"
_LOCK_OF_UV = ".lock"  # the empty file that uv leaves at the top of a venv


class Begun:
    """What stood when an operation began. time: that moment, as documents say it. contents,
    packages: of the venv then.
    """

    __slots__ = ("kind", "argv", "time", "contents", "packages")

    def __init__(
        self,
        kind: str,
        argv: list[str],
        time: str,
        contents: dict,
        packages: list[Distribution],
    ) -> None:
        self.kind = kind
        self.argv = argv
        self.time = time
        self.contents = contents
        self.packages = packages


class Ledger:
    """home: the directory that holds history/, snapshots/, store/, park/. keep_out: paths relative
    to the venv that are the kit's, and never recorded or changed. baseline: whether the first
    set gets a name. say: called with sentences for the person, whenever something comes to
    light.
    """

    def __init__(
        self,
        home: str,
        venv: str,
        say: Callable[[str], None],
        *,
        keep_out: tuple[str, ...] = (),
        max_entries: int = 100,
        baseline: bool = True,
    ) -> None:
        self.home = home
        self.venv = venv
        self.say = say
        self.max_entries = max_entries
        self.baseline = baseline
        self.generations = Generations(home)
        self.store = Store(home + "/store")
        self.skipped = frozenset((*keep_out, *_NEVER_TOUCHED, _PARK_IN_VENV))
        self.journal_path = home + "/journal"
        self.pending_path = home + "/history/pending"
        self.ready_directory = home + "/park"
        self._park: str | None = None
        self.present: Present | None = None
        self.forgotten: set[str] = set()  # trees that turned out to be damaged
        self._started = 0.0
        self._written: set[str] = set()  # files that somebody wrote into since the last operation
        self._begun: Begun | None = None

    @property
    def park(self) -> str:
        """Where a change puts what it takes out: in the venv, where nothing can be renamed to the
        home.
        """
        if self._park is None:
            self._park = _park_for(self.home, self.venv)
        return self._park

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
            raise WorkrootError(
                f"there is no operation {number} in the history", Command("history")
            )
        return generation

    def diff(
        self,
        first: int | None = None,
        second: int | None = None,
    ) -> list[Change]:
        """What operation `first` (by default the last one) changed; or between the sets after two
        operations.
        """
        if second is not None:
            return packages.diff(self.entry(first).after, self.entry(second).after)
        generation = self.generations.last() if first is None else self.entry(first)
        return generation.changes() if generation else []

    def snapshots(self) -> list[Snapshot]:
        found = self.generations.snapshots()
        self.name_damaged()
        return found

    def parks(self) -> list[str]:
        """What undos, redos and restores put aside."""
        found = []
        # Where the park is in the venv, what is made ready still lies in the home.
        for directory in {self.park, self.ready_directory}:
            found += [f"{directory}/{name}" for name in files.names(directory)]
        return found

    def name_damaged(self) -> None:
        while self.generations.kept_aside:
            aside = self.generations.kept_aside.pop()
            self.say(f"a damaged file of the history was kept aside as {aside}")

    # catching up

    def catch_up(self, thorough: bool = False) -> Generation | None:
        """Notice what was done behind our back. Gives the generation that records it, if there was
        anything.

        thorough: look at every file; else at those in directories that changed, which an edit in
        place does not do.
        """
        last = self.generations.last()
        self.name_damaged()
        present = self.present = Present(
            self.home,
            self.venv,
            self.generations,
            self.store,
            self.skipped,
        )
        stale = last is not None and present.number != last.number
        if stale and not self._reset_to(last):
            last, stale = None, False
        if thorough:
            present.doubt()
        begun = Begun(
            EXTERNAL,
            [],
            documents.moment(time.time()),
            present.contents(),
            present.packages,
        )
        changed = self.look(known=self._known(last) if stale else None)
        self._written = set()
        for before, now in changed.values():
            self._written.update(tree.written_into(before, now))
        noticed = self._noticed(
            last,
            begun,
            changed,
        )
        if noticed is None and (changed or stale or self.forgotten):
            present.number = last.number
            present.save()
        files.discard(self.pending_path)
        return noticed

    def _noticed(
        self,
        last: Generation | None,
        begun: Begun,
        changed: dict,
    ) -> Generation | None:
        """Record what came to light, where it is an operation: another package set, or what a
        killed command had begun.
        """
        other_set = last is None or _keys(last.after) != _keys(self.present.packages)
        if last is None or (self.forgotten and other_set):
            return self._record_baseline()
        pending = self._read_pending()
        if pending and (other_set or _beyond_bytecode(changed)):
            begun.kind, begun.argv, begun.time = (pending[key] for key in ("kind", "argv", "time"))
            return self._record(
                begun,
                changed,
                seconds=0.0,
                status=None,
            )
        if other_set:
            return self._record(
                begun,
                changed,
                seconds=0.0,
                status=0,
            )
        return None

    def _reset_to(self, last: Generation) -> bool:
        """There is no cache, or it is of another moment: the last generation says what was there
        before. False: it cannot.
        """
        present = self.present
        found = {}
        try:
            for name, content in self.generations.units(last.number).items():
                unit = present.units.get(name)
                if unit is None or unit.content != content:
                    unit = _unseen(content, self.generations.records(content))
                found[name] = unit
        except Damaged as error:
            self.say(f"{error.path} is damaged or gone: the history begins anew")
            return False
        present.units, present.packages = found, last.after
        return True

    def look(self, **options) -> dict:
        """Look at the venv. What was kept in a tree that is damaged now is kept anew, and what was
        before it is not guessed.
        """
        while True:
            try:
                changed = self.present.look(**options)
                break
            except Damaged as error:
                self.forget(error.path)
        if self.store.unreadable:
            self.say(f"cannot be read, so no undo brings it back: {some(self.store.unreadable)}")
            self.store.unreadable.clear()
        return changed

    def forget(self, path: str) -> None:
        self.present.forget(path)
        self.forgotten.add(path)
        self.say(f"{path} is damaged or gone: what it recorded cannot be brought back")

    def _known(self, last: Generation):
        units = self.generations.units(last.number)
        return lambda name: self.generations.records(units[name]) if name in units else {}

    def _read_pending(self) -> dict | None:
        try:
            return documents.load(self.pending_path, generations.VERSION)
        except Damaged:
            return None

    # recording

    def before(
        self,
        argv: list[str],
        kind: str = "install",
    ) -> None:
        """To be called right before a command that may change the venv."""
        from workroot.doors import credentials  # `history` and `diff` record nothing

        self._started, words = time.time(), credentials.masked(argv)
        self.write_pending(
            kind,
            words,
            self._started,
        )
        self._begun = Begun(
            kind,
            words,
            documents.moment(self._started),
            self.present.contents(),
            self.present.packages,
        )

    def write_pending(
        self,
        kind: str,
        argv: list[str],
        started: float,
    ) -> None:
        """Note what is about to be done, for whoever opens the home after a kill."""
        said = {
            "version": generations.VERSION,
            "kind": kind,
            "argv": argv,
            "time": documents.moment(started),
        }
        files.write(self.pending_path, documents.text(said))

    def after(self, status: int | None) -> Generation | None:
        """To be called when that command has ended. Gives its generation; None where it changed
        nothing.
        """
        begun, present = self._begun, self.present
        changed = self.look(guided=True)
        other_set = _keys(begun.packages) != _keys(present.packages)
        generation = None
        if self.forgotten and other_set:
            generation = self._record_baseline()
        elif changed and (other_set or _beyond_bytecode(changed)):
            seconds = time.time() - self._started
            generation = self._record(
                begun,
                changed,
                seconds=seconds,
                status=status,
            )
        elif changed:
            present.save()
        files.discard(self.pending_path)
        return generation

    def _record_baseline(self) -> Generation:
        """A record that begins here: nothing of before it can be undone."""
        present = self.present
        now = documents.moment(time.time())
        begun = Begun(
            BASELINE,
            [],
            now,
            present.contents(),
            present.packages,
        )
        generation = self._record(
            begun,
            {},
            seconds=0.0,
            status=0,
        )
        named = any(one.name == BASELINE for one in self.generations.snapshots())
        if self.baseline and not named:
            self._write_snapshot(BASELINE)
        return generation

    def _record(
        self,
        begun: Begun,
        changed: dict,
        *,
        seconds: float,
        status: int | None,
    ) -> Generation:
        last, number = self.generations.last(), self.generations.next_number()
        edited = self._note_edits(begun.contents, changed)
        undoable = []
        if last and begun.kind != BASELINE:
            undoable = [*last.undoable[-self.max_entries :], number]
        if begun.kind == HEAL:
            undoable = self.undoable_before_damage(self.present.packages)
        generation = Generation(
            number=number,
            kind=begun.kind,
            argv=begun.argv,
            time=begun.time,
            seconds=seconds,
            status=status,
            python=self.present.layout.python,
            before=begun.packages,
            after=self.present.packages,
            undoable=undoable,
            redoable=[],
            took=[],
            edited=edited,
        )
        self.write(generation, begun.contents)
        return generation

    def undoable_before_damage(self, healed: list[Distribution]) -> list[int]:
        """What can be taken back once a heal is done: what could be before the damage.

        A heal brings back what was there. Were it undone, or were the change by something else that
        did the damage, an undo of the operation before it would bring the damage back.
        """
        last = self.generations.last()
        while last and last.kind == EXTERNAL and _same_versions(last.before, healed):
            earlier = self.generations.get(last.number - 1)
            if earlier is None:
                break
            last = earlier
        return last.undoable if last else []

    def write(
        self,
        generation: Generation,
        before: dict,
    ) -> None:
        """Put a generation in place, its tree first. before: the contents of the units when it
        began.
        """
        data, placed = tree.pack(
            generation.number,
            before,
            self.present.contents(),
        )
        files.make_directory(self.generations.directory)
        files.write(self.generations.tree_path(generation.number), data)
        files.write(self.generations.path(generation.number), documents.text(generation.document()))
        self.settle(generation.number, placed)

    def settle(
        self,
        number: int,
        placed: dict,
    ) -> None:
        """Keep what the next look compares with. Without it that is made again, so a full disk is
        no reason to fail.
        """
        present = self.present
        for name, content in placed.items():
            present.units[name].content = content
        present.number = number
        try:
            present.save()
        except WorkrootError:
            pass
        self.generations.prune(self.max_entries)

    def _note_edits(
        self,
        before: dict,
        changed: dict,
    ) -> list[str]:
        """What a person had edited in place in files that the operation then took out: that is what
        was there before it.
        """
        edited = set()
        for name, (old, now) in changed.items():
            for path in self._written:
                was = tree.entry(old, path)
                if was and was != tree.entry(now, path):
                    edited.add(path)
            if patched := self.store.edited(old, now):
                edited.update(patched)
                before[name] = self.present.patch(old, patched)
        return sorted(edited)

    # snapshots

    def snapshot(
        self,
        name: str,
        force: bool = False,
    ) -> Snapshot:
        """Give the present package set a name. force: take it from another snapshot; else raises
        WorkrootError where it is taken.
        """
        generations.check_name(name)
        if not force and any(one.name == name for one in self.snapshots()):
            raise WorkrootError(
                f"there is a snapshot {name} already",
                Command(f"restore {name}, or take another name"),
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


def _park_for(
    home: str,
    venv: str,
) -> str:
    at = home
    while not os.path.isdir(at):
        at = os.path.dirname(at)
    from workroot.doors import obstacles  # `history` and `diff` move nothing

    # A directory of the same disk that is mounted there (bind) is another file system to a rename.
    if not os.path.isdir(venv) or obstacles.on_one_mount(at, venv):
        return home + "/park"
    return f"{venv}/{_PARK_IN_VENV}"


def _unseen(
    content,
    records: dict,
) -> tree.Unit:
    """A unit of which only the content is known, each of its directories to be listed."""
    return tree.Unit(
        content,
        list(records),
        [-1] * len(records),
        [0] * len(records),
    )


def _beyond_bytecode(changed: dict) -> bool:
    """Whether more changed than what any import may change."""
    for before, now in changed.values():
        for path in before.keys() | now.keys():
            if path.endswith("__pycache__"):
                continue
            if path not in before or path not in now:
                return True
            _, _, old = before[path]
            _, _, new = now[path]
            if old != new and _without_lock(old) != _without_lock(new):
                return True
    return False


def _without_lock(entries: dict) -> dict:
    return {name: entry for name, entry in entries.items() if name != _LOCK_OF_UV}


def _same_versions(
    one: list[Distribution],
    other: list[Distribution],
) -> bool:
    return {(had.name, had.version) for had in one} == {(has.name, has.version) for has in other}


def _keys(found: list[Distribution]) -> set[str]:
    return {one.key for one in found}
