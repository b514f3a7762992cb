"""What install and uninstall share: the arguments are the installer's own, and so is what it prints and its status."""

import os

from workroot.commands import _home
from workroot.commands.pip import NESTED, replace
from workroot.doors import terminal
from workroot.errors import WorkrootError
from workroot.history.home import Home

_SAY = ("-h", "--help")


def main(verb: str, argv: list[str], summary: str) -> int:
    if argv[:1] and argv[0] in _SAY:
        return _help(verb, summary)
    home = _home.of(os.environ)
    if not argv:
        argv = _required(verb, home)
    uv = _uv(home)
    if uv:
        return _with_uv(home, uv, verb, argv)
    return _with_pip(home, verb, argv)


def _help(verb: str, summary: str) -> int:
    terminal.data(f"{_home.program()} {verb} ARGS   {summary}\n")
    terminal.data(
        f"ARGS are those of `pip {verb}`, or of `uv pip {verb}` where uv is the installer; `pip {verb} --help` lists them"
    )
    terminal.data(f"examples:\n  {_home.program()} {verb} requests\n  {_home.program()} undo")
    return 0


def _required(verb: str, home: Home) -> list[str]:
    arguments = [word for path in home.settings["requirements"] for word in ("-r", path)]
    arguments += [word for path in home.settings["editable"] for word in ("-e", path)]
    if verb == "uninstall":
        raise WorkrootError("name what to uninstall", f"{_home.program()} uninstall NAME")
    if not arguments:
        where = f"; {home.config} has no [venv] requirements" if home.tier == "workroot" else ""
        raise WorkrootError(f"name what to install{where}", f"{_home.program()} install NAME")
    return arguments


def _uv(home: Home) -> str | None:
    """uv, where the configuration does not say pip and one is there. Whether it runs is seen when it does."""
    if home.settings["installer"] == "pip":
        return None
    for directory in os.environ.get("PATH", os.defpath).split(os.pathsep):
        path = os.path.join(directory or os.curdir, "uv" + (".exe" if os.name == "nt" else ""))
        if os.access(path, os.X_OK) and os.path.isfile(path) and _runs(path):
            return os.path.abspath(path)
    if home.settings["installer"] == "uv":
        raise WorkrootError(
            "installer = 'uv' but no uv runs on PATH", "install uv, or set installer = 'auto'"
        )
    return None


def _runs(path: str) -> bool:
    """A program is taken at its word; a script, as version managers put one in front of programs that may not be there, is tried."""
    with open(path, "rb") as file:
        if file.read(2) != b"#!":
            return True
    from workroot.doors import process

    return process.attempt([path, "--version"], env=os.environ, timeout=20).status == 0


def _with_uv(home: Home, uv: str, verb: str, arguments: list[str]) -> int:
    from workroot.doors import process
    from workroot.history.recording import Recording
    from workroot.root import venv_python

    argv = [
        uv,
        "pip",
        verb,
        "--python",
        venv_python(home.venv),
        *(["--compile-bytecode"] if verb == "install" else []),
    ]
    environ = {name: value for name, value in os.environ.items() if name not in _LEAD_ELSEWHERE}
    if not home.settings["auto_snapshot"]:
        return process.foreground([*argv, *arguments], env=environ)
    with _home.locked(home):
        recording = Recording(home, terminal.say)
        recording.begin(_home.typed(verb, arguments), verb)
        environ[NESTED] = home.venv  # a build that calls `pip` must not wait for this lock
        status = process.foreground([*argv, *arguments], env=environ)
        _home.ignore_interrupts()
        _home.ended(home, recording, status)
    return status


_LEAD_ELSEWHERE = ("UV_PYTHON", "UV_SYSTEM_PYTHON", "UV_BREAK_SYSTEM_PACKAGES", "PYTHONHOME")


def _with_pip(home: Home, verb: str, arguments: list[str]) -> int:
    """By the recording pip, which gets the venv a pip where it has none."""
    return replace(home, [verb, *arguments])
