"""Are the session's programs the first on PATH?

In a session `python` is the venv's and `pip` the recording one. What changes PATH after the
session began (a login shell, macOS path_helper, another tool's hook) may put others before them.
"""

import os
from collections.abc import Iterator

from workroot.doctor.context import START, Context
from workroot.doctor.finding import Finding, warning, well
from workroot.doors import files
from workroot.installers import shim
from workroot.root import EXE, venv_python

NEEDS = START
_CAUSE = "something changed PATH after the session began"
_FIX = "source bootstrap again; if that does not last, look for what sets PATH"


def check(context: Context) -> Iterator[Finding]:
    if not context.in_session or context.root is None:
        return
    # Outside of a session nothing says which python is meant.
    path = context.environ.get("PATH", "")
    python = next(files.on_path(f"python{EXE}", path), None)
    pip = next(files.on_path("pip", path), None)
    wanted = {
        "python": venv_python(context.venv_path),
        "pip": os.path.join(context.root.bin, "pip"),
    }
    if not (shim.ours(wanted["pip"]) and os.access(wanted["pip"], os.X_OK)):
        del wanted["pip"]  # that it is not there, or does not run, another check says
    found = {"python": python, "pip": pip}
    wrong = [name for name in wanted if found[name] != wanted[name] and os.name != "nt"]
    for name in wrong:
        evidence = f"`{name}` is {found[name] or 'not on PATH'}, not {wanted[name]}"
        yield warning("path-order", evidence, _CAUSE, _FIX)
    if not wrong:
        yield well("path-order", "python and pip are this session's")
