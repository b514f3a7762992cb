"""Was this venv moved or copied?

Its scripts, and activate, name the place where it was made: `pip` of a copied venv installs into
the one it was copied from. The fix has them name this place.
"""

import os
from collections.abc import Iterator

from workroot.doctor.context import DIRECTORY, Context
from workroot.doctor.finding import HEALED, Finding, failure, well
from workroot.doors import files
from workroot.pythons import venv as environments
from workroot.root import venv_bin

NEEDS = DIRECTORY


def check(context: Context) -> Iterator[Finding]:
    old = _came_from(context)
    if not old or _is_the_same(old, context.venv_path):
        yield well("moved", "its scripts name the place where it lies")
        return
    evidence = f"the scripts of {context.venv_path} name {old}"
    cause = "the venv was moved or copied after it was made"
    by_hand = "workroot create --force" if context.root else "pyctl clean"
    yield failure("moved", evidence, cause, by_hand, HEALED)


def heal(context: Context, findings: list[Finding]) -> None:
    old = _came_from(context)
    if context.ours:
        owner = context.root.path if context.root else ""
        environments.settle(context.venv_path, old, owner)
    else:
        environments.respell(context.venv_path, old, context.venv_path)


def _came_from(context: Context) -> str:
    """The place that our mark names, or of a venv that is not the kit's its activate."""
    if context.ours:
        return environments.moved_from(context.venv_path) or ""
    text = files.text_by_hand(os.path.join(venv_bin(context.venv_path), "activate")) or ""
    for line in text.splitlines():
        # venv, virtualenv and uv write the line differently: with export or without, quoted or not.
        name, _, value = line.strip().removeprefix("export ").partition("=")
        place = value.strip().strip("'\"")
        if name == "VIRTUAL_ENV" and os.path.isabs(place):
            return place if place != context.venv_path else ""
    return ""


def _is_the_same(one: str, other: str) -> bool:
    """Whether two paths lead to one directory: a link to the venv is no other place."""
    return os.path.exists(one) and os.path.samefile(one, other)
