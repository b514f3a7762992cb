"""One PowerShell that stays: what is played in it begins with nothing of what was played before.

A PowerShell of its own costs 0.4 CPU-seconds to start, a runspace a tenth of that. What a first use
costs, and what a process has of its own, is seen in a new one alone: see scene.play.
"""

import atexit
import contextlib
import functools
import os
import selectors
import subprocess
import time
from pathlib import Path

from worlds.base import kept
from worlds.lab import Outcome, cache

SCRIPT = Path(__file__).with_name("resident.ps1")
MARK = b"@@played "
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
            assert time.monotonic() < end, f"no end; it said:\n{said}"
            for key, _ in self.selector.select(1):
                data = os.read(key.fd, CHUNK)
                assert data, f"it ended; it said:\n{said}"
                said[key.fileobj] += data
        return list(said.values())

    def end(self) -> None:
        with contextlib.suppress(OSError):
            self.pipe.close()
        self.process.kill()
        self.process.wait()


@functools.cache
def resident(program: str) -> Resident:
    return Resident(program)
