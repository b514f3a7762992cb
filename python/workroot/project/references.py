"""Lines of a project that name an environment it should no longer have, or look for a Python.

They are read, never changed.
"""

import os
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from workroot.doors import files
from workroot.project.kit import PLACE
from workroot.root import STATE

_NAMES = (
    ".mcp.json",
    ".gitignore",
    ".envrc",
    "CMakeLists.txt",
    "Makefile",
    "makefile",
    "GNUmakefile",
    "justfile",
    "Justfile",
    "Dockerfile",
)
_SUFFIXES = (
    ".cmake",
    ".sh",
    ".bash",
    ".zsh",
    ".fish",
    ".ps1",
    ".bat",
    ".cmd",
    ".json",
    ".toml",
    ".yml",
    ".yaml",
    ".py",
    ".cfg",
    ".ini",
    ".mk",
)
_SKIPPED = {".git", STATE, ".hg", ".svn", "node_modules", "__pycache__"}
_OURS = "cmake/Workroot.cmake"
_SEARCH = re.compile(
    r"\bfind_package\s*\(\s*Python[23]?\b|\bfind_package\s*\(\s*PythonInterp\b", re.IGNORECASE
)
_FOUND = r"\$\{(?:Python3?_EXECUTABLE|PYTHON3?_EXECUTABLE)\}"
_INTERPRETER = r"(?:/(?:bin|Scripts)/python[0-9.]*(?:\.exe)?)?"
_MAKES = re.compile(r"-m\s+(?:venv|virtualenv)\b|\bvirtualenv\s|\buv\s+venv\b")


class Reference(NamedTuple):
    """One line that names an environment or looks for a Python.

    Attributes:
        file: Its path from the project, with '/'.
        line: Its number, from 1.
        text: As it is, without the blanks around it.
        instead: The line to write there, or 'remove it'.
    """

    file: str
    line: int
    text: str
    instead: str


def find(project: str, old: Sequence[str], venv: str) -> list[Reference]:
    """Every line that names one of the old environments, or finds a Python in CMake.

    Args:
        project: The directory.
        old: Paths from the project, with '/'.
        venv: The environment in use, in the same form.
    """
    texts = {}
    for name in listing(project):
        content = files.text_by_hand(os.path.join(project, name))
        if content is not None:
            texts[name] = content
    # A variable may be set in one file and used in another: all are read first.
    variables = _variables([content for name, content in texts.items() if _is_cmake(name)], old)
    found: list[Reference] = []
    for name, content in texts.items():
        found += in_text(name, content, old, venv, variables)
    return found


def in_text(
    name: str, text: str, old: Sequence[str], venv: str, variables: Sequence[str] = ()
) -> Iterator[Reference]:
    """The references in one file.

    Args:
        name: Its path from the project: its ending decides whether it is read as CMake.
        text: Its content.
        old: Paths from the project, with '/'.
        venv: The environment in use, in the same form.
        variables: CMake variables that hold an old environment or its Python.
    """
    for number, line in enumerate(text.splitlines(), 1):
        # CMake finds a Python by itself; every other file can only name one.
        instead = _cmake(line, old, variables) if _is_cmake(name) else _other(name, line, old, venv)
        if instead is not None:
            yield Reference(name, number, line.strip(), instead.strip())


def listing(project: str, below: str = "") -> list[str]:
    """The files that can name an environment, by their path from the project.

    Links, environments and build trees are left out.
    """
    found = []
    entries = os.scandir(os.path.join(project, below))
    for entry in sorted(entries, key=lambda entry: entry.name):
        name = f"{below}/{entry.name}" if below else entry.name
        if entry.is_dir(follow_symlinks=False):
            if entry.name not in _SKIPPED and name != PLACE and not _is_made(entry.path):
                found += listing(project, name)
        elif entry.is_file(follow_symlinks=False) and name != _OURS and _may_name(entry.name):
            found.append(name)
    return found


def _may_name(file: str) -> bool:
    """Whether a file of that name is one in which environments are named."""
    return file in _NAMES or file.endswith(_SUFFIXES)


def _is_made(directory: str) -> bool:
    """Whether a directory is an environment or a build tree."""
    marks = ("pyvenv.cfg", "CMakeCache.txt")
    return any(os.path.exists(os.path.join(directory, mark)) for mark in marks)


def _is_cmake(name: str) -> bool:
    """Whether a file is read as CMake."""
    return name.endswith((".cmake", "CMakeLists.txt"))


def _variables(texts: Sequence[str], old: Sequence[str]) -> list[str]:
    """The CMake variables that are set to an old environment, or to something in one.

    Args:
        texts: The CMake files of the project.
        old: Paths from the project, with '/'.
    """
    if not old:
        return []
    places = "|".join(map(re.escape, old))
    sets = re.compile(rf"\bset\s*\(\s*(\w+)[^)]*(?:{places})")
    found: set[str] = set()
    for text in texts:
        found.update(sets.findall(text))
    return sorted(found)


def _cmake(line: str, old: Sequence[str], variables: Sequence[str]) -> str | None:
    """The line as it should be in CMake; None where it may stay."""
    # A '#' in a quoted text ends the line here too; then a reference is missed, and none invented.
    code = line.split("#", 1)[0]
    if _SEARCH.search(code):
        return f"include({_OURS})"
    if any(re.match(rf"\s*set\s*\(\s*{re.escape(name)}\b", code) for name in variables):
        return f"remove it; include({_OURS}) sets PROJECT_PYTHON"
    uses = [_FOUND]
    for name in variables:
        uses.append(rf"\$\{{{re.escape(name)}\}}{_INTERPRETER}")
    for path in old:
        uses.append(rf"(?:\$\{{\w+\}}/)?{re.escape(path)}{_INTERPRETER}")
    # A function, as a backslash in a replacement text would mean something.
    changed = re.sub("|".join(uses), lambda found: "${PROJECT_PYTHON}", code)
    return changed if changed != code else None


def _other(
    name: str,
    line: str,
    old: Sequence[str],
    venv: str,
) -> str | None:
    """The line with the environment in use in the old one's place; None where it names none.

    Args:
        name: The file, from the project; a path in it may start in its own directory.
        line: One line of it.
        old, venv: As in `in_text`.

    Returns:
        'remove it' for what ignores the old environment or makes one anew.
    """
    relative = os.path.relpath(venv, os.path.dirname(name) or ".").replace(os.sep, "/")
    # What names the new one already may hold the old one's name: it is put out of sight.
    masked = line.replace(relative, "\0").replace(venv, "\1")
    for path in old:
        named = _as_word(path)
        local = _local(name, path)
        names_it = named.search(masked)
        if not names_it and not (local and local.search(masked)):
            continue
        if os.path.basename(name) == ".gitignore" or _MAKES.search(line):
            return "remove it"
        if names_it:
            changed = named.sub(lambda found: venv, masked)
        else:
            changed = local.sub(lambda found: relative, masked)
        return changed.replace("\0", relative).replace("\1", venv)
    return None


def _as_word(path: str) -> re.Pattern[str]:
    """A path that is not a part of a longer name, with either slash.

    `venv` is not in `my-venv`, nor in `venv.bak`.
    """
    return re.compile(rf"(?<![\w.-]){re.escape(path)}(?![\w.-])".replace("/", r"[/\\]"))


def _local(name: str, path: str) -> re.Pattern[str] | None:
    """How a file in the directory of the old environment names it: by its last part alone.

    None for a file elsewhere, in which that part alone may be any other thing.
    """
    parent, _, last = path.rpartition("/")
    return _as_word(last) if os.path.dirname(name) == parent else None
