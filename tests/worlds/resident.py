"""One PowerShell that stays: what is played in it begins with nothing of what was played before.

A PowerShell of its own costs 0.4 CPU-seconds to start, a runspace a tenth of that. What a first use
costs, and what a process has of its own, is seen in a new one alone: in a terminal, where a script
ends with `exit`, and in test_powershell.py.
"""

import atexit
import contextlib
import os
import selectors
import subprocess
import time
from pathlib import Path

from worlds.base import kept
from worlds.lab import Outcome, cache

SCRIPT = Path(__file__).with_name("resident.ps1")
MARK = b"@@played "
# What runs often is not compiled a second time, faster: that was two thirds of all it cost. The
# scripts see neither, as each has an environment of its own.
QUICK = {"DOTNET_TieredPGO": "0", "DOTNET_TC_CallCounting": "0"}
CHUNK = 65536


class Resident:
    """One process, which plays a script after the other."""

    def __init__(self, program: str) -> None:
        self.directory = kept()
        pipe = self.directory / "pipe"
        os.mkfifo(pipe)
        environ = {
            "HOME": str(self.directory),
            "PATH": "/usr/bin:/bin",
            "LANG": "C.UTF-8",
            "XDG_CACHE_HOME": cache(),
            **QUICK,
        }
        quiet = [program, "-NoProfile", "-NonInteractive", "-File", str(SCRIPT)]
        self.process = subprocess.Popen(
            [*quiet, str(pipe), MARK.decode()],
            env=environ,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        atexit.register(self.end)
        self.pipe = open(pipe, "w", encoding="utf-8")  # noqa: SIM115
        self.selector = selectors.DefaultSelector()
        for stream in (self.process.stdout, self.process.stderr):
            self.selector.register(stream, selectors.EVENT_READ)

    def play(
        self, script: str, environ: dict[str, str], cwd: Path | str, timeout: float = 180
    ) -> Outcome:
        pairs = "".join(f"{name}={value}\0" for name, value in environ.items())
        for name, text in {"script": script, "environ": pairs, "cwd": str(cwd)}.items():
            (self.directory / name).write_text(text, encoding="utf-8")
        self.pipe.write(f"{self.directory}\n")
        self.pipe.flush()
        out, err = self._said(time.monotonic() + timeout)
        said, _, status = out.rpartition(MARK)
        done = subprocess.CompletedProcess(script, int(status), said, err.rpartition(MARK)[0])
        return Outcome(done)

    def _said(self, end: float) -> list[bytes]:
        """What it writes to its two streams, up to the marks."""
        said = {self.process.stdout: b"", self.process.stderr: b""}
        while not all(MARK in text and text.endswith(b"\n") for text in said.values()):
            for key, _ in self.selector.select(1):
                said[key.fileobj] += os.read(key.fd, CHUNK)
            if self.process.poll() is not None or time.monotonic() > end:
                self.end()
                raise AssertionError(f"it did not come to the end; it said:\n{said}")
        return list(said.values())

    def end(self) -> None:
        with contextlib.suppress(OSError):
            self.pipe.close()
        self.process.kill()
        self.process.wait()


_here: dict[str, Resident] = {}


def resident(program: str) -> Resident:
    """The one of this process; another where a script ended it."""
    if program not in _here or _here[program].process.poll() is not None:
        _here[program] = Resident(program)
    return _here[program]
