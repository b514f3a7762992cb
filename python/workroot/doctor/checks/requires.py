"""Has every package what it requires, in a version that it accepts?

Read from the metadata on disk, with markers and extras judged for the venv's own Python. The fix
installs what is missing; a conflict, where two packages want what cannot be both, is yours to
decide.
"""

from collections.abc import Iterator

from workroot.doctor.context import PYTHON, Context
from workroot.doctor.finding import BY_HAND, HEALED, Finding, warning, well
from workroot.doctor.healing import bringing
from workroot.errors import WorkrootError, some
from workroot.locking import graph
from workroot.locking.graph import Edge
from workroot.pythons import packages
from workroot.pythons.packages import Distribution
from workroot.root import venv_python
from workroot.standards import target
from workroot.standards.quoting import quote_sh

NEEDS = PYTHON
_MISSING = "missing"


def check(context: Context) -> Iterator[Finding]:
    found = _graph(context, context.packages)
    if found is None:
        return  # it has been said that this Python does not answer
    for problem in found.unreadable:
        cause = "its metadata names it so, and no installer reads that"
        yield warning(
            "requires-malformed",
            problem,
            cause,
            "ask for another release of it",
        )
    unmet = _unmet(found)
    if not unmet and not found.unreadable:
        yield well("requires", "every package has what it requires")
    for edge in unmet:
        wanted = quote_sh(edge.target + edge.specifier)
        cause = "installed with --no-deps, or something else changed or removed it since"
        fix = f"{context.program} install {wanted}"
        heal = HEALED if edge.problem == _MISSING else BY_HAND
        yield warning("requires", _evidence(edge), cause, fix, heal)


def heal(context: Context, findings: list[Finding]) -> None:
    """Install what is missing. What is there in a version that somebody does not accept stays."""
    wanted = [
        edge for edge in _unmet(_graph(context, context.packages)) if edge.problem == _MISSING
    ]
    words = sorted({edge.target + edge.specifier for edge in wanted})
    bringing.install(context, words)
    left = _unmet(_graph(context, packages.read(context.venv_path)))
    if any(edge.problem == _MISSING for edge in left):
        raise WorkrootError(f"could not be installed: {some(words)}")


def _graph(context: Context, found: list[Distribution]) -> graph.Graph | None:
    """Who requires whom; None where the venv's Python does not answer."""
    try:
        python = target.of(venv_python(context.venv_path), context.environ)
    except WorkrootError:
        return None
    return graph.read(context.venv_path, found, python)


def _unmet(found: graph.Graph | None) -> list[Edge]:
    """What is required and not there."""
    edges = found.edges if found else ()
    # An extra that is not whole was perhaps never asked for: nobody can tell.
    return [edge for edge in edges if edge.problem and not edge.extra]


def _evidence(edge: Edge) -> str:
    problem = "is missing" if edge.problem == _MISSING else edge.problem
    return f"{edge.source} requires {edge.target}{edge.specifier}, which {problem}"
