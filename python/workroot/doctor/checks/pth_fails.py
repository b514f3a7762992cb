"""Does Python say something at every start?

An `import` line of a .pth file that fails prints a traceback each time any program of this venv
starts, and what follows it in that file is not read. The fix moves the file to the trash, if no
package owns it.
"""

import os
import re
from collections.abc import Iterator

from workroot.doctor.context import START, Context
from workroot.doctor.finding import ASKS, BY_HAND, Finding, warning, well
from workroot.doctor.healing import aside

NEEDS = START
_PLACE = re.compile(r"Error processing line \d+ of (.+\.pth):|(?:Error|Exception) in (.+\.pth)")


def check(context: Context) -> Iterator[Finding]:
    said = context.start.said
    files = _files(context)
    for path in files:
        owner = context.owner(path)
        cause = f"what its import line runs fails: {_last_words(said)}"
        fix = f"python -m pip install --upgrade {owner.name}" if owner else f"move {path} away"
        heal = BY_HAND if owner else ASKS
        yield warning(
            "pth-fails",
            f"{path} fails at each start of Python",
            cause,
            fix,
            heal,
        )
    if said and not files:
        evidence = f"{context.venv.python} says at each start: {said[0]}"
        cause = "something that it reads when it starts"
        yield warning(
            "pth-fails-other",
            evidence,
            cause,
            "mend what that line names",
        )
    if not said:
        yield well("pth-fails", "Python starts in silence")


def _last_words(said: list[str]) -> str:
    """What was raised: site ends with a line of its own, and an empty one before it."""
    words = [line for line in said if line.strip() and "Remainder of file" not in line]
    return words[-1] if words else "without a word"


def heal(context: Context, findings: list[Finding]) -> None:
    for path in _files(context):
        if not context.owner(path):
            aside.move(context, path)


def _files(context: Context) -> list[str]:
    found = []
    for line in context.start.said:
        match = _PLACE.search(line)
        # Which of the two sentences Python says depends on its version.
        path = match and next(filter(None, match.groups()), None)
        if path and path not in found and os.path.isfile(path):
            found.append(path)
    return found
