"""A shell on a terminal of its own, as a person has it: lines are typed, Ctrl-C is pressed, and the
terminal stays open or not.
"""

import contextlib
import os
import pty
import select
import shutil
import signal
import termios
import time
from collections.abc import Callable
from pathlib import Path
from typing import Self

from worlds.shells import INTERACTIVE

TIMEOUT = 30  # seconds until something expected counts as never said
# PowerShell asks where the cursor is before it reads a line, and waits for the answer.
WHERE, HERE = "\x1b[6n", b"\x1b[1;1R"
QUESTIONS = {
    "sh": 'echo "$(({} + 41000))"answer',
    "fish": "echo (math {} + 41000)answer",
    "pwsh": '"$({} + 41000)answer"',
}
SIZE = (50, 500)  # lines and columns; a terminal that has none is too small for a word


class Terminal:
    """One interactive shell; a context that ends it. What it said, echo and prompts included, is in
    `said`.
    """

    def __init__(self, shell: str, environ: dict[str, str], cwd: Path | str) -> None:
        self.said, self.count, self.shell = "", 0, shell
        self.told = 0  # how often it was told where the cursor is
        argv = INTERACTIVE[shell]
        program = shutil.which(argv[0]) or argv[0]
        self.enter = "\r" if shell == "pwsh" else "\n"  # to PowerShell a line end is no key Enter
        self.child, self.descriptor = pty.fork()
        if self.child == 0:
            try:
                os.chdir(cwd)
                os.execve(program, argv, environ | {"TERM": "dumb", "ENV": "", "HISTFILE": ""})
            finally:
                os._exit(127)
        termios.tcsetwinsize(self.descriptor, SIZE)

    def __enter__(self) -> Self:
        self.type("")  # a shell that reads its first line is ready
        return self

    def __exit__(self, *problem: object) -> None:
        os.close(self.descriptor)  # hangs up, which ends the shell and what it runs
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.child, signal.SIGKILL)
        os.waitpid(self.child, 0)

    def type(self, line: str) -> str:
        """Type a line and wait until the shell has done it; gives what was said meanwhile. The
        terminal must be open.
        """
        start = len(self.said)
        self.send(line)
        self.await_answer()
        return self.said[start:]

    def send(self, line: str) -> None:
        """Type a line and wait for nothing."""
        os.write(self.descriptor, os.fsencode(line + self.enter))

    def interrupt(self) -> None:
        """Press Ctrl-C."""
        os.write(self.descriptor, b"\x03")

    def await_answer(self) -> None:
        """Wait until the shell answers a question of ours, whose answer the echo of the question
        does not hold.
        """
        self.count += 1
        question = QUESTIONS.get(self.shell, QUESTIONS["sh"]).format(self.count)
        answer, end = f"{self.count + 41000}answer", time.monotonic() + TIMEOUT
        sent = 0
        while answer not in self.said and time.monotonic() < end:
            self.send(
                question
            )  # again, as a shell that was interrupted drops what was typed meanwhile
            sent += 1
            if not self.listen(lambda: answer in self.said, 2):
                break
        assert answer in self.said, f"no answer; it said:\n{self.said}"
        # A slow shell answers each of them. What is typed while PowerShell still does so is lost.
        self.listen(lambda: self.said.count(answer) >= sent, 2)

    def until(self, happened: Callable[[], bool]) -> bool:
        """Listen until something has happened, here or elsewhere; False when it did not in time or
        the terminal closed.
        """
        self.listen(happened, TIMEOUT)
        return happened()

    def listen(self, happened: Callable[[], bool], seconds: float) -> bool:
        """Take in what is said until something has happened or the time is over; False when the
        terminal closed.
        """
        end = time.monotonic() + seconds
        while not happened() and time.monotonic() < end:
            if select.select([self.descriptor], [], [], 0.05)[0]:
                data = self._read()
                if not data:
                    return False
                self.said += os.fsdecode(data).replace("\r\n", "\n")
                self._tell_where()
        return True

    @property
    def open(self) -> bool:
        """Whether the shell still takes a line."""
        try:
            self.await_answer()
        except (AssertionError, OSError):
            return False
        return True

    def _tell_where(self) -> None:
        asked = self.said.count(WHERE)
        os.write(self.descriptor, HERE * (asked - self.told))
        self.told = asked

    def _read(self) -> bytes:
        try:
            return os.read(self.descriptor, 65536)
        except OSError:  # the last program on the terminal has gone
            return b""
