"""The engine's folders depend on each other in one direction: an import against it is named with
both files.

LAYERS is the list, from what everybody may know to what nobody does. A module may import from its
own folder and from those before it; imports inside functions and under TYPE_CHECKING count like any
other.
"""

import ast
from collections.abc import Iterator

import pytest
from sources import ENGINE, modules

LAYERS = (
    "errors",
    "doors",
    "root",
    "config",
    "standards",
    "pythons",
    "history",
    "installers",
    "session",
    "environment",
    "locking",
    "doctor",
    "project",
    "tiers",
    "commands",
    "__main__",
)
FULL = 12  # files in a folder; commands/ and doctor/checks/ are listings
LISTINGS = ("commands", "doctor/checks")

Graph = dict[str, set[str]]


def layer(module: str) -> str:
    """The folder of 'history/store.py', the name of 'root.py'."""
    return module.partition("/")[0].removesuffix(".py")


def imported(tree: ast.AST) -> Iterator[str]:
    """The dotted names below workroot that a module imports, wherever in it that stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{name.name}" for name in node.names)


def target(dotted: str, known: set[str]) -> str | None:
    """The file that a dotted name means: of a module, or of the module that the name is taken
    from.
    """
    words = dotted.split(".")[1:]
    while words:
        path = "/".join(words)
        if f"{path}.py" in known:
            return f"{path}.py"
        if f"{path}/__init__.py" in known:
            return f"{path}/__init__.py"
        words.pop()
    return None


def graph_of(sources: dict[str, str]) -> Graph:
    known = set(sources)
    graph: Graph = {}
    for module, source in sources.items():
        names = [name for name in imported(ast.parse(source)) if name.startswith("workroot.")]
        graph[module] = {found for name in names if (found := target(name, known))} - {module}
    return graph


def against(graph: Graph) -> list[str]:
    """The imports that run backward, and the files of no layer."""
    wrong = [f"{module} has no layer" for module in graph if layer(module) not in LAYERS]
    for module, names in graph.items():
        for name in names:
            both_known = layer(module) in LAYERS and layer(name) in LAYERS
            if both_known and LAYERS.index(layer(name)) > LAYERS.index(layer(module)):
                wrong.append(f"{module} imports {name}")
    return sorted(wrong)


def circles(graph: Graph) -> list[list[str]]:
    """The groups of modules that reach each other (Tarjan's strongly connected components)."""
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(module: str) -> None:
        order[module] = low[module] = len(order)
        stack.append(module)
        for name in sorted(graph[module]):
            if name not in order:
                visit(name)
                low[module] = min(low[module], low[name])
            elif name in stack:
                low[module] = min(low[module], order[name])
        if low[module] == order[module]:
            group = stack[stack.index(module) :]
            del stack[stack.index(module) :]
            if len(group) > 1:
                found.append(sorted(group))

    for module in sorted(graph):
        if module not in order:
            visit(module)
    return found


@pytest.fixture(scope="module")
def graph() -> Graph:
    names = [name for name in modules() if name != "__init__.py"]
    return graph_of({name: (ENGINE / name).read_text(encoding="utf-8") for name in names})


def test_no_import_runs_against_the_layers(graph: Graph) -> None:
    assert against(graph) == []


def test_no_modules_import_each_other_in_a_circle(graph: Graph) -> None:
    assert circles(graph) == []


def test_a_folder_holds_what_a_person_can_keep_in_mind(graph: Graph) -> None:
    folders: dict[str, list[str]] = {}
    for module in graph:
        folder, _, name = module.rpartition("/")
        if folder not in LISTINGS and name != "__init__.py":
            folders.setdefault(folder, []).append(name)
    assert {folder: names for folder, names in folders.items() if len(names) > FULL} == {}


@pytest.mark.parametrize("folder", [name for name in LAYERS if (ENGINE / name).is_dir()])
def test_every_folder_says_what_it_answers(folder: str) -> None:
    assert ast.get_docstring(ast.parse((ENGINE / folder / "__init__.py").read_text()))


BACKWARD = {
    "at the top": "from workroot.session import link\n",
    "inside of a function": "def f():\n    from workroot.session.link import lines\n",
    "for its types": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n"
    "    from workroot.session import link\n",
}


@pytest.mark.parametrize("source", BACKWARD.values(), ids=BACKWARD)
def test_an_import_that_runs_backward_is_named_with_both_files(source: str) -> None:
    graph = graph_of({"history/store.py": source, "session/link.py": ""})
    assert against(graph) == ["history/store.py imports session/link.py"]


def test_a_circle_and_a_file_of_no_layer_are_found() -> None:
    one, other = "from workroot.doors import b\n", "def f():\n    import workroot.doors.a\n"
    graph = graph_of({"doors/a.py": one, "doors/b.py": other, "drawer/c.py": ""})
    assert circles(graph) == [["doors/a.py", "doors/b.py"]]
    assert against(graph) == ["drawer/c.py has no layer"]
