"""`setup --test`: the kit's own tests in the kit's own environment, one process a core."""

import os
import sys
from collections.abc import Sequence

from workroot import root
from workroot.commands import _wishes
from workroot.doors import process, terminal
from workroot.environment import setup
from workroot.errors import WorkrootError

# What tests/selection.py makes of each option, in the words of the first line.
PLAYED = {
    "--quick": "each promise in one of the shells that are here",
    "--rest": "what the default leaves out",
    "--all": "every test, and every row of each table",
}
BY_DEFAULT = "each promise in every shell that is here (--quick: in a minute, --all: everything)"


def run(arguments: Sequence[str]) -> int:
    """Set the kit up and hand the arguments to pytest; gives its status."""
    kit = root.Root(root.KIT)
    if not os.path.isdir(kit.inside("tests")):
        raise WorkrootError(
            f"the kit at {kit.path} is without its tests",
            "run them in a clone of the kit; those of a project: python -m pytest",
        )
    processes = [] if _says_how_many(arguments) else ["-n", _cores(), "--dist", "worksteal"]
    terminal.step(_first_line(arguments))
    result = setup.run(kit, _wishes.options()._replace(venv_name="", show=False))
    sys.stdout.flush()
    # Every worker reads the tests with their asserts rewritten: kept, that is done once for all.
    environ = {**process.scrubbed(os.environ), "PYTHONPYCACHEPREFIX": kit.pycache}
    argv = [result.venv.python, "-m", "pytest", *processes, *arguments]
    return process.passthrough(argv, env=environ, cwd=kit.path)


def _first_line(arguments: Sequence[str]) -> str:
    chosen = [said for option, said in PLAYED.items() if option in arguments]
    return f"tests: {chosen[0] if chosen else BY_DEFAULT}"


def _says_how_many(arguments: Sequence[str]) -> bool:
    """Whether pytest is told how many processes to use: -n0, -n 4, --numprocesses=2."""
    return any(word.startswith(("-n", "--numprocesses")) for word in arguments)


def _cores() -> str:
    """The cores that this process may use; '0', one process and no more, where that is one."""
    if hasattr(os, "sched_getaffinity"):
        cores = len(os.sched_getaffinity(0))
    else:
        cores = os.cpu_count() or 1
    return str(cores) if cores > 1 else "0"
