"""A graph drawn: as a tree for a terminal, as Mermaid, as Graphviz. Nothing in a name is syntax."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from workroot.locking.graph import Child, Edge, Graph, children


class Line(NamedTuple):
    """A line of a tree that is still to be drawn.

    Attributes:
        name: The package.
        edge: The requirement that leads here; None for a start.
        lead: What stands before its words.
        indent: What stands before those of its children.
        path: The names above it.
    """

    name: str
    edge: Edge | None
    lead: str
    indent: str
    path: tuple[str, ...]


def tree(graph: Graph, starts: Iterable[str], reverse: bool = False) -> str:
    """Lines for a person, one package a line.

    What was shown above is not shown again below: '(above)'; what stands on its own path:
    '(circle)'.

    Args:
        starts: The names at the left margin, in their order.
        reverse: Draw who needs it below a name, not what it needs.
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
            # A leaf may be drawn again: there is nothing below it to repeat.
            again = ""
            if line.name in line.path:
                again = " (circle)"
            elif line.name in shown and under:
                again = " (above)"
            lines.append(line.lead + _label(graph, line.name, line.edge, reverse) + again)
            shown.add(line.name)
            if not again:
                # The last in is the first out, so the first child goes in last.
                stack += reversed(_under(line, under))
    return "\n".join(lines)


def _under(line: Line, found: list[Child]) -> list[Line]:
    """The lines of the children, in their order.

    Args:
        line: The line that they stand below.
        found: Its children, sorted.
    """
    path = (*line.path, line.name)
    lines = []
    for number, child in enumerate(found, 1):
        # Below the last child no line goes on to another one.
        if number == len(found):
            lead = line.indent + "`-- "
            indent = line.indent + "    "
        else:
            lead = line.indent + "|-- "
            indent = line.indent + "|   "
        drawn = Line(
            child.name,
            child.edge,
            lead,
            indent,
            path,
        )
        lines.append(drawn)
    return lines


def _label(
    graph: Graph,
    name: str,
    edge: Edge | None = None,
    reverse: bool = False,
) -> str:
    """The words for a package, and for the requirement that leads to it.

    A problem ends in '!': 'missing!', 'has 1.0!'. Reversed, the range is of another package than
    the one that is named, so it says of which.
    """
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
    """A Mermaid flowchart, from left to right.

    Dashed arrows are requirements of an extra, or such as are not met.
    """
    ids = _ids(graph)
    lines = ["flowchart LR"]
    for name, key in ids.items():
        lines.append(f'    {key}["{_entities(_label(graph, name))}"]')
    for edge in graph.edges:
        arrow = "-.->" if edge.extra or edge.problem else "-->"
        words = _entities(_edge_words(edge))
        label = f'|"{words}"|' if words else ""
        source = ids[edge.source]
        target = ids[edge.target]
        lines.append(f"    {source} {arrow}{label} {target}")
    return "\n".join(lines)


def dot(graph: Graph) -> str:
    """A Graphviz digraph, from left to right; dashed as in `mermaid`."""
    ids = _ids(graph)
    lines = ["digraph packages {", "    rankdir=LR;", "    node [shape=box];"]
    for name, key in ids.items():
        lines.append(f"    {key} [label={_quoted(_label(graph, name))}];")
    for edge in graph.edges:
        style = ", style=dashed" if edge.extra or edge.problem else ""
        words = _quoted(_edge_words(edge))
        source = ids[edge.source]
        target = ids[edge.target]
        lines.append(f"    {source} -> {target} [label={words}{style}];")
    return "\n".join([*lines, "}"])


def _ids(graph: Graph) -> Mapping[str, str]:
    """name -> an identifier for it: p0, p1 and so on, as no name is safe as one."""
    return {name: f"p{number}" for number, name in enumerate(graph.names)}


def _edge_words(edge: Edge) -> str:
    """What stands at an arrow: the range, the extra, the problem; '' for none of them."""
    words = []
    if edge.specifier:
        words.append(edge.specifier)
    if edge.extra:
        words.append(f"extra {edge.extra}")
    if edge.problem:
        words.append(f"{edge.problem}!")
    return " ".join(words)


def _entities(text: str) -> str:
    """Mermaid's escapes, #NUMBER;, for all that could be syntax to it.

    NUMBER is the code point; an escape of a name would need a table of names.
    """
    found = ""
    for character in text:
        # Only what is known to be safe: Mermaid's syntax grows from version to version.
        letter = character.isascii() and character.isalnum()
        found += character if letter or character in " .,_+-!=" else f"#{ord(character)};"
    return found


def _quoted(text: str) -> str:
    """A Graphviz string; what does not print is a space: a viewer or a terminal might obey it."""
    plain = "".join(character if character.isprintable() else " " for character in text)
    # Backslashes first: those of the quotes are not to be doubled.
    escaped = plain.replace("\\", "\\\\")
    escaped = escaped.replace('"', '\\"')
    return f'"{escaped}"'
