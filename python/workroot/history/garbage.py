"""What nothing in a home's history names any more: what undos put aside, old trees, and files of the store."""

import os
import time

from workroot.doors import files, trees
from workroot.doors.documents import Damaged, Newer
from workroot.history.generations import Generation
from workroot.history.ledger import History
from workroot.history.present import Present
from workroot.history.store import directory_of

_SWEPT_EVERY = 20
_LONG = 20  # seconds; beside such an operation nobody sees what a sweep takes


def let_go(history: History, generation: Generation) -> None:
    """A new operation ends what can be redone, so what the undos put aside goes; and now and then what nothing names.

    It takes a fiftieth of the time that the operation took, and leaves the rest to the next one.
    """
    end = time.monotonic() + max(generation.seconds / 50, 0.003)
    for park in _parks(history, generation):
        if not trees.remove_until(park, lambda: time.monotonic() > end):
            return
    if history.generations.pruned and (
        generation.number % _SWEPT_EVERY == 0 or generation.seconds > _LONG
    ):
        _sweep(history)


def tidy(history: History) -> None:
    """Remove what nothing names any more: parks, trees, content. Not needed for anything but space; may take a while."""
    last = history.generations.last()
    if last is None or os.path.lexists(history.journal_path):
        return
    for park in _parks(history, last):
        trees.remove(park)
    _sweep(history)


def _parks(history: History, last: Generation) -> list[str]:
    """The parks that no redo needs."""
    parks = [
        f"{park}/{name}"
        for park in {history.park, history.ready_directory}
        for name in files.names(park)
    ]
    needed = {str(number) for number in (*last.redoable, last.number)}
    return [park for park in parks if os.path.basename(park) not in needed]


def _sweep(history: History) -> None:
    try:
        states = [
            *history.generations.states(),
            Present(
                history.home, history.venv, history.generations, history.store, history.skipped
            ).contents(),
        ]
        contents = {content for state in states for content in state.values()}
        keys = {
            directory_of(entry[4])
            for content in contents
            for entry in _entries_of(history, content)
        }
    except (Damaged, Newer):
        return  # what cannot be read may name anything
    numbers = {content[0] for content in contents if isinstance(content, tuple)} | set(
        history.generations.numbers()
    )
    for number in set(history.generations.trees()) - numbers:
        files.discard(history.generations.tree_path(number))
    for key in set(history.store.keys()) - keys:
        history.store.drop(key)


def _entries_of(history: History, content) -> list[tuple]:
    return [
        entry
        for record in history.generations.records(content).values()
        for entry in record[2].values()
    ]
