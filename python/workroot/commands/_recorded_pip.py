"""A pip that may change the venv, between the two halves of its record.

All that records a change, or takes a failed one back, is imported here, before pip runs: pip 26.2
names, and pip 26.3 warns of, whatever is imported after it installed, as it could be what was just
installed. That is why `pip list` and the pips of pip do without this file.
"""

import os
from _collections_abc import Callable

from workroot.commands import _changes, _held
from workroot.doors import locks, terminal
from workroot.history import exchange, plans  # noqa: F401
from workroot.history.home import Home
from workroot.history.operation import Recording
from workroot.installers import shim  # noqa: F401
from workroot.standards import digest, quoting  # noqa: F401


def run(
    home: Home,
    kind: str,
    arguments: list[str],
    pip: Callable[[], int],
    nested: str,
) -> int:
    """Have pip do what was typed, and record what it did. Gives pip's own status.

    Args:
        kind: Of the operation, as 'install'.
        arguments: What was typed behind `pip`.
        pip: Runs it to its end.
        nested: The variable by which a pip that it starts knows that it is one.
    """
    with locks.held(home.lock):
        recording = Recording(home, terminal.say)
        recording.begin(["pip", *arguments], kind)
        os.environ[nested] = home.venv
        digest.sha256_of(b"")  # finds the module that it needs
        status = pip()
        _held.ignore_interrupts()
        _changes.recorded(home, recording, status)
    return status
