"""activate: the line to type for a session in each shell."""

from workroot.commands import _arguments
from workroot.doors import terminal
from workroot.standards.quoting import quote_fish, quote_pwsh, quote_sh

HELP = "the line to type for a session, in each shell"


def main(argv: list[str]) -> int:
    parser = _arguments.parser(
        "activate", HELP, "workroot activate", "workroot activate --json", output=True
    )
    given = parser.parse_args(argv)
    root = _arguments.the_root(given)
    lines = {
        "sh": f". {quote_sh(root.bootstrap_sh)}",
        "powershell": f". {quote_pwsh(root.bootstrap_ps1)}",
        "fish": f"{quote_fish(root.command)} env -C {quote_fish(root.path)} --format fish | source",
    }
    if given.output == "json":
        terminal.json(lines)
    else:
        terminal.table(list(lines.items()))
    return 0
