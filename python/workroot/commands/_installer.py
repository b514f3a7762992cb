"""What install and uninstall share: arguments, output and status are the installer's own."""

import os

from workroot.commands import _changes, _held, _homes, pip
from workroot.commands._call import Call
from workroot.doors import process, terminal
from workroot.errors import Command, WorkrootError
from workroot.history.home import Home
from workroot.history.operation import Recording
from workroot.root import EXE, venv_python

# What would lead uv to another Python than the one it is told.
_LEAD_ELSEWHERE = ("UV_PYTHON", "UV_SYSTEM_PYTHON", "UV_BREAK_SYSTEM_PACKAGES", "PYTHONHOME")


def main(call: Call) -> int:
    if call.asks_for_help:
        return _help(call)
    home = _homes.meant(call)
    arguments = call.words or _required(call.name, home)
    uv = _uv(home)
    if uv:
        return _with_uv(call, home, uv, arguments)
    return _with_pip(call, home, arguments)


def _help(call: Call) -> int:
    verb = call.name
    terminal.data(f"{call.line(verb)} ARGS   {call.summary}\n")
    terminal.data(
        f"ARGS are those of `pip {verb}`, or of `uv pip {verb}` where uv is the installer;"
    )
    terminal.data(f"`pip {verb} --help` lists them")
    terminal.data(f"examples:\n  {call.line(verb)} requests\n  {call.line('undo')}")
    return 0


def _required(verb: str, home: Home) -> list[str]:
    """What the configuration asks for, where nothing is named."""
    if verb == "uninstall":
        raise WorkrootError("name what to uninstall", Command("uninstall NAME"))
    arguments = []
    for path in home.settings["requirements"]:
        arguments += ["-r", path]
    for path in home.settings["editable"]:
        arguments += ["-e", path]
    if not arguments:
        where = f"; {home.config} has no [venv] requirements" if home.tier == "workroot" else ""
        raise WorkrootError(f"name what to install{where}", Command("install NAME"))
    return arguments


def _uv(home: Home) -> str | None:
    """uv, where the configuration does not say pip and one is there."""
    if home.settings["installer"] == "pip":
        return None
    for directory in os.environ.get("PATH", os.defpath).split(os.pathsep):
        path = os.path.join(directory or os.curdir, f"uv{EXE}")
        there = os.access(path, os.X_OK) and os.path.isfile(path)
        if there and _runs(path):
            return os.path.abspath(path)
    if home.settings["installer"] == "uv":
        raise WorkrootError(
            "installer = 'uv' but no uv runs on PATH", "install uv, or set installer = 'auto'"
        )
    return None


def _runs(path: str) -> bool:
    """A program is taken at its word; a script is tried.

    Version managers put scripts in front of programs that may not be there.
    """
    with open(path, "rb") as file:
        if file.read(2) != b"#!":
            return True
    return process.attempt([path, "--version"], env=os.environ, timeout=20).status == 0


def _with_uv(call: Call, home: Home, uv: str, arguments: list[str]) -> int:
    argv = [uv, "pip", call.name, "--python", venv_python(home.venv)]
    if call.name == "install":
        argv.append("--compile-bytecode")  # else every start pays for it, until one may write
    argv += arguments
    environ = {name: value for name, value in os.environ.items() if name not in _LEAD_ELSEWHERE}
    if not home.settings["auto_snapshot"]:
        return process.foreground(argv, env=environ)
    with _held.changing(home):
        recording = Recording(home, terminal.say)
        recording.begin([call.program, call.name, *arguments], call.name)
        environ[pip.NESTED] = home.venv  # a build that calls `pip` must not wait for this lock
        status = process.foreground(argv, env=environ)
        _held.ignore_interrupts()
        _changes.recorded(home, recording, status)
    return status


def _with_pip(call: Call, home: Home, arguments: list[str]) -> int:
    """By the recording pip, which gets the venv a pip where it has none."""
    return pip.replace(home, [call.name, *arguments])
