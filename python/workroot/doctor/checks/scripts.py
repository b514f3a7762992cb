"""Does every program of the venv start a Python that is there?

The first line of a script in its bin names an interpreter: that of this venv. One that is gone
says "bad interpreter"; one of another venv runs with other packages. The fix installs the package
again that owns it.
"""

import os
import re
from collections.abc import Iterator

from workroot.doctor.context import PYTHON, Context
from workroot.doctor.finding import BY_HAND, HEALED, Finding, warning, well
from workroot.doctor.healing import bringing
from workroot.doors import files
from workroot.errors import WorkrootError
from workroot.pythons import venv as environments
from workroot.pythons.packages import Distribution
from workroot.root import venv_bin

NEEDS = PYTHON
_HEAD = 300  # bytes, in which pip's longest first lines name their interpreter
# "#!/x/bin/python", or what pip writes where the path is too long or has a space for that
_INTERPRETER = re.compile(rb"""#!(?:/bin/sh\n'''exec' )?"?([^"\n]*?/python[0-9.t]*)"?(?: .*)?\n""")


def check(context: Context) -> Iterator[Finding]:
    found = _wrong(context)
    if not found:
        yield well("scripts", "every script names a Python that is there")
    for path, interpreter in found.items():
        owner = context.owner(path)
        cause = "it was written for another venv, or the venv was moved"
        fix = bringing.by_hand(owner) if owner else f"remove {path}, or correct its first line"
        evidence = f"{path} is run by {interpreter}"
        yield warning(
            "scripts",
            evidence,
            cause,
            fix,
            HEALED if owner else BY_HAND,
        )


def heal(context: Context, findings: list[Finding]) -> None:
    # Each package once, however many scripts it has.
    owners: dict[str, Distribution] = {}
    for path in _wrong(context):
        owner = context.owner(path)
        if owner:
            owners[owner.name] = owner
    bringing.installed(context, list(owners.values()))
    if any(context.owner(path) for path in _wrong(context)):
        raise WorkrootError("scripts still name another Python")


def _wrong(context: Context) -> dict[str, str]:
    """script -> interpreter, where that is gone or in another venv."""
    if environments.moved_from(context.venv_path):
        return {}  # that has a check of its own
    found = {}
    directory = venv_bin(context.venv_path)
    for name in sorted(files.names(directory)):
        path = os.path.join(directory, name)
        interpreter = _interpreter(path)
        if interpreter and not _right(interpreter, context.venv_path):
            found[path] = interpreter
    return found


def _interpreter(path: str) -> str:
    """The Python in a script's first line; '' for any other file, or one that cannot be read."""
    if os.path.islink(path) or not os.path.isfile(path) or not os.access(path, os.R_OK):
        return ""
    with open(path, "rb") as file:
        match = _INTERPRETER.match(file.read(_HEAD))
    return os.fsdecode(match[1]) if match else ""


def _right(interpreter: str, venv: str) -> bool:
    """Of this venv; or any that is there and of no venv at all, as a person may want it."""
    directory = os.path.dirname(interpreter)
    if os.path.realpath(directory) == os.path.realpath(venv_bin(venv)):
        return os.path.exists(interpreter)
    # A script may be run by a Python of the system on purpose; by another venv's it hardly is.
    other = os.path.isfile(os.path.join(os.path.dirname(directory), "pyvenv.cfg"))
    return os.path.exists(interpreter) and not other
