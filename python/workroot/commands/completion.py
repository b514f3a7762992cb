"""completion SHELL: the script by which a shell completes the commands and their options."""

import contextlib
import io
import re
from collections.abc import Iterator

from workroot.commands import _arguments
from workroot.commands._call import PYCTL, WORKROOT, Call
from workroot.commands._listing import GROUPS, SUMMARIES, names
from workroot.commands._listing import PYCTL as OF_PYCTL
from workroot.doors import files, terminal
from workroot.root import engine_file
from workroot.session import powershell

_MORE = """
In PowerShell, into the profile or typed:
  workroot completion powershell | Out-String | Invoke-Expression
A session does not bring it: a completer stays where deactivate takes all else back.
"""
_OPTION = re.compile(r"(?m)^  (?:-\w, |-\w \w+, )?(--[a-z][a-z-]*)")
_NONE = ("help", "pip", "version")  # pip's words are its own


def main(call: Call) -> int:
    parser = _arguments.parser(call, "completion powershell", output=False, directory=False)
    parser.explain(_MORE)
    parser.add_argument("shell", choices=("powershell",))
    parser.parse_args(call.words)
    offered = {PYCTL: names(OF_PYCTL), WORKROOT: names(GROUPS)}
    options = dict(_options(offered))
    template = files.read_text(engine_file("session", "templates", "completion.ps1")) or ""
    terminal.data(powershell.completion(template, offered, SUMMARIES, options))
    return 0


def _options(offered: dict[str, list[str]]) -> Iterator[tuple[str, list[str]]]:
    """The options of each command, as its own --help lists them."""
    programs = {name: program for program, commands in offered.items() for name in commands}
    for name, program in programs.items():
        if name in _NONE:
            continue
        module = __import__(f"workroot.commands.{name.replace('-', '_')}", fromlist=["main"])
        said = io.StringIO()
        with contextlib.redirect_stdout(said), contextlib.suppress(SystemExit):
            module.main(Call(program, name, ["--help"]))
        yield name, sorted(set(_OPTION.findall(said.getvalue())))
