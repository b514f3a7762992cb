"""graph [NAME...]: who depends on whom, as a tree, a picture or data."""

import os

from workroot.commands import _arguments, _homes
from workroot.commands._call import Call
from workroot.doors import terminal
from workroot.errors import Command, WorkrootError, nearest
from workroot.locking import drawings, graph
from workroot.pythons import packages
from workroot.root import venv_python
from workroot.standards import target
from workroot.standards.names import normalized


def main(call: Call) -> int:
    given = _parser(call).parse_args(call.words)
    whole = _read(_homes.meant(call, given))
    names = [_known(whole, name) for name in given.names]
    shown = graph.part(whole, names, given.reverse) if names else whole
    for sentence in shown.unreadable:
        terminal.step(f"passed over: {sentence}")
    if "json" in (given.format, given.output):
        terminal.json(graph.document(shown))
    elif given.format == "mermaid":
        terminal.data(drawings.mermaid(shown))
    elif given.format == "dot":
        terminal.data(drawings.dot(shown))
    else:
        roots = names or graph.roots(shown, given.reverse)
        _print(drawings.tree(shown, roots, given.reverse))
    return 0


def _print(tree: str) -> None:
    if not tree:
        terminal.data("no packages are installed")
        return
    for line in tree.split("\n"):
        terminal.data(terminal.printable(line))


def _parser(call: Call) -> _arguments.Parser:
    made = _arguments.parser(
        call,
        "graph",
        "graph --reverse urllib3",
        "graph --format mermaid",
        "graph --format dot | dot -Tsvg -o graph.svg",
    )
    made.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help="only these packages and what they need (reversed: and what needs them)",
    )
    made.add_argument("--format", choices=("tree", "mermaid", "dot", "json"), default="tree")
    made.add_argument(
        "--reverse", action="store_true", help="from each package up to what needs it"
    )
    return made


def _read(home):
    """The graph of a home's venv."""
    here = target.of(venv_python(home.venv), os.environ)
    return graph.read(home.venv, packages.read(home.venv), here)


def _known(whole, name: str) -> str:
    """The name as the graph has it. Raises WorkrootError."""
    plain = normalized(name)
    # What is needed and not installed can be asked for too, with --reverse.
    if plain in whole.nodes or whole.needed_by(plain):
        return plain
    near = nearest(plain, whole.nodes)
    hint = f"graph {near}" if near else "graph"
    raise WorkrootError(f"{name} is not installed here", Command(hint))
