"""Does PYTHONPATH put something before the packages, or name what is not there?

Its entries come before the standard library and before every package, for each Python that this
shell starts: a module in one of them wins over the one of the same name that is installed, or
that the repo has.
"""

import os
from collections.abc import Iterator

from workroot.doctor.context import PYTHON, Context
from workroot.doctor.finding import Finding, warning, well
from workroot.doors import files
from workroot.errors import some

NEEDS = PYTHON
_CAUSE = "a startup file of this shell, or whoever started it, has set PYTHONPATH"


def check(context: Context) -> Iterator[Finding]:
    value = context.environ.get("PYTHONPATH", "")
    entries = [entry for entry in value.split(os.pathsep) if entry]
    absent = [entry for entry in entries if not os.path.exists(entry)]
    if absent:
        fix = "take it out of PYTHONPATH, or unset PYTHONPATH"
        evidence = f"PYTHONPATH names {some(absent)}, which is not there"
        yield warning("pythonpath-gone", evidence, _CAUSE, fix)
    others = _names_of_others(context)
    found = False
    for entry in entries:
        # An entry that has only modules of its own is what PYTHONPATH is for.
        names = sorted(_modules(entry) & others.keys())
        for name in names:
            found = True
            evidence = f"import {name} takes {entry}, by PYTHONPATH, not {others[name]}"
            fix = "unset PYTHONPATH, or rename one of the two"
            yield warning("pythonpath", evidence, _CAUSE, fix)
    if not absent and not found:
        yield well("pythonpath", "PYTHONPATH is before nothing" if entries else "not set")


def _names_of_others(context: Context) -> dict[str, str]:
    """Module -> where it would come from, were it not for PYTHONPATH."""
    named = dict.fromkeys(context.python_facts.get("standard", []), "the standard library")
    for place in (*context.sites, *context.import_paths):
        for name in _modules(place):
            named.setdefault(name, place)
    return named


def _modules(directory: str) -> set[str]:
    """The top-level modules of a directory; a directory counts when it holds Python."""
    found = set()
    for entry in files.names(directory):
        name, _, ending = entry.partition(".")
        inside = os.path.join(directory, entry, "__init__.py")
        # x.cpython-312-x86_64-linux-gnu.so is the module x.
        if name.isidentifier() and (ending == "py" or ending.endswith(("so", "pyd"))):
            found.add(name)
        elif entry.isidentifier() and os.path.isfile(inside):
            found.add(entry)
    return found
