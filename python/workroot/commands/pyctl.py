"""pyctl COMMAND: the same commands on your own environment, ~/.local/python-packages."""

import importlib

from workroot.commands import _home
from workroot.doors import terminal
from workroot.errors import WorkrootError

HELP = "COMMAND on your own environment instead of a workroot's; what `pyctl COMMAND` runs"
_COMMANDS = (
    "clean",
    "diff",
    "doctor",
    "history",
    "init",
    "install",
    "list-snapshots",
    "pip",
    "redo",
    "restore",
    "snapshot",
    "status",
    "undo",
    "uninstall",
    "version",
)


def main(argv: list[str]) -> int:
    _home.use_user_tier()
    name = argv[0] if argv else "--help"
    if name in ("-h", "--help", "help"):
        return _help()
    name = "version" if name == "--version" else name
    if name not in _COMMANDS:
        raise WorkrootError(f"no command {name!r}", "pyctl --help lists the commands")
    command = importlib.import_module(f"workroot.commands.{name.replace('-', '_')}")
    with _home.spelled_for_a_person():
        return command.main(argv[1:])


def _help() -> int:
    terminal.data(
        "pyctl COMMAND ...   your own Python packages, every install undoable; each command has --help with examples\n"
    )
    rows = [
        (f"  {name}", importlib.import_module(f"workroot.commands.{name.replace('-', '_')}").HELP)
        for name in _COMMANDS
    ]
    terminal.table(rows)
    terminal.data(
        "\npip install, as ever: it goes to ~/.local/python-packages/venv, needs no sudo, and is recorded"
    )
    return 0
