"""Has the store of this home what the history would put back?

An undo takes the content of packages from there. Where it was removed to free space, an undo has
to fetch what it needs, if the index still has that.
"""

import os
from collections.abc import Iterator

from workroot.doctor.context import DIRECTORY, Context
from workroot.doctor.finding import Finding, warning, well
from workroot.doors import documents
from workroot.errors import WorkrootError, some
from workroot.history.generations import VERSION, Generations
from workroot.standards.quoting import quote_sh

NEEDS = DIRECTORY


def check(context: Context) -> Iterator[Finding]:
    lost = _lost(context)
    if not lost:
        yield well("store", "the store has what is installed")
        return
    names = [f"{name}=={version}" for name, version in lost]
    evidence = f"{context.home.path}/store has nothing of {some(names)}"
    cause = "it was removed, or not copied with the rest"
    fix = f"{context.program} install --force-reinstall {' '.join(map(quote_sh, names))}"
    yield warning("store", evidence, cause, fix)


def _lost(context: Context) -> list[tuple[str, str]]:
    """Name and version of what the last operation left and the store does not have."""
    home = context.home
    numbers = Generations(home.path).numbers()
    if not numbers:
        return []
    try:
        said = documents.load(Generations(home.path).path(numbers[-1]), VERSION) or {}
    except WorkrootError:
        return []  # the history's own check names that file
    there = {one.key for one in context.packages}
    lost = []
    for one in said.get("after", []):
        kept = os.path.isdir(f"{home.path}/store/{one['key']}")
        if one["key"] in there and not kept:
            lost.append((one["name"], one["version"]))
    return lost
