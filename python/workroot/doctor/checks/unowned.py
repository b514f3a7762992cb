"""Is there code in site-packages that no package brought?

A directory without its dist-info (removed by hand, or half uninstalled) still imports, shadows
and is seen by no pip. A module that you put there yourself would be gone with the venv: it
belongs in the repo.
"""

import os
from collections.abc import Iterator

from workroot.doctor.context import DIRECTORY, Context
from workroot.doctor.finding import ASKS, Finding, warning, well
from workroot.doctor.healing import aside
from workroot.doors import files
from workroot.errors import some

NEEDS = DIRECTORY
# What makers of venvs put there themselves, and what old installers wrote with no record of it.
_OF_TOOLS = ("_virtualenv.py", "easy_install.py", "__pycache__", "_distutils_hack", "pkg_resources")


def check(context: Context) -> Iterator[Finding]:
    found = _unowned(context)
    if not found:
        yield well("unowned", "all code in site-packages is of a package")
        return
    evidence = f"no installed package owns {some(found)}"
    cause = "a package was half removed, or somebody copied code there"
    yield warning(
        "unowned",
        evidence,
        cause,
        f"move {some(found)} away",
        ASKS,
    )


def heal(context: Context, findings: list[Finding]) -> None:
    for path in _unowned(context):
        aside.move(context, path)


def _unowned(context: Context) -> list[str]:
    """What imports from site-packages and is in no RECORD; nothing where RECORDs cannot tell."""
    if any(one.metadata for one in context.damages):
        return []  # without a RECORD nobody knows what its package owns
    if any(not one.directory.endswith(".dist-info") for one in context.packages):
        return []  # an egg-info may list nothing
    tops = set()
    for site in context.sites:
        start = len(site) + 1
        below = [path[start:] for path in context.owners if path.startswith(site)]
        tops.update(path.partition(os.sep)[0] for path in below)
    return [
        os.path.join(site, name)
        for site in context.sites
        for name in sorted(files.names(site))
        if name not in tops and name not in _OF_TOOLS and _is_code(os.path.join(site, name))
    ]


def _is_code(path: str) -> bool:
    """A module, or a package: what only holds data, or is of another kind, is left alone."""
    name = os.path.basename(path)
    if os.path.isfile(path):
        return name.endswith((".py", ".so", ".pyd"))
    return name.isidentifier() and os.path.isfile(os.path.join(path, "__init__.py"))
