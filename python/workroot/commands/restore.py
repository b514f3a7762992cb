"""restore NAME|N|FILE: bring back the set of a snapshot, of an operation, or of a file from another machine."""

import os

from workroot.commands import _home
from workroot.doors import terminal

HELP = "bring back a snapshot, the set after operation N, or the set that a snapshot file or requirements file of another machine names"


def main(argv: list[str]) -> int:
    made = _home.parser(
        "restore",
        HELP,
        "restore dev-tools",
        "restore 12",
        "restore ./laptop.json",
        "restore ./frozen.txt --dry-run",
        changes=True,
    )
    made.add_argument("which", metavar="NAME|N|FILE")
    given = made.parse_args(argv)
    home = _home.meant(given)
    from workroot.history import recording

    with _home.spelled(), _home.locked(home):
        history = recording.opened(home, terminal.say)
        plan = recording.planned(
            home, history, lambda: _plan(home, history, given.which), terminal.say
        )
        return _home.carry_out(home, history, plan, _home.typed("restore", argv), given)


def _plan(home, history, which: str):
    from workroot.history import plans
    from workroot.installers import exact

    return (
        plans.exactly(history, exact.read(which, home, os.environ), which)
        if _is_file(history, which)
        else plans.restore(history, which)
    )


def _is_file(history, which: str) -> bool:
    if os.sep in which or which.endswith((".json", ".txt")):
        return True
    known = which.isdecimal() or any(one.name == which for one in history.snapshots())
    return not known and os.path.isfile(which)
