"""A graph drawn: as a tree for a terminal, as Mermaid, as Graphviz. Nothing in a name is syntax."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from workroot.locking.graph import Child, Edge, Graph, children


class Line(NamedTuple):
    """A line of a tree that is still to be drawn.

    lead: what stands before its words; indent: what stands before those of its children;
    path: the names above it.
    """

    name: str
    edge: Edge | None
    lead: str
    indent: str
    path: tuple[str, ...]


def tree(graph: Graph, starts: Iterable[str], reverse: bool = False) -> str:
    """Lines for a person.

    What was shown above is not shown again below: '(above)'; what stands on its own path:
    '(circle)'.
    """
    below = children(graph, reverse)
    lines: list[str] = []
    shown: set[str] = set()
    for start in starts:
        # A stack rather than recursion: a chain of packages may be longer than Python nests calls.
        stack = [Line(start, None, "", "", ())]
        while stack:
            line = stack.pop()
            under = sorted(below.get(line.name, []), key=lambda child: child.name)
            again = ""
            if line.name in line.path:
                again = " (circle)"
            elif line.name in shown and under:
                again = " (above)"
            lines.append(line.lead + _label(graph, line.name, line.edge, reverse) + again)
            shown.add(line.name)
            if not again:
                stack += reversed(_under(line, under))
    return "\n".join(lines)


def _under(line: Line, found: list[Child]) -> list[Line]:
    """The lines of the children, in their order."""
    path = (*line.path, line.name)
    lines = []
    for number, child in enumerate(found, 1):
        if number == len(found):
            lead, indent = line.indent + "`-- ", line.indent + "    "
        else:
            lead, indent = line.indent + "|-- ", line.indent + "|   "
        lines.append(Line(child.name, child.edge, lead, indent, path))
    return lines


def _label(graph: Graph, name: str, edge: Edge | None = None, reverse: bool = False) -> str:
    words = [name]
    version = graph.nodes.get(name)
    if version:
        words.append(version)
    if edge is None:
        return " ".join(words)
    if edge.specifier:
        needs = f"(needs {edge.target}{edge.specifier})"
        words.append(needs if reverse else f"({edge.specifier})")
    if edge.extra:
        words.append(f"[extra {edge.extra}]")
    if edge.problem:
        words.append(f"{edge.problem}!")
    return " ".join(words)


def mermaid(graph: Graph) -> str:
    """A Mermaid flowchart."""
    ids = _ids(graph)
    lines = ["flowchart LR"]
    for name, key in ids.items():
        lines.append(f'    {key}["{_entities(_label(graph, name))}"]')
    for edge in graph.edges:
        arrow = "-.->" if edge.extra or edge.problem else "-->"
        words = _entities(_edge_words(edge))
        label = f'|"{words}"|' if words else ""
        lines.append(f"    {ids[edge.source]} {arrow}{label} {ids[edge.target]}")
    return "\n".join(lines)


def dot(graph: Graph) -> str:
    """A Graphviz digraph."""
    ids = _ids(graph)
    lines = ["digraph packages {", "    rankdir=LR;", "    node [shape=box];"]
    for name, key in ids.items():
        lines.append(f"    {key} [label={_quoted(_label(graph, name))}];")
    for edge in graph.edges:
        style = ", style=dashed" if edge.extra or edge.problem else ""
        label = f"[label={_quoted(_edge_words(edge))}{style}]"
        lines.append(f"    {ids[edge.source]} -> {ids[edge.target]} {label};")
    return "\n".join([*lines, "}"])


def _ids(graph: Graph) -> Mapping[str, str]:
    return {name: f"p{number}" for number, name in enumerate(graph.names)}


def _edge_words(edge: Edge) -> str:
    words = []
    if edge.specifier:
        words.append(edge.specifier)
    if edge.extra:
        words.append(f"extra {edge.extra}")
    if edge.problem:
        words.append(f"{edge.problem}!")
    return " ".join(words)


def _entities(text: str) -> str:
    """Mermaid's escapes, #NUMBER;, for all that could be syntax to it."""
    found = ""
    for character in text:
        letter = character.isascii() and character.isalnum()
        found += character if letter or character in " .,_+-!=" else f"#{ord(character)};"
    return found


def _quoted(text: str) -> str:
    plain = "".join(character if character.isprintable() else " " for character in text)
    return '"' + plain.replace("\\", "\\\\").replace('"', '\\"') + '"'
