"""What a person is asked before something is taken away."""

import os
import sys

from workroot.commands._call import Call
from workroot.errors import WorkrootError


def confirmed(call: Call, question: str, yes: bool = False) -> bool:
    """Whether the person says yes, on a terminal or beforehand (yes: by --yes).

    Raises WorkrootError where there is nobody to ask.
    """
    if yes:
        return True
    if not on_a_terminal():
        raise WorkrootError(f"{question} needs --yes where there is no terminal to ask on")
    # Not by input(), which asks on stdout: that may be a pipe.
    sys.stderr.write(f"{call.program}: {question}? [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def on_a_terminal() -> bool:
    """Whether there is somebody who can read a question and answer it."""
    return os.isatty(0) and os.isatty(2)
