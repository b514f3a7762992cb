"""outdated: what could be updated, from the index that pip is configured for."""

import os

from workroot.commands import _home
from workroot.doors import terminal
from workroot.errors import WorkrootError

HELP = "what could be updated, from the index that pip is configured for"
_MORE = """
  installed   what is here            allowed   the newest that every other installed package allows
  newest      what the index has for this Python, withdrawn files and pre-releases left out
exit status: 0 nothing newer; 1 something is; 2 the index could not be asked for all of it
"""


def main(argv: list[str]) -> int:
    made = _home.parser("outdated", HELP, "outdated", "outdated --json")
    made.description += "\n" + _MORE
    given = made.parse_args(argv)
    home = _home.meant(given)
    from workroot.locking import graph, lock, outdated, releases
    from workroot.pythons import packages
    from workroot.root import venv_python
    from workroot.standards import target

    here, found = target.of(venv_python(home.venv), os.environ), packages.read(home.venv)
    whole = graph.read(home.venv, found, here)
    sources = releases.Sources(os.environ, home.venv)
    result = outdated.of(
        lock.installed(home.venv, found, whole),
        whole,
        sources,
        here,
        terminal.progress("asking the index"),
    )
    _show(result, given)
    if result.errors:
        name, error = next(iter(result.errors.items()))
        raise WorkrootError(
            f"{len(result.errors)} of the packages could not be looked up; {name}: {error.message}",
            f"{_home.program()} outdated",
        )
    return 1 if result.outdated else 0


def _show(result, given) -> None:
    if given.output == "json":
        errors = {name: error.message for name, error in result.errors.items()}
        terminal.json(
            {
                "outdated": [one._asdict() for one in result.outdated],
                "not_on_the_index": list(result.absent),
                "errors": errors,
            }
        )
        return
    if result.outdated:
        rows = [
            (one.name, one.installed, one.allowed, one.newest, "; ".join(one.held))
            for one in result.outdated
        ]
        terminal.table([("package", "installed", "allowed", "newest", ""), *rows])
    if result.absent:
        terminal.step(
            f"not on the index, or in no version for this Python: {', '.join(result.absent)}"
        )
    names = [one.name for one in result.outdated if one.allowed != one.installed]
    if names:
        terminal.next_line(f"{_home.program()} install --upgrade {' '.join(names)}")
    elif not result.outdated and not result.errors:
        terminal.step("nothing newer")
