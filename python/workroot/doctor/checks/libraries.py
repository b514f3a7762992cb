"""Does every native module find the shared libraries that it was linked with?

An import ends with "libfoo.so.1: cannot open shared object file" where a system package was
removed, or a wheel was built on another machine. The loader is asked (ldd); nothing is loaded.
"""

import os
from collections.abc import Iterator

from workroot.doctor.context import PYTHON, Context
from workroot.doctor.finding import Finding, failure, well
from workroot.doors import process
from workroot.pythons.interpreter import which

NEEDS = PYTHON
_AT_ONCE = 100  # files in one command line
_PATIENCE = 60  # seconds for one such command


def check(context: Context) -> Iterator[Finding]:
    ldd = next(which("ldd", context.environ), None)
    found = False
    for name, path, library in _missing(context, ldd) if ldd else ():
        found = True
        evidence = f"{name}: {path} needs {library}, which is not there"
        cause = "a package of the system was removed, or the wheel is for another system"
        fix = f"install the system's package that has {library}"
        yield failure("libraries", evidence, cause, fix)
    if not found:
        yield well("libraries", "every native module finds its shared libraries")


def _missing(context: Context, ldd: str) -> Iterator[tuple[str, str, str]]:
    """(distribution, file, library)"""
    native = [path for path in context.owners if path.endswith(".so")]
    paths = sorted(path for path in native if os.path.isfile(path))
    # One process for many files, in command lines of a length that systems take.
    for start in range(0, len(paths), _AT_ONCE):
        some_of_them = paths[start : start + _AT_ONCE]
        for path, library in _not_found(ldd, some_of_them, context.environ):
            yield str(context.owners[path]), path, library


def _not_found(ldd: str, paths: list[str], environ) -> Iterator[tuple[str, str]]:
    # In another language ldd says "not found" in other words.
    env = {**process.scrubbed(environ), "LC_ALL": "C"}
    outcome = process.attempt([ldd, *paths], env=env, timeout=_PATIENCE)
    path = paths[0]
    for line in outcome.output.splitlines():
        if line.endswith(":") and line[:-1] in paths:
            path = line[:-1]  # with several files ldd names each before its lines
        elif line.endswith("=> not found"):
            yield path, line.partition("=>")[0].strip()
