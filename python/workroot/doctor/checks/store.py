"""Has the store of this home what the history would put back?

An undo takes the content of packages from there. Where it was removed to free space, an undo has to
fetch what it needs. The fix keeps again what lies unchanged in the venv; nothing is fetched.
"""

import os
from collections.abc import Iterator

from workroot.doctor.context import DIRECTORY, Context
from workroot.doctor.finding import HEALED, Finding, warning, well
from workroot.doors import documents, files
from workroot.doors.documents import Damaged
from workroot.errors import WorkrootError, some
from workroot.history import tree
from workroot.history.generations import VERSION, Generations
from workroot.history.store import Store
from workroot.standards.quoting import quote_sh

NEEDS = DIRECTORY
RECORDED = False  # nothing in the venv changes


def check(context: Context) -> Iterator[Finding]:
    lost = _lost(context)
    if not lost:
        yield well("store", "the store has what is installed")
        return
    names = [f"{one['name']}=={one['version']}" for one in lost]
    evidence = f"{context.home.path}/store has nothing of {some(names)}"
    cause = "it was removed, or not copied with the rest"
    fix = f"{context.program} install --force-reinstall {' '.join(map(quote_sh, names))}"
    yield warning("store", evidence, cause, fix, HEALED)


def heal(context: Context, findings: list[Finding]) -> None:
    """Copy each file back to its place in the store, where the venv has it as it was kept."""
    generations = Generations(context.home.path)
    store = Store(context.home.path + "/store")
    keys = {one["key"] for one in _lost(context)}
    try:
        for content in generations.units(generations.numbers()[-1]).values():
            for directory, record in generations.records(content).items():
                for name, entry in record[-1].items():
                    if tree.is_kept(entry) and entry[tree.KEY] in keys:
                        _keep_again(
                            context,
                            store,
                            tree.join(directory, name),
                            entry,
                        )
    except Damaged as error:
        raise WorkrootError(f"{error.path} is damaged, so nobody knows what was kept") from error


def _keep_again(
    context: Context,
    store: Store,
    path: str,
    entry: tuple,
) -> None:
    """Copy one file of the venv to the store, if it is still what the history recorded."""
    source = os.path.join(context.venv_path, path)
    target = store.file(*tree.place(entry))
    if tree.is_link(entry) or os.path.lexists(target) or not os.path.isfile(source):
        return
    status = os.stat(source)
    # The size and the time are what the history compares as well: an edited file is not kept.
    if (status.st_size, status.st_mtime_ns) == (entry[tree.SIZE], entry[tree.MTIME]):
        files.make_directory(os.path.dirname(target))
        files.copy(
            source,
            target,
            status.st_mode,
            status.st_mtime_ns,
        )


def _lost(context: Context) -> list[dict]:
    """Of what the last operation left and is installed, that of which the store has nothing."""
    generations = Generations(context.home.path)
    numbers = generations.numbers()
    if not numbers:
        return []
    try:
        said = documents.load(generations.path(numbers[-1]), VERSION) or {}
    except WorkrootError:
        return []  # the history's own check names that file
    there = {one.key for one in context.packages}
    return [
        one
        for one in said.get("after", [])
        if one["key"] in there and not os.path.isdir(f"{context.home.path}/store/{one['key']}")
    ]
