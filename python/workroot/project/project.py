"""A project with one environment for all its Python: the template put into a directory.

Nothing is overwritten. What is missing is written; what stands differently is given back as advice.
"""

import difflib
import os
import re
from collections.abc import Sequence
from typing import NamedTuple

from workroot.config import toml_string
from workroot.doors import files
from workroot.errors import WorkrootError
from workroot.project import kit, references
from workroot.root import BOOTSTRAPS, CONFIG, TEMPLATES
from workroot.standards.quoting import quote_sh

VENV = "python/.venv"
_TEMPLATE = os.path.join(TEMPLATES, "project")
_EXAMPLES = (
    "CMakeLists.txt",
    "CMakePresets.json",
    ".mcp.json",
    "docs/",
    "native/",
    "server/",
    "tools/",
    ".github/",
)
_LINES = (".gitignore", ".gitattributes")
_NOTES = ("CONTRIBUTING.md", "CLAUDE.md", "AGENTS.md")
_POINTER = "python/README.md"
# The lines of a person's workroot.toml and bootstraps that decide which environment is meant.
_OF_CONFIG = re.compile(r"path = .*|repo = .*|requirements = .*")
_OF_BOOTSTRAP = re.compile(r"_workroot_kit=tools.*|set -l _workroot_kit tools.*|\$kit = 'tools.*")
_SHOWN = 12  # lines of one piece of advice; more is said as a line to type


class Advice(NamedTuple):
    """A file that is there and differs.

    Attributes:
        file: Its path from the project.
        lines: What to change, in words or as the line itself.
    """

    file: str
    lines: tuple[str, ...]


def new(project: str, bare: bool) -> tuple[list[str], list[Advice]]:
    """Put the template and the kit into a directory.

    Args:
        project: The directory; it is made where it is missing.
        bare: Without the examples.

    Returns:
        The files written, and the advice on those that were there.

    Raises WorkrootError: where a file has that name, or something else is in the kit's place.
    """
    if os.path.lexists(project) and not os.path.isdir(project):
        raise WorkrootError(f"{project} is not a directory", "name a directory, or one to be made")
    files.make_directory(project)
    # Before anything is written: the template brings packages of its own.
    own = packages(project)
    written, advice = [], []
    another = kit.travel(project)
    if another:
        advice.append(Advice(kit.PLACE, (another,)))
    for name in _names(bare):
        content = _content(name, bare, own)
        there = files.read_bytes(os.path.join(project, name))
        if there is None:
            _put(os.path.join(project, name), content)
            written.append(name)
        elif there != content:
            advice += _advice(
                project,
                name,
                there.decode("utf-8", "replace"),
                content.decode(),
            )
    return written, advice + _notes(project)


def packages(project: str) -> list[str]:
    """The directories of a project that can be installed in editable mode, from its top.

    '.' is the project itself.
    """
    found = []
    for name in references.listing(project):
        if os.path.basename(name) == "pyproject.toml":
            text = files.text_by_hand(os.path.join(project, name)) or ""
            if "[build-system]" in text:
                found.append(os.path.dirname(name) or ".")
    return found


def _names(bare: bool, below: str = "") -> list[str]:
    """The files of the template, workroot.toml last: with it the directory is a workroot."""
    found = []
    entries = os.scandir(os.path.join(_TEMPLATE, below))
    for entry in sorted(entries, key=lambda entry: (entry.name == CONFIG, entry.name)):
        name = f"{below}/{entry.name}" if below else entry.name
        if entry.name == "__pycache__" or (bare and _is_example(name)):
            continue
        found += _names(bare, name) if entry.is_dir() else [name]
    return found


def _is_example(name: str) -> bool:
    """Whether a file or directory of the template only shows what could be there.

    `--bare` leaves those out.
    """
    for example in _EXAMPLES:
        directory = example.removesuffix("/")
        if name in (example, directory) or name.startswith(f"{directory}/"):
            return True
    return False


def _content(name: str, bare: bool, named: Sequence[str]) -> bytes:
    """What a file of the template is to hold.

    Args:
        name: Its path in the template.
        bare: Without what belongs to the examples.
        named: The project's own packages, for workroot.toml.
    """
    content = files.read_bytes(os.path.join(_TEMPLATE, name)) or b""
    if not bare:
        return content
    if name == CONFIG:
        return _bare_config(content.decode(), named).encode()
    return _head(content) if name.startswith("python/requirements.") else content


def _bare_config(text: str, packages: Sequence[str]) -> str:
    """The template's workroot.toml without what names its examples."""
    values: dict[str, Sequence[str]] = {
        "editable": packages,
        "imports": (),
        "optional_imports": (),
        "optional_paths": (),
        "paths": (".",),
    }
    for key, value in values.items():
        # By text, not by parsing: the template's comments are what a person reads there.
        line = f"{key} = [{', '.join(map(toml_string, value))}]"
        # A function, as a backslash in a replacement text would mean something.
        text = re.sub(rf"(?m)^{key} = \[[^]]*\]", lambda found, line=line: line, text)
    return text


def _head(content: bytes) -> bytes:
    """The comment that a requirements file begins with."""
    found = []
    for line in content.splitlines(keepends=True):
        if not line.startswith(b"#"):
            break
        found.append(line)
    return b"".join(found)


def _put(path: str, content: bytes) -> None:
    """Write a file that is not there, with its directory."""
    files.make_directory(os.path.dirname(path))
    # A bootstrap is sourced; one that could be started would only say so.
    executed = path.endswith(".sh") and os.path.basename(path) not in BOOTSTRAPS
    files.write(path, content, 0o755 if executed else 0o644)


def _advice(
    project: str,
    name: str,
    there: str,
    wanted: str,
) -> list[Advice]:
    """What to change in a file that is there: at most one piece of advice.

    Args:
        there: Its text.
        wanted: The template's.
    """
    if name in _NOTES:
        return []
    if name in _LINES:
        present = there.splitlines()
        lines = [f"add: {line}" for line in wanted.splitlines() if line not in present]
    elif name in (CONFIG, *BOOTSTRAPS):
        lines = _settings(name, there, wanted)
    elif name == ".mcp.json":
        lines = _other_pythons(there)
    elif name == "CMakeLists.txt":
        lines = _cmake(name, there)
    else:
        lines = _difference(project, name, there, wanted)
    return [Advice(name, tuple(lines))] if lines else []


def _settings(name: str, there: str, wanted: str) -> list[str]:
    """The lines that matter of a file whose other lines are a person's own.

    Args:
        there: Its text; a comment behind a setting makes no difference.
        wanted: The template's.
    """
    matters = _OF_CONFIG if name == CONFIG else _OF_BOOTSTRAP
    found = []
    for line in map(str.strip, wanted.splitlines()):
        setting = re.escape(line.split("#")[0].strip())
        if matters.fullmatch(line) and not re.search(rf"(?m)^\s*{setting}", there):
            found.append(f"set: {line}")
    return found


def _other_pythons(there: str) -> list[str]:
    """The lines of an .mcp.json that start another Python than the environment's."""
    found = []
    for number, line in enumerate(there.splitlines(), 1):
        if "python" in line and VENV not in line:
            found.append(f"line {number}: {line.strip()}  (start it with {VENV}/bin/python3)")
    return found


def _cmake(name: str, there: str) -> list[str]:
    """What a CMakeLists.txt lacks, and its lines that look for a Python of their own."""
    lines = []
    if "Workroot.cmake" not in there:
        lines.append("add after project(): include(cmake/Workroot.cmake)")
    for found in references.in_text(name, there, (), VENV):
        lines.append(f"line {found.line}: {found.text}  ->  {found.instead}")
    return lines


def _difference(
    project: str,
    name: str,
    there: str,
    wanted: str,
) -> list[str]:
    """The lines that differ, or where they are many the line to type that shows them.

    Lines begin with '- ' for what is there alone, with '+ ' for what the template has.
    """
    compared = difflib.ndiff(there.splitlines(), wanted.splitlines())
    lines = [line for line in compared if line.startswith(("- ", "+ "))]
    # More than that nobody reads in a terminal.
    if len(lines) <= _SHOWN:
        return lines
    own = os.path.join(project, name)
    ours = os.path.join(_TEMPLATE, name)
    compare = f"diff {quote_sh(own)} {quote_sh(ours)}"
    return [f"it is the project's own; compare: {compare}"]


def _notes(project: str) -> list[Advice]:
    """The notes for people and their tools that do not yet point to the one authoritative page.

    Only of notes that are there; one that names the page is left alone.
    """
    template = files.read_text(os.path.join(_TEMPLATE, "CONTRIBUTING.md")) or ""
    _, _, section = template.partition("## Python")
    lines = ["add: ## Python"]
    for line in section.strip().splitlines():
        lines.append(f"add: {line}")
    found = []
    for name in _NOTES:
        text = files.read_bytes(os.path.join(project, name))
        if text is not None and _POINTER.encode() not in text:
            found.append(Advice(name, tuple(lines)))
    return found
