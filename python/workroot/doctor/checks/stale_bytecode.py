"""Is there bytecode in the repo whose source is gone?

A module.pyc outside of __pycache__ imports like a module. After a rename or a change of branch it
is the old code that runs, with no file to read.
"""

import os
from collections.abc import Iterator

from workroot.doctor.context import ANYTHING, Context
from workroot.doctor.finding import Finding, warning, well
from workroot.errors import some

NEEDS = ANYTHING
_DEEP = 4  # directories; deeper ones are data more often than code


def check(context: Context) -> Iterator[Finding]:
    found = []
    for top in context.import_paths:
        found += _stale(top)
    if not found:
        yield well("stale-bytecode", "no bytecode stands alone in the repo")
        return
    cause = "its source was renamed or removed, and the bytecode beside it was not"
    fix = f"rm {' '.join(found)}"
    yield warning(
        "stale-bytecode",
        f"{some(found)} imports with no source",
        cause,
        fix,
    )


def _stale(top: str) -> list[str]:
    """Bytecode in a directory and below that imports with no source."""
    found = []
    for directory, names, plain in os.walk(top):
        deep = directory[len(top) :].count(os.sep) >= _DEEP
        # os.walk goes into what stays in that very list.
        names[:] = [] if deep else [one for one in names if one.isidentifier()]
        if "__pycache__" in names:
            names.remove("__pycache__")
        there = set(plain)
        for name in plain:
            stem, ending = os.path.splitext(name)
            if ending == ".pyc" and f"{stem}.py" not in there:
                found.append(os.path.join(directory, name))
    return sorted(found)
