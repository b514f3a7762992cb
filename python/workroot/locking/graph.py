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

    Attributes:
        source, target: Normalized names.
        specifier: The range, or the URL of a direct reference; '' for any version.
        extra: Of source, '' when always.
        problem: '', 'missing', or 'has 1.0' when that does not satisfy specifier.
    """

    source: str
    target: str
    specifier: str
    extra: str
    problem: str


class Graph(NamedTuple):
    """The package set as a graph.

    Attributes:
        nodes: Normalized name -> version, of what is installed.
        edges: Sorted.
        unreadable: Sentences on requirements that could not be understood.
        asked: name -> the extras that the others ask for by name.
    """

    nodes: Mapping[str, str]
    edges: tuple[Edge, ...]
    unreadable: tuple[str, ...]
    asked: Mapping[str, tuple[str, ...]] = {}

    def needs(self, name: str) -> list[Edge]:
        """The requirements of a package."""
        return [edge for edge in self.edges if edge.source == name]

    def needed_by(self, name: str) -> list[Edge]:
        """The requirements that name a package."""
        return [edge for edge in self.edges if edge.target == name]

    @property
    def names(self) -> list[str]:
        """What is installed and what is required, sorted."""
        return sorted({*self.nodes, *(edge.target for edge in self.edges)})


class Need(NamedTuple):
    """One requirement of a distribution.

    Attributes:
        extra: Of that distribution, '' when always.
        required: What it asks for.
    """

    extra: str
    required: Requirement


# distribution -> what it needs; and distribution -> its extras that are in use
Wanted = Mapping[str, list[Need]]
Used = Mapping[str, set[str]]


def read(
    venv: str,
    distributions: Iterable[Distribution],
    target: Target,
) -> Graph:
    """The graph of a package set, from the metadata on disk. No Python is started.

    Args:
        venv: The directory of the venv.
        distributions: What is installed in it.
        target: The Python for which markers are judged (PEP 508).

    Returns:
        The graph; requirements that cannot be read are in its `unreadable`.
    """
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
    return Graph(
        nodes,
        tuple(sorted(_plainest(edges))),
        tuple(unreadable),
        _asked(wanted, used),
    )


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
    """The Requires-Dist lines of a distribution, as they are written.

    Those of an egg-info without any come from its requires.txt, in the same form.
    """
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
    """A file's text; '' where it is not there. What is no UTF-8 is replaced, never an error."""
    return (files.read_bytes(path) or b"").decode("utf-8", "replace")


def _head_lines(text: str) -> list[str]:
    """The fields of a metadata file, without its description; a folded field as one line."""
    # A description may hold lines that look like fields.
    head = text.replace("\r\n", "\n").partition("\n\n")[0]
    return head.replace("\n ", " ").replace("\n\t", " ").split("\n")


def _old_requires(text: str) -> list[str]:
    """Requirements in setuptools' requires.txt: [extra:condition] heads the lines it is for.

    Returns:
        Lines as Requires-Dist has them, with the extra and the condition as a marker.
    """
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


def _needs_of(
    one: Distribution,
    lines: list[str],
    target: Target,
) -> tuple[list[Need], list[str]]:
    """The needs whose marker holds for that Python, and sentences on the lines that are none."""
    found, problems = [], []
    for line in lines:
        try:
            found += _needs_in(requirement.parse(line), target)
        except ValueError as error:
            problems.append(f"{one.name} {one.version}: {error}")
    return found, problems


def _needs_in(required: Requirement, target: Target) -> list[Need]:
    """A requirement as a need: always, else one for each extra with which its marker holds."""
    if requirement.holds(required.marker, target.markers):
        return [Need("", required)]
    found = []
    for extra in requirement.extras(required.marker):
        if requirement.holds(required.marker, target.markers, extra):
            found.append(Need(extra, required))
    return found


def _extras(
    nodes: Mapping[str, str],
    wanted: Wanted,
    requested: set[str],
) -> dict[str, set[str]]:
    """The extras in use: those asked for, then those that explain what nothing else does."""
    used: dict[str, set[str]] = {name: set() for name in wanted}
    _ask(used, wanted)
    needed = set()
    for name, need in _in_use(wanted, used):
        if _other(name, need):
            needed.add(need.required.name)
    # What is there, and nobody asked for: some extra may have brought it.
    orphans = {*nodes} - needed - requested
    for name, needs in wanted.items():
        for need in needs:
            explains = need.extra and _other(name, need) and need.required.name in orphans
            # One package of many may be there by chance; all of them are there for the extra.
            if explains and _whole(need.extra, needs, nodes):
                used[name].add(need.extra)
    _ask(used, wanted)
    return used


def _other(name: str, need: Need) -> bool:
    """Whether it is another distribution that is needed: an extra may name its own (`a[all]`)."""
    return need.required.name != name


def _ask(used: dict[str, set[str]], wanted: Wanted) -> None:
    """Add the extras that requirements in use ask for, until there are no more.

    An extra may bring requirements that ask for further extras, of any depth.
    """
    # Counting is enough to see an end: extras are only ever added.
    before = -1
    count = 0
    while count != before:
        before = count
        # A list: what is added in this round counts from the next one on.
        for _, need in list(_in_use(wanted, used)):
            if need.required.name in used:
                used[need.required.name].update(need.required.extras)
        count = sum(map(len, used.values()))


def _whole(extra: str, needs: list[Need], nodes: Mapping[str, str]) -> bool:
    """Whether all that an extra requires is installed, in versions that satisfy it."""
    own = [need.required for need in needs if need.extra == extra]
    return all(_problem(required, nodes) == "" for required in own)


def _edge(name: str, need: Need, nodes: Mapping[str, str]) -> Edge:
    """A need as an edge, with what is wrong with it."""
    required = need.required
    wants = required.specifier or required.url
    return Edge(
        name,
        required.name,
        wants,
        need.extra,
        _problem(required, nodes),
    )


def _problem(required: Requirement, nodes: Mapping[str, str]) -> str:
    """What keeps a requirement from being met; '' where it is, or where nobody can tell."""
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
    always = set()
    for edge in edges:
        if not edge.extra:
            always.add((edge.source, edge.target, edge.specifier))
    found = []
    for edge in edges:
        same = (edge.source, edge.target, edge.specifier)
        repeated = edge.extra and same in always
        if not repeated:
            found.append(edge)
    return found


def part(graph: Graph, names: Iterable[str], reverse: bool) -> Graph:
    """What these names need, directly or not; reversed: what needs them.

    Returns:
        A graph of those names and the edges between them.
    """
    seen = reached(names, children(graph, reverse))
    nodes = {name: version for name, version in graph.nodes.items() if name in seen}
    edges = [edge for edge in graph.edges if edge.source in seen and edge.target in seen]
    return Graph(nodes, tuple(edges), graph.unreadable)


class Child(NamedTuple):
    """What stands below a name in a tree, and the edge that leads there.

    Attributes:
        name: The source of the edge in a reversed tree, else its target.
        edge: The requirement.
    """

    name: str
    edge: Edge


def children(graph: Graph, reverse: bool) -> dict[str, list[Child]]:
    """name -> what it needs; reversed: what needs it.

    A name without any has no entry. The order is that of the edges.
    """
    found: dict[str, list[Child]] = {}
    for edge in graph.edges:
        if reverse:
            found.setdefault(edge.target, []).append(Child(edge.source, edge))
        else:
            found.setdefault(edge.source, []).append(Child(edge.target, edge))
    return found


def reached(starts: Iterable[str], below: Mapping[str, list[Child]]) -> set[str]:
    """The starts and all that is below them, in whatever circles."""
    # No recursion: chains may be longer than Python nests calls.
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

    Of every circle that none of those reaches one name is taken as well, so that a tree from the
    roots shows every name.
    """
    names = graph.names
    below = children(graph, reverse)
    inner = set()
    for name in names:
        # A package that requires itself, by an extra of its own, is still a start.
        inner |= {child.name for child in below.get(name, [])} - {name}
    found = []
    for name in names:
        # What is missing is no start of its own, but may be what others are drawn below.
        may_start = name in graph.nodes or reverse
        if may_start and name not in inner:
            found.append(name)
    seen = reached(found, below)
    for name in names:
        if name not in seen:
            found.append(name)
            seen |= reached([name], below)
    return found


def document(graph: Graph) -> dict:
    """The graph as JSON values, for --json: packages, requires, unreadable."""
    rows = []
    for name, version in sorted(graph.nodes.items()):
        rows.append({"name": name, "version": version})
    return {
        "packages": rows,
        "requires": [edge._asdict() for edge in graph.edges],
        "unreadable": list(graph.unreadable),
    }
