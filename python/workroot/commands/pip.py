"""pip ARGS: the venv's own pip; install and uninstall are recorded. What `pip` in a session runs.

It runs in the venv's own Python, and there in this process where that Python can run the engine: one start less.
"""

import gc
import os
import sys

from workroot.commands import _home
from workroot.doors import locks, terminal
from workroot.history.home import Home
from workroot.pythons import packages
from workroot.root import engine_file, venv_python

HELP = "the venv's pip; what it installs or uninstalls is recorded and can be undone"
NESTED = "_WORKROOT_RECORDING"  # the venv that a command of ours is changing: a build may call pip
_RECORDED = ("install", "uninstall")


def main(argv: list[str]) -> int:
    if argv[:1] == ["--of"]:
        tier, top, name, program, *arguments = argv[1:]
        kind = next((word for word in arguments if word in _RECORDED), None)
        home = _home.named(tier, top, name)
        return run(home, program, kind, arguments)
    home = _home.of(os.environ)
    return replace(home, argv)


def replace(home: Home, arguments: list[str]) -> int:
    """Become the recorded pip of a home."""
    from workroot.doors import process
    from workroot.installers import shim
    from workroot.pythons.interpreter import running

    if home.tier == "user":
        shim.renew(home, running().path)
    environ = (
        {**os.environ, "VIRTUAL_ENV": home.venv} if home.tier == "workroot" else dict(os.environ)
    )
    return process.replace(
        [
            os.path.join(shim.directory(home), "pip" + (".cmd" if os.name == "nt" else "")),
            *arguments,
        ],
        env=environ,
    )


def run(home: Home, program: str, kind: str | None, arguments: list[str]) -> int:
    """Run pip, and record it where it may change the venv. Gives pip's own status."""
    lender = () if _has_pip(home) else _lender(home, changes=kind is not None)
    nested = os.environ.get(NESTED) == home.venv
    if kind is None or nested or not home.settings["auto_snapshot"]:
        return _pip(home, lender, program, arguments)
    from workroot.history.recording import Recording

    with locks.held(home.lock, _home.waiting):
        recording = Recording(home, terminal.say)
        recording.begin(["pip", *arguments], kind)
        os.environ[NESTED] = home.venv
        _import_what_comes_after_pip()
        status = _pip(home, lender, program, arguments)
        _home.ignore_interrupts()
        _home.ended(home, recording, status)
    return status


def _has_pip(home: Home) -> bool:
    """Whether the venv has a pip; one that is no directory there (editable, of the system's site) is asked for by a start."""
    sites = packages.layout(home.venv).sites
    if any(os.path.isfile(f"{home.venv}/{site}/pip/__init__.py") for site in sites):
        return True
    from workroot.doors import process

    argv = [venv_python(home.venv), "-c", "import pip"]
    return process.attempt(argv, env=os.environ, cwd=home.venv).status == 0


def _lender(home: Home, changes: bool) -> tuple[str, ...]:
    from workroot.commands import _first_pip

    return _first_pip.lender(home, changes)


def _import_what_comes_after_pip() -> None:
    """pip 26.2 names, and pip 26.3 warns of, whatever is imported after it installed: it could be what was just installed.

    So all that records a change, or takes a failed one back, is imported before pip starts.
    """
    import signal  # noqa: F401

    from workroot.history import garbage, plans, transaction  # noqa: F401
    from workroot.installers import shim  # noqa: F401
    from workroot.standards import digest, quoting  # noqa: F401

    digest.sha256_of(b"")


def _pip(home: Home, lender: tuple[str, ...], program: str, arguments: list[str]) -> int:
    """lender: what starts the base Python's pip, where the venv has none; else ()."""
    from workroot.doors import process

    if lender:
        return process.foreground([*lender, *arguments], env=os.environ)
    if sys.flags.isolated:
        runner = engine_file("installers", "programs", "run_pip.py")
        argv = [venv_python(home.venv), runner, program, *arguments]
        return process.foreground(argv, env=os.environ)
    return _in_this_process(program, arguments)


def _in_this_process(program: str, arguments: list[str]) -> int:
    gc.enable()
    sys.dont_write_bytecode = bool(os.environ.get("PYTHONDONTWRITEBYTECODE"))
    sys.pycache_prefix = os.environ.get("PYTHONPYCACHEPREFIX") or None
    sys.argv = [program, *arguments]
    sys.path[0] = os.path.dirname(program)
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
            pass
