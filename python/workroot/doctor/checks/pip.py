"""Does the `pip` that you type record what it does?

It is a small script of the kit's: of a workroot in .workroot/bin, of your own environment in its
bin. Something may have put another in its place (an upgrade of pip does), or taken away its right
to run. The fix writes it again.
"""

import os
from collections.abc import Iterator

from workroot.doctor.context import DIRECTORY, Context
from workroot.doctor.finding import HEALED, Finding, warning, well
from workroot.doors import files
from workroot.errors import some
from workroot.installers import provision, shim
from workroot.pythons import interpreter
from workroot.pythons import venv as environments

NEEDS = DIRECTORY


def check(context: Context) -> Iterator[Finding]:
    names = _names(context)
    if _not_set_up(context, names):
        yield well("pip", "this venv has not been set up by the kit yet")
        return
    fix = "setup.sh --user" if context.home.tier == "user" else "workroot setup"
    other = [path for path in names if not shim.ours(path)]
    if other:
        evidence = f"{some(other)} does not record what it does"
        cause = "something else removed it, or wrote another in its place"
        yield warning("pip", evidence, cause, fix, HEALED)
    idle = _idle(names)
    if idle:
        evidence = f"{some(idle)} may not be run"
        yield warning(
            "pip-mode",
            evidence,
            "it lost its x bit",
            fix,
            HEALED,
        )
    if not other and not idle:
        yield _recording(context, names[0])


def _recording(context: Context, name: str) -> Finding:
    """It records; and where the venv has no pip yet, where the first use takes one from."""
    records = f"{name} records what it installs"
    venv = environments.configured(context.home.venv)
    source = provision.lacking(venv, context.environ)
    if source is None:
        return well("pip", records)
    promise = provision.promise(venv, source)
    if source.is_there:
        return well("pip", f"{records}; {promise}")
    way_out = provision.ways_out(source, context.environ)
    return warning(
        "pip-missing",
        promise,
        "this Python comes without one",
        way_out,
    )


def heal(context: Context, findings: list[Finding]) -> None:
    """Those of a workroot are written by the setup that follows every heal."""
    for path in _idle(_names(context)):
        files.discard(path)
    for path in shim.renew(context.home, interpreter.running().path):
        context.say(f"renewed {path}")


def _names(context: Context) -> list[str]:
    """The scripts that a shell should find."""
    ending = ".cmd" if os.name == "nt" else ""
    directory = shim.directory(context.home)
    return [os.path.join(directory, name + ending) for name in ("pip", "pip3")]


def _not_set_up(context: Context, names: list[str]) -> bool:
    """Whether this is a workroot whose first setup is still to come."""
    own = context.root is not None and os.path.lexists(context.root.command)
    return context.root is not None and not own and not any(map(os.path.lexists, names))


def _idle(names: list[str]) -> list[str]:
    """Ours that may not be run: a copy over a disk without modes loses that."""
    return [path for path in names if shim.ours(path) and not os.access(path, os.X_OK)]
