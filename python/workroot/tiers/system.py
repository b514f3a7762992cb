"""The system tier: pyctl and a pip for every user in /usr/local/bin, and a venv of root's.

Nothing of the distribution's Python is touched, and what is in the way is left alone. Below
DESTDIR every file still names the places that it will have once installed.
"""

import os
from collections.abc import Callable, Mapping

from workroot.doors import files, mounts, trees
from workroot.errors import WorkrootError
from workroot.installers import provision
from workroot.project import kit
from workroot.pythons import interpreter, making
from workroot.pythons import venv as environments
from workroot.root import SystemTier
from workroot.tiers import scripts

_PIP_NAMES = ("pip", "pip3")
# No cache or configuration of whoever types it takes part in what every user gets.
_KEPT_VARIABLES = ("PATH", "LANG", "LC_ALL", "TMPDIR")
_SYSTEM_PYTHONS = ("/usr/bin/python3", "/usr/local/bin/python3")

Say = Callable[[str], None]


def install(places: SystemTier, environ: Mapping[str, str], say: Say) -> None:
    """Put there what is missing or differs.

    Args:
        places: Where to write, below DESTDIR where that is set.
        environ: Of whoever types it, most likely root by sudo.
        say: How a person is told.

    Raises WorkrootError: before it writes, where something else is in the way.
    """
    # All that may refuse comes first: a refusal leaves nothing behind.
    for path in _commands(places):
        scripts.check(path)
    mounts.check_programs(os.path.dirname(places.command))
    if os.path.lexists(places.venv) and environments.state(places.venv) != "ours":
        raise WorkrootError(
            f"{places.venv} is there and was not made by the kit",
            "move it away, then type the same command again",
        )
    # What is written names the places without DESTDIR, which is only where a package is built.
    final = SystemTier("")
    if kit.put(places.kit):
        say(f"copied the kit to {places.kit}")
    files.make_directory(os.path.dirname(places.command))
    files.write_if_changed(
        places.command,
        scripts.pyctl(final.kit, "--system"),
        0o755,
    )
    wrapper = scripts.of("pip.sh", {"PYCTL": final.command})
    for path in _pips(places):
        files.write_if_changed(path, wrapper, 0o755)
    _venv(places, final, environ, say)
    scripts.compile_engine(places.kit, environ)
    # Last: the bytecode gets the same rights.
    trees.lock_down(places.kit)
    trees.lock_down(places.directory)


def _commands(places: SystemTier) -> list[str]:
    """The programs that the tier has in /usr/local/bin."""
    return [places.command, *_pips(places)]


def _pips(places: SystemTier) -> list[str]:
    """The names of the wrapper for pip."""
    directory = os.path.dirname(places.pip)
    return [os.path.join(directory, name) for name in _PIP_NAMES]


def _venv(
    places: SystemTier,
    final: SystemTier,
    environ: Mapping[str, str],
    say: Say,
) -> None:
    """The venv with its pip, where there is none yet."""
    if environments.state(places.venv) == "ours":
        return
    base = _base(environ)
    say(f"making {places.venv} with Python {base.text}")
    files.make_directory(places.directory)
    alone = {name: environ[name] for name in _KEPT_VARIABLES if name in environ}
    venv = making.make(places.venv, base, alone)
    provision.put_bundled(venv, alone)
    if places.venv != final.venv:
        environments.destine(places.venv, final.venv)


def _base(environ: Mapping[str, str]) -> interpreter.Python:
    """The system's own Python before one that may lie in somebody's home directory.

    Raises WorkrootError: where none is new enough.
    """
    for path in _SYSTEM_PYTHONS:
        python = interpreter.probe(path, environ) if os.path.isfile(path) else None
        if python and python.version >= interpreter.OLDEST:
            return python
    return interpreter.find(">=3.8", environ)


def remove(places: SystemTier, say: Say) -> bool:
    """Take all of it away; only what bears our mark.

    Returns:
        Whether there was anything.
    """
    found = False
    for path in _commands(places):
        if scripts.ours(path):
            files.discard(path)
            found = True
    if environments.state(places.venv) == "ours":
        say(f"removing {places.venv}")
        trees.remove(places.venv)
        files.remove_empty(places.directory)
        found = True
    if files.read_bytes(os.path.join(places.kit, kit.MANIFEST)) is not None:
        trees.remove(places.kit)
        found = True
    return found
