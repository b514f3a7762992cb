"""Does a shell find the `pip` of your own environment?

The user tier is meant to be found always: its bin stands on PATH before any other pip, behind an
environment that is active. A startup file of the shell puts it there.
"""

import os
from collections.abc import Iterator

from workroot.doctor.context import START, Context
from workroot.doctor.finding import WARN, Finding, well
from workroot.doors import files
from workroot.root import venv_bin

NEEDS = START


def check(context: Context) -> Iterator[Finding]:
    home, environ = context.home, context.environ
    # In a session of a workroot another pip is meant to come first.
    if home.tier != "user" or environ.get("VIRTUAL_ENV") not in (None, "", home.venv):
        return
    pip = next(files.on_path("pip", environ.get("PATH", "")), None)
    wanted = os.path.join(venv_bin(home.venv), "pip")
    if pip == wanted:
        yield well("on-path", f"`pip` is {pip}")
        return
    evidence = f"`pip` is {pip or 'not on PATH'} in this shell, not {wanted}"
    cause = "this shell did not read its startup file, or something put another pip before it"
    fix = "open a new shell; if that does not help: setup.sh --user"
    yield Finding(WARN, "on-path", evidence, cause, fix)
