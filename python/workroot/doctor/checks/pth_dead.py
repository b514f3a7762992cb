"""Does every line of a .pth file lead somewhere?

A directory that is gone is passed over in silence up to Python 3.14; from 3.15 on each start says
so on stderr, which breaks what reads a program's output. The fix moves the file to the trash, if
no package owns it.
"""

import os
from collections.abc import Iterator

from workroot.doctor.context import DIRECTORY, Context
from workroot.doctor.finding import ASKS, BY_HAND, Finding, warning, well
from workroot.doctor.healing import aside
from workroot.doors import files
from workroot.session import link

NEEDS = DIRECTORY


def check(context: Context) -> Iterator[Finding]:
    found = _dead(context)
    if not found:
        yield well("pth-dead", "every .pth file leads somewhere")
    for path, line in found.items():
        owner = context.owner(path)
        cause = "the directory was moved or removed after it was linked"
        fix = f"python -m pip uninstall {owner.name}" if owner else f"move {path} away"
        heal = BY_HAND if owner else ASKS
        yield warning(
            "pth-dead",
            f"{path} names {line}, which is not there",
            cause,
            fix,
            heal,
        )


def heal(context: Context, findings: list[Finding]) -> None:
    for path in _dead(context):
        if not context.owner(path):
            aside.move(context, path)


def _dead(context: Context) -> dict[str, str]:
    """path -> a line that leads nowhere.

    The link to the repo has checks of its own, an editable has one.
    """
    editable = {one.name for one in context.packages if one.editable}
    found = {}
    for site in context.sites:
        for name in sorted(files.names(site)):
            path = os.path.join(site, name)
            if not name.endswith(".pth") or name.startswith(".") or name == link.NAME:
                continue
            owner = context.owner(path)
            if owner and owner.name in editable:
                continue
            # An import line is code, and a '#' at the start of a line is a comment to site.
            for line in (files.text_by_hand(path) or "").splitlines():
                plain = line.strip()
                code = plain.startswith(("#", "import ", "import\t"))
                if plain and "\0" not in plain and not code and not _leads(site, plain):
                    found[path] = plain
    return found


def _leads(site: str, line: str) -> bool:
    return os.path.exists(os.path.join(site, line))
