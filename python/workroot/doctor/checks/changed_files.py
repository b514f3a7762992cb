"""Is every file of a package the one that was installed?

RECORD has a hash of each. An edit in place changes it, and where two environments share a file
(hard links to one image or cache) it changes in both: then the other one is named as shared, and
the fix gives this venv its own again and leaves the edited file to whoever edited it. An edit
that only this venv has is yours: it is undone only with --yes, and a copy is kept in the trash.
"""

import os
from collections.abc import Iterator

from workroot.doctor.context import DIRECTORY, Context
from workroot.doctor.damage import Damage
from workroot.doctor.finding import ASKS, HEALED, WARN, Finding, well
from workroot.doctor.healing import bringing
from workroot.doors import files
from workroot.errors import some
from workroot.installers import images

NEEDS = DIRECTORY
_LOOSE = "loose"  # where the store keeps what somebody edited


def check(context: Context) -> Iterator[Finding]:
    damages = _damages(context)
    if not damages:
        yield well("changed-files", "every file is as its RECORD says")
    for one in damages:
        shared = _shared(context, one)
        evidence = (
            f"{one.distribution}: {some(shared or one.changed)} changed since the installation"
        )
        fix = bringing.by_hand(one.distribution)
        if shared:
            evidence += ", and another environment shares that file (a hard link)"
            cause = "edited in place, here or in an environment that has the same file"
            yield Finding(
                WARN,
                "changed-files-shared",
                evidence,
                cause,
                fix,
                HEALED,
            )
        else:
            yield Finding(
                WARN,
                "changed-files",
                evidence,
                "edited in place",
                fix,
                ASKS,
            )


def heal(context: Context, findings: list[Finding]) -> None:
    # Only those that were found: with --yes all of them, else the shared ones alone.
    named = {one.evidence.partition(":")[0] for one in findings}
    bringing.back(context, [one for one in _damages(context) if str(one.distribution) in named])


def _damages(context: Context) -> list[Damage]:
    """Those with changed files; what lost its metadata as well is healed by a check of its own."""
    return [one for one in context.damages if one.changed and not one.metadata]


def _shared(context: Context, one: Damage) -> list[str]:
    """The changed files with more hard links than this venv, its store and the image have."""
    shared = []
    for path in one.changed:
        # Each further name is a hard link: ours are known, any other is somebody else's.
        status = os.stat(os.path.join(context.venv_path, path))
        own = [*_in_store(context, one), *_in_images(context, path)]
        ours = sum(_inode(name) == (status.st_dev, status.st_ino) for name in own)
        if status.st_nlink - 1 - ours > 0:
            shared.append(path)
    return shared


def _in_store(context: Context, one: Damage) -> Iterator[str]:
    """The files of the store that may be one inode with this package's."""
    store = context.home.path + "/store"
    start = f"{one.distribution.name}-"
    for key in files.names(store):
        if key.startswith(start) or key == _LOOSE:
            for name in files.names(f"{store}/{key}"):
                yield f"{store}/{key}/{name}"


def _in_images(context: Context, path: str) -> Iterator[str]:
    """The same file in each image of a base environment."""
    directory = images.directory(context.environ)
    if directory:
        for key in files.names(directory):
            yield os.path.join(directory, key, "tree", path)


def _inode(path: str) -> tuple[int, int] | None:
    """What two names of one file have in common; None where it cannot be looked at."""
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_dev, status.st_ino
