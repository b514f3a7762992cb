"""link: renew the link for what a build has made since; what a build calls when a native module is done."""

from workroot.commands import _arguments
from workroot.doors import terminal
from workroot.environment import setup

HELP = "renew the link alone, for the modules that a build has made since"


def main(argv: list[str]) -> int:
    parser = _arguments.parser(
        "link",
        HELP,
        "workroot link",
        "workroot link -q -C PROJECT   # after a native module was built",
    )
    root = _arguments.the_root(parser.parse_args(argv))
    changed = setup.relink(root, _arguments.options())
    terminal.step("the link is renewed" if changed else "the link is as it should be")
    return 0
