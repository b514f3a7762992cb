"""One operation from its opening to its tidying: an installer's run that is recorded, or a plan
that is carried out.

The caller holds the lock of the home throughout. `opened` gives the ledger, with what a kill
interrupted finished or taken back; a plan is made from it (plans) and carried out (exchange);
`tidy` lets go of what nothing needs any more. A change that failed leaves the old set: what it did
is taken back. Plans and exchange are imported where one is needed: `history` and a recorded pip
seldom do, and all of them together cost a fifth of a Python start.
"""

import os
import time
from _collections_abc import Callable

from workroot.doors import trees
from workroot.errors import WorkrootError
from workroot.history.generations import Generation
from workroot.history.home import Home
from workroot.history.ledger import EXTERNAL, Ledger
from workroot.pythons import packages

_MANY = 20  # distributions; taking in fewer takes no time that a person notices
_SWEPT_EVERY = 20  # operations
_LONG = 20  # seconds; beside such an operation nobody sees what a sweep takes

Say = Callable[[str], None]


# opening


def as_recorded(
    home: Home,
    say: Say,
) -> Ledger:
    """The ledger of a home, to be read only.

    What is in the venv now is not looked at, and nobody needs to hold the lock.

    Raises WorkrootError: when there is no venv.
    """
    return Ledger(
        home.path,
        home.venv,
        say,
        keep_out=home.keep_out(),
        max_entries=home.settings["max_entries"],
        baseline=home.settings["auto_baseline"],
    )


def opened(
    home: Home,
    say: Say,
    thorough: bool = False,
) -> Ledger:
    """The ledger of a home, brought up to what is in the venv now.

    Args:
        home: of the venv; its lock is held.
        say: called with sentences for the person.
        thorough: every file is looked at, also one that was edited in place.

    Raises WorkrootError: when there is no venv, or the history cannot be read or written.
    """
    ledger = as_recorded(home, say)
    if not home.begun and _count(home) > _MANY:
        say(f"taking in {home.venv} as it is; only the first command has to")
    bring_up(
        ledger,
        home.program,
        thorough,
    )
    home.remember()
    return ledger


def bring_up(
    ledger: Ledger,
    program: str,
    thorough: bool = False,
) -> Generation | None:
    """Finish or take back what was interrupted, and notice what other tools did.

    Args:
        ledger: as it was recorded.
        program: what a person types, for the sentences and the record.
        thorough: see opened.

    Returns:
        The generation of what was noticed; None where there was nothing.
    """
    # First of all: half-way through a change there is nothing to compare with.
    if os.path.lexists(ledger.journal_path):
        exchange, _ = _taking_back()
        exchange.end_interrupted(ledger)
    noticed = catch_up(ledger, thorough)
    # No status: the command that had noted itself was killed before it could say one.
    if noticed and noticed.status is None:
        _take_back(
            ledger,
            noticed,
            program,
        )
    return noticed


def catch_up(
    ledger: Ledger,
    thorough: bool = False,
) -> Generation | None:
    """Notice what was done to the venv meanwhile, and say it.

    Returns:
        The generation of it; None where there was nothing.
    """
    noticed = ledger.catch_up(thorough)
    if noticed and noticed.kind == EXTERNAL:
        changes = ", ".join(map(str, noticed.changes()))
        ledger.say(
            f"noticed what something else changed in {ledger.venv}: {changes}"
            f" (operation {noticed.number})"
        )
    return noticed


def _count(home: Home) -> int:
    """How many distributions are in the venv, about."""
    sites = [os.path.join(home.venv, site) for site in packages.layout(home.venv).sites]
    return sum(name.endswith(".dist-info") for site in sites for name in os.listdir(site))


def _take_back(
    ledger: Ledger,
    interrupted: Generation,
    program: str,
) -> None:
    """Undo what an installer had done when it was killed together with whoever recorded it.

    Where that cannot be, all is left as it is, and said.
    """
    words = " ".join(interrupted.argv) or interrupted.kind
    if not _is_undoable(interrupted):
        ledger.say(f"`{words}` was interrupted and is left as it is")
        return
    try:
        _undo(ledger, program)
        ledger.say(
            f"`{words}` was interrupted; what it had done so far was taken back"
            f" ({program} redo brings it again)"
        )
    except WorkrootError as error:
        ledger.say(f"`{words}` was interrupted and is left as it is: {error.message}")


def _is_undoable(generation: Generation) -> bool:
    """Whether the next undo takes back this one, and not what was done before it.

    No undo takes back a heal.
    """
    return generation.undoable[-1:] == [generation.number]


def _undo(
    ledger: Ledger,
    program: str,
) -> None:
    """Undo the last operation, recorded as if the person had typed it."""
    exchange, plans = _taking_back()
    exchange.carry_out(
        ledger,
        plans.undo(ledger),
        [program, "undo"],
    )


def _taking_back():
    """The modules that take back what was killed or failed."""
    from workroot.history import exchange, plans  # a fifth of a start, and seldom needed here

    return exchange, plans


# recording what an installer does


class Recording:
    """The run of an installer, from right before it to right after it."""

    def __init__(
        self,
        home: Home,
        say: Say,
    ) -> None:
        """Args:
        home: of the venv; its lock is held from begin to end.
        say: called with sentences for the person.
        """
        self.home = home
        self.say = say

    def begin(
        self,
        argv: list[str],
        kind: str,
    ) -> None:
        """To be called right before the change.

        Args:
            argv: what was typed.
            kind: of the operation, as 'install'.

        Raises WorkrootError: when the history cannot be written; the installer must not run then.
        """
        self.ledger = opened(self.home, self.say)
        self.ledger.before(argv, kind)

    def end(self, status: int | None) -> Generation | None:
        """To be called right after it.

        Args:
            status: of the installer; None where it was interrupted.

        Returns:
            What was recorded; None where nothing changed, or a failure was taken back.
        """
        generation = self.ledger.after(status)
        if not status:
            tidy(self.ledger)
            return generation
        # A failed install may have changed something all the same: pip installs one after another.
        if generation and not _is_undoable(generation):
            self.say(f"the command ended with status {status}; what it did so far stays")
            return None
        if generation:
            _undo(self.ledger, self.home.program)
        self.say(f"the command ended with status {status}; the packages are as they were before it")
        return None


# tidying


def tidy(
    ledger: Ledger,
    thorough: bool = False,
) -> None:
    """Let go of what nothing needs any more.

    That is what undos put aside and no redo needs, and at times what no state names. It takes a
    fiftieth of the time that the operation took, and leaves the rest to the next one.

    Args:
        ledger: brought up to what is in the venv.
        thorough: all of it now; else what could not be removed is removed another time.

    Raises WorkrootError: when thorough, and something cannot be removed.
    """
    last = ledger.generations.last()
    # While there is a journal, the parks have what it moves.
    if last is None or os.path.lexists(ledger.journal_path):
        return
    end = time.monotonic() + max(last.seconds / 50, 0.003)
    needed = {str(number) for number in (*last.redoable, last.number)}
    try:
        for park in ledger.parks():
            if os.path.basename(park) in needed:
                continue
            if thorough:
                trees.remove(park)
            elif not trees.remove_until(park, lambda: time.monotonic() > end):
                return
        due = last.number % _SWEPT_EVERY == 0 or last.seconds > _LONG
        if thorough or (ledger.generations.pruned and due):
            from workroot.history import library

            library.sweep(ledger.present)
    except WorkrootError:
        if thorough:
            raise
