"""Can the name and the version of every package be understood?

A version that is none (`1.0-final.x`), or a directory of another name, is passed over by one
installer and ends another. What it requires is looked at by the check requires.
"""

import os
from collections.abc import Iterator

from workroot.doctor.context import DIRECTORY, Context
from workroot.doctor.finding import Finding, warning, well
from workroot.doctor.healing import bringing
from workroot.pythons.packages import Distribution
from workroot.standards import versions

NEEDS = DIRECTORY
_CAUSE = "the package was built with a mistake in it, or its METADATA was edited"


def check(context: Context) -> Iterator[Finding]:
    damaged = {one.distribution.name for one in context.damages if one.metadata}
    found = False
    for one in context.packages:
        # What lost its METADATA is named by a check of its own.
        problem = "" if one.name in damaged else _problem(one)
        if problem:
            found = True
            yield warning(
                "metadata",
                f"{one}: {problem}",
                _CAUSE,
                bringing.by_hand(one),
            )
    if not found:
        yield well("metadata", "the metadata of every package can be understood")


def _problem(one: Distribution) -> str:
    """What is wrong with the name or version of a package; '' for nothing."""
    if not one.version:
        return "its metadata names no version"
    try:
        versions.parse(one.version)
    except ValueError:
        return f"{one.version!r} is no version"
    # A dist-info's name has no dash of its own: the first one ends it.
    stem = os.path.basename(one.directory).partition("-")[0]
    if one.directory.endswith(".dist-info") and _plain(stem) != _plain(one.name):
        return f"its directory is {os.path.basename(one.directory)}"
    return ""


def _plain(name: str) -> str:
    """A name as directories and metadata may spell it differently."""
    return name.lower().replace("-", "_").replace(".", "_")
