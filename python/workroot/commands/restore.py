"""restore NAME|N|FILE: bring back a snapshot's set, an operation's, or another machine's file's."""

import os

from workroot.commands import _arguments, _changes, _held, _homes
from workroot.commands._call import Call
from workroot.doors import terminal
from workroot.errors import WorkrootError
from workroot.history import operation, plans
from workroot.installers import exact


def main(call: Call) -> int:
    made = _arguments.parser(
        call,
        "restore dev-tools",
        "restore 12",
        "restore ./laptop.json",
        "restore ./frozen.txt --dry-run",
        changes=True,
        destroys=True,
    )
    made.add_argument("which", metavar="NAME|N|FILE")
    given = made.parse_args(call.words)
    home = _homes.meant(call, given)
    with _held.changing(home):
        history = operation.opened(home, terminal.say, thorough=True)
        plan = _plan(home, history, given)
        return _changes.carry_out(call, home, history, plan, given)


def _plan(home, history, given):
    which = given.which
    if not _is_file(history, which):
        return plans.restore(history, which)
    wanted = exact.read(which, home, os.environ)
    if not wanted and not given.yes:
        # A pipe whose writer failed, or a list that was never written, asks for nothing.
        raise WorkrootError(
            f"{which} names no package: to restore it would take all of them away",
            "add --yes where that is meant",
        )
    return plans.exactly(history, wanted, which)


def _is_file(history, which: str) -> bool:
    if os.sep in which or which.endswith((".json", ".txt")):
        return True
    known = which.isdecimal() or any(one.name == which for one in history.snapshots())
    return not known and os.path.isfile(which)
