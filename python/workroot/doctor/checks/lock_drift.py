"""Is installed what the lock says?

`workroot lock` wrote what there was, pinned and hashed. Something was installed, upgraded or
removed since: either the lock is to be written again, or the environment to be brought back to
it.
"""

from collections.abc import Iterator

from workroot.doctor.context import PYTHON, Context
from workroot.doctor.finding import Finding, warning, well
from workroot.doors import files
from workroot.errors import WorkrootError, some
from workroot.locking import graph, lock, lockfile
from workroot.root import lock_files, venv_python
from workroot.standards import target

NEEDS = PYTHON


def check(context: Context) -> Iterator[Finding]:
    found = False
    for path in lock_files(context.home.top, context.home.name):
        text = files.text_by_hand(path)
        # A requirements.lock.txt of another tool's has rules of its own.
        if text is None or not lockfile.ours(text):
            continue
        changes = _differences(context, path, text)
        if changes:
            found = True
            evidence = f"{path}: {some(changes)}"
            cause = "packages were installed or removed after it was written"
            yield warning(
                "lock-drift",
                evidence,
                cause,
                f"{context.program} lock",
            )
    if not found:
        yield well("lock-drift", "no lock differs from what is installed")


def _differences(context: Context, path: str, text: str) -> list[str]:
    try:
        python = target.of(venv_python(context.venv_path), context.environ)
        needs = graph.read(context.venv_path, context.packages, python)
        entries = lock.installed(context.venv_path, context.packages, needs)
        changes = lock.differences(lockfile.read(path, text, python), entries)
    except WorkrootError:
        return []  # of another Python or system, or doubled packages: that is said elsewhere
    # Without the words behind the '#': a finding has its own.
    return [str(change).partition("   #")[0] for change in changes]
