"""The engine is written in two dialects, and the page that says which file is in which is right.

What a person waits for starts in the time of a Python, as all that it imports is light: none of it
imports what is dear (imports.DEAR) but inside of a function, where few calls come by. Everything
else is written as one writes Python.
"""

import ast
import re

import pytest
from imports import DEAR, Graph, graph_of
from sources import ENGINE, modules, read

# Whose starts are waited for, by their files; what they import at their top they all pay for.
WAITED_FOR = (
    "__main__",
    "starting",
    "commands/__init__",
    "commands/diff",
    "commands/help",
    "commands/history",
    "commands/list_snapshots",
    "commands/pip",
    "commands/redo",
    "commands/setup",
    "commands/status",
    "commands/undo",
    "commands/version",
)
HEADING = "## The two dialects"


def at_the_top(source: str) -> str:
    """What a file imports when it is imported itself."""
    tree = ast.parse(source)
    kept = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom | ast.If)]
    outside = [node for node in kept if not _for_types(node)]
    return ast.unparse(ast.Module(outside, []))


def _for_types(node: ast.stmt) -> bool:
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)


def dear_in(source: str) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(at_the_top(source))):
        if isinstance(node, ast.Import):
            found.update(name.name.partition(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    return found & DEAR


def reached(graph: Graph, starts: tuple[str, ...]) -> set[str]:
    found: set[str] = set()
    waiting = [f"{name}.py" for name in starts]
    while waiting:
        module = waiting.pop()
        if module not in found:
            found.add(module)
            waiting += graph[module]
    return found


def listed_as_light(page: str) -> tuple[set[str], set[str]]:
    """The folders and the files that the section of the README names."""
    _, _, section = page.partition(HEADING)
    section, _, _ = section.partition("\n## ")
    rows = re.findall(r"(?m)^\| `([\w/]+/|/)` \| (.*) \|$", section)
    folders, files = set(), set()
    for folder, said in rows:
        names = re.findall(r"`(\w+)`", said)
        place = folder.removeprefix("/")
        files.update(f"{place}{name}.py" for name in names)
        if not names:
            folders.add(place)
    return folders, files


@pytest.fixture(scope="module")
def sources() -> dict[str, str]:
    return {name: (ENGINE / name).read_text(encoding="utf-8") for name in modules()}


@pytest.fixture(scope="module")
def light(sources: dict[str, str]) -> set[str]:
    """The files that the README calls light."""
    folders, files = listed_as_light(read("python/README.md"))
    return files | {name for name in sources if name.startswith(tuple(folders))}


def test_what_is_light_imports_nothing_dear(sources: dict[str, str], light: set[str]) -> None:
    assert {name: dear_in(sources[name]) for name in light if dear_in(sources[name])} == {}


def test_what_is_waited_for_is_light_and_nothing_else_is_called_so(
    sources: dict[str, str], light: set[str]
) -> None:
    graph = graph_of({name: at_the_top(source) for name, source in sources.items()})
    found = {name for name in reached(graph, WAITED_FOR) if not name.endswith("__init__.py")}
    folders, files = listed_as_light(read("python/README.md"))
    assert {name for name in found if not name.startswith(tuple(folders))} == files
    assert found <= light


@pytest.mark.parametrize(
    ("source", "dear"),
    [
        ("import re\n", {"re"}),
        ("from collections.abc import Sequence\n", {"collections"}),
        ("if a:\n    import json\n", {"json"}),
        ("def f():\n    import json\n", set()),
        ("if TYPE_CHECKING:\n    from typing import Any\n", set()),
    ],
)
def test_an_import_counts_where_a_start_pays_for_it(source: str, dear: set[str]) -> None:
    assert dear_in(source) == dear


def test_the_page_is_read_by_its_rows() -> None:
    page = f"{HEADING}\n\n| `/` | `errors`, `root` |\n| `doors/` | all |\n\n## Next\n| `a/` | b |\n"
    assert listed_as_light(page) == ({"doors/"}, {"errors.py", "root.py"})
