"""A plan carried out: made ready in the park, then exchanged under a journal, and finished or taken
back where a kill came between.

The venv has the one state or the other, also after a kill. What came of it is read back before it
counts.
"""

import os
import time
from _collections_abc import Callable

from workroot.doors import credentials, documents, files, obstacles, trees
from workroot.doors.documents import Damaged
from workroot.errors import Command, WorkrootError
from workroot.history import journal, plans, tree
from workroot.history.generations import Generation
from workroot.history.journal import Journal, Move, Park
from workroot.history.ledger import Ledger
from workroot.history.plans import Plan
from workroot.history.present import Present
from workroot.history.swap import Swap, entries_in
from workroot.history.tree import ANY_TIME, Unit
from workroot.pythons.packages import Distribution
from workroot.root import venv_python

Fetch = Callable[[list[Distribution]], bool]


def end_interrupted(ledger: Ledger) -> None:
    """Finish the undo, redo or restore that a kill interrupted, or take it back; which of them is
    said.

    A journal that is damaged is kept aside and named: nobody can tell what it was about to move.

    Raises WorkrootError: when it can be neither finished nor taken back; the journal stays then,
    and the next command tries again.
    """
    try:
        interrupted = journal.read(ledger.journal_path)
    except Damaged as error:
        ledger.generations.keep_aside(error.path)
        ledger.name_damaged()
        return
    # It went between the look for it and the reading of it.
    if interrupted is None:
        return
    try:
        interrupted.forward(ledger.venv, ledger.park)
        # Where no record was made ready, as before a fetch, this puts nothing in place.
        ledger.generations.publish(ledger.ready_directory, interrupted.number)
        said = f"finished {interrupted.what}, which had been interrupted"
    except WorkrootError:
        interrupted.backward(ledger.venv, ledger.park)
        said = f"took back {interrupted.what}, which had been interrupted"
    _close(ledger.journal_path)
    ledger.say(said)


def carry_out(
    ledger: Ledger,
    plan: Plan,
    argv: list[str] = (),
    fetch: Fetch | None = None,
) -> Generation | None:
    """Do what was planned.

    Args:
        ledger: brought up to what is in the venv (operation.opened).
        plan: worked out from this ledger as it is.
        argv: what was typed, for the record.
        fetch: called with plan.missing to install just these exact versions; True where it could.

    Returns:
        The generation that records it; None where a restore had nothing to change.

    Raises WorkrootError: when it cannot be done; the venv is as it was.
    """
    if plan.missing and fetch is None:
        names = ", ".join(f"{one.name} {one.version}" for one in plan.missing)
        raise WorkrootError(f"the store no longer has these as they were: {names}")
    # An undo or redo of nothing is recorded all the same: the next one goes further back.
    if plan.kind == plans.RESTORE and plan.swap.empty and not plan.missing:
        return None
    _check_python(ledger.venv, plan.swap)
    generation = _planned(ledger, plan, argv)
    _make_park(ledger)
    _check(ledger, plan.swap)
    if plan.missing:
        return _exchange_and_fetch(ledger, plan, generation, fetch)
    return _exchange(ledger, plan, generation)


def _check_python(
    venv: str,
    swap: Swap,
) -> None:
    """Packages for a Python that is not there are of no use, unless it is what comes back.

    Raises WorkrootError: when the venv's interpreter cannot be run and does not come.
    """
    python = venv_python(venv)
    # 'bin', or 'Scripts' on Windows.
    scripts = os.path.basename(os.path.dirname(python))
    comes = any(path.startswith(f"{scripts}/python") for path in swap.into)
    if not comes and not os.access(python, os.X_OK):
        raise WorkrootError(
            f"{python} cannot be run, so the venv would be of no use", Command("doctor --fix")
        )


def _planned(
    ledger: Ledger,
    plan: Plan,
    argv: list[str],
) -> Generation:
    """The generation of a plan, with the numbers that can be undone and redone once it is done."""
    number = ledger.generations.next_number()
    undoable, redoable = list(plan.undoable), list(plan.redoable)
    if plan.kind == plans.RESTORE:
        undoable.append(number)
    elif plan.kind == plans.UNDO:
        redoable.append(number)
    return Generation(
        number=number,
        kind=plan.kind,
        argv=credentials.masked(argv),
        time=documents.moment(time.time()),
        seconds=0.0,
        status=0,
        python=ledger.present.layout.python,
        before=ledger.present.packages,
        after=plan.swap.wanted,
        undoable=undoable,
        redoable=redoable,
        took=plan.took,
        edited=plan.edited,
    )


def _make_park(ledger: Ledger) -> None:
    """Make the directory of the parks.

    In a venv it must not show, not even by the time of the directory above.
    """
    if not os.path.isdir(ledger.park):
        status = os.stat(ledger.venv)
        files.make_directory(ledger.park)
        files.set_directory(
            ledger.venv,
            status.st_mode,
            status.st_mtime_ns,
        )


def _check(
    ledger: Ledger,
    swap: Swap,
) -> None:
    """Raises WorkrootError: when something of it cannot be moved, as far as that can be known.

    Nothing is touched, so that most refusals come before anything has to be taken back.
    """
    venv, park = ledger.venv, ledger.park
    ledger.check_writable()
    found = obstacles.Obstacles(venv, os.stat(park).st_dev)
    # Each directory is asked once: many of the paths lie in the same one.
    directories: dict[str, os.stat_result] = {}
    for path in (*swap.out, *swap.into):
        above = tree.parent(path)
        if above not in directories:
            full = f"{venv}/{above}" if above else venv
            directories[above] = found.check_directory(full)
    for path in swap.out:
        found.check_entry(f"{venv}/{path}", directories[tree.parent(path)])
    for place in swap.places.values():
        found.check_entry(f"{park}/{place}", os.stat(f"{park}/{tree.parent(place)}"))


def _exchange(
    ledger: Ledger,
    plan: Plan,
    generation: Generation,
) -> Generation:
    """Carry out a plan of which the store and the parks have everything.

    The tree and the JSON of its generation are made ready first, so that they are only renamed
    while the journal is there.
    """
    started, swap, number = time.time(), plan.swap, generation.number
    before, after = ledger.present.contents(), swap.contents()
    with _put_aside(ledger, number):
        prepared = _prepare(swap, ledger.park, number, plan.what)
        data, placed = tree.pack(number, before, after)
        ready = f"{ledger.ready_directory}/{number}"
        files.make_directory(ready)
        files.write(f"{ready}/tree", data)
        # Written before the moves, so the time that these take is not in it.
        generation.seconds = time.time() - started
        files.write(f"{ready}/json", documents.text(generation.document()))
        _journaled(ledger, prepared, swap, publish=True)
    # A unit that came out otherwise (bytecode, an edited file) keeps the content it has now.
    units, as_recorded = ledger.present.units, {}
    for name, place in placed.items():
        if units[name].content == after[name]:
            as_recorded[name] = place
    ledger.settle(number, as_recorded)
    return generation


class _put_aside:
    """Around a change: one that came to nothing leaves nothing in its park, which may be large."""

    def __init__(
        self,
        ledger: Ledger,
        number: int,
    ) -> None:
        self.ledger = ledger
        self.number = number

    def __enter__(self) -> None:
        pass

    def __exit__(
        self,
        kind,
        error,
        trace,
    ) -> None:
        # While there is a journal, what lies in the park is needed to finish the change, or to take
        # it back; and once it is published, for a redo.
        done = _is_published(self.ledger, self.number)
        if error is None or done or os.path.lexists(self.ledger.journal_path):
            return
        for directory in {self.ledger.park, self.ledger.ready_directory}:
            try:
                trees.remove(f"{directory}/{self.number}")
            except WorkrootError:
                continue  # the next tidying takes it


def _journaled(
    ledger: Ledger,
    prepared: Journal,
    swap: Swap,
    publish: bool,
) -> None:
    """The dangerous part: from the journal's writing to its removal.

    Args:
        ledger: of the venv that changes.
        prepared: the journal, with everything that it moves in the park.
        swap: what the journal carries out, to compare with.
        publish: whether the record of it is ready, and is put in place with it.

    Raises WorkrootError, or what interrupted it: everything was taken back then.
    """
    number = prepared.number
    prepared.write(ledger.journal_path)
    try:
        others = prepared.forward(ledger.venv, ledger.park)
        _read_back(swap, others)
        if publish:
            ledger.generations.publish(ledger.ready_directory, number)
    except BaseException:
        # Ctrl-C may have come after the very last step: then it is done, and is not taken back.
        if not _is_published(ledger, number):
            prepared.backward(ledger.venv, ledger.park)
        _close(ledger.journal_path)
        raise
    try:
        _close(ledger.journal_path)
    except WorkrootError:
        return  # it is done: whoever finds the journal finds nothing left to do


def _is_published(
    ledger: Ledger,
    number: int,
) -> bool:
    """Whether a change has its record, and so is done."""
    return os.path.lexists(ledger.generations.path(number))


def _close(path: str) -> None:
    """Take the journal away.

    Its second way is for a disk that refused the first: nothing may be done twice.
    """
    try:
        files.discard(path)
    except WorkrootError:
        files.rename(path, f"{path}.closed")


def _exchange_and_fetch(
    ledger: Ledger, plan: Plan, generation: Generation, fetch: Fetch
) -> Generation:
    """Install what is missing into the venv that has all the rest; if that fails, take all of it
    back.

    Args:
        ledger: of the venv that changes.
        plan: with something missing.
        generation: of the plan; its set and duration become those that came of it.
        fetch: see carry_out.

    Raises WorkrootError, KeyboardInterrupt: when the venv has the old state again.
    """
    present, number, started = ledger.present, generation.number, time.time()
    before, old = present.contents(), present.packages
    # Whoever finds this after a kill takes back what the installer had done so far.
    ledger.write_pending(plan.kind, generation.argv, started)
    try:
        with _put_aside(ledger, number):
            prepared = _prepare(plan.swap, ledger.park, number, plan.what)
            _journaled(ledger, prepared, plan.swap, publish=False)
    except BaseException:
        files.discard(ledger.pending_path)
        raise
    problem = _fetched(plan, present, fetch)
    if problem:
        parks = [Park(ledger.park, number)]
        # The way back is a swap like any other, that takes things from the park just filled.
        back = Swap(present, before, old, ours=lambda path: True, parks=parks)
        prepared = _prepare(back, ledger.park, number + 1, f"the way back from {plan.what}")
        _journaled(ledger, prepared, back, publish=False)
        files.discard(ledger.pending_path)
        present.save()
        raise problem
    # What the installer left there, which for a URL has a version that nobody knew before.
    generation.after, generation.seconds = present.packages, time.time() - started
    ledger.write(generation, before)
    files.discard(ledger.pending_path)
    return generation


def _fetched(
    plan: Plan,
    present: Present,
    fetch: Fetch,
) -> BaseException | None:
    """Fetch what is missing and look at what came of it.

    Returns:
        None where the set is the one that was wanted; else what was wrong, Ctrl-C included.
    """
    try:
        fetched = fetch(plan.missing)
        problem = None
    # Held back, not raised: the way back comes first.
    except (WorkrootError, KeyboardInterrupt) as error:
        fetched, problem = False, error
    present.look()
    if fetched and _met(plan.swap.wanted, present.packages):
        return None
    return problem or WorkrootError(
        f"{plan.what} needs what could not be fetched; the environment is as it was"
    )


def _met(
    wanted: list[Distribution],
    found: list[Distribution],
) -> bool:
    """Whether just these are there; one without a version was asked for by its URL.

    Versions are compared as PEP 440 has it, so that 1.0 is 1.0.0.
    """
    # Few plans have to fetch anything, and versions are dear to import.
    from workroot.standards import versions

    there = {one.name: one.version for one in found}
    if there.keys() != {one.name for one in wanted}:
        return False
    # With its local part: 2.1+cpu is not 2.1, though '==2.1' takes it.
    return all(not one.version or versions.same(one.version, there[one.name]) for one in wanted)


# making ready


def _prepare(
    swap: Swap,
    directory: str,
    number: int,
    what: str,
) -> Journal:
    """Make everything ready in the park. Nothing of the venv is touched.

    Args:
        swap: what is to be carried out.
        directory: full path of the directory of all parks.
        number: of this park in it.
        what: words for a person, as in 'the undo of operation 12'.

    Returns:
        The journal, not written yet.
    """
    base = f"{directory}/{number}"
    # A killed command may have left a park of this number behind.
    trees.remove(base)
    for name in ("out", "in"):
        files.make_directory(f"{base}/{name}")
    places = _build(swap, base, number)
    Park(directory, number).note(_going_out(swap))
    outs = {path: f"{number}/out/{at}" for at, path in enumerate(swap.out)}
    paths = sorted({*outs, *swap.into})
    moves = [Move(path, outs.get(path), places.get(path)) for path in paths]
    return Journal(number, what, moves, swap.after, swap.ahead)


def _build(
    swap: Swap,
    base: str,
    number: int,
) -> dict[str, str]:
    """Make what comes in and lies in no park yet, with its modes and times.

    Args:
        swap: what is to come.
        base: full path of the new park.
        number: its number, which the places begin with.

    Returns:
        Path in the venv -> place among the parks, of everything that comes in.
    """
    places, wanted, built = dict(swap.places), [], []
    for at, (path, item) in enumerate(swap.into.items()):
        if path in places:
            continue
        root = f"{base}/in/{at}"
        places[path] = f"{number}/in/{at}"
        if isinstance(item, dict):
            # Sorted, so that each directory comes after the one above it.
            trees.make([root + one[len(path) :] for one in sorted(item)])
            built.append((root, path, item))
        for full, entry in entries_in(path, item):
            wanted.append((root + full[len(path) :], entry))
    # All of them at once: many links are shared out among two threads.
    swap.present.store.put(wanted)
    for root, path, item in built:
        # From below, as making a file changes the time of the directory above.
        for one in sorted(item, reverse=True):
            mode, mtime_ns, _ = item[one]
            known_time = None if mtime_ns == ANY_TIME else mtime_ns
            files.set_directory(
                root + one[len(path) :],
                mode,
                known_time,
            )
    return places


def _going_out(swap: Swap) -> dict[str, tuple]:
    """Path -> (number in out/, what it is, stamps) of what goes out, as the park notes it
    (Park.items).
    """
    present, items = swap.present, {}
    for at, path in enumerate(swap.out):
        unit = present.units.get(path)
        whole = path in swap.before and not swap.result[path]
        # With its stamps, so that an undo of this need not read it again.
        if unit and whole and path not in present.layout.spine:
            items[path] = (at, unit.content, (unit.paths, unit.times, unit.inodes))
        else:
            items[path] = (at, _taken(swap, path), None)
    return items


def _taken(
    swap: Swap,
    path: str,
) -> dict | tuple:
    """The entry of a file that goes out, or the records of a directory."""
    spine = swap.present.layout.spine
    above = swap.before.get(tree.unit_of(tree.parent(path), spine), {})
    entry = tree.entry(above, path)
    if entry:
        return entry
    return tree.below(swap.before[tree.unit_of(path, spine)], path)


# reading back


def _read_back(
    swap: Swap,
    others: set[str],
) -> None:
    """Look at what came of a swap, and have the present say so.

    Args:
        swap: that was carried out.
        others: directories whose mode and time are somebody else's to set.

    Raises WorkrootError: when a unit is not what it was to be.
    """
    present = swap.present
    parked = _expect_parked(swap)
    _expect_packages(swap, parked)
    changed = {path for path, _, _ in swap.after} | {tree.parent(path) for path in swap.edited}
    for name in swap.result:
        if unit := present.units.get(name):
            # Their times were set from here, so the time that was noted says nothing.
            unit.doubt(changed)
    present.look(only=swap.result.keys() - parked, known=lambda name: swap.result.get(name, {}))
    for name, result in swap.result.items():
        unit = present.units.get(name)
        if name in parked and unit and unit.content == swap.target[name]:
            continue
        got = present.records(name)
        if not _came_out(
            swap,
            got,
            result,
            others,
        ):
            raise WorkrootError(f"{present.venv}/{name} did not come out as it was recorded")
        # The place in the tree that it came from, so that it is not recorded a second time.
        if unit and got == swap.target_records(name):
            unit.content = swap.target[name]


def _came_out(
    swap: Swap,
    got: dict,
    result: dict,
    others: set[str],
) -> bool:
    """Whether a unit is as it was to be, less what somebody had changed in place before.

    Args:
        swap: that was carried out.
        got: the records of the unit as they are now.
        result: the records as they were to be.
        others: see _read_back.
    """
    if got.keys() != result.keys():
        return False
    for path, (mode, mtime_ns, entries) in result.items():
        got_mode, got_mtime_ns, got_entries = got[path]
        if got_entries.keys() != entries.keys():
            return False
        if path not in others:
            if mtime_ns not in (ANY_TIME, got_mtime_ns):
                return False
            if got_mode != mode and not _excused(swap, path):
                return False
        for name, entry in entries.items():
            if not tree.alike(got_entries[name], entry) and not _excused(
                swap, tree.join(path, name)
            ):
                return False
    return True


def _excused(
    swap: Swap,
    path: str,
) -> bool:
    """Whether what lies at a path may be another than was to be.

    That is so where it was changed by hand, made by Python, or not brought by this swap.
    """
    if path in swap.edited or tree.is_bytecode(path):
        return True
    # Up to the thing that this swap brought; none above it: then it was not brought.
    while path and path not in swap.into:
        path = tree.parent(path)
    return not path


def _expect_parked(swap: Swap) -> set[str]:
    """Have the present take whole units from a park as what went there.

    Their files were compared before, and a rename changes none of them.

    Returns:
        The names of those that need no look; not those with a file that was edited in the park.
    """
    found = set()
    for park in swap.parks:
        for path, content, stamps in park.units():
            # Another park may have had the same path: only what was taken from this one counts.
            from_here = swap.places.get(path, "").startswith(f"{park.number}/")
            if not from_here or swap.target.get(path) != content:
                continue
            swap.present.units[path] = Unit(content, *stamps)
            # An edited one is taken as it is, but looked at.
            if not any(one.startswith(path + "/") for one in swap.edited):
                found.add(path)
    return found


def _expect_packages(
    swap: Swap,
    parked: set[str],
) -> None:
    """Have the present take distributions whose metadata came from a park without reading them
    again.

    Args:
        swap: that was carried out.
        parked: the units that came whole from a park.
    """
    present = swap.present
    for one in swap.wanted:
        if one.directory not in parked:
            continue
        unit = present.units[one.directory]
        _, mtime_ns, entries = swap.target_records(one.directory)[one.directory]
        record = entries.get("RECORD")
        # The stamp that packages.read compares: time and inode of the directory, three of RECORD.
        if record and unit.paths[0] == one.directory:
            # Of what is kept as a copy only the venv knows the inode.
            status = os.lstat(f"{present.venv}/{one.directory}/RECORD")
            stamp = (
                mtime_ns,
                unit.inodes[0],
                record[tree.MTIME],
                status.st_ino,
                record[tree.SIZE],
            )
            present.packages = [*present.packages, one.stamped(stamp)]
