"""create [--force]: make the venv, or make it anew."""

from workroot import report, setup
from workroot.commands import _arguments, check

HELP = "make the venv; --force moves the one that is there to .workroot/trash and makes a new one"


def main(argv: list[str]) -> int:
    parser = _arguments.parser("create", HELP, "workroot create", "workroot create --force", "workroot create --force --python 3.13")
    parser.add_argument("--force", action="store_true", help="make it anew; the old one is moved, not deleted")
    parser.add_argument("--python", metavar="P", help="a range, a command or a path, instead of [venv] python")
    parser.add_argument("--offline", action="store_true", help="use no network")
    given = parser.parse_args(argv)
    root = _arguments.the_root(given)
    result = setup.run(root, _arguments.options(force=given.force, python=given.python, offline=given.offline))
    report.step(f"{result.venv.path}: Python {result.venv.text}{'' if result.venv.made else ', adopted as it was'}")
    return check.show(result.findings, "text", only_problems=True)
