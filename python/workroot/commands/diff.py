"""diff [N | A B]: what an operation changed, or what lies between two."""

import sys

from workroot.commands import _home
from workroot.doors import terminal

HELP = "what operation N changed (by default the last), or the difference between the sets after A and B"


def main(argv: list[str]) -> int:
    given = _parser().parse_args(argv)
    home = _home.meant(given)
    with _home.spelled():
        changes = _home.seen(home, lambda history: history.diff(*given.numbers[:2]))
    if given.output == "json":
        terminal.json(_home.described(changes))
    elif not changes:
        terminal.step("no package differs")
    else:
        _home.show_changes(home, changes, sys.stdout)
    return 0


def _parser():
    made = _home.parser("diff", HELP, "diff", "diff 12", "diff 3 12")
    made.add_argument("numbers", nargs="*", type=int, metavar="N", help="an operation, or two")
    parse = made.parse_args

    def checked(argv: list[str]):
        found = parse(argv)
        if len(found.numbers) > 2:
            made.error("name one operation or two")
        return found

    made.parse_args = checked
    return made
