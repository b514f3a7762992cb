"""init: the venv of the user tier, its configuration and its baseline; only what is missing."""

import os

from workroot.commands import _arguments, _homes
from workroot.commands._call import Call
from workroot.doors import terminal
from workroot.errors import WorkrootError
from workroot.tiers import tier


def main(call: Call) -> int:
    if not call.user:
        raise WorkrootError(
            "init makes the user tier, which pyctl manages; a workroot is made by new",
            "workroot new DIR --repo PATH",
        )
    made = _arguments.parser(call, "init", "init --python 3.12", directory=False)
    made.add_argument(
        "--python", metavar="P", help="a range, a command or a path, for a venv that is made now"
    )
    given = made.parse_args(call.words)
    places = _homes.user_places(os.environ)
    home = tier.init(places, os.environ, terminal.step, given.python)
    if given.output == "json":
        terminal.json({"venv": home.venv})
        return 0
    terminal.step(f"{home.venv} is ready")
    terminal.next_line("pyctl status")
    return 0
