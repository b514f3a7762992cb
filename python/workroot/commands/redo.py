"""redo: take back the last undo."""

from workroot.commands import _changes, _flags, _held, _homes
from workroot.commands._call import Call
from workroot.doors import terminal
from workroot.history import plans, recording


def main(call: Call) -> int:
    given = _flags.read(call, _parser, dry=True)
    home = _homes.meant(call, given)
    with _held.changing(home):
        history = recording.opened(home, terminal.say)
        last = history.generations.last()
        if last is None or not last.redoable:
            return _changes.nothing("redo", given)
        plan = recording.planned(home, history, lambda: plans.redo(history), terminal.say)
        return _changes.carry_out(call, home, history, plan, given)


def _parser(call: Call):
    from workroot.commands import _arguments  # argparse, which most calls do without

    return _arguments.parser(call, "redo", "redo --dry-run", changes=True)
