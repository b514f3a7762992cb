"""Does the editor run the same Python as the session?

.vscode/settings.json and pyrightconfig.json of the workroot or the repo may name an interpreter.
Where that is another, or gone, completion and the debugger see other packages than your terminal.
"""

import os
import re
from collections.abc import Iterator

from workroot.doctor.context import DIRECTORY, Context
from workroot.doctor.finding import Finding, warning, well
from workroot.doors import files
from workroot.root import venv_python

NEEDS = DIRECTORY
# JSON with comments: a text search finds the key whatever else is in there.
_KEYS = re.compile(r'"(python\.defaultInterpreterPath|python\.pythonPath)"\s*:\s*"([^"]*)"')
_VARIABLE = re.compile(r"\$\{(workspaceFolder|env:HOME|userHome)\}")


def check(context: Context) -> Iterator[Finding]:
    found = False
    for place in (context.home.top, *context.repos):
        path = os.path.join(place, ".vscode", "settings.json")
        for key, value in _KEYS.findall(files.text_by_hand(path) or ""):
            python = _spelled_out(value, place, context)
            if python and not _is_ours(python, context.venv_path):
                found = True
                evidence = f"{path} sets {key} to {value}"
                cause = "the editor was set up for another environment"
                fix = f'set "{key}" to "{venv_python(context.venv_path)}"'
                yield warning("editor", evidence, cause, fix)
    if not found:
        yield well("editor", "no editor setting names another Python")


def _spelled_out(value: str, place: str, context: Context) -> str:
    """'' for what only the editor can tell."""
    words = {"workspaceFolder": place, "env:HOME": context.environ.get("HOME", "")}
    # VS Code has both names for it.
    words["userHome"] = words["env:HOME"]
    text = _VARIABLE.sub(lambda match: words[match[1]], value)
    if "${" in text or not text:
        return ""
    # A bare name is looked up on PATH by the editor, which has a PATH of its own.
    return os.path.join(place, text) if os.sep in text else ""


def _is_ours(python: str, venv: str) -> bool:
    """The directory counts: an editor may name python, python3 or the venv itself."""
    own = {os.path.realpath(venv), os.path.realpath(os.path.dirname(venv_python(venv)))}
    return os.path.realpath(python) in own or os.path.realpath(os.path.dirname(python)) in own
