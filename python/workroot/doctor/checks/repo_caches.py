"""Is the repo clean of what tools write?

A session keeps bytecode and caches out of it. What lies there comes from runs outside of a
session: bytecode that may be stale, build directories that shadow modules, an egg-info that makes
a package look installed.
"""

import os
from collections.abc import Iterator

from workroot.doctor.context import ANYTHING, Context
from workroot.doctor.finding import Finding, warning, well
from workroot.doors import files
from workroot.errors import some
from workroot.standards.quoting import quote_sh

NEEDS = ANYTHING
_CACHES = ("__pycache__", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".ipynb_checkpoints")
_DEEP = 4  # directories; deeper ones are data more often than code


def check(context: Context) -> Iterator[Finding]:
    found = False
    for repo in context.repos:
        caches, egg_infos = _written(repo)
        if caches:
            found = True
            cause = "a tool ran there outside of a session"
            fix = f"rm -r {' '.join(map(quote_sh, caches))}"
            yield warning(
                "repo-caches",
                f"{some(caches)} lies in the repo",
                cause,
                fix,
            )
        # setuptools needs the egg-info of an editable install to find its version.
        stray = [path for path in egg_infos if not _of_an_editable(context, path)]
        if stray:
            found = True
            cause = "a build or `pip install` ran in the repo"
            fix = f"rm -r {' '.join(map(quote_sh, stray))}"
            yield warning(
                "repo-caches-egg-info",
                f"{some(stray)} lies in the repo",
                cause,
                fix,
            )
    if not found:
        yield well("repo-caches", "no tool left anything in the repo")


def _written(repo: str) -> tuple[list[str], list[str]]:
    """Caches, and egg-infos, in a repo and a few directories deep."""
    caches, egg_infos = [], []
    for directory, names, _ in os.walk(repo):
        for name in list(names):
            path = os.path.join(directory, name)
            if name in _CACHES:
                caches.append(path)
            elif name.endswith(".egg-info"):
                egg_infos.append(path)
        deep = directory[len(repo) :].count(os.sep) >= _DEEP
        names[:] = [] if deep else [name for name in names if _is_code(directory, name)]
    return sorted(caches), sorted(egg_infos)


def _is_code(directory: str, name: str) -> bool:
    """Not a cache, a hidden directory, or a venv or workroot that lies in the repo."""
    inside = os.path.join(directory, name)
    venv = os.path.lexists(os.path.join(inside, "pyvenv.cfg"))
    return not name.startswith(".") and name not in _CACHES and not venv and name != "node_modules"


def _of_an_editable(context: Context, path: str) -> bool:
    """setup.py develop, and setuptools' editable builds, need theirs."""
    links = [site for site in context.sites if files.names(site)] if _has_venv(context) else []
    for site in links:
        for name in files.names(site):
            if name.startswith("__editable__") or name.endswith((".egg-link", "easy-install.pth")):
                return True
    return False


def _has_venv(context: Context) -> bool:
    return os.path.isfile(os.path.join(context.venv_path, "pyvenv.cfg"))
