"""create [--force]: make the venv, or make it anew."""

import os

from workroot import config as configuration
from workroot.commands import _arguments, check
from workroot.doors import terminal
from workroot.environment import setup
from workroot.errors import WorkrootError
from workroot.pythons import interpreter
from workroot.pythons import venv as environments
from workroot.root import Root

HELP = "make the venv; --force moves the one that is there to .workroot/trash and makes a new one"


def main(argv: list[str]) -> int:
    parser = _arguments.parser(
        "create",
        HELP,
        "workroot create",
        "workroot create --force",
        "workroot create --force --python 3.13",
    )
    parser.add_argument(
        "--force", action="store_true", help="make it anew; the old one is moved, not deleted"
    )
    parser.add_argument(
        "--python", metavar="P", help="a range, a command or a path, instead of [venv] python"
    )
    parser.add_argument("--offline", action="store_true", help="use no network")
    given = parser.parse_args(argv)
    root = _arguments.the_root(given)
    if given.python and not given.force:
        _refuse_another(root, given.python)
    result = setup.run(
        root, _arguments.options(force=given.force, python=given.python, offline=given.offline)
    )
    terminal.step(
        f"{result.venv.path}: Python {result.venv.text}{'' if result.venv.made else ', adopted as it was'}"
    )
    return check.show(result.findings, "text", only_problems=True)


def _refuse_another(root: Root, wanted: str) -> None:
    """A venv that is there is kept. Raises WorkrootError where it is not of the Python that was asked for."""
    config = configuration.read(root, os.environ.get("WORKROOT_VENV", ""))
    if environments.state(config.venv.path) == "absent":
        return
    python, venv = (
        interpreter.find(wanted, os.environ),
        environments.inspect(config.venv.path, os.environ),
    )
    if python.version[:2] != venv.version[:2]:
        raise WorkrootError(
            f"{venv.path} is there, with Python {venv.text}",
            f"workroot create --force --python {wanted}",
        )
