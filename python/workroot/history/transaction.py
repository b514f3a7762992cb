"""A plan carried out: made ready in the park, then exchanged under a journal, and finished or taken back when a kill came between."""

import os
import time

from workroot.doors import documents, files
from workroot.doors.documents import Damaged
from workroot.errors import WorkrootError
from workroot.history import generations, journal
from workroot.history.generations import Generation
from workroot.history.journal import Journal
from workroot.history.ledger import History
from workroot.history.plans import Plan
from workroot.history.present import Present
from workroot.history.swap import Park, Swap
from workroot.pythons.packages import Distribution
from workroot.standards import credentials


def recover(history: History) -> None:
    """Finish the undo, redo or restore that a kill interrupted, or take it back; which of them is among the notices."""
    try:
        interrupted = journal.read(history.journal_path)
    except Damaged as error:
        history.generations.keep_aside(error.path)
        history.name_damaged()
        return
    if interrupted is None:
        return
    try:
        interrupted.forward(history.venv, history.park)
        _publish(history, interrupted.number)
        said = f"finished {interrupted.what}, which had been interrupted"
    except WorkrootError:
        interrupted.backward(history.venv, history.park)
        said = f"took back {interrupted.what}, which had been interrupted"
    files.discard(history.journal_path)
    history.notices.append(said)


def carry_out(history: History, plan: Plan, argv: list[str] = (), fetch=None) -> Generation | None:
    """Do what was planned. fetch: called with plan.missing to install just these exact versions; True where it could.

    Gives the generation; None where nothing had to change. Raises WorkrootError, with the venv as it was.
    """
    if plan.missing and fetch is None:
        names = ", ".join(f"{one.name} {one.version}" for one in plan.missing)
        raise WorkrootError(f"the store no longer has these as they were: {names}")
    if plan.kind == "restore" and plan.swap.empty and not plan.missing:
        return None
    generation = _planned(history, plan, argv)
    return (
        _exchange_and_fetch(history, plan, generation, fetch)
        if plan.missing
        else _exchange(history, plan, generation)
    )


def _planned(history: History, plan: Plan, argv: list[str]) -> Generation:
    present, number = history.present, history.generations.next_number()
    _make_park(history)
    undoable, redoable = (
        [one or number for one in stack] for stack in (plan.undoable, plan.redoable)
    )
    return Generation(
        number,
        plan.kind,
        credentials.masked(argv),
        documents.moment(time.time()),
        0.0,
        0,
        present.layout.python,
        present.packages,
        plan.swap.wanted,
        undoable,
        redoable,
        plan.took,
        plan.edited,
    )


def _make_park(history: History) -> None:
    """In a venv it must not show, not even by the time of the directory above."""
    if not os.path.isdir(history.park):
        status = os.stat(history.venv)
        files.make_directory(history.park)
        files.set_directory(history.venv, status.st_mode, status.st_mtime_ns)


def _exchange(history: History, plan: Plan, generation: Generation) -> Generation:
    started = time.time()
    before, after = history.present.contents(), plan.swap.contents()
    prepared = plan.swap.prepare(history.park, generation.number, plan.what)
    data, placed = generations.pack(generation.number, before, after)
    ready = f"{history.ready_directory}/{generation.number}"
    files.make_directory(ready)
    files.write(f"{ready}/tree", data)
    generation.seconds = time.time() - started
    files.write(f"{ready}/json", documents.text(generation.document()))
    _journaled(history, prepared, plan.swap, publish=True)
    history.settle(
        generation.number,
        {
            name: placed[name]
            for name in placed
            if history.present.units[name].content == after[name]
        },
    )
    return generation


def _journaled(history: History, prepared: Journal, swap: Swap, publish: bool) -> None:
    """The dangerous part: from the journal's writing to its removal."""
    prepared.write(history.journal_path)
    try:
        prepared.forward(history.venv, history.park)
        swap.read_back()
        if publish:
            _publish(history, prepared.number)
    except BaseException:
        prepared.backward(history.venv, history.park)
        files.discard(history.journal_path)
        raise
    files.discard(history.journal_path)


def _exchange_and_fetch(history: History, plan: Plan, generation: Generation, fetch) -> Generation:
    """What is missing is installed into the venv that has all the rest; if that fails, all of it is taken back."""
    present, started = history.present, time.time()
    before, old = present.contents(), present.packages
    history.write_pending(plan.kind, generation.argv, started)
    _journaled(
        history,
        plan.swap.prepare(history.park, generation.number, plan.what),
        plan.swap,
        publish=False,
    )
    problem = _fetched(plan, present, fetch)
    if problem:
        back = Swap(
            present, before, old, lambda path: True, [Park(history.park, generation.number)]
        )
        _journaled(
            history,
            back.prepare(history.park, generation.number + 1, f"the way back from {plan.what}"),
            back,
            publish=False,
        )
        files.discard(history.pending_path)
        present.save()
        raise problem
    generation.after, generation.seconds = present.packages, time.time() - started
    history.write(generation, before)
    files.discard(history.pending_path)
    return generation


def _fetched(plan: Plan, present: Present, fetch) -> BaseException | None:
    """Fetch what is missing and look at what came of it. Gives what was wrong, Ctrl-C included."""
    try:
        fetched = fetch(plan.missing)
        problem = None
    except (WorkrootError, KeyboardInterrupt) as error:
        fetched, problem = False, error
    present.look()
    if fetched and _met(plan.swap.wanted, present.packages):
        return None
    return problem or WorkrootError(
        f"{plan.what} needs what could not be fetched; the environment is as it was"
    )


def _publish(history: History, number: int) -> None:
    ready = f"{history.ready_directory}/{number}"
    for name, path in (
        ("tree", history.generations.tree_path(number)),
        ("json", history.generations.path(number)),
    ):
        if os.path.lexists(f"{ready}/{name}"):
            files.rename(f"{ready}/{name}", path)


def _met(wanted: list[Distribution], found: list[Distribution]) -> bool:
    """Whether just these distributions are there; one without a version was asked for by its URL."""
    from workroot.standards import versions

    there = {one.name: one.version for one in found}
    try:
        return there.keys() == {one.name for one in wanted} and all(
            one.version in ("", there[one.name])
            or versions.fits(there[one.name], f"=={one.version}")
            for one in wanted
        )
    except ValueError:
        return False
