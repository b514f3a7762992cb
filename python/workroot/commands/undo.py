"""undo [N]: take back the last N operations, from the store."""

from workroot.commands import _changes, _flags, _held, _homes
from workroot.commands._call import Call
from workroot.doors import terminal
from workroot.history import operation, plans


def main(call: Call) -> int:
    given = _flags.read(call, _parser, numbers=1, dry=True)
    home = _homes.meant(call, given)
    count = given.numbers[0] if given.numbers else 1
    with _held.changing(home):
        history = operation.opened(home, terminal.say)
        try:
            plan = plans.undo(history, count)
        except plans.Nothing as nothing:
            return _changes.nothing(nothing.kind, given)
        return _changes.carry_out(call, home, history, plan, given)


def _parser(call: Call):
    made = _flags.parser(call, "undo", "undo 3", "undo --dry-run", changes=True)
    made.add_argument(
        "numbers",
        nargs="*",
        type=int,
        metavar="N",
        help="how many operations; 1 where it is left out",
    )
    return made
