"""Is there a virtual environment at all?

Nothing else can be said of a home without one: a directory with a pyvenv.cfg, where workroot.toml
(or the user tier) has its venv. The fix makes it and brings back the packages that were recorded
last. What stands there and is no venv is left to you.
"""

import os
from collections.abc import Iterator

from workroot.doctor.context import ANYTHING, Context
from workroot.doctor.finding import BY_HAND, FAIL, HEALED, Finding, well
from workroot.doctor.healing import remaking
from workroot.pythons import venv as environments

NEEDS = ANYTHING


def check(context: Context) -> Iterator[Finding]:
    path = context.venv_path
    by_hand = "pyctl init" if context.home.tier == "user" else "workroot setup"
    if os.path.isfile(os.path.join(path, "pyvenv.cfg")):
        yield well("venv", path)
    # Before the state is asked: in the place of a link that leads nowhere no venv can be made.
    elif os.path.islink(path) and not os.path.exists(path):
        evidence = f"{path} is a link that leads nowhere: {os.readlink(path)}"
        cause = "the venv that it named was moved or removed"
        yield Finding(
            FAIL,
            "venv",
            evidence,
            cause,
            f"rm {path}, then {by_hand}",
        )
    elif environments.state(path) in ("absent", "ours"):
        # Without a history nobody knows what was in it: that is for a setup to say.
        heal = HEALED if context.home.begun else BY_HAND
        yield Finding(
            FAIL,
            "venv",
            f"there is no venv at {path}",
            "it was removed, or never made",
            by_hand,
            heal,
        )
    else:
        evidence = f"{path} is there and is no venv: it has no pyvenv.cfg"
        cause = "something else stands in its place, or that file was removed"
        yield Finding(
            FAIL,
            "venv",
            evidence,
            cause,
            f"move {path} away, then {by_hand}",
        )


def heal(context: Context, findings: list[Finding]) -> None:
    remaking.again(context)
