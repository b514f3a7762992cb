"""Did a killed command leave half a venv beside the real one?

A venv is made under a name of its own and renamed when it is whole; one that was to be replaced
waits beside it. A kill leaves them. The fix puts back what is whole and missing, and removes what
was never finished.
"""

import os
import re
from collections.abc import Iterator

from workroot.doctor.context import ANYTHING, Context
from workroot.doctor.finding import HEALED, Finding, warning, well
from workroot.doors import files
from workroot.environment import fresh
from workroot.errors import some
from workroot.pythons import making
from workroot.root import ASIDE

NEEDS = ANYTHING
_LEFT = re.compile(r"workroot-(\d+\.tmp|old-\d+)")
RECORDED = False


def check(context: Context) -> Iterator[Finding]:
    left = _left(context)
    if not left:
        yield well("half-made", "no killed command left a venv behind")
        return
    evidence = f"a killed command left {some(left)}"
    cause = "the venv was being made, or made anew, when something ended that"
    yield warning(
        "half-made",
        evidence,
        cause,
        f"remove {some(left)}",
        HEALED,
    )


def heal(context: Context, findings: list[Finding]) -> None:
    making.sweep(context.venv_path)
    fresh.swept(context.home)


def _left(context: Context) -> list[str]:
    """What is beside the venv, or in it, under a name that only an unfinished venv has."""
    parent, name = os.path.split(context.venv_path)
    beside = [one for one in files.names(parent) if _LEFT.fullmatch(one.removeprefix(f"{name}."))]
    inside = os.path.join(context.venv_path, ASIDE)  # where the place itself cannot be renamed
    there = files.names(inside) if os.path.isdir(inside) else []
    within = [one for one in there if _LEFT.fullmatch(one)]
    return [
        *(os.path.join(parent, one) for one in beside if one.startswith(f"{name}.")),
        *(os.path.join(inside, one) for one in within),
    ]
