"""activate: the line to type for a session in each shell."""

from workroot.commands import _arguments, _homes
from workroot.commands._call import Call
from workroot.doors import terminal
from workroot.standards.quoting import quote_fish, quote_pwsh, quote_sh


def main(call: Call) -> int:
    given = _arguments.parser(call, "activate", "activate --json").parse_args(call.words)
    root = _homes.the_root(call, given)
    lines = {
        "sh": f". {quote_sh(root.bootstrap_sh)}",
        "fish": f". {quote_fish(root.bootstrap_fish)}",
        "powershell": f". {quote_pwsh(root.bootstrap_ps1)}",
    }
    if given.output == "json":
        terminal.json(lines)
    else:
        terminal.table(list(lines.items()))
    return 0
