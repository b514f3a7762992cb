"""Does PYTHONHOME send Python to another standard library?

With it set, a venv's Python looks for its standard library there, finds that of another version,
and often does not start ("No module named 'encodings'"). A session unsets it.
"""

from collections.abc import Iterator

from workroot.doctor.context import ANYTHING, Context
from workroot.doctor.finding import Finding, failure, well

NEEDS = ANYTHING


def check(context: Context) -> Iterator[Finding]:
    value = context.environ.get("PYTHONHOME")
    if not value:
        yield well("pythonhome", "PYTHONHOME is not set")
        return
    evidence = f"PYTHONHOME is {value}"
    cause = "a startup file of this shell, or a program that embeds Python, has set it"
    # A program that embeds Python may want it for itself; a shell hands it to every Python.
    yield failure(
        "pythonhome",
        evidence,
        cause,
        "unset PYTHONHOME, and remove the line that sets it",
    )
