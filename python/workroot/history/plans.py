"""What an undo, a redo or a restore would do, worked out before anything is touched.

The ledger has been brought up to what is in the venv (operation.opened); a restore asks for a
thorough look.
"""

from workroot.doors.documents import Damaged
from workroot.errors import Command, WorkrootError
from workroot.history import tree
from workroot.history.generations import Generation
from workroot.history.home import pip_names
from workroot.history.journal import Park
from workroot.history.ledger import Ledger
from workroot.history.swap import Ours, Swap
from workroot.pythons import packages
from workroot.pythons.packages import Change, Distribution
from workroot.root import SCRIPTS

UNDO, REDO, RESTORE = "undo", "redo", "restore"
_KEPT = ("pip",)  # what stays although a file of another machine does not name it


class Nothing(WorkrootError):
    """There is none of this kind to take back.

    Attributes:
        kind: UNDO or REDO.
    """

    def __init__(self, kind: str) -> None:
        super().__init__(f"there is nothing to {kind}", Command("history"))
        self.kind = kind


class Plan:
    """What an undo, a redo or a restore would do, before anything is touched.

    Attributes:
        kind: UNDO, REDO or RESTORE.
        what: words for a person, as in 'the undo of operation 12'.
        swap: the way there.
        took: the operations that are taken back.
        undoable, redoable: what can be taken back and brought again besides this one, once done.
        changes: to the package set.
        missing: distributions that the store no longer has as they were, to be fetched.
        lost: paths that belong to no distribution and cannot be had again.
        edited: paths put back as they were edited by hand.
        broken: distributions that come without some of their files, as no state has those.
    """

    def __init__(
        self,
        kind: str,
        what: str,
        swap: Swap,
        *,
        took: list[int],
        undoable: list[int],
        redoable: list[int],
    ) -> None:
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
        # What is fetched comes whole.
        fetched = {one.key for one in swap.missing}
        self.broken = [one for one in swap.broken if one.key not in fetched]


def undo(
    ledger: Ledger,
    count: int = 1,
) -> Plan:
    """A plan to take back the last operations.

    Args:
        ledger: brought up to what is in the venv.
        count: how many, back from now; what was undone already is none of them.

    Raises Nothing: when there is none. Raises WorkrootError: when there are not so many, or one of
    them cannot be read any more.
    """
    last = ledger.generations.last()
    undoable = _reachable(ledger, last.undoable)
    if not undoable and count > 0:
        raise Nothing(UNDO)
    if not 1 <= count <= len(undoable):
        raise WorkrootError(_too_few(len(undoable), count), Command("history"))
    took = undoable[-count:]
    # What the oldest of them began with is what all of them are taken back to.
    first = _needed(ledger, took[0])
    target = _units(ledger, first.number, before=True)
    swap = _swap(ledger, target, first.before, took, [last.number])
    if count == 1:
        what = f"the undo of operation {took[0]}"
    else:
        what = f"the undo of operations {took[0]} to {took[-1]}"
    return Plan(
        UNDO,
        what,
        swap,
        took=took,
        # No longer the undone ones. The undo itself is among the redoable (exchange).
        undoable=last.undoable[:-count],
        redoable=last.redoable,
    )


def redo(ledger: Ledger) -> Plan:
    """A plan to take back the last undo.

    Raises Nothing: when the last operation was none. Raises WorkrootError: when the record of that
    undo is gone or damaged.
    """
    last = ledger.generations.last()
    if not last.redoable:
        raise Nothing(REDO)
    # An undo is an operation too, and a redo goes back to before it.
    undone = _needed(ledger, last.redoable[-1])
    target = _units(
        ledger,
        undone.number,
        before=True,
    )
    swap = _swap(
        ledger,
        target,
        undone.before,
        [undone.number],
        [undone.number, last.number],
    )
    what = f"the redo of operation {undone.took[0]}"
    if len(undone.took) > 1:
        what += f" to {undone.took[-1]}"
    return Plan(
        REDO,
        what,
        swap,
        took=[undone.number],
        undoable=[*last.undoable, *undone.took],
        # The undos before that one can be redone after it.
        redoable=last.redoable[:-1],
    )


def restore(
    ledger: Ledger,
    which: str | int,
) -> Plan:
    """A plan to bring back a set that was recorded.

    Args:
        ledger: brought up to what is in the venv by a thorough look.
        which: the name of a snapshot, or the number of an operation, for the set after it.

    Raises WorkrootError: when there is none of that name or number, or it cannot be read any more.
    """
    # No snapshot has a name of digits alone (generations.check_name).
    if str(which).isdecimal():
        since = int(which)
        wanted = ledger.entry(since).after
        target = _units(ledger, since)
        what = f"the restore of operation {since}"
    else:
        target, wanted, since = _units_of_snapshot(ledger, str(which))
        what = f"the restore of snapshot {which}"
    # Damage that stood there then is none of the set that was asked for.
    try:
        target, wanted, _ = _mended(ledger, target, wanted, every=True)
    except Damaged as error:
        raise _unusable(error) from error
    # Loose files change only where one of these operations changed them.
    took = [one for one in ledger.generations.numbers() if one > since]
    last = ledger.generations.last()
    swap = _swap(ledger, target, wanted, took, [last.number])
    return Plan(RESTORE, what, swap, took=[], undoable=last.undoable, redoable=[])


def exactly(ledger: Ledger, wanted: list[Distribution], name: str) -> Plan:
    """A plan to bring about a package set of another machine, from the store where it has them.

    Distributions that are there in that version stay as they are, and so does a pip that the set
    does not name. All other distributions go. What the store has in no state is `missing`.

    Args:
        ledger: brought up to what is in the venv.
        wanted: the set; exact versions, or URLs without one.
        name: of the set, for sentences.
    """
    present, library = ledger.present, _library(ledger)
    # By name: of one that is installed twice, the last counts.
    there = {one.name: one for one in present.packages}
    named = {one.name for one in wanted}
    wanted = [*wanted, *(there[kept] for kept in _KEPT if kept in there and kept not in named)]
    chosen, found, missing = [], [], []
    for one in wanted:
        if one.name in there and _is(there[one.name], one):
            chosen.append(there[one.name])
        # One that is named by a URL alone has no version to look for, and is fetched.
        elif stored := library.find(one.name, one.version):
            chosen.append(stored.distribution)
            found.append(stored.records)
        else:
            chosen.append(one)
            missing.append(one)
    # By key, as another installation of the same version is another one.
    staying = {one.key for one in chosen}
    out = {one.key for one in present.packages if one.key not in staying}
    target = library.exchanged(present.contents(), out, found)
    chosen.sort(key=lambda one: (one.name, one.directory))
    swap = Swap(present, target, chosen, ours=lambda path: True, parks=[])
    # These are in no unit of the target, so the swap could not find them missing itself.
    swap.missing += missing
    last = ledger.generations.last()
    what = f"the restore of {name}"
    return Plan(RESTORE, what, swap, took=[], undoable=last.undoable, redoable=[])


def _is(
    there: Distribution,
    wanted: Distribution,
) -> bool:
    """Whether it is the one that is asked for.

    By its version or, where none is said, by the URL it came from, without its fragment; and only
    an editable one counts where that is asked for.
    """
    # pip freeze gives an editable no version that could be compared.
    if wanted.version or wanted.editable:
        return wanted.version in ("", there.version) and there.editable >= wanted.editable
    return there.origin.partition("#")[0] == wanted.origin.partition("#")[0]


def _reachable(
    ledger: Ledger,
    numbers: list[int],
) -> list[int]:
    """Those that follow one another without a gap up to now, the oldest first.

    Behind an operation that is gone or damaged nothing is undone.
    """
    there = set(ledger.generations.numbers())
    # Only what comes after the last gap is left.
    gaps = [at for at, number in enumerate(numbers) if number not in there]
    return numbers[max(gaps, default=-1) + 1 :]


def _needed(
    ledger: Ledger,
    number: int,
) -> Generation:
    """The generation of an operation. Raises WorkrootError: when it is gone or damaged."""
    generation = ledger.generations.get(number)
    ledger.name_damaged()
    if generation is None:
        raise WorkrootError(
            f"operation {number} cannot be had back: its file in the history is gone or damaged",
            Command("list-snapshots"),
        )
    return generation


def _units(
    ledger: Ledger,
    number: int,
    before: bool = False,
) -> dict:
    """Name -> content of the units after an operation, or before it. Raises WorkrootError."""
    try:
        return ledger.generations.units(number, before)
    except Damaged as error:
        raise _unusable(error) from error


def _units_of_snapshot(
    ledger: Ledger,
    name: str,
) -> tuple[dict, list[Distribution], int]:
    """What a snapshot of this home recorded.

    Returns:
        Its units, its package set, and the number of the operation that it was taken after (0:
        none).

    Raises WorkrootError: when there is no such snapshot, or its tree cannot be read.
    """
    snapshot = ledger.generations.snapshot(name)
    ledger.name_damaged()
    if snapshot is None:
        raise WorkrootError(f"there is no snapshot {name}", Command("list-snapshots"))
    try:
        units = ledger.generations.snapshot_units(name)
    except Damaged as error:
        raise _unusable(error) from error
    return units, snapshot.packages, snapshot.number or 0


def _swap(
    ledger: Ledger,
    target: dict,
    wanted: list[Distribution],
    took: list[int],
    parks: list[int],
) -> Swap:
    """The way to a target.

    Args:
        ledger: of the venv.
        target: name of unit -> content.
        wanted: the package set of the target.
        took: operations whose loose files it takes back.
        parks: the operations whose parks may have what comes in, the likeliest first.

    Raises WorkrootError: when the venv has another Python by now than the target was made for, or a
    tree that it needs cannot be read.
    """
    # The directories of site-packages are named by the Python version on all systems but Windows.
    if any(site not in target for site in ledger.present.layout.sites):
        python = ledger.present.layout.python
        raise WorkrootError(
            f"{ledger.venv} has Python {python} now,"
            " and what is to come back was installed for another",
            "install it anew, or make the venv again with the Python it had",
        )
    ours = _changed_by(ledger, took)
    # A dict keeps the order: the first park that has a thing gives it.
    found = [Park(ledger.park, number) for number in dict.fromkeys(parks)]
    try:
        target, wanted, broken = _mended(ledger, target, wanted)
        swap = _readable_swap(ledger, target, wanted, ours, found)
        if swap.missing:
            swap = _with_others(ledger, swap)
    except Damaged as error:
        raise _unusable(error) from error
    swap.broken = broken
    return swap


def _mended(
    ledger: Ledger,
    target: dict,
    wanted: list[Distribution],
    every: bool = False,
) -> tuple[dict, list[Distribution], list[Distribution]]:
    """A target and its set with every distribution that comes as its installation left it.

    Files of one may have been gone, or cut, when it was taken away; that was damage.

    Args:
        ledger: of the venv.
        target: name of unit -> content.
        wanted: the set of the target.
        every: also those that are there already, as far as any state has what they lack.

    Returns:
        Name -> content, the set, and those of it that nothing could make whole.
    """
    there = {one.key for one in ledger.present.packages}
    if not every and all(one.key in there for one in wanted):
        return target, wanted, []  # as an undo of an install, which only takes out
    library, broken = _library(ledger), []
    mended = []
    for one in wanted:
        came = one
        comes = one.key not in there
        if (comes or every) and _has_gaps(library, one, target):
            target, came = _made_whole(library, one, target)
            if comes and _has_gaps(library, came, target):
                broken.append(came)
        mended.append(came)
    return target, mended, broken


def _has_gaps(
    library,
    one: Distribution,
    units: dict,
) -> bool:
    """Whether these units lack something of a distribution. What cannot be read is asked later."""
    try:
        return bool(library.gaps(one, units))
    except Damaged:
        return False


def _made_whole(
    library,
    one: Distribution,
    units: dict,
) -> tuple[dict, Distribution]:
    """The units with what other states have of a distribution, and the one that they have then.

    That is another installation of the same version where its own RECORD is gone.
    """
    whole = library.whole(one, units)
    if not library.gaps(one, whole):
        return whole, one
    other = library.find(one.name, one.version)
    if other is None:
        return whole, one
    return library.exchanged(units, {one.key}, [other.records]), other.distribution


def _readable_swap(
    ledger: Ledger,
    target: dict,
    wanted: list[Distribution],
    ours: Ours,
    parks: list[Park],
) -> Swap:
    """A swap to the target. Where it is the present that cannot be read, it is looked at anew.

    Raises Damaged: when it is the target that cannot be read.
    """
    while True:
        try:
            return Swap(
                ledger.present,
                target,
                wanted,
                ours=ours,
                parks=parks,
            )
        except Damaged as error:
            # Forgotten already and still asked for: so it is the target that needs it.
            if error.path in ledger.forgotten:
                raise
            ledger.forget(error.path)
            ledger.look()


def _with_others(
    ledger: Ledger,
    swap: Swap,
) -> Swap:
    """The swap with other installations of the same version for what the store lost.

    It is the same swap where there are none.
    """
    library = _library(ledger)
    others = {}
    for one in swap.missing:
        if other := library.find(one.name, one.version):
            others[one.key] = other
    if not others:
        return swap
    into = [other.records for other in others.values()]
    target = library.exchanged(
        swap.target,
        set(others),
        into,
    )
    # The set names what really comes: another installation has another key.
    wanted = [others[one.key].distribution if one.key in others else one for one in swap.wanted]
    return Swap(
        ledger.present,
        target,
        wanted,
        ours=swap.ours,
        parks=swap.parks,
    )


def _library(ledger: Ledger):
    """All that the states of this history have, to look for a distribution in."""
    from workroot.history.library import Library  # an undo of an install needs none of it

    return Library(
        ledger.generations,
        ledger.store,
        ledger.present.layout.spine,
        ledger.skipped | _scripts_of_pip(ledger),
    )


def _scripts_of_pip(ledger: Ledger) -> set[str]:
    """The paths of pip's own scripts, in whose place the kit may have put its own."""
    layout = ledger.present.layout
    # Where no directory of scripts is left, nothing lies in it either.
    scripts = layout.spine[1] if len(layout.spine) > 1 else SCRIPTS
    return {f"{scripts}/{name}" for name in pip_names(layout.python)}


def _changed_by(
    ledger: Ledger,
    took: list[int],
) -> Ours:
    """What tells whether one of these operations changed a path.

    It is asked seldom, for what belongs to no distribution; so trees are read only then.
    """
    # Looked up once for all paths.
    spine = ledger.present.layout.spine

    def entry(
        units: dict,
        path: str,
    ) -> tuple | None:
        name = tree.unit_of(tree.parent(path), spine)
        if name not in units:
            return None
        return tree.entry(ledger.generations.records(units[name]), path)

    def changed(path: str) -> bool:
        for number in took:
            # An operation that left the path as it was does not make it ours.
            before = entry(
                _units(
                    ledger,
                    number,
                    before=True,
                ),
                path,
            )
            if before != entry(_units(ledger, number), path):
                return True
        return False

    return changed


def _too_few(
    there: int,
    count: int,
) -> str:
    """The sentence for a count that cannot be undone.

    Args:
        there: how many operations can be undone.
        count: how many were asked for.
    """
    if count < 1:
        return f"cannot undo {count} operations"
    if there == 1:
        return f"cannot undo {count} operations: there is only one to undo"
    return f"cannot undo {count} operations: there are only {there} to undo"


def _unusable(error: Damaged) -> WorkrootError:
    """The error for a tree that what is asked for needs."""
    return WorkrootError(
        f"{error.path} is damaged or gone, so what it recorded cannot be brought back exactly",
        Command("list-snapshots"),
    )
