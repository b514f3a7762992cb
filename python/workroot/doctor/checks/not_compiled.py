"""Is the bytecode of the packages there?

uv and some image builds install without it. Where a session forbids to write bytecode ([session]
bytecode = 'off', the default), each start compiles all that it imports anew: two to eight times
slower, for ever. The fix compiles it once.
"""

import os
from collections.abc import Iterator

from workroot.doctor.context import PYTHON, Context
from workroot.doctor.finding import HEALED, Finding, warning, well
from workroot.pythons import bytecode

NEEDS = PYTHON
_MANY = 100  # modules; fewer nobody feels


def check(context: Context) -> Iterator[Finding]:
    off = context.config is not None and context.config.bytecode == "off"
    count = len(_without(context)) if off else 0
    if count < _MANY:
        yield well("not-compiled", "the bytecode of the packages is there")
        return
    evidence = f"{count} modules in {context.venv.site} have no bytecode"
    cause = "what installed them does not compile, and a session does not write bytecode"
    fix = "python -m compileall -q " + context.venv.site
    yield warning("not-compiled", evidence, cause, fix, HEALED)


def heal(context: Context, findings: list[Finding]) -> None:
    bytecode.compile_all(context.venv, context.environ, context.venv.site)


def _without(context: Context) -> list[str]:
    """The modules of packages that have no bytecode of this Python's."""
    tag = context.python_facts.get("cache_tag", "")
    found = []
    for path in context.owners:
        directory, name = os.path.split(path)
        compiled = os.path.join(directory, "__pycache__", f"{name[:-3]}.{tag}.pyc")
        # pip is left out: it is rarely imported, and its own modules are hundreds.
        own = name.endswith(".py") and f"{os.sep}pip{os.sep}" not in path
        if own and directory.startswith(context.venv.site) and not os.path.exists(compiled):
            found.append(path)
    return found
