"""Is the shell in the session of this workroot, if it is in one at all?

VIRTUAL_ENV and WORKROOT say which environment a shell, an editor or uv takes for the active one. uv
installs into VIRTUAL_ENV, whatever `python` is.
"""

import os
from collections.abc import Iterator

from workroot.doctor.context import ANYTHING, Context
from workroot.doctor.finding import Finding, warning, well

NEEDS = ANYTHING


def check(context: Context) -> Iterator[Finding]:
    active = context.environ.get("VIRTUAL_ENV")
    other = active and os.path.realpath(active) != os.path.realpath(context.venv_path)
    # One's own packages stand behind whatever project is active: that is how they are meant.
    if context.home.tier == "user" or not other:
        yield well("virtual-env", active or "no environment is active in this shell")
        return
    fix = f"cd {context.home.top} and source bootstrap there"
    if os.path.isdir(active):
        evidence = f"VIRTUAL_ENV is {active}, not {context.venv_path}"
        cause = "this shell is in the session of another environment"
    else:
        evidence = f"VIRTUAL_ENV is {active}, which is not there"
        cause = "the environment of this session was removed or moved"
    yield warning("virtual-env", evidence, cause, fix)
