"""Who depends on whom in a venv: the installed distributions and what their metadata requires.

Requirements are judged for the venv's Python. An extra counts where an installed distribution asks
for it, or where it is wholly installed and explains what nothing else does: which extras a person
asked for is written down nowhere.
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from workroot.doors import files
from workroot.pythons.packages import Distribution
from workroot.standards import requirement, versions
from workroot.standards.requirement import Requirement
from workroot.standards.target import Target


class Edge(NamedTuple):
    """source requires target.

    extra: of source, '' when always. problem: '', 'missing', or 'has 1.0' when that does not
    satisfy specifier.
    """

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

    @property
    def names(self) -> list[str]:
        """What is installed and what is required, sorted."""
        return sorted({*self.nodes, *(edge.target for edge in self.edges)})


class Need(NamedTuple):
    """One requirement of a distribution. extra: of that distribution, '' when always."""

    extra: str
    required: Requirement


# distribution -> what it needs; and distribution -> its extras that are in use
Wanted = Mapping[str, list[Need]]
Used = Mapping[str, set[str]]


def read(venv: str, distributions: Iterable[Distribution], target: Target) -> Graph:
    """The graph of a package set, from the metadata on disk."""
    nodes: dict[str, str] = {}
    wanted: dict[str, list[Need]] = {}
    requested: set[str] = set()
    unreadable: list[str] = []
    for one in distributions:
        nodes[one.name] = one.version
        if one.requested:
            requested.add(one.name)
        wanted[one.name], problems = _needs_of(one, requires(venv, one), target)
        unreadable += problems
    used = _extras(nodes, wanted, requested)
    edges = set()
    for name, need in _in_use(wanted, used):
        if need.required.name != name:
            edges.add(_edge(name, need, nodes))
    return Graph(nodes, tuple(sorted(_plainest(edges))), tuple(unreadable), _asked(wanted, used))


def _in_use(wanted: Wanted, used: Used) -> Iterator[tuple[str, Need]]:
    """Each distribution with each of its needs that counts: always, or by an extra in use."""
    for name, needs in wanted.items():
        for need in needs:
            if not need.extra or need.extra in used[name]:
                yield name, need


def _asked(wanted: Wanted, used: Used) -> dict[str, tuple[str, ...]]:
    """name -> the extras that requirements in use name, not those that were only guessed."""
    asked: dict[str, set[str]] = {}
    for _, need in _in_use(wanted, used):
        if need.required.extras:
            asked.setdefault(need.required.name, set()).update(need.required.extras)
    return {name: tuple(sorted(extras)) for name, extras in asked.items()}


def requires(venv: str, distribution: Distribution) -> list[str]:
    """Its Requires-Dist lines; those of an egg-info without any from its requires.txt."""
    directory = os.path.join(venv, distribution.directory)
    if os.path.isfile(directory):  # distutils wrote one file, NAME.egg-info
        metadata = directory
    elif directory.endswith(".dist-info"):
        metadata = os.path.join(directory, "METADATA")
    else:
        metadata = os.path.join(directory, "PKG-INFO")
    found = []
    for line in _head_lines(_text(metadata)):
        field, _, value = line.partition(":")
        if field.lower() == "requires-dist":
            found.append(value.strip())
    return found or _old_requires(_text(os.path.join(directory, "requires.txt")))


def _text(path: str) -> str:
    return (files.read_bytes(path) or b"").decode("utf-8", "replace")


def _head_lines(text: str) -> list[str]:
    """The fields of a metadata file, without its description; a folded field as one line."""
    head = text.replace("\r\n", "\n").partition("\n\n")[0]
    return head.replace("\n ", " ").replace("\n\t", " ").split("\n")


def _old_requires(text: str) -> list[str]:
    """Requirements in setuptools' requires.txt: [extra:condition] heads the lines it is for."""
    found, marker = [], ""
    for line in map(str.strip, text.splitlines()):
        if line.startswith("[") and line.endswith("]"):
            extra, _, condition = line[1:-1].partition(":")
            conditions = []
            if extra:
                conditions.append(f"extra == '{extra}'")
            if condition:
                conditions.append(f"({condition})")
            marker = " and ".join(conditions)
        elif line:
            found.append(f"{line} ; {marker}" if marker else line)
    return found


def _needs_of(one: Distribution, lines: list[str], target: Target) -> tuple[list[Need], list[str]]:
    """The needs whose marker holds for that Python, and sentences on the lines that are none."""
    found, problems = [], []
    for line in lines:
        try:
            found += _needs_in(requirement.parse(line), target)
        except ValueError as error:
            problems.append(f"{one.name} {one.version}: {error}")
    return found, problems


def _needs_in(required: Requirement, target: Target) -> list[Need]:
    if requirement.holds(required.marker, target.markers):
        return [Need("", required)]
    found = []
    for extra in requirement.extras(required.marker):
        if requirement.holds(required.marker, target.markers, extra):
            found.append(Need(extra, required))
    return found


def _extras(nodes: Mapping[str, str], wanted: Wanted, requested: set[str]) -> dict[str, set[str]]:
    """The extras in use: those asked for, then those that explain what nothing else does."""
    used: dict[str, set[str]] = {name: set() for name in wanted}
    _ask(used, wanted)
    needed = {need.required.name for name, need in _in_use(wanted, used) if _other(name, need)}
    orphans = {*nodes} - needed - requested
    for name, needs in wanted.items():
        for need in needs:
            explains = need.extra and _other(name, need) and need.required.name in orphans
            if explains and _whole(need.extra, needs, nodes):
                used[name].add(need.extra)
    _ask(used, wanted)
    return used


def _other(name: str, need: Need) -> bool:
    """Whether it is another distribution that is needed: an extra may name its own (`a[all]`)."""
    return need.required.name != name


def _ask(used: dict[str, set[str]], wanted: Wanted) -> None:
    """Add the extras that requirements in use ask for, until there are no more."""
    before = -1
    count = 0
    while count != before:
        before = count
        for _, need in list(_in_use(wanted, used)):
            if need.required.name in used:
                used[need.required.name].update(need.required.extras)
        count = sum(map(len, used.values()))


def _whole(extra: str, needs: list[Need], nodes: Mapping[str, str]) -> bool:
    own = [need.required for need in needs if need.extra == extra]
    return all(_problem(required, nodes) == "" for required in own)


def _edge(name: str, need: Need, nodes: Mapping[str, str]) -> Edge:
    required = need.required
    wants = required.specifier or required.url
    return Edge(name, required.name, wants, need.extra, _problem(required, nodes))


def _problem(required: Requirement, nodes: Mapping[str, str]) -> str:
    version = nodes.get(required.name)
    if version is None:
        return "missing"
    try:
        fits = versions.fits(version, required.specifier)
    except ValueError:
        return ""  # a version that cannot be compared is no reason to complain
    return "" if fits else f"has {version}"


def _plainest(edges: set[Edge]) -> list[Edge]:
    """Without the edges of an extra that only repeat what is needed anyway."""
    always = {(edge.source, edge.target, edge.specifier) for edge in edges if not edge.extra}
    found = []
    for edge in edges:
        repeated = edge.extra and (edge.source, edge.target, edge.specifier) in always
        if not repeated:
            found.append(edge)
    return found


def part(graph: Graph, names: Iterable[str], reverse: bool) -> Graph:
    """What these names need, directly or not; reversed: what needs them."""
    seen = reached(names, children(graph, reverse))
    nodes = {name: version for name, version in graph.nodes.items() if name in seen}
    edges = [edge for edge in graph.edges if edge.source in seen and edge.target in seen]
    return Graph(nodes, tuple(edges), graph.unreadable)


class Child(NamedTuple):
    """What stands below a name in a tree, and the edge that leads there."""

    name: str
    edge: Edge


def children(graph: Graph, reverse: bool) -> dict[str, list[Child]]:
    """name -> what it needs; reversed: what needs it."""
    found: dict[str, list[Child]] = {}
    for edge in graph.edges:
        if reverse:
            found.setdefault(edge.target, []).append(Child(edge.source, edge))
        else:
            found.setdefault(edge.source, []).append(Child(edge.target, edge))
    return found


def reached(starts: Iterable[str], below: Mapping[str, list[Child]]) -> set[str]:
    """The starts and all that is below them, in whatever circles."""
    seen: set[str] = set()
    todo = list(starts)
    while todo:
        name = todo.pop()
        if name not in seen:
            seen.add(name)
            todo += [child.name for child in below.get(name, [])]
    return seen


def roots(graph: Graph, reverse: bool = False) -> list[str]:
    """Where a tree starts: what nothing needs (reversed: what needs nothing).

    Of every circle that none of those reaches one name is taken as well.
    """
    names = graph.names
    below = children(graph, reverse)
    inner = set()
    for name in names:
        inner |= {child.name for child in below.get(name, [])} - {name}
    found = [name for name in names if name not in inner and (name in graph.nodes or reverse)]
    seen = reached(found, below)
    for name in names:
        if name not in seen:
            found.append(name)
            seen |= reached([name], below)
    return found


def document(graph: Graph) -> dict:
    """The graph as JSON values."""
    rows = [{"name": name, "version": version} for name, version in sorted(graph.nodes.items())]
    return {
        "packages": rows,
        "requires": [edge._asdict() for edge in graph.edges],
        "unreadable": list(graph.unreadable),
    }
