"""create [--force]: make the venv, or make it anew."""

import os

from workroot import config as configuration
from workroot.commands import _arguments, _findings, _homes, _wishes
from workroot.commands._call import Call, the_venv
from workroot.doors import terminal
from workroot.environment import setup
from workroot.errors import WorkrootError
from workroot.pythons import interpreter
from workroot.pythons import venv as environments
from workroot.root import Root


def main(call: Call) -> int:
    examples = ("create", "create --force", "create --force --python 3.13")
    made = _arguments.parser(call, *examples, output=False)
    made.add_argument(
        "--force", action="store_true", help="make it anew; the old one is moved, not deleted"
    )
    made.add_argument(
        "--python", metavar="P", help="a range, a command or a path, instead of [venv] python"
    )
    made.add_argument("--offline", action="store_true", help="use no network")
    given = made.parse_args(call.words)
    root = _homes.the_root(call, given)
    # Without --force a venv that is there stays, so another Python than its own is a mistake.
    if given.python and not given.force:
        _refuse_another(root, given.python)
    options = _wishes.options(force=given.force, python=given.python, offline=given.offline)
    result = setup.run(root, options)
    adopted = "" if result.venv.made else ", adopted as it was"
    terminal.step(f"{result.venv.path}: Python {result.venv.text}{adopted}")
    return _findings.show(result.findings, "text", only_problems=True)


def _refuse_another(root: Root, wanted: str) -> None:
    """A venv that is there is kept. Raises WorkrootError where another Python is asked for."""
    config = configuration.read(root, the_venv())
    if environments.state(config.venv.path) == "absent":
        return
    python = interpreter.find(wanted, os.environ)
    venv = environments.inspect(config.venv.path, os.environ)
    # 3.12.1 for 3.12.4 is no other Python to what is installed.
    if python.version[:2] != venv.version[:2]:
        raise WorkrootError(
            f"{venv.path} is there, with Python {venv.text}",
            f"workroot create --force --python {wanted}",
        )
