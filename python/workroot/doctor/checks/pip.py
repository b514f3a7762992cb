"""Does the `pip` that you type record what it does?

It is a small script of the kit's: of a workroot in .workroot/bin, of your own environment in its
bin. Something may have put another in its place (an upgrade of pip does), or taken away its right
to run. The fix writes it again.
"""

import os
from collections.abc import Iterator

from workroot.doctor.context import DIRECTORY, Context
from workroot.doctor.finding import HEALED, WARN, Finding, well
from workroot.errors import some
from workroot.installers import provision, shim
from workroot.pythons import interpreter
from workroot.pythons import venv as environments

NEEDS = DIRECTORY


def check(context: Context) -> Iterator[Finding]:
    ending = ".cmd" if os.name == "nt" else ""
    names = [os.path.join(shim.directory(context.home), name + ending) for name in ("pip", "pip3")]
    if context.home.tier == "workroot" and not any(map(os.path.lexists, names)):
        yield well("pip", "this venv has not been set up by the kit yet")
        return
    other = [path for path in names if not shim.ours(path)]
    idle = [path for path in names if path not in other and not os.access(path, os.X_OK)]
    fix = "setup.sh --user" if context.home.tier == "user" else "workroot setup"
    if other:
        evidence = f"{some(other)} records nothing"
        yield Finding(WARN, "pip", evidence, "something else overwrote it", fix, HEALED)
    if idle:
        evidence = f"{some(idle)} may not be run"
        yield Finding(WARN, "pip-mode", evidence, "it lost its x bit", fix, HEALED)
    if not other and not idle:
        yield _recording(context, names[0])


def _recording(context: Context, name: str) -> Finding:
    """It records; and where the venv has no pip that it could run yet, where the first use takes one from."""
    records = f"{name} records what it installs"
    venv = environments.configured(context.home.venv)
    source = provision.lacking(venv, context.environ)
    if source is None:
        return well("pip", records)
    promise = provision.promise(venv, source)
    if source.is_there:
        return well("pip", f"{records}; {promise}")
    way_out = provision.ways_out(source, context.environ)
    return Finding(WARN, "pip-missing", promise, "this Python comes without one", way_out)


def heal(context: Context, findings: list[Finding]) -> None:
    for path in shim.renew(context.home, interpreter.running().path):
        context.say(f"renewed {path}")
