"""What an undo, a redo or a restore would do, worked out before anything is touched.

The ledger has been brought up to what is in the venv (operation.opened); a restore asks for a
thorough look.
"""

from workroot.doors.documents import Damaged
from workroot.errors import Command, WorkrootError
from workroot.history import tree
from workroot.history.generations import Generation
from workroot.history.journal import Park
from workroot.history.ledger import Ledger
from workroot.history.library import Library
from workroot.history.swap import Ours, Swap
from workroot.pythons import packages
from workroot.pythons.packages import Change, Distribution

UNDO, REDO, RESTORE = "undo", "redo", "restore"
_KEPT = ("pip",)  # what stays although a file of another machine does not name it


class Nothing(WorkrootError):
    """There is none of this kind to take back. kind: UNDO or REDO."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"there is nothing to {kind}", Command("history"))
        self.kind = kind


class Plan:
    """What an undo, a redo or a restore would do. what: words for a person, as in 'the undo of
    operation 12'.

    took: the operations that are taken back. undoable, redoable: what can be taken back and brought
    again besides this one, once it is done. changes: to the package set. missing: distributions
    that the store no longer has as they were, to be fetched. lost: paths that belong to no
    distribution and cannot be had again. edited: paths put back as they were edited by hand.
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


def undo(
    ledger: Ledger,
    count: int = 1,
) -> Plan:
    """To take back the last `count` operations. Raises Nothing where there is none, WorkrootError
    where there are not so many.
    """
    last = ledger.generations.last()
    undoable = _reachable(ledger, last.undoable)
    if not undoable and count > 0:
        raise Nothing(UNDO)
    if not 1 <= count <= len(undoable):
        raise WorkrootError(_too_few(len(undoable), count), Command("history"))
    took = undoable[-count:]
    first = _needed(ledger, took[0])
    target = _units(
        ledger,
        first.number,
        before=True,
    )
    swap = _swap(
        ledger,
        target,
        first.before,
        took,
        [last.number],
    )
    if count == 1:
        what = f"the undo of operation {took[0]}"
    else:
        what = f"the undo of operations {took[0]} to {took[-1]}"
    return Plan(
        UNDO,
        what,
        swap,
        took=took,
        undoable=last.undoable[:-count],
        redoable=last.redoable,
    )


def redo(ledger: Ledger) -> Plan:
    """To take back the last undo. Raises Nothing where the last operation was none."""
    last = ledger.generations.last()
    if not last.redoable:
        raise Nothing(REDO)
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
        redoable=last.redoable[:-1],
    )


def restore(
    ledger: Ledger,
    which: str | int,
) -> Plan:
    """To bring back the set of a snapshot (a name), or the one after an operation (a number)."""
    if str(which).isdecimal():
        since = int(which)
        wanted = ledger.entry(since).after
        target = _units(ledger, since)
        what = f"the restore of operation {since}"
    else:
        target, wanted, since = _units_of_snapshot(ledger, str(which))
        what = f"the restore of snapshot {which}"
    took = [one for one in ledger.generations.numbers() if one > since]
    last = ledger.generations.last()
    swap = _swap(
        ledger,
        target,
        wanted,
        took,
        [last.number],
    )
    return Plan(
        RESTORE,
        what,
        swap,
        took=[],
        undoable=last.undoable,
        redoable=[],
    )


def exactly(
    ledger: Ledger,
    wanted: list[Distribution],
    name: str,
) -> Plan:
    """To bring about a package set of another machine: exact versions, from the store where it has
    them.

    name: of the set, for sentences. Distributions that are there in that version stay as they are,
    and so does a pip that the set does not name.
    """
    present, library = ledger.present, _library(ledger)
    there = {one.name: one for one in present.packages}
    named = {one.name for one in wanted}
    wanted = [*wanted, *(there[kept] for kept in _KEPT if kept in there and kept not in named)]
    chosen, found, missing = [], [], []
    for one in wanted:
        if one.name in there and _is(there[one.name], one):
            chosen.append(there[one.name])
        elif stored := library.find(one.name, one.version):
            chosen.append(stored.distribution)
            found.append(stored.records)
        else:
            chosen.append(one)
            missing.append(one)
    staying = {one.key for one in chosen}
    out = {one.key for one in present.packages if one.key not in staying}
    target = library.exchanged(
        present.contents(),
        out,
        found,
    )
    chosen.sort(key=lambda one: (one.name, one.directory))
    swap = Swap(
        present,
        target,
        chosen,
        ours=lambda path: True,
        parks=[],
    )
    swap.missing += missing
    last = ledger.generations.last()
    what = f"the restore of {name}"
    return Plan(
        RESTORE,
        what,
        swap,
        took=[],
        undoable=last.undoable,
        redoable=[],
    )


def _is(
    there: Distribution,
    wanted: Distribution,
) -> bool:
    """Whether it is the one that is asked for: by its version or, where none is said, by where it
    came from.
    """
    if wanted.version or wanted.editable:
        return wanted.version in ("", there.version) and there.editable >= wanted.editable
    return there.origin.partition("#")[0] == wanted.origin.partition("#")[0]


def _reachable(
    ledger: Ledger,
    numbers: list[int],
) -> list[int]:
    """Those that follow one another without a gap up to now: behind an operation that is gone or
    damaged nothing is undone.
    """
    there = set(ledger.generations.numbers())
    gaps = [at for at, number in enumerate(numbers) if number not in there]
    return numbers[max(gaps, default=-1) + 1 :]


def _needed(
    ledger: Ledger,
    number: int,
) -> Generation:
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
    try:
        return ledger.generations.units(number, before)
    except Damaged as error:
        raise _unusable(error) from error


def _units_of_snapshot(
    ledger: Ledger,
    name: str,
) -> tuple[dict, list[Distribution], int]:
    """The units and the set of a snapshot, and the operation that it was taken after."""
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
    """The way to a target. took: operations whose loose files it takes back. parks: the operations
    whose parks may have it.
    """
    if any(site not in target for site in ledger.present.layout.sites):
        python = ledger.present.layout.python
        raise WorkrootError(
            f"{ledger.venv} has Python {python} now,"
            " and what is to come back was installed for another",
            "install it anew, or make the venv again with the Python it had",
        )
    ours = _changed_by(ledger, took)
    found = [Park(ledger.park, number) for number in dict.fromkeys(parks)]
    try:
        swap = _readable_swap(
            ledger,
            target,
            wanted,
            ours,
            found,
        )
        if swap.missing:
            swap = _with_others(ledger, swap)
    except Damaged as error:
        raise _unusable(error) from error
    return swap


def _readable_swap(
    ledger: Ledger,
    target: dict,
    wanted: list[Distribution],
    ours: Ours,
    parks: list[Park],
) -> Swap:
    """Where it is the present that cannot be read, it is looked at anew."""
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
            if error.path in ledger.forgotten:
                raise
            ledger.forget(error.path)
            ledger.look()


def _with_others(
    ledger: Ledger,
    swap: Swap,
) -> Swap:
    """What the store lost may be there a second time, from another installation of the same
    version.
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
    wanted = [others[one.key].distribution if one.key in others else one for one in swap.wanted]
    return Swap(
        ledger.present,
        target,
        wanted,
        ours=swap.ours,
        parks=swap.parks,
    )


def _library(ledger: Ledger) -> Library:
    return Library(
        ledger.generations,
        ledger.store,
        ledger.present.layout.spine,
    )


def _changed_by(
    ledger: Ledger,
    took: list[int],
) -> Ours:
    """Whether one of these operations changed a path."""
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
    if count < 1:
        return f"cannot undo {count} operations"
    if there == 1:
        return f"cannot undo {count} operations: there is only one to undo"
    return f"cannot undo {count} operations: there are only {there} to undo"


def _unusable(error: Damaged) -> WorkrootError:
    return WorkrootError(
        f"{error.path} is damaged or gone, so what it recorded cannot be brought back exactly",
        Command("list-snapshots"),
    )
