"""redo: take back the last undo."""

from workroot.commands import _changes, _flags, _held, _homes
from workroot.commands._call import Call
from workroot.doors import terminal
from workroot.history import operation, plans


def main(call: Call) -> int:
    given = _flags.read(call, _parser, dry=True)
    home = _homes.meant(call, given)
    with _held.changing(home):
        history = operation.opened(home, terminal.say)
        try:
            plan = plans.redo(history)
        except plans.Nothing as nothing:
            return _changes.nothing(nothing.kind, given)
        return _changes.carry_out(call, home, history, plan, given)


def _parser(call: Call):
    return _flags.parser(call, "redo", "redo --dry-run", changes=True)
