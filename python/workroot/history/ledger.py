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
    """What stood when an operation began.

    Attributes:
        kind, argv: of the operation, as its generation will say them.
        time: that moment, as documents say it (UTC, ISO 8601).
        contents: name of unit -> content, of the venv then.
        packages: the distributions in it then.
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
    """The record of one venv, and what has to be known to add to it.

    Attributes:
        generations, store: what is recorded, and the content that it names.
        present: the venv as the last look saw it; None before catch_up.
        skipped: paths relative to the venv that are never recorded or changed.
        journal_path: of the change that is being made; there is a file only meanwhile.
        pending_path: of the note of what a command is about to do; there is a file only meanwhile.
        ready_directory: where trees and JSON are made ready before they are put in place.
        forgotten: paths of trees that turned out to be damaged.
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
        """Nothing is read here but the names of the paths.

        Args:
            home: the directory that holds history/, snapshots/, store/ and park/.
            venv: full path of the virtual environment.
            say: called with sentences for the person, whenever something comes to light.
            keep_out: paths relative to the venv that are the kit's, and never recorded or changed.
            max_entries: how many operations are kept; older ones are dropped.
            baseline: whether the first set gets a name, as a snapshot.
        """
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

        A full path. Found out once, as it asks the system for its mounts.
        """
        if self._park is None:
            self._park = _park_for(self.home, self.venv)
        return self._park

    # what is there

    def entries(self, limit: int | None = None) -> list[Generation]:
        """The operations that can be read, the newest first; at most `limit` of them."""
        found = []
        for number in reversed(self.generations.numbers()):
            if limit is not None and len(found) >= limit:
                break
            if generation := self.generations.get(number):
                found.append(generation)
        self.name_damaged()
        return found

    def entry(self, number: int) -> Generation:
        """One operation by its number.

        Raises WorkrootError: when there is none of that number, or its file is damaged.
        """
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
        """What became of the package set.

        Args:
            first: an operation, by default the last one: what that changed.
            second: another one: the difference between the sets after the two.

        Raises WorkrootError: when there is no operation of that number.
        """
        if second is not None:
            return packages.diff(self.entry(first).after, self.entry(second).after)
        generation = self.generations.last() if first is None else self.entry(first)
        return generation.changes() if generation else []

    def snapshots(self) -> list[Snapshot]:
        """All that can be read, by name."""
        found = self.generations.snapshots()
        self.name_damaged()
        return found

    def parks(self) -> list[str]:
        """The full paths of what undos, redos and restores put aside or made ready."""
        found = []
        # Where the park is in the venv, what is made ready still lies in the home.
        for directory in {self.park, self.ready_directory}:
            found += [f"{directory}/{name}" for name in files.names(directory)]
        return found

    def name_damaged(self) -> None:
        """Say each file once that turned out to be damaged and was kept aside."""
        while self.generations.kept_aside:
            aside = self.generations.kept_aside.pop()
            self.say(f"a damaged file of the history was kept aside as {aside}")

    # catching up

    def catch_up(self, thorough: bool = False) -> Generation | None:
        """Notice what was done behind our back.

        Args:
            thorough: look at every file; else at those in directories that changed, which an edit
                in place does not do.

        Returns:
            The generation that records it; None where there was nothing to record.

        Raises WorkrootError: when there is no venv, or the record cannot be written.
        """
        last = self.generations.last()
        self.name_damaged()
        present = self.present = Present(
            self.home, self.venv, self.generations, self.store, self.skipped
        )
        # As after a kill between the writing of a generation and that of the cache.
        stale = last is not None and present.number != last.number
        if stale and not self._reset_to(last):
            last, stale = None, False
        if thorough:
            present.doubt()
        # Before the look, which replaces the contents and packages of the present.
        begun = Begun(
            EXTERNAL, [], documents.moment(time.time()), present.contents(), present.packages
        )
        changed = self.look(known=self._known(last) if stale else None)
        self._written = set()
        for before, now in changed.values():
            self._written.update(tree.written_into(before, now))
        noticed = self._noticed(last, begun, changed)
        if noticed is None and (changed or stale or self.forgotten):
            present.number = last.number
            present.save()
        # Only now: a kill before this has the next command notice the same again.
        files.discard(self.pending_path)
        return noticed

    def _noticed(
        self,
        last: Generation | None,
        begun: Begun,
        changed: dict,
    ) -> Generation | None:
        """Record what came to light, where it is an operation.

        That is another package set, or what a killed command had begun. Edits alone are none: they
        are noted with the next operation.

        Args:
            last: the last generation; None where there is none to go on from.
            begun: what stood before the look.
            changed: name of unit -> (records before, records now).
        """
        other_set = last is None or _keys(last.after) != _keys(self.present.packages)
        if last is None or (self.forgotten and other_set):
            return self._record_baseline()
        pending = self._read_pending()
        if pending and (other_set or _beyond_bytecode(changed)):
            # What the killed command had noted of itself stands for what nobody else could say.
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
        """Have the present begin from what the last generation recorded.

        There is no cache, or it is of another moment. Returns False where the tree cannot be read.
        """
        present = self.present
        found = {}
        try:
            for name, content in self.generations.units(last.number).items():
                unit = present.units.get(name)
                # A unit that the cache has with just this content keeps its stamps, so only what
                # changed is listed.
                if unit is None or unit.content != content:
                    unit = _unseen(content, self.generations.records(content))
                found[name] = unit
        except Damaged as error:
            self.say(f"{error.path} is damaged or gone: the history begins anew")
            return False
        present.units, present.packages = found, last.after
        return True

    def look(self, **options) -> dict:
        """Look at the venv; the options are those of Present.look.

        What was kept in a tree that is damaged now is kept anew; what was before is not guessed.

        Returns:
            Name of unit -> (records before, records now), for the units that changed.
        """
        while True:
            try:
                changed = self.present.look(**options)
                break
            except Damaged as error:
                # Each turn forgets one tree, and there are only so many.
                self.forget(error.path)
        if self.store.outside:
            self._say_outside()
        if self.store.unreadable:
            self.say(f"cannot be read, so no undo brings it back: {some(self.store.unreadable)}")
            # Said now, so the next look begins with none.
            self.store.unreadable.clear()
        return changed

    def _say_outside(self) -> None:
        """Say which new links of a person's own lead out of site-packages.

        What they lead to is not kept: an undo brings the link back, and no more.
        """
        sites = tuple(f"{self.venv}/{site}/" for site in self.present.layout.sites)
        for path in self.store.outside:
            # Not bin/python, which leads to the base in every venv.
            if path.startswith(sites):
                there = os.path.realpath(path)
                self.say(f"{path} leads to {there}: an undo brings back the link alone")
        self.store.outside.clear()

    def forget(self, path: str) -> None:
        """Go on without the tree file at this path, and say so once."""
        self.present.forget(path)
        self.forgotten.add(path)
        self.say(f"{path} is damaged or gone: what it recorded cannot be brought back")

    def _known(self, last: Generation):
        """What gives the records of a unit after the last generation; {} for one it had not."""
        units = self.generations.units(last.number)
        return lambda name: self.generations.records(units[name]) if name in units else {}

    def _read_pending(self) -> dict | None:
        """The note that a killed command left; None where there is none that can be read."""
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
        """To be called right before a command that may change the venv.

        Args:
            argv: what was typed; passwords in it are masked before anything is written.
            kind: of the generation, as 'install'.

        Raises WorkrootError: when nothing could be recorded; that command must not run then.
        """
        from workroot.doors import credentials  # `history` and `diff` record nothing

        self.check_writable()
        # Masked before the first write: no password goes to the disk.
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

    def check_writable(self) -> None:
        """Whether all that a record needs can be written, as far as that can be known.

        Raises WorkrootError: when it cannot. Nothing was changed, so nothing has to be taken back.
        """
        generations, store = self.generations.directory, self.store.path
        files.check_writable((self.home, generations, store, self.ready_directory))

    def write_pending(
        self,
        kind: str,
        argv: list[str],
        started: float,
    ) -> None:
        """Note what is about to be done, for whoever opens the home after a kill.

        Args:
            kind, argv: as the generation will say them.
            started: when, in seconds since the epoch.
        """
        said = {
            "version": generations.VERSION,
            "kind": kind,
            "argv": argv,
            "time": documents.moment(started),
        }
        files.write(self.pending_path, documents.text(said))

    def after(self, status: int | None) -> Generation | None:
        """To be called when that command has ended.

        Args:
            status: its exit status; None where it was interrupted.

        Returns:
            Its generation; None where it changed nothing.

        Raises WorkrootError: when it cannot be recorded. What a command did that succeeded stays
        all the same, and is what the next command finds.
        """
        try:
            return self._after(status)
        except WorkrootError:
            # With the note, whoever comes next would take it for killed, and take it back.
            if status == 0:
                files.discard(self.pending_path)
            raise

    def _after(self, status: int | None) -> Generation | None:
        """Record what a command did, as `after` says."""
        begun, present = self._begun, self.present
        # What else changed meanwhile is found by the full look of the next command.
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
        # Bytecode alone: no operation, but the next look need not see it again.
        elif changed:
            present.save()
        files.discard(self.pending_path)
        return generation

    def _record_baseline(self) -> Generation:
        """A record that begins here: nothing of before it can be undone.

        The first one of a home gets the name 'baseline' as a snapshot, where that is wanted.
        """
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
        if self.baseline and not self._is_taken(BASELINE):
            self._write_snapshot(BASELINE)
        return generation

    def _record(
        self, begun: Begun, changed: dict, *, seconds: float, status: int | None
    ) -> Generation:
        """Record an operation from what began and what is there now.

        Args:
            begun: what stood before it; contents edited by hand are put into it.
            changed: name of unit -> (records before, records now).
            seconds: how long it took.
            status: of the command; None where it was interrupted.
        """
        last, number = self.generations.last(), self.generations.next_number()
        edited = self._note_edits(begun.contents, changed)
        undoable = []
        if last and begun.kind != BASELINE:
            # Cut as prune cuts the files, so that it does not grow for ever.
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

        Args:
            healed: the package set that the heal leaves.
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
        """Put a generation in place, its tree first.

        Args:
            generation: what is recorded.
            before: name of unit -> content when it began; what is after is taken from the present.

        Raises WorkrootError: when it cannot be written.
        """
        data, placed = tree.pack(
            generation.number,
            before,
            self.present.contents(),
        )
        files.make_directory(self.generations.directory)
        # The JSON last: where it is, its tree is whole.
        files.write(self.generations.tree_path(generation.number), data)
        files.write(self.generations.path(generation.number), documents.text(generation.document()))
        self.settle(generation.number, placed)

    def settle(
        self,
        number: int,
        placed: dict,
    ) -> None:
        """Keep what the next look compares with, and drop the oldest operations.

        Without the cache that is made again, so a full disk is no reason to fail.

        Args:
            number: of the generation that is in place now.
            placed: name of unit -> its place in a tree.
        """
        present = self.present
        for name, content in placed.items():
            present.units[name].content = content
        present.number = number
        try:  # noqa: SIM105
            present.save()
        except WorkrootError:
            pass
        self.generations.prune(self.max_entries)

    def _note_edits(
        self,
        before: dict,
        changed: dict,
    ) -> list[str]:
        """The paths of files that a person had edited in place and the operation then took out.

        That is what was there before it, so their entries in `before` become those of the edited
        files.

        Args:
            before: name of unit -> content when the operation began; changed in place.
            changed: name of unit -> (records before, records now).
        """
        edited = set()
        for name, (old, now) in changed.items():
            # Those that the last look found; the store shows those that were edited since.
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
        """Give the present package set a name.

        Args:
            name: letters, digits and '._+-', not digits alone.
            force: take the name from another snapshot.

        Raises WorkrootError: when the name is none, or is taken and force is not given.
        """
        generations.check_name(name)
        if not force and self._is_taken(name):
            raise WorkrootError(
                f"there is a snapshot {name} already",
                Command(f"restore {name}, or take another name"),
            )
        return self._write_snapshot(name)

    def _is_taken(self, name: str) -> bool:
        """Whether a snapshot has this name, or a list that an earlier pyctl left."""
        named = any(one.name == name for one in self.snapshots())
        return named or name in self.generations.lists()

    def _write_snapshot(self, name: str) -> Snapshot:
        """Write the present set as a snapshot, over one of that name."""
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
    """The full path of the directory of all parks, in the home or in the venv."""
    at = home
    # The home may not be there yet: what counts is the disk that it will be on.
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
    """Whether more changed than what any import may change.

    Args:
        changed: name of unit -> (records before, records now).
    """
    for before, now in changed.values():
        for path in before.keys() | now.keys():
            # That Python makes this directory changes the one above too, whose entries are the
            # same.
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
    """The entries of a directory without the lock file that uv leaves in a venv."""
    return {name: entry for name, entry in entries.items() if name != _LOCK_OF_UV}


def _same_versions(
    one: list[Distribution],
    other: list[Distribution],
) -> bool:
    """Whether two sets are equal by names and versions, whatever installation each is."""
    return {(had.name, had.version) for had in one} == {(has.name, has.version) for has in other}


def _keys(found: list[Distribution]) -> set[str]:
    """The keys of these distributions: equal sets of them are the same installations."""
    return {one.key for one in found}
