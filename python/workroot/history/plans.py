"""What an undo, a redo or a restore would do, worked out before anything is touched. The caller holds the lock of the home."""

from workroot.doors.documents import Damaged
from workroot.errors import WorkrootError
from workroot.history import tree
from workroot.history.generations import Generation
from workroot.history.ledger import History
from workroot.history.swap import Park, Swap
from workroot.pythons import packages
from workroot.pythons.packages import Change, Distribution

_KEPT = ("pip",)


class Plan:
    """What an undo, a redo or a restore would do.

    changes: to the package set. missing: distributions that the store no longer has as they were, to be fetched. lost: paths
    that belong to no distribution and cannot be had again. edited: paths put back as they were edited by hand.
    took: the operations that are taken back.
    """

    def __init__(
        self,
        kind: str,
        what: str,
        swap: Swap,
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


def undo(history: History, count: int = 1) -> Plan:
    """To take back the last `count` operations. Raises WorkrootError where there are not so many."""
    last = _ready(history)
    undoable = _reachable(history, last.undoable)
    if not 1 <= count <= len(undoable):
        raise WorkrootError(_too_few(len(undoable), count), "history")
    took = undoable[-count:]
    first = _needed(history, took[0])
    what = (
        f"the undo of operation {took[0]}"
        if count == 1
        else f"the undo of operations {took[0]} to {took[-1]}"
    )
    swap = _swap(history, _units(history, first.number, True), first.before, took, [last.number])
    return Plan("undo", what, swap, took, last.undoable[:-count], [*last.redoable, 0])


def redo(history: History) -> Plan:
    """To take back the last undo. Raises WorkrootError where the last operation was none."""
    last = _ready(history)
    if not last.redoable:
        raise WorkrootError("there is nothing to redo", "history")
    undo = _needed(history, last.redoable[-1])
    swap = _swap(
        history,
        _units(history, undo.number, True),
        undo.before,
        [undo.number],
        [undo.number, last.number],
    )
    what = f"the redo of operation {undo.took[0]}" + (
        f" to {undo.took[-1]}" if undo.took[1:] else ""
    )
    return Plan("redo", what, swap, [undo.number], [*last.undoable, *undo.took], last.redoable[:-1])


def restore(history: History, which: str | int) -> Plan:
    """To bring back the set of a snapshot (its name), or the one after an operation (its number)."""
    last = _ready(history, thorough=True)
    number = int(which) if str(which).isdecimal() else None
    if number is not None:
        wanted, target, since = history.entry(number).after, _units(history, number), number
    else:
        target, wanted, since = _units_of_snapshot(history, str(which))
    took = [one for one in history.generations.numbers() if one > since]
    swap = _swap(history, target, wanted, took, [last.number])
    what = (
        f"the restore of operation {number}"
        if number is not None
        else f"the restore of snapshot {which}"
    )
    return Plan("restore", what, swap, [], [*last.undoable, 0], [])


def exactly(history: History, wanted: list[Distribution], what: str) -> Plan:
    """To bring about a package set of another machine: exact versions, from the store where it has them.

    what: its name, for sentences. Distributions that are there in that version stay as they are, and so does a pip that the set
    does not name.
    """
    last = _ready(history, thorough=True)
    present, library = history.present, _library(history)
    there = {one.name: one for one in present.packages}
    wanted = [
        *wanted,
        *(
            there[name]
            for name in _KEPT
            if name in there and all(one.name != name for one in wanted)
        ),
    ]
    staying = {
        one.name: there[one.name]
        for one in wanted
        if one.name in there and _is(there[one.name], one)
    }
    found = {
        one.name: library.find(one.name, one.version) for one in wanted if one.name not in staying
    }
    out = {one.key for one in present.packages if one is not staying.get(one.name)}
    target = library.exchanged(present.contents(), out, [one[1] for one in found.values() if one])
    chosen = [staying.get(one.name) or (found[one.name] or (one,))[0] for one in wanted]
    swap = Swap(
        present,
        target,
        sorted(chosen, key=lambda one: (one.name, one.directory)),
        lambda path: True,
        [],
    )
    swap.missing += [one for one in wanted if one.name not in staying and not found[one.name]]
    return Plan("restore", f"the restore of {what}", swap, [], [*last.undoable, 0], [])


def _is(there: Distribution, wanted: Distribution) -> bool:
    """Whether it is the one that is asked for: by its version or, where none is said, by where it came from."""
    if wanted.version or wanted.editable:
        return wanted.version in ("", there.version) and there.editable >= wanted.editable
    return there.origin.partition("#")[0] == wanted.origin.partition("#")[0]


def _reachable(history: History, numbers: list[int]) -> list[int]:
    """Those that follow one another without a gap up to now: behind an operation that is gone or damaged nothing is undone."""
    there = set(history.generations.numbers())
    gaps = [at for at, number in enumerate(numbers) if number not in there]
    return numbers[max(gaps, default=-1) + 1 :]


def _ready(history: History, thorough: bool = False) -> Generation:
    history.sync(thorough)
    return history.generations.last()


def _needed(history: History, number: int) -> Generation:
    generation = history.generations.get(number)
    history.name_damaged()
    if generation is None:
        raise WorkrootError(
            f"operation {number} cannot be had back: its file in the history is gone or damaged",
            "list-snapshots",
        )
    return generation


def _units(history: History, number: int, before: bool = False) -> dict:
    try:
        return history.generations.units(number, before)
    except Damaged as error:
        raise _unusable(error) from error


def _units_of_snapshot(history: History, name: str) -> tuple[dict, list[Distribution], int]:
    snapshot = history.generations.snapshot(name)
    history.name_damaged()
    if snapshot is None:
        raise WorkrootError(f"there is no snapshot {name}", "list-snapshots")
    try:
        return history.generations.snapshot_units(name), snapshot.packages, snapshot.number or 0
    except Damaged as error:
        raise _unusable(error) from error


def _swap(
    history: History, target: dict, wanted: list[Distribution], took: list[int], parks: list[int]
) -> Swap:
    missing = [site for site in history.present.layout.sites if site not in target]
    if missing:
        python = history.present.layout.python
        raise WorkrootError(
            f"{history.venv} has Python {python} now, and what is to come back was installed for another",
            "install it anew, or make the venv again with the Python it had",
        )
    found = [Park(history.park, number) for number in dict.fromkeys(parks)]
    try:
        swap = _readable_swap(history, target, wanted, _changed_by(history, took), found)
        return _with_others(history, swap, found) if swap.missing else swap
    except Damaged as error:
        raise _unusable(error) from error


def _readable_swap(
    history: History, target: dict, wanted: list[Distribution], ours, parks: list[Park]
) -> Swap:
    """Where it is the present that cannot be read, it is looked at anew."""
    while True:
        try:
            return Swap(history.present, target, wanted, ours, parks)
        except Damaged as error:
            if error.path in history.forgotten:
                raise
            history.forget(error.path)
            history.look()


def _with_others(history: History, swap: Swap, parks: list[Park]) -> Swap:
    """What the store lost may be there a second time, from another installation of the same version."""
    library = _library(history)
    others = {
        one.key: other for one in swap.missing if (other := library.find(one.name, one.version))
    }
    if not others:
        return swap
    target = library.exchanged(
        swap.target, set(others), [records for _, records in others.values()]
    )
    wanted = [others[one.key][0] if one.key in others else one for one in swap.wanted]
    return Swap(history.present, target, wanted, swap.ours, parks)


def _library(history: History):
    from workroot.history.library import Library

    return Library(history.generations, history.store, history.present.layout.spine)


def _changed_by(history: History, took: list[int]):
    """Whether one of these operations changed a path."""

    def entry(units: dict, path: str):
        name = tree.unit_of(tree.parent(path), history.present.layout.spine)
        return tree.entry(history.generations.records(units[name]), path) if name in units else None

    def changed(path: str) -> bool:
        sides = ((_units(history, number, True), _units(history, number)) for number in took)
        return any(entry(before, path) != entry(after, path) for before, after in sides)

    return changed


def _too_few(there: int, count: int) -> str:
    if count < 1:
        return f"cannot undo {count} operations"
    if not there:
        return "there is nothing to undo"
    return f"cannot undo {count} operations: there {'is only one' if there == 1 else f'are only {there}'} to undo"


def _unusable(error: Damaged) -> WorkrootError:
    return WorkrootError(
        f"{error.path} is damaged or gone, so what it recorded cannot be brought back exactly",
        "list-snapshots",
    )
