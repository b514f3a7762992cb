"""pip ARGS: the venv's own pip; install and uninstall are recorded.

What `pip` in a session runs, in the venv's own Python; in this process where that Python can run
the engine.
"""

import gc
import os
import sys

from workroot.commands import _homes, _shims
from workroot.commands._call import Call
from workroot.doors import process
from workroot.history.home import Home
from workroot.pythons import packages
from workroot.root import engine_file, venv_python

# Names the venv that a command of ours is changing: a build may call pip.
NESTED = "_WORKROOT_RECORDING"
_RECORDED = ("install", "uninstall")


def main(call: Call) -> int:
    if call.words[:1] == ["--of"]:
        tier, top, name, program, *arguments = call.words[1:]
        return _recorded(_homes.of_shim(tier, top, name), program, arguments)
    return replace(_homes.meant(call), call.words)


def replace(home: Home, arguments: list[str]) -> int:
    """Become the recorded pip of a home."""
    environ = dict(os.environ)
    if home.tier != "user":
        environ["VIRTUAL_ENV"] = home.venv
    return process.replace([_shims.pip(home), *arguments], env=environ)


def _recorded(home: Home, program: str, arguments: list[str]) -> int:
    """Run pip, and record it where it may change the venv. Gives pip's own status."""
    kind = next((word for word in arguments if word in _RECORDED), None)
    lender = () if _has_pip(home) else _lender(home, changes=kind is not None)
    nested = os.environ.get(NESTED) == home.venv
    if kind is None or nested or not home.settings["auto_snapshot"]:
        return _pip(home, lender, program, arguments)
    from workroot.commands import _recorded_pip  # not for `pip list`, nor the pips of pip

    def pip() -> int:
        return _pip(home, lender, program, arguments)

    return _recorded_pip.run(home, kind, arguments, pip, NESTED)


def _has_pip(home: Home) -> bool:
    """Whether the venv has a pip.

    One that is no directory there (editable, of the system's site) is asked for by a start.
    """
    sites = packages.layout(home.venv).sites
    if any(os.path.isfile(f"{home.venv}/{site}/pip/__init__.py") for site in sites):
        return True
    argv = [venv_python(home.venv), engine_file("installers", "programs", "find_pip.py")]
    return process.attempt(argv, env=os.environ, cwd=home.venv).status == 0


def _lender(home: Home, changes: bool) -> tuple[str, ...]:
    from workroot.commands import _first_pip  # once in a venv's life

    return _first_pip.lender(home, changes)


def _pip(home: Home, lender: tuple[str, ...], program: str, arguments: list[str]) -> int:
    """lender: what starts the base Python's pip, where the venv has none; else ()."""
    if lender:
        return process.foreground([*lender, *arguments], env=os.environ)
    if sys.flags.isolated:
        # The engine's Python is not the venv's, which is too old for the engine.
        runner = engine_file("installers", "programs", "run_pip.py")
        argv = [venv_python(home.venv), runner, program, *arguments]
        return process.foreground(argv, env=os.environ)
    return _in_this_process(program, arguments)


def _in_this_process(program: str, arguments: list[str]) -> int:
    """pip as if its own script had been run: one Python start less."""
    gc.enable()
    sys.dont_write_bytecode = bool(os.environ.get("PYTHONDONTWRITEBYTECODE"))
    sys.pycache_prefix = os.environ.get("PYTHONPYCACHEPREFIX") or None
    sys.argv = [program, *arguments]
    sys.path[0] = os.path.dirname(program)  # where the engine was found
    from pip._internal.cli.main import main as pip

    try:
        return pip() or 0
    except SystemExit as stop:
        return _status(stop)
    except KeyboardInterrupt:
        return 130
    finally:
        _flush()


def _status(stop: SystemExit) -> int:
    if stop.code is None or isinstance(stop.code, int):
        return stop.code or 0
    print(stop.code, file=sys.stderr)
    return 1


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            continue  # closed, or nobody reads it any more
