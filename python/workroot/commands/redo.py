"""redo: take back the last undo."""

from workroot.commands import _home
from workroot.doors import terminal

HELP = "take back the last undo"


def main(argv: list[str]) -> int:
    given = _home.given(argv, _parser)
    home = _home.meant(given)
    from workroot.history import plans, recording

    with _home.spelled(), _home.locked(home):
        history = recording.opened(home, terminal.say)
        last = history.generations.last()
        if last is None or not last.redoable:
            return _home.nothing("redo", given)
        plan = recording.planned(home, history, lambda: plans.redo(history), terminal.say)
        return _home.carry_out(home, history, plan, _home.typed("redo", argv), given)


def _parser():
    return _home.parser("redo", HELP, "redo", "redo --dry-run", changes=True)
