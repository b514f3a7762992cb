"""diff [N | A B]: what an operation changed, or what lies between two."""

import sys

from workroot.commands import _changes, _flags, _held, _homes
from workroot.commands._call import Call
from workroot.doors import terminal


def main(call: Call) -> int:
    given = _flags.read(call, _parser, numbers=2)
    home = _homes.meant(call, given, waits=False)
    changes = _held.seen(home, lambda history: history.diff(*given.numbers))
    if given.output == "json":
        terminal.json(_changes.document(changes))
    elif not changes:
        terminal.step("no package differs")
    else:
        _changes.show(changes, sys.stdout)
    return 0


def _parser(call: Call):
    made = _flags.parser(call, "diff", "diff 12", "diff 3 12")
    made.add_argument("numbers", nargs="*", type=int, metavar="N", help="an operation, or two")
    return made
