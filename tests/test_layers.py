"""The engine's folders depend on each other in one direction: an import against it is named with
both files.

LAYERS is the list, from what everybody may know to what nobody does. A module may import from its
own folder and from those before it; imports inside functions and under TYPE_CHECKING count like any
other.
"""

import ast

import pytest
from imports import FULL, LISTINGS, Graph, between_folders, by_folder, circles, graph_of, layer
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
    "starting",
    "__main__",
)


def against(graph: Graph) -> list[str]:
    """The imports that run backward, and the files of no layer."""
    wrong = [f"{module} has no layer" for module in graph if layer(module) not in LAYERS]
    for module, names in graph.items():
        for name in names:
            both_known = layer(module) in LAYERS and layer(name) in LAYERS
            if both_known and LAYERS.index(layer(name)) > LAYERS.index(layer(module)):
                wrong.append(f"{module} imports {name}")
    return sorted(wrong)


@pytest.fixture(scope="module")
def graph() -> Graph:
    names = [name for name in modules() if name != "__init__.py"]
    return graph_of({name: (ENGINE / name).read_text(encoding="utf-8") for name in names})


def test_no_import_runs_against_the_layers(graph: Graph) -> None:
    assert against(graph) == []


def test_no_modules_import_each_other_in_a_circle(graph: Graph) -> None:
    assert circles(graph) == []


def test_no_folders_import_each_other_in_a_circle(graph: Graph) -> None:
    assert circles(between_folders(graph)) == []


def test_a_folder_holds_what_a_person_can_keep_in_mind(graph: Graph) -> None:
    full = {folder: names for folder, names in by_folder(graph).items() if len(names) > FULL}
    assert {folder: full[folder] for folder in full if folder not in LISTINGS} == {}


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
