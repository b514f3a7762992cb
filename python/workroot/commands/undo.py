"""undo [N]: take back the last N operations, from the store."""

from workroot.commands import _changes, _flags, _held, _homes
from workroot.commands._call import Call
from workroot.doors import terminal
from workroot.history import plans, recording


def main(call: Call) -> int:
    given = _flags.read(call, _parser, numbers=1, dry=True)
    home = _homes.meant(call, given)
    count = given.numbers[0] if given.numbers else 1
    with _held.changing(home):
        history = recording.opened(home, terminal.say)
        last = history.generations.last()
        if last is not None and not last.undoable and not _unnoticed(history, home):
            return _changes.nothing("undo", given)
        plan = recording.planned(home, history, lambda: plans.undo(history, count), terminal.say)
        return _changes.carry_out(call, home, history, plan, given)


def _unnoticed(history, home) -> bool:
    """Whether something else changed the venv meanwhile: then that is what can be undone."""
    recording.noticed(home, history, history.sync(), terminal.say)
    return bool(history.generations.last().undoable)


def _parser(call: Call):
    from workroot.commands import _arguments  # argparse, which most calls do without

    made = _arguments.parser(call, "undo", "undo 3", "undo --dry-run", changes=True)
    made.add_argument(
        "numbers",
        nargs="*",
        type=int,
        metavar="N",
        help="how many operations; 1 where it is left out",
    )
    return made
