"""The bytecode of what is installed into a venv, compiled by the venv's own Python on all cores.

pip by itself uses one. While it works a process follows it and compiles each distribution as soon
as its RECORD is there; when pip is done, the others join.
"""

import os
from collections.abc import Mapping

from workroot.doors import files, process
from workroot.pythons.venv import Venv
from workroot.root import engine_file

_MOST = 8  # processes


class Following:
    """Around a pip that installs without compiling.

    What it installed is compiled at the end; what a failing one did is not.
    """

    def __init__(self, venv: Venv, environ: Mapping[str, str]) -> None:
        self.venv, self.environ = venv, environ
        self.started: list = []

    def __enter__(self) -> None:
        if os.name != "nt":  # where select knows no pipe
            self.started = [_start(self.venv, self.environ, self.venv.site, 0, 0)]

    def __exit__(self, kind, error, trace) -> None:
        if error is None:
            shares = _cores()
            # The one that has followed goes on as the first of them.
            for share in range(len(self.started), shares):
                self.started.append(_start(self.venv, self.environ, self.venv.site, share, shares))
        _end(self.started, b"" if error else b"1")


def compile_all(venv: Venv, environ: Mapping[str, str], top: str) -> None:
    """Compile whatever below a directory is not, and wait for it. Raises WorkrootError.

    What cannot be compiled, as a file of templates, is passed over in silence.
    """
    shares = _cores()
    _end([_start(venv, environ, top, share, shares) for share in range(shares)])


def _start(venv: Venv, environ: Mapping[str, str], top: str, share: int, shares: int):
    """Start one of the processes that share the work; for share and shares see the program.

    pip's own is left out of the venv's: what a run of pip uses of itself is compiled by then.
    """
    program = files.read_text(engine_file("pythons", "programs", "compiling.py")) or ""
    argv = [
        venv.python,
        "-I",
        "-c",
        program,
        top,
        os.path.join(venv.site, "pip"),
        str(share),
        str(shares),
    ]
    return process.start(argv, env=process.scrubbed(environ))


def _end(started: list, word: bytes = b"") -> None:
    """Say that word to each, close its stdin, and wait until it is done."""
    for one in started:
        one.communicate(word)


def _cores() -> int:
    """How many processes are worth starting: one a core, and never more than _MOST."""
    if hasattr(os, "sched_getaffinity"):  # in a container the machine has more than it gives
        there = len(os.sched_getaffinity(0))
    else:
        there = os.cpu_count() or 1
    return min(there, _MOST)
