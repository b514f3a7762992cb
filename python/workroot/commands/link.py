"""link: renew the link for what a build has made since; what a build calls at its end."""

from workroot.commands import _arguments, _homes, _wishes
from workroot.commands._call import Call
from workroot.doors import terminal
from workroot.environment import setup


def main(call: Call) -> int:
    examples = ("link", "link -q -C PROJECT   # after a native module was built")
    given = _arguments.parser(call, *examples, output=False).parse_args(call.words)
    changed = setup.relink(_homes.the_root(call, given), _wishes.options())
    terminal.step("the link is renewed" if changed else "the link is as it should be")
    return 0
