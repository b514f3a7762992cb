"""restore NAME|N|FILE: bring back a snapshot's set, an operation's, or another machine's file's."""

import os

from workroot.commands import _arguments, _changes, _held, _homes
from workroot.commands._call import Call
from workroot.doors import shell, terminal
from workroot.errors import WorkrootError
from workroot.history import operation, plans
from workroot.installers import checkouts, exact


def main(call: Call) -> int:
    made = _arguments.parser(
        call,
        "restore dev-tools",
        "restore 12",
        "restore ./laptop.json",
        "restore ./frozen.txt --dry-run",
        "restore -   # a list from a pipe",
        changes=True,
        destroys=True,
    )
    made.add_argument("which", metavar="NAME|N|FILE")
    given = made.parse_args(call.words)
    home = _homes.meant(call, given)
    with _held.changing(home):
        history = operation.opened(home, terminal.say, thorough=True)
        which = _listed(history, given.which)
        if not _is_file(history, which):
            plan = plans.restore(history, which)
            return _changes.carry_out(call, home, history, plan, given)
        wanted = _wanted(which, home, given)
        plan = plans.exactly(history, wanted, which)
        astray = checkouts.strayed(wanted, history.present.packages, os.environ)
        status = 0
        # Where a checkout is another one, that nothing has to be installed is no good news.
        if not (astray and plan.swap.empty and not plan.missing):
            status = _changes.carry_out(call, home, history, plan, given)
    for one in astray:
        way = f"git -C {shell.spelling().quote(one.directory)} checkout {one.named}"
        terminal.error(WorkrootError(str(one), f"{way}, where your work there allows it"))
    return 1 if astray else status


def _wanted(which: str, home, given) -> list:
    wanted = exact.read(which, home, os.environ)
    if not wanted and not given.yes:
        # A pipe whose writer failed, or a list that was never written, asks for nothing.
        raise WorkrootError(
            f"{which} names no package: to restore it would take all of them away",
            "add --yes where that is meant",
        )
    return wanted


def _listed(history, which: str) -> str:
    """The file of a list that an earlier pyctl left under this name, else the name."""
    if which == "-":
        return "/dev/stdin"
    return history.generations.lists().get(which, which)


def _is_file(history, which: str) -> bool:
    if os.sep in which or which.endswith((".json", ".txt")):
        return True
    known = which.isdecimal() or any(one.name == which for one in history.snapshots())
    # A pipe of a name is read like a file; a directory of the repo may have a snapshot's name.
    return not known and os.path.exists(which) and not os.path.isdir(which)
