"""Compiles what is below a directory: TOP SKIPPED SHARE SHARES. Any Python from 3.8.

Where SHARES is 0 it follows an installation first, until a byte on stdin says go on, or its end
says stop. SKIPPED: a directory that is left out.
"""

import gc
import importlib.util
import os
import py_compile
import select
import sys

gc.disable()
top, skipped = sys.argv[1:3]
share, shares = map(int, sys.argv[3:5])


def compile_one(path):
    """Compile one file in silence, if it is not: what is no Python for this one is passed over."""
    # What is there is taken as it is: another of these processes may have made it just now.
    if not os.path.exists(importlib.util.cache_from_source(path)):
        py_compile.compile(path, quiet=2)


def is_installed(name):
    """Whether a name in TOP is a distribution that is whole: its RECORD comes last."""
    if not name.endswith(".dist-info") or name.startswith(("pip-", "~")):
        return False
    return os.path.exists(os.path.join(top, name, "RECORD"))


def compile_recorded(name):
    """Compile the files that the RECORD of one distribution lists.

    Those that are not there, or are listed in quotes, are left for the walk at the end.
    """
    record = os.path.join(top, name, "RECORD")
    with open(record, encoding="utf-8", errors="surrogateescape") as lines:
        for line in lines:
            # Not read as CSV: that would be slower, and quotes are rare.
            path = os.path.join(top, line.partition(",")[0])
            if path.endswith(".py") and os.path.isfile(path):
                compile_one(path)


def follow():
    """Compile each distribution as it comes. Gives the byte that ended it, b"" for none."""
    done = set()
    while True:
        for name in set(os.listdir(top)) - done:
            if is_installed(name):
                done.add(name)
                compile_recorded(name)
        if select.select([0], [], [], 0.05)[0]:
            return os.read(0, 1)


if not shares and not follow():
    sys.exit()
paths = []
for directory, names, files in os.walk(top):
    names[:] = [name for name in names if os.path.join(directory, name) != skipped]
    paths += [os.path.join(directory, name) for name in files if name.endswith(".py")]
paths.sort()
# Each process begins at its own share and goes round: who is done first helps the others.
start = len(paths) * share // (shares or 1)
for path in paths[start:] + paths[:start]:
    compile_one(path)
