"""One recorded change of a home's venv: noticed beforehand what came from elsewhere, recorded afterwards what it did.

The caller holds the lock. A change that failed leaves the old set: what it did is taken back.
"""

import os
from _collections_abc import Callable

from workroot.errors import WorkrootError
from workroot.history.generations import Generation
from workroot.history.home import Home
from workroot.history.ledger import History

_MANY = 20


class Recording:
    """say: called with sentences for the person."""

    def __init__(self, home: Home, say: Callable[[str], None]) -> None:
        self.home = home
        self.say = say
        self.history = opened(home, say)

    def begin(self, argv: list[str], kind: str) -> None:
        """Right before the change. argv: what was typed."""
        noticed(self.home, self.history, self.history.before(argv, kind), self.say)

    def end(self, status: int | None) -> Generation | None:
        """Right after it. Gives what was recorded; None where nothing changed, or a failure was taken back."""
        generation = self.history.after(status)
        if not status:
            return generation
        if generation:
            _undo(self.home, self.history)
        self.say(f"the command ended with status {status}; the packages are as they were before it")
        return None


def opened(home: Home, say: Callable[[str], None]) -> History:
    """The history of a home, with what a kill interrupted finished or taken back, and said."""
    history = home.history()
    if not home.begun and _count(home) > _MANY:
        say(f"taking in {home.venv} as it is; only the first command has to")
    if not home.begun:
        _first(home, history)
    home.remember()
    if os.path.lexists(home.path + "/history/pending"):
        interrupted = history.sync()
        noticed(home, history, interrupted, say)
        if interrupted and interrupted.status is None:
            _take_back(home, history, interrupted, say)
    return history


def _take_back(
    home: Home, history: History, interrupted: Generation, say: Callable[[str], None]
) -> None:
    words = " ".join(interrupted.argv) or interrupted.kind
    try:
        _undo(home, history)
        say(
            f"`{words}` was interrupted; what it had done so far was taken back ({home.program} redo brings it again)"
        )
    except WorkrootError as error:
        say(f"`{words}` was interrupted and is left as it is: {error.message}")


def _undo(home: Home, history: History) -> None:
    from workroot.history import plans, transaction

    transaction.carry_out(history, plans.undo(history), [home.program, "undo"])


def noticed(
    home: Home, history: History, external: Generation | None, say: Callable[[str], None]
) -> None:
    """Say what was changed by something else, and whatever else the history has to say."""
    for sentence in history.notices:
        if not (external and sentence.endswith(f" operation {external.number}")):
            say(sentence)
    history.notices.clear()
    if external and external.kind == "external":
        changes = ", ".join(map(str, external.changes()))
        say(
            f"noticed what something else changed in {home.venv}: {changes} (operation {external.number})"
        )


def caught_up(home: Home, say: Callable[[str], None]) -> History:
    """The history, brought up to what is in the venv now; what is new is said."""
    history = opened(home, say)
    noticed(home, history, history.sync(), say)
    return history


def planned(home: Home, history: History, plan: Callable, say: Callable[[str], None]):
    """The plan, with what it noticed on the way said."""
    before = history.generations.numbers()[-1:]
    try:
        return plan()
    finally:
        after = history.generations.numbers()[-1:]
        noticed(home, history, history.generations.get(after[0]) if after != before else None, say)


def _first(home: Home, history: History) -> None:
    history.sync()
    if not home.settings["auto_baseline"]:
        history.generations.drop_snapshot("baseline")


def _count(home: Home) -> int:
    from workroot.pythons import packages

    sites = [os.path.join(home.venv, site) for site in packages.layout(home.venv).sites]
    return sum(name.endswith(".dist-info") for site in sites for name in os.listdir(site))
