"""undo [N]: take back the last N operations, from the store."""

from workroot.commands import _home
from workroot.doors import terminal

HELP = "take back the last operation, or the last N; offline and exact"


def main(argv: list[str]) -> int:
    given = _home.given(argv, _parser, number=True)
    home = _home.meant(given)
    from workroot.history import plans, recording

    with _home.spelled(), _home.locked(home):
        history = recording.opened(home, terminal.say)
        last = history.generations.last()
        if last is not None and not last.undoable and not _unnoticed(history, home):
            return _home.nothing("undo", given)
        plan = recording.planned(
            home,
            history,
            lambda: plans.undo(history, 1 if given.number is None else given.number),
            terminal.say,
        )
        return _home.carry_out(home, history, plan, _home.typed("undo", argv), given)


def _unnoticed(history, home) -> bool:
    """Whether something else changed the venv meanwhile: then that is what can be undone."""
    from workroot.history import recording

    recording.noticed(home, history, history.sync(), terminal.say)
    return bool(history.generations.last().undoable)


def _parser():
    made = _home.parser("undo", HELP, "undo", "undo 3", "undo --dry-run", changes=True)
    made.add_argument(
        "number",
        nargs="?",
        type=int,
        metavar="N",
        help="how many operations; 1 where it is left out",
    )
    return made
