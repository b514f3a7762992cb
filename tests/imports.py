"""Who imports whom in the engine, read from its syntax trees. Needs nothing but a Python.

Imports inside functions and under TYPE_CHECKING count like any other.
"""

import ast
from collections.abc import Iterable, Iterator

FULL = 12  # files in a folder
LISTINGS = ("commands", "doctor/checks")  # whose listing is a list that people read

# What the light dialect does without: from a tenth of a Python start to the whole of one.
DEAR = {
    "argparse",
    "calendar",
    "collections",
    "contextlib",
    "datetime",
    "difflib",
    "enum",
    "functools",
    "importlib",
    "json",
    "pathlib",
    "re",
    "shutil",
    "subprocess",
    "tempfile",
    "threading",
    "typing",
}

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


def between_folders(graph: Graph) -> Graph:
    """Which folder, or file at the top, imports from which other."""
    found: Graph = {}
    for module, names in graph.items():
        found.setdefault(layer(module), set()).update(map(layer, names))
    return {folder: names - {folder} for folder, names in found.items()}


def by_folder(modules: Iterable[str]) -> dict[str, list[str]]:
    """The files of each folder, but for what only says what the folder is."""
    folders: dict[str, list[str]] = {}
    for module in modules:
        folder, _, name = module.rpartition("/")
        if name != "__init__.py":
            folders.setdefault(folder, []).append(name)
    return folders
