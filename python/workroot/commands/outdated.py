"""outdated: what could be updated, from the index that pip is configured for."""

import os

from workroot.commands import _arguments, _homes
from workroot.commands._call import Call
from workroot.doors import terminal
from workroot.errors import Command, WorkrootError
from workroot.locking import graph, lock, outdated, releases
from workroot.pythons import packages
from workroot.root import venv_python
from workroot.standards import target

_MORE = """
  installed   what is here
  allowed     the newest that every other installed package allows
  newest      what the index has for this Python, withdrawn files and pre-releases left out
exit status: 0 nothing newer; 1 something is; 2 the index could not be asked for all of it
"""


def main(call: Call) -> int:
    made = _arguments.parser(call, "outdated", "outdated --json")
    made.explain(_MORE)
    given = made.parse_args(call.words)
    result = _looked_up(_homes.meant(call, given))
    if given.output == "json":
        terminal.json(_document(result))
    else:
        _show(call, result)
    # What could be asked for is shown before: one package that fails hides no other.
    if result.errors:
        name, error = next(iter(result.errors.items()))
        count = len(result.errors)
        raise WorkrootError(
            f"{count} of the packages could not be looked up; {name}: {error.message}",
            Command("outdated"),
        )
    return 1 if result.outdated else 0


def _looked_up(home):
    here = target.of(venv_python(home.venv), os.environ)
    found = packages.read(home.venv)
    whole = graph.read(home.venv, found, here)
    entries = lock.installed(home.venv, found, whole)
    sources = releases.Sources(os.environ, home.venv)
    return outdated.of(entries, whole, sources, here, terminal.progress("asking the index"))


def _document(result) -> dict:
    return {
        "outdated": [one._asdict() for one in result.outdated],
        "not_on_the_index": list(result.absent),
        "errors": {name: error.message for name, error in result.errors.items()},
    }


def _show(call: Call, result) -> None:
    if result.outdated:
        rows = [("package", "installed", "allowed", "newest", "")]
        for one in result.outdated:
            rows.append((one.name, one.installed, one.allowed, one.newest, "; ".join(one.held)))
        terminal.table(rows)
    if result.absent:
        names = ", ".join(result.absent)
        terminal.step(f"not on the index, or in no version for this Python: {names}")
    names = [one.name for one in result.outdated if one.allowed != one.installed]
    if names:
        terminal.next_line(call.line(f"install --upgrade {' '.join(names)}"))
    elif not result.outdated and not result.errors:
        terminal.step("nothing newer")
