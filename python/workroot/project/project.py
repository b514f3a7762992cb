"""A project with one environment for all its Python: the template put into a directory, and what has to change in files that are there.

Nothing is overwritten. What is missing is written; what stands differently is given back as advice.
"""

import os
import re
from collections.abc import Sequence
from typing import NamedTuple

from workroot.config import toml_string
from workroot.doors import files
from workroot.errors import WorkrootError
from workroot.project import kit, references
from workroot.root import BOOTSTRAPS, CONFIG, TEMPLATES

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
_SHOWN = 12  # lines of one piece of advice; more is said as a line to type


class Advice(NamedTuple):
    """A file that is there and differs. lines: what to change, in words or as the line itself."""

    file: str
    lines: tuple[str, ...]


def new(project: str, bare: bool) -> tuple[list[str], list[Advice]]:
    """Put the template and the kit into a directory. bare: without the examples. Gives the files written and the advice. Raises WorkrootError."""
    if os.path.lexists(project) and not os.path.isdir(project):
        raise WorkrootError(f"{project} is not a directory", "name a directory, or one to be made")
    files.make_directory(project)
    named = packages(project)
    another = kit.travel(project)
    written, advice = [], [Advice(kit.PLACE, (another,))] if another else []
    for name in _names(bare):
        content = _content(name, bare, named)
        there = files.read_bytes(os.path.join(project, name))
        if there is None:
            _put(os.path.join(project, name), content)
            written.append(name)
        elif there != content:
            advice += _advice(project, name, there.decode("utf-8", "replace"), content.decode())
    return written, advice + _notes(project)


def packages(project: str) -> list[str]:
    """The directories of a project that can be installed in editable mode, by their path from it."""
    found = [
        os.path.dirname(name) or "."
        for name in references.listing(project)
        if os.path.basename(name) == "pyproject.toml"
    ]
    return [
        path
        for path in found
        if "[build-system]"
        in (references.text(os.path.join(project, path, "pyproject.toml")) or "")
    ]


def _names(bare: bool, below: str = "") -> list[str]:
    """The files of the template, workroot.toml last: with it the directory is a workroot."""
    found = []
    for entry in sorted(
        os.scandir(os.path.join(_TEMPLATE, below)),
        key=lambda entry: (entry.name == CONFIG, entry.name),
    ):
        name = f"{below}/{entry.name}" if below else entry.name
        if entry.name == "__pycache__" or (
            bare and f"{name}/".startswith(tuple(_closed(example) for example in _EXAMPLES))
        ):
            continue
        found += _names(bare, name) if entry.is_dir() else [name]
    return found


def _closed(name: str) -> str:
    return name if name.endswith("/") else f"{name}/"


def _content(name: str, bare: bool, named: Sequence[str]) -> bytes:
    content = files.read_bytes(os.path.join(_TEMPLATE, name)) or b""
    if not bare:
        return content
    if name == CONFIG:
        return _bare_config(content.decode(), named).encode()
    return _head(content) if name.startswith("python/requirements.") else content


def _bare_config(text: str, named: Sequence[str]) -> str:
    values = {
        "editable": named,
        "imports": (),
        "optional_imports": (),
        "optional_paths": (),
        "paths": (".",),
    }
    for key, value in values.items():
        text = re.sub(
            rf"(?m)^{key} = \[[^]]*\]",
            lambda found, k=key, v=value: f"{k} = [{', '.join(map(toml_string, v))}]",
            text,
        )
    return text


def _head(content: bytes) -> bytes:
    """The comment that a requirements file begins with."""
    lines = content.splitlines(keepends=True)
    return b"".join(
        lines[
            : next(
                (number for number, line in enumerate(lines) if not line.startswith(b"#")),
                len(lines),
            )
        ]
    )


def _put(path: str, content: bytes) -> None:
    files.make_directory(os.path.dirname(path))
    files.write(
        path,
        content,
        0o755 if path.endswith(".sh") and os.path.basename(path) not in BOOTSTRAPS else 0o644,
    )


def _advice(project: str, name: str, there: str, wanted: str) -> list[Advice]:
    if name in _LINES:
        lines = [f"add: {line}" for line in wanted.splitlines() if line not in there.splitlines()]
    elif name in _NOTES:
        return []
    elif name in (CONFIG, *BOOTSTRAPS):
        lines = _settings(name, there, wanted)
    elif name == ".mcp.json":
        lines = [
            f"line {number}: {line.strip()}  (start it with {VENV}/bin/python3)"
            for number, line in enumerate(there.splitlines(), 1)
            if "python" in line and VENV not in line
        ]
    elif name == "CMakeLists.txt":
        lines = _cmake(name, there)
    else:
        lines = _difference(project, name, there, wanted)
    return [Advice(name, tuple(lines))] if lines else []


def _settings(name: str, there: str, wanted: str) -> list[str]:
    """The lines that matter of a file whose other lines are a person's own."""
    pattern = (
        r"path = .*|repo = .*|requirements = .*"
        if name == CONFIG
        else r"_workroot_kit=tools.*|\$kit = 'tools.*"
    )
    lines = [line.strip() for line in wanted.splitlines() if re.fullmatch(pattern, line.strip())]
    return [
        f"set: {line}"
        for line in lines
        if not re.search(rf"(?m)^\s*{re.escape(line.split('#')[0].strip())}", there)
    ]


def _cmake(name: str, there: str) -> list[str]:
    found = [
        f"line {line}: {text}  ->  {instead}"
        for _, line, text, instead in references.in_text(name, there, (), VENV)
    ]
    missing = (
        [] if "Workroot.cmake" in there else ["add after project(): include(cmake/Workroot.cmake)"]
    )
    return missing + found


def _difference(project: str, name: str, there: str, wanted: str) -> list[str]:
    import difflib

    lines = [
        line
        for line in difflib.ndiff(there.splitlines(), wanted.splitlines())
        if line.startswith(("- ", "+ "))
    ]
    from workroot.standards.quoting import quote_sh

    whole = f"it is the project's own; compare: diff {quote_sh(os.path.join(project, name))} {quote_sh(os.path.join(_TEMPLATE, name))}"
    return lines if len(lines) <= _SHOWN else [whole]


def _notes(project: str) -> list[Advice]:
    """The notes for people and their tools that do not yet point to the one authoritative page."""
    section = (files.read_text(os.path.join(_TEMPLATE, "CONTRIBUTING.md")) or "").partition(
        "## Python"
    )[2]
    lines = ("add: ## Python", *(f"add: {line}" for line in section.strip().splitlines()))
    texts = {name: files.read_bytes(os.path.join(project, name)) for name in _NOTES}
    return [
        Advice(name, lines)
        for name, text in texts.items()
        if text is not None and _POINTER.encode() not in text
    ]
