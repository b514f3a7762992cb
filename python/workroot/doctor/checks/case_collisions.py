"""Do two names in site-packages differ only in case?

They are two files on Linux and one on macOS and Windows, so what imports here fails, or is
another, there.
"""

import os
from collections.abc import Iterator

from workroot.doctor.context import DIRECTORY, Context
from workroot.doctor.finding import Finding, warning, well
from workroot.doors import files
from workroot.errors import some

NEEDS = DIRECTORY


def check(context: Context) -> Iterator[Finding]:
    found = False
    # Of the repo as well: git on macOS checks out only one of two such files.
    for place in (*context.sites, *context.import_paths):
        same: dict[str, list[str]] = {}
        for name in sorted(files.names(place)):
            # Only what can be imported; a dist-info is known by the name in its METADATA.
            if name.partition(".")[0].isidentifier() and not name.endswith("-info"):
                same.setdefault(name.lower(), []).append(os.path.join(place, name))
        for paths in same.values():
            if len(paths) > 1:
                found = True
                cause = "two packages, or two modules, have one name on other systems"
                fix = "rename one, or uninstall the package that you do not need"
                yield warning(
                    "case-collisions",
                    f"{some(paths)} differ only in case",
                    cause,
                    fix,
                )
    if not found:
        yield well("case-collisions", "no two names differ only in case")
