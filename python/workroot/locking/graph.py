"""Who depends on whom in a venv: the installed distributions and what their metadata requires, judged for the venv's Python.

An extra counts where an installed distribution asks for it, or where it is wholly installed and explains what nothing else does:
which extras a person asked for is written down nowhere.
"""

import os
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from workroot.doors import files
from workroot.pythons.packages import Distribution
from workroot.standards import requirement, versions
from workroot.standards.requirement import Requirement
from workroot.standards.target import Target


class Edge(NamedTuple):
    """source requires target. extra: of source, '' when always. problem: '', 'missing', or 'has 1.0' when that does not satisfy specifier."""

    source: str
    target: str
    specifier: str
    extra: str
    problem: str


class Graph(NamedTuple):
    """The package set as a graph.

    nodes: normalized name -> version. edges: sorted. unreadable: sentences on requirements that
    could not be understood. asked: name -> the extras that the others ask for by name.
    """

    nodes: Mapping[str, str]
    edges: tuple[Edge, ...]
    unreadable: tuple[str, ...]
    asked: Mapping[str, tuple[str, ...]] = {}

    def needs(self, name: str) -> list[Edge]:
        return [edge for edge in self.edges if edge.source == name]

    def needed_by(self, name: str) -> list[Edge]:
        return [edge for edge in self.edges if edge.target == name]


def read(venv: str, distributions: Iterable[Distribution], target: Target) -> Graph:
    """The graph of a package set, from the metadata on disk."""
    nodes, wanted, unreadable, requested = {}, {}, [], set()
    for one in distributions:
        nodes[one.name] = one.version
        requested |= {one.name} if one.requested else set()
        wanted[one.name], problems = _requirements(one, requires(venv, one), target)
        unreadable += problems
    extras = _extras(nodes, wanted, requested)
    edges = {
        _edge(name, need, extra, nodes)
        for name, needs in wanted.items()
        for extra, need in needs
        if need.name != name and (not extra or extra in extras[name])
    }
    asked = _asked(wanted, extras)
    return Graph(nodes, tuple(sorted(_plainest(edges))), tuple(unreadable), asked)


def _asked(
    wanted: Mapping[str, list[tuple[str, Requirement]]], used: Mapping[str, set[str]]
) -> dict[str, tuple[str, ...]]:
    """name -> the extras that requirements in use name: of a guess that nothing else explains there is none."""
    asked: dict[str, set[str]] = {}
    for name, needs in wanted.items():
        for extra, need in needs:
            if need.extras and (not extra or extra in used[name]):
                asked.setdefault(need.name, set()).update(need.extras)
    return {name: tuple(sorted(extras)) for name, extras in asked.items()}


def requires(venv: str, distribution: Distribution) -> list[str]:
    """Its Requires-Dist lines; those of an egg-info without any from its requires.txt."""
    directory = os.path.join(venv, distribution.directory)
    metadata = (
        directory
        if os.path.isfile(directory)
        else os.path.join(directory, "METADATA" if directory.endswith(".dist-info") else "PKG-INFO")
    )
    text = (files.read_bytes(metadata) or b"").decode("utf-8", "replace")
    head = text.replace("\r\n", "\n").partition("\n\n")[0].replace("\n ", " ").replace("\n\t", " ")
    found = [
        line.partition(":")[2].strip()
        for line in head.split("\n")
        if line.lower().startswith("requires-dist:")
    ]
    return found or _old_requires(
        (files.read_bytes(os.path.join(directory, "requires.txt")) or b"").decode(
            "utf-8", "replace"
        )
    )


def _old_requires(text: str) -> list[str]:
    found, marker = [], ""
    for line in map(str.strip, text.splitlines()):
        if line.startswith("[") and line.endswith("]"):
            extra, _, condition = line[1:-1].partition(":")
            marker = " and ".join(
                part
                for part in (
                    f"extra == '{extra}'" if extra else "",
                    f"({condition})" if condition else "",
                )
                if part
            )
        elif line:
            found.append(f"{line} ; {marker}" if marker else line)
    return found


def _requirements(
    one: Distribution, lines: list[str], target: Target
) -> tuple[list[tuple[str, Requirement]], list[str]]:
    """(extra or '', requirement) of each line whose marker holds for that Python, and sentences on what is none."""
    found, problems = [], []
    for line in lines:
        try:
            need = requirement.parse(line)
            if requirement.holds(need.marker, target.markers):
                found.append(("", need))
                continue
            found += [
                (extra, need)
                for extra in requirement.extras(need.marker)
                if requirement.holds(need.marker, target.markers, extra)
            ]
        except ValueError as error:
            problems.append(f"{one.name} {one.version}: {error}")
    return found, problems


def _extras(
    nodes: Mapping[str, str],
    wanted: Mapping[str, list[tuple[str, Requirement]]],
    requested: set[str],
) -> dict[str, set[str]]:
    """The extras in use, by name."""
    used: dict[str, set[str]] = {name: set() for name in wanted}
    _ask(used, wanted)
    needed = {
        need.name
        for name, needs in wanted.items()
        for extra, need in needs
        if need.name != name and (not extra or extra in used[name])
    }
    orphans = {*nodes} - needed - requested
    for name, needs in wanted.items():
        used[name] |= {
            extra
            for extra, need in needs
            if extra and need.name != name and need.name in orphans and _whole(extra, needs, nodes)
        }
    _ask(used, wanted)
    return used


def _ask(used: dict[str, set[str]], wanted: Mapping[str, list[tuple[str, Requirement]]]) -> None:
    """Add the extras that requirements in use ask for, until there are no more."""
    before = -1
    while before != (before := sum(map(len, used.values()))):
        for name, needs in wanted.items():
            for extra, need in needs:
                if need.name in used and (not extra or extra in used[name]):
                    used[need.name].update(need.extras)


def _whole(extra: str, needs: list[tuple[str, Requirement]], nodes: Mapping[str, str]) -> bool:
    return all(_problem(need, nodes) == "" for own, need in needs if own == extra)


def _edge(name: str, need: Requirement, extra: str, nodes: Mapping[str, str]) -> Edge:
    return Edge(name, need.name, need.specifier or need.url, extra, _problem(need, nodes))


def _problem(need: Requirement, nodes: Mapping[str, str]) -> str:
    if need.name not in nodes:
        return "missing"
    try:
        return "" if versions.fits(nodes[need.name], need.specifier) else f"has {nodes[need.name]}"
    except ValueError:
        return ""


def _plainest(edges: set[Edge]) -> list[Edge]:
    """Without the edges of an extra that only repeat what is needed anyway."""
    always = {(edge.source, edge.target, edge.specifier) for edge in edges if not edge.extra}
    return [
        edge
        for edge in edges
        if not edge.extra or (edge.source, edge.target, edge.specifier) not in always
    ]


def part(graph: Graph, names: Iterable[str], reverse: bool) -> Graph:
    """What these names need, directly or not; reversed: what needs them."""
    seen, todo = set(), list(names)
    while todo:
        name = todo.pop()
        if name not in seen:
            seen.add(name)
            todo += (
                [edge.source for edge in graph.needed_by(name)]
                if reverse
                else [edge.target for edge in graph.needs(name)]
            )
    edges = tuple(edge for edge in graph.edges if edge.source in seen and edge.target in seen)
    return Graph(
        {name: version for name, version in graph.nodes.items() if name in seen},
        edges,
        graph.unreadable,
    )


def roots(graph: Graph, reverse: bool = False) -> list[str]:
    """Where a tree starts: what nothing needs (reversed: what needs nothing), and one of every circle that none of those reaches."""
    names = sorted({*graph.nodes, *(edge.target for edge in graph.edges)})
    children = _children(graph, reverse)
    below = {child for name in names for child, _ in children.get(name, []) if child != name}
    found = [name for name in names if name not in below and (name in graph.nodes or reverse)]
    reached = _reached(found, children)
    for name in names:
        if name not in reached:
            found.append(name)
            reached |= _reached([name], children)
    return found


def _reached(starts: list[str], children: Mapping[str, list]) -> set[str]:
    seen, todo = set(), list(starts)
    while todo:
        name = todo.pop()
        if name not in seen:
            seen.add(name)
            todo += [child for child, _ in children.get(name, [])]
    return seen


def _children(graph: Graph, reverse: bool) -> dict[str, list[tuple[str, Edge]]]:
    found: dict[str, list[tuple[str, Edge]]] = {}
    for edge in graph.edges:
        parent, child = (edge.target, edge.source) if reverse else (edge.source, edge.target)
        found.setdefault(parent, []).append((child, edge))
    return found


def tree(graph: Graph, starts: Iterable[str], reverse: bool = False) -> str:
    """Lines for a person. What was shown above is not shown again below: '(above)'; what stands on its own path: '(circle)'."""
    children = _children(graph, reverse)
    lines: list[str] = []
    shown: set[str] = set()
    for start in starts:
        stack = [(start, None, "", "", ())]
        while stack:
            name, edge, lead, indent, path = stack.pop()
            more = sorted(children.get(name, []), key=lambda item: item[0])
            again = " (circle)" if name in path else " (above)" if name in shown and more else ""
            lines.append(lead + _label(graph, name, edge, reverse) + again)
            shown.add(name)
            if not again:
                for at in range(len(more) - 1, -1, -1):
                    last = at == len(more) - 1
                    stack.append(
                        (
                            *more[at],
                            indent + ("`-- " if last else "|-- "),
                            indent + ("    " if last else "|   "),
                            (*path, name),
                        )
                    )
    return "\n".join(lines)


def _label(graph: Graph, name: str, edge: Edge | None, reverse: bool) -> str:
    version = graph.nodes.get(name, "")
    words = [name, version] if version else [name]
    if edge:
        wants = f"{edge.target}{edge.specifier}" if reverse and edge.specifier else edge.specifier
        words += (
            [f"(needs {wants})"] if reverse and wants else [wants and f"({wants})"] if wants else []
        )
        words += [f"[extra {edge.extra}]"] if edge.extra else []
        words += [f"{edge.problem}!"] if edge.problem else []
    return " ".join(words)


def mermaid(graph: Graph) -> str:
    """A Mermaid flowchart; names are quoted, so nothing in them is syntax."""
    ids = _ids(graph)
    lines = ["flowchart LR"]
    lines += [
        f'    {key}["{_entities(_label(graph, name, None, False))}"]' for name, key in ids.items()
    ]
    for edge in graph.edges:
        arrow = "-.->" if edge.extra or edge.problem else "-->"
        words = _edge_words(edge)
        lines.append(
            f"    {ids[edge.source]} {arrow}{f'|{chr(34)}{_entities(words)}{chr(34)}|' if words else ''} {ids[edge.target]}"
        )
    return "\n".join(lines)


def dot(graph: Graph) -> str:
    """A Graphviz digraph."""
    ids = _ids(graph)
    lines = ["digraph packages {", "    rankdir=LR;", "    node [shape=box];"]
    lines += [
        f"    {key} [label={_quoted(_label(graph, name, None, False))}];"
        for name, key in ids.items()
    ]
    for edge in graph.edges:
        style = ", style=dashed" if edge.extra or edge.problem else ""
        lines.append(
            f"    {ids[edge.source]} -> {ids[edge.target]} [label={_quoted(_edge_words(edge))}{style}];"
        )
    return "\n".join([*lines, "}"])


def document(graph: Graph) -> dict:
    """The graph as JSON values."""
    return {
        "packages": [
            {"name": name, "version": version} for name, version in sorted(graph.nodes.items())
        ],
        "requires": [edge._asdict() for edge in graph.edges],
        "unreadable": list(graph.unreadable),
    }


def _ids(graph: Graph) -> dict[str, str]:
    return {
        name: f"p{at}"
        for at, name in enumerate(sorted({*graph.nodes, *(edge.target for edge in graph.edges)}))
    }


def _edge_words(edge: Edge) -> str:
    return " ".join(
        word
        for word in (
            edge.specifier,
            f"extra {edge.extra}" if edge.extra else "",
            edge.problem and f"{edge.problem}!",
        )
        if word
    )


def _entities(text: str) -> str:
    return "".join(
        c if c.isalnum() and c.isascii() or c in " .,_+-!=" else f"#{ord(c)};" for c in text
    )


def _quoted(text: str) -> str:
    plain = "".join(c if c.isprintable() else " " for c in text)
    return '"' + plain.replace("\\", "\\\\").replace('"', '\\"') + '"'
