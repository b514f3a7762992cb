"""The package set: what is installed, how much room it takes, who needs whom."""

from workroot.doctor.context import Context
from workroot.doctor.report.html import element, size, table, text
from workroot.doors import trees
from workroot.errors import WorkrootError
from workroot.locking import graph
from workroot.locking.graph import Graph
from workroot.root import venv_python
from workroot.standards import target

_HEADS = ("package", "version", "size", "needs", "needed by")


def section(context: Context) -> str:
    """A row for each distribution."""
    if not context.listed:
        return element("p", "No packages are installed.")
    whole = _graph(context)
    rows = []
    for one, paths in context.listed:
        rows.append(
            (
                element("b", text(one.name), id=f"package-{one.name}"),
                text(one.version) + (" (editable)" if one.editable else ""),
                size(trees.bytes_of(paths)),
                _links([edge.target for edge in whole.needs(one.name)], whole),
                _links([edge.source for edge in whole.needed_by(one.name)], whole),
            )
        )
    return table(_HEADS, sorted(rows))


def _graph(context: Context) -> Graph:
    """Who needs whom; nobody where this Python does not answer."""
    try:
        python = target.of(venv_python(context.venv_path), context.environ)
    except WorkrootError:
        return Graph({}, (), ())
    return graph.read(context.venv_path, context.packages, python)


def _links(names: list[str], whole: Graph) -> str:
    """The packages of these names, each a link to its row; what is missing is struck out."""
    shown = []
    for name in sorted(set(names)):
        if name in whole.nodes:
            shown.append(element("a", text(name), href=f"#package-{name}"))
        else:
            shown.append(element("s", text(name), title="not installed"))
    return ", ".join(shown)
