"""init: the venv of the user tier, its configuration and its baseline; only what is missing."""

import os

from workroot.commands import _home
from workroot.doors import terminal
from workroot.errors import WorkrootError

HELP = "make what is missing of your own environment (pyctl)"


def main(argv: list[str]) -> int:
    if not _home.user:
        raise WorkrootError(
            "init makes the user tier, which pyctl manages; a workroot is made by new",
            "workroot new DIR --repo PATH",
        )
    made = _home.parser("init", HELP, "init", "init --python 3.12")
    made.add_argument(
        "--python", metavar="P", help="a range, a command or a path, for a venv that is made now"
    )
    given = made.parse_args(argv)
    terminal.quiet = terminal.quiet or given.quiet
    from workroot.tiers import tier

    home = tier.init(_home.user_places(os.environ), os.environ, terminal.step, given.python)
    if given.output == "json":
        terminal.json({"venv": home.venv})
        return 0
    terminal.step(f"{home.venv} is ready")
    terminal.next_line("pyctl status")
    return 0
