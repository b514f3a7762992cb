"""help: the commands by what they are for, and what each does. `help NAME` is `NAME --help`."""

from workroot.commands._call import Call
from workroot.commands._listing import GROUPS, PYCTL, SUMMARIES
from workroot.doors import terminal

_COLUMN = max(map(len, SUMMARIES)) + 4
_WORKROOT = (
    "workroot COMMAND ...   run here, commit there; each command has --help with examples",
    "a session: . ./bootstrap.sh (fish: . ./bootstrap.fish, PowerShell: . ./bootstrap.ps1);"
    " deactivate ends it",
)
_PYCTL = (
    "pyctl COMMAND ...   your own Python packages, every install undoable;"
    " each command has --help with examples",
    "pip install, as ever: it goes to ~/.local/python-packages/venv, without sudo, and is recorded",
)


def main(call: Call) -> int:
    # Grouped by what one wants to do: a list by the alphabet is one that nobody reads.
    first, last = _PYCTL if call.user else _WORKROOT
    _paragraph(first)
    for title, members in PYCTL if call.user else GROUPS:
        terminal.data(f"\n{title}")
        for name in members:
            terminal.entry(name, SUMMARIES[name], _COLUMN)
    terminal.data("")
    _paragraph(last)
    return 0


def _paragraph(text: str) -> None:
    for line in terminal.wrapped(text, terminal.width()):
        terminal.data(line)
