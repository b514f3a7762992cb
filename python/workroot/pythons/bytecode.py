"""The bytecode of what is installed into a venv, compiled by the venv's own Python on all cores: pip by itself uses one.

While pip works a process follows it and compiles each distribution as soon as its RECORD is there; when pip is done, the others join.
"""

import os
from collections.abc import Mapping

from workroot.doors import process
from workroot.pythons.venv import Venv

_MOST = 8
# Runs in any Python from 3.8 on: TOP SKIPPED SHARE SHARES. Follows where SHARES is 0, until a byte on stdin says go on, or its end says stop.
_COMPILER = """
import gc, importlib.util, os, py_compile, select, sys

gc.disable()
top, skipped, share, shares = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])


def compile(path):
    if not os.path.exists(importlib.util.cache_from_source(path)):
        py_compile.compile(path, quiet=2)


def follow():
    done = set()
    while True:
        for name in set(os.listdir(top)) - done:
            record = os.path.join(top, name, 'RECORD')
            if name.endswith('.dist-info') and not name.startswith(('pip-', '~')) and os.path.exists(record):
                done.add(name)
                with open(record, encoding='utf-8', errors='surrogateescape') as lines:
                    for path in (line.partition(',')[0] for line in lines):
                        if path.endswith('.py') and os.path.isfile(os.path.join(top, path)):
                            compile(os.path.join(top, path))
        if select.select([0], [], [], 0.05)[0]:
            return os.read(0, 1)


if not shares and not follow():
    sys.exit()
paths = []
for directory, names, files in os.walk(top):
    names[:] = [name for name in names if os.path.join(directory, name) != skipped]
    paths += [os.path.join(directory, name) for name in files if name.endswith('.py')]
paths.sort()
start = len(paths) * share // (shares or 1)
for path in paths[start:] + paths[:start]:
    compile(path)
"""


class Following:
    """Around a pip that installs without compiling. What it installed is compiled at the end; what a failing one did is not."""

    def __init__(self, venv: Venv, environ: Mapping[str, str]) -> None:
        self.venv, self.environ = venv, environ
        self.started: list = []

    def __enter__(self) -> None:
        if os.name != "nt":  # where select knows no pipe
            self.started = [_start(self.venv, self.environ, self.venv.site, 0, 0)]

    def __exit__(self, kind, error, trace) -> None:
        if error is None:
            shares = _cores()
            self.started += [
                _start(self.venv, self.environ, self.venv.site, share, shares)
                for share in range(len(self.started), shares)
            ]
        _end(self.started, b"" if error else b"1")


def compile_all(venv: Venv, environ: Mapping[str, str], top: str) -> None:
    """Compile whatever below a directory is not."""
    shares = _cores()
    _end([_start(venv, environ, top, share, shares) for share in range(shares)])


def _start(venv: Venv, environ: Mapping[str, str], top: str, share: int, shares: int):
    """pip's own is left out of the venv's: what a run of pip uses of itself is compiled by then."""
    argv = [
        venv.python,
        "-I",
        "-c",
        _COMPILER,
        top,
        os.path.join(venv.site, "pip"),
        str(share),
        str(shares),
    ]
    return process.start(argv, env=process.scrubbed(environ))


def _end(started: list, word: bytes = b"") -> None:
    for one in started:
        one.communicate(word)


def _cores() -> int:
    there = (
        len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    )
    return min(there, _MOST)
