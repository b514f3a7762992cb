"""Has a package its metadata twice?

Two pips at once, or one that was killed, leave two dist-info directories of one name: which
version `pip list` and importlib.metadata see is chance. The fix moves all but what was written
last to the trash.
"""

import os
from collections.abc import Iterator

from workroot.doctor.context import DIRECTORY, Context
from workroot.doctor.finding import FAIL, HEALED, Finding, well
from workroot.doctor.healing import aside
from workroot.errors import some

NEEDS = DIRECTORY


def check(context: Context) -> Iterator[Finding]:
    doubles = _doubles(context)
    if not doubles:
        yield well("doubled", "no package is there twice")
        return
    said = [
        f"{name} ({', '.join(map(os.path.basename, paths))})" for name, paths in doubles.items()
    ]
    evidence = f"installed twice at once: {some(said)}"
    cause = "two installations at once, or one that was killed"
    fix = f"move the older of them away: {some(_replaced(doubles))}"
    yield Finding(FAIL, "doubled", evidence, cause, fix, HEALED)


def heal(context: Context, findings: list[Finding]) -> None:
    for path in _replaced(_doubles(context)):
        aside.move(context, path)


def _doubles(context: Context) -> dict[str, list[str]]:
    """name -> the metadata directories of the packages that have several."""
    directories: dict[str, list[str]] = {}
    for one in context.packages:
        path = os.path.join(context.venv_path, one.directory)
        directories.setdefault(one.name, []).append(path)
    return {name: paths for name, paths in directories.items() if len(paths) > 1}


def _replaced(doubles: dict[str, list[str]]) -> list[str]:
    """All but what was written last."""
    replaced = []
    for paths in doubles.values():
        # pip writes the dist-info last, so the newest one is of the files that are there.
        replaced += sorted(paths, key=os.path.getmtime)[:-1]
    return replaced
