"""graph [NAME...]: who depends on whom, as a tree, a picture or data."""

import os

from workroot.commands import _home
from workroot.doors import terminal

HELP = "who depends on whom: a tree, Mermaid, Graphviz or JSON; --reverse: who needs it"


def main(argv: list[str]) -> int:
    made = _home.parser(
        "graph",
        HELP,
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
    given = made.parse_args(argv)
    from workroot.locking import graph

    whole = read(_home.meant(given))
    names = [known(whole, name) for name in given.names]
    shown = graph.part(whole, names, given.reverse) if names else whole
    for sentence in shown.unreadable:
        terminal.step(f"passed over: {sentence}")
    if "json" in (given.format, given.output):
        terminal.json(graph.document(shown))
    elif given.format == "tree":
        text = graph.tree(shown, names or graph.roots(shown, given.reverse), given.reverse)
        terminal.data(
            "\n".join(map(terminal.printable, text.split("\n")))
            if text
            else "no packages are installed"
        )
    else:
        terminal.data({"mermaid": graph.mermaid, "dot": graph.dot}[given.format](shown))
    return 0


def read(home):
    """The graph of a home's venv."""
    from workroot.locking import graph
    from workroot.pythons import packages
    from workroot.root import venv_python
    from workroot.standards import target

    return graph.read(
        home.venv, packages.read(home.venv), target.of(venv_python(home.venv), os.environ)
    )


def known(whole, name: str) -> str:
    """The name as the graph has it. Raises WorkrootError."""
    from workroot.errors import WorkrootError
    from workroot.standards.names import normalized

    plain = normalized(name)
    if plain in whole.nodes or whole.needed_by(plain):
        return plain
    import difflib

    near = difflib.get_close_matches(plain, whole.nodes, 1)
    raise WorkrootError(
        f"{name} is not installed here",
        f"{_home.program()} graph {near[0]}" if near else f"{_home.program()} graph",
    )
