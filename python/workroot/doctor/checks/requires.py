"""Has every package what it requires, in a version that it accepts?

Read from the metadata on disk, with markers and extras judged for the venv's own Python. The fix
installs what is missing; a conflict, where two packages want what cannot be both, is yours to
decide.
"""

from collections.abc import Iterator

from workroot.doctor.context import PYTHON, Context
from workroot.doctor.finding import WARN, Finding, well
from workroot.errors import WorkrootError
from workroot.locking import graph
from workroot.locking.graph import Edge
from workroot.root import venv_python
from workroot.standards import target
from workroot.standards.quoting import quote_sh

NEEDS = PYTHON


def check(context: Context) -> Iterator[Finding]:
    try:
        python = target.of(venv_python(context.venv_path), context.environ)
    except WorkrootError:
        return  # it has been said that this Python does not answer
    found = graph.read(context.venv_path, context.packages, python)
    for problem in found.unreadable:
        cause = "its metadata names it so, and no installer reads that"
        yield Finding(WARN, "requires-malformed", problem, cause, "ask for another release of it")
    unmet = [edge for edge in found.edges if edge.problem and not edge.extra]
    if not unmet and not found.unreadable:
        yield well("requires", "every package has what it requires")
    for edge in unmet:
        wanted = quote_sh(edge.target + edge.specifier)
        cause = "installed with --no-deps, or something else changed or removed it since"
        fix = f"{context.program} install {wanted}"
        yield Finding(WARN, "requires", _evidence(edge), cause, fix)


def _evidence(edge: Edge) -> str:
    problem = "is missing" if edge.problem == "missing" else edge.problem
    return f"{edge.source} requires {edge.target}{edge.specifier}, which {problem}"
