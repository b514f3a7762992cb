"""What is shown of a change of the packages: one that was planned, one that an installer made."""

import os
import sys

from workroot import root
from workroot.commands import _shims
from workroot.commands._call import Call
from workroot.doors import terminal
from workroot.errors import Command, WorkrootError, some
from workroot.history.home import Home

_COLORS = {"+": terminal.GREEN, "-": terminal.RED, "~": terminal.YELLOW}


def show(changes: list, stream) -> None:
    """One line a change."""
    for change in changes:
        line = terminal.printable(str(change))
        terminal.data(terminal.painted(line, _COLORS.get(line[0], ""), stream), stream)
    terminal.flush()


def document(changes: list) -> dict:
    """The same for programs."""
    return {"changes": [change.document() for change in changes]}


def nothing(kind: str, given) -> int:
    """There is none of that kind to take back."""
    if given.output == "json":
        terminal.json({"operation": None, "kind": kind, **document([])})
    terminal.say(f"there is nothing to {kind}")
    return 1


def carry_out(call: Call, home: Home, history, plan, given) -> int:
    """Do what was planned, or say what would be done, and end with the next command."""
    if given.dry_run:
        return _would(plan, given)
    # Not for a dry run: what exchanges and fetches costs a fifth of a start.
    from workroot.history import exchange, operation

    generation = exchange.carry_out(history, plan, call.typed, _fetching(home))
    operation.tidy(history)
    _shims.renew(home)
    if plan.lost:
        terminal.say(f"not brought back, as the store no longer has it: {some(plan.lost)}")
    if plan.edited:
        terminal.say(f"came back as somebody had changed it: {some(plan.edited)}")
    problem = _not_starting(home)
    if given.output == "json":
        done(plan.kind, generation)
    elif problem:
        show(generation.changes() if generation else [], sys.stdout)
    elif generation is None:
        terminal.step("nothing to do: that is what is installed")
    else:
        show(generation.changes(), sys.stdout)
        what = plan.what.removeprefix("the ")
        terminal.step(f"{what}: done, as operation {generation.number}")
        terminal.next_line(call.line("redo" if plan.kind == "undo" else "undo"))
    if problem:
        terminal.error(problem)
        return 1
    return _broken(plan)


def _not_starting(home: Home) -> WorkrootError | None:
    """What is wrong with the Python of the venv as it is now: packages alone are of no use."""
    from workroot.pythons import started  # a dry run reads nothing back

    if started.starts(home.venv, f"{home.path}/history/python", os.environ):
        return None
    return WorkrootError(
        f"the packages are as they were, but the Python of {home.venv} does not start",
        Command("doctor --fix"),
    )


def _broken(plan) -> int:
    """The status of what was carried out: 1 where a package came without some of its files."""
    if not plan.broken:
        return 0
    names = some([str(one) for one in plan.broken])
    problem = f"{names}: files were gone already when it was taken away, and no store has them"
    terminal.error(WorkrootError(problem, Command("doctor --fix")))
    return 1


def done(kind: str, generation) -> None:
    """The document about what was done; generation: None where nothing had to be."""
    number = generation.number if generation else None
    changes = generation.changes() if generation else []
    terminal.json({"operation": number, "kind": kind, **document(changes)})


def _fetching(home: Home):
    """What installs the exact versions that the store lacks. Most undos need none of it."""

    def fetch(missing: list) -> bool:
        from workroot.installers.exact import fetching

        return fetching(home, os.environ, terminal.say)(missing)

    return fetch


def _would(plan, given) -> int:
    if given.output == "json":
        missing = [one.requirement for one in plan.missing]
        said = {"dry_run": True, "kind": plan.kind, **document(plan.changes)}
        terminal.json({**said, "fetch": missing, "lost": plan.lost})
        return 0
    show(plan.changes, sys.stdout)
    for one in plan.missing:
        terminal.step(f"would fetch {one.requirement}: the store does not have it as it was")
    terminal.step(f"would be {plan.what.removeprefix('the ')}; nothing was changed")
    return 0


def recorded(home: Home, recording, status: int) -> None:
    """Record the end of an installer's run and show what it changed.

    What goes wrong here is said; the status stays the installer's.
    """
    try:
        generation = recording.end(status)
        _shims.renew(home)
    except WorkrootError as error:
        problem = f"what was done could not be recorded: {error.message}"
        terminal.error(WorkrootError(problem, error.hint))
        return
    changes = generation.changes() if generation else []
    wanted = home.settings["show_diff_after_install"] and not terminal.manner.quiet
    if changes and wanted:
        show(changes, sys.stderr)
        terminal.next_line(f"{home.program} undo{_elsewhere(home)}")


def _elsewhere(home: Home) -> str:
    """What leads a command to this home where the current directory is another workroot's."""
    if home.tier == "user":
        return ""
    try:
        here = root.find(None, home.top).path
    except WorkrootError:  # the directory that this was typed in is gone
        return ""
    if here == home.top:
        return ""
    return f" -C {root.spelling().quote(home.top)}"
