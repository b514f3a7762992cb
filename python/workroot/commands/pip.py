"""pip ARGS: the venv's own pip; install and uninstall are recorded. What `pip` in a session runs, in the venv's own Python."""

import gc
import os
import sys

from workroot.commands import _home
from workroot.doors import locks, terminal
from workroot.errors import WorkrootError
from workroot.history.home import Home
from workroot.root import venv_python

HELP = "the venv's pip; what it installs or uninstalls is recorded and can be undone"
_NESTED = "_WORKROOT_RECORDING"
_RECORDED = ("install", "uninstall")
_CHILD = "import sys; del sys.path[0]; sys.argv[0] = sys.argv.pop(1); from pip._internal.cli.main import main; sys.exit(main())"


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
    if kind is None or os.environ.get(_NESTED) == home.venv or not home.settings["auto_snapshot"]:
        return _pip(home, program, arguments)
    from workroot.history.recording import Recording

    with locks.held(home.lock, _home.waiting):
        recording = Recording(home, terminal.say)
        recording.begin(["pip", *arguments], kind)
        os.environ[_NESTED] = home.venv
        status = _pip(home, program, arguments)
        _home.ignore_interrupts()
        _home.ended(home, recording, status)
    return status


def _pip(home: Home, program: str, arguments: list[str]) -> int:
    if sys.flags.isolated:
        from workroot.doors import process

        return process.foreground(
            [venv_python(home.venv), "-c", _CHILD, program, *arguments], env=os.environ
        )
    return _in_this_process(home, program, arguments)


def _in_this_process(home: Home, program: str, arguments: list[str]) -> int:
    gc.enable()
    sys.dont_write_bytecode = bool(os.environ.get("PYTHONDONTWRITEBYTECODE"))
    sys.pycache_prefix = os.environ.get("PYTHONPYCACHEPREFIX") or None
    sys.argv = [program, *arguments]
    sys.path[0] = os.path.dirname(program)
    try:
        from pip._internal.cli.main import main as pip
    except ModuleNotFoundError as error:
        raise WorkrootError(
            f"there is no pip in {home.venv}",
            f"{home.program} undo, where it was uninstalled; or {home.program} install pip",
        ) from error
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
