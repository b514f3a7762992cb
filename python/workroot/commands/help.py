"""help: the commands and what each does."""

import importlib

from workroot import report
from workroot.commands import names

HELP = "this list"


def main(argv: list[str]) -> int:
    del argv
    report.data("workroot COMMAND ...   run here, commit there; each command has --help with examples\n")
    rows = [(name.replace("_", "-"), importlib.import_module(f"workroot.commands.{name}").HELP) for name in names()]
    report.table([(f"  {name}", text) for name, text in rows])
    report.data("\na session: . ./bootstrap.sh (PowerShell: . .\\bootstrap.ps1); deactivate ends it")
    return 0
