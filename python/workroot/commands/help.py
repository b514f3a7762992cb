"""help: the commands and what each does."""

import importlib

from workroot.commands._listing import names
from workroot.doors import terminal

HELP = "this list"


def main(argv: list[str]) -> int:
    del argv
    terminal.data(
        "workroot COMMAND ...   run here, commit there; each command has --help with examples\n"
    )
    rows = [
        (name.replace("_", "-"), importlib.import_module(f"workroot.commands.{name}").HELP)
        for name in names()
    ]
    terminal.table([(f"  {name}", text) for name, text in rows])
    terminal.data(
        "\na session: . ./bootstrap.sh (PowerShell: . .\\bootstrap.ps1); deactivate ends it"
    )
    return 0
