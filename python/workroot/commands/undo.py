"""undo [N]: take back the last N operations, from the store."""

from workroot import report
from workroot.commands import _home

HELP = "take back the last operation, or the last N; offline and exact"


def main(argv: list[str]) -> int:
    given = _home.given(argv, _parser, number=True)
    home = _home.meant(given)
    from workroot import plans, recording

    with _home.spelled(), _home.locked(home):
        history = recording.opened(home, report.say)
        last = history.generations.last()
        if last is not None and not last.undoable and not _unnoticed(history, home):
            return _home.nothing("undo", given)
        plan = recording.planned(home, history, lambda: plans.undo(history, 1 if given.number is None else given.number), report.say)
        return _home.carry_out(home, history, plan, _home.typed("undo", argv), given)


def _unnoticed(history, home) -> bool:
    """Whether something else changed the venv meanwhile: then that is what can be undone."""
    from workroot import recording

    recording.noticed(home, history, history.sync(), report.say)
    return bool(history.generations.last().undoable)


def _parser():
    made = _home.parser("undo", HELP, "undo", "undo 3", "undo --dry-run", changes=True)
    made.add_argument("number", nargs="?", type=int, metavar="N", help="how many operations; 1 where it is left out")
    return made
