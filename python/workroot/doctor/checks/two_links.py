"""Does a second .pth file lead to the repo, or to another copy of it?

Setup writes repo.pth. An older tool, or a hand, may have left another one: the repo stays on
sys.path after the first is gone, or another checkout of it comes first. The fix moves it to the
trash, if no package owns it.
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
    found = _others(context)
    if not found:
        yield well("two-links", "one file leads to the repo")
    for path, entry in found.items():
        owner = context.owner(path)
        cause = "another tool, or a hand, linked the repo as well"
        fix = f"python -m pip uninstall {owner.name}" if owner else f"move {path} away"
        evidence = f"{path} leads to {entry} too"
        yield warning(
            "two-links",
            evidence,
            cause,
            fix,
            BY_HAND if owner else ASKS,
        )


def heal(context: Context, findings: list[Finding]) -> None:
    for path in _others(context):
        if not context.owner(path):
            aside.move(context, path)


def _others(context: Context) -> dict[str, str]:
    """path -> the line that leads to an import path of the repo."""
    # Real paths: the line may lead there by way of a link.
    wanted = set(map(os.path.realpath, context.import_paths))
    editable = [one for one in context.packages if one.editable]
    found = {}
    for site in context.sites:
        for name in sorted(files.names(site)):
            path = os.path.join(site, name)
            if not name.endswith(".pth") or name == link.NAME or (editable and context.owner(path)):
                continue  # an editable install of the repo is asked for by its owner
            for line in (files.text_by_hand(path) or "").splitlines():
                plain = line.strip() and "\0" not in line
                if plain and os.path.realpath(os.path.join(site, line)) in wanted:
                    found[path] = line
    return found
