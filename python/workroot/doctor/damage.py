"""What of each distribution is gone, cannot be read, or is another than its RECORD says.

Every file with a hash is read. Bytecode is made anew by any import and does not count, nor do the
`pip` scripts, which the kit may have put its own in the place of.
"""

import hashlib
import os
from typing import NamedTuple

from workroot.doors import files
from workroot.history.home import pip_names
from workroot.pythons import packages
from workroot.pythons.packages import Distribution
from workroot.root import SCRIPTS
from workroot.standards import record

_METADATA = ("METADATA", "RECORD")
_AT_ONCE = 1 << 20


class Damage(NamedTuple):
    """One distribution that is not whole. The lists hold paths relative to the venv.

    gone: not there. unreadable: there, and they lead nowhere or may not be read. changed: another
    content. metadata: of gone, or empty, those without which no installer knows it any more.
    """

    distribution: Distribution
    gone: list[str]
    unreadable: list[str]
    changed: list[str]
    metadata: list[str]

    @property
    def any(self) -> bool:
        """Whether anything is wrong with it."""
        return bool(self.gone or self.unreadable or self.changed or self.metadata)

    @property
    def incomplete(self) -> list[str]:
        """What no import can read."""
        return [*self.gone, *self.unreadable]


def of(venv: str, found: list[Distribution]) -> list[Damage]:
    """The distributions that are not whole. Every file with a hash is read, which takes a while.

    Args:
        venv: The directory of the venv.
        found: All that is installed: a file that two of them have may be either's.
    """
    ignored = {f"{SCRIPTS}/{name}" for name in pip_names(packages.layout(venv).python)}
    allowed: dict[
        str, set[str]
    ] = {}  # two packages may have the same file: the later one's is there
    for one in found:
        for path, digest in hashes(venv, one).items():
            allowed.setdefault(path, set()).add(digest)
    # Only now: every RECORD has to be known before a file can be called changed.
    looked_at = [_of_one(venv, one, ignored, allowed) for one in found]
    return [damage for damage in looked_at if damage.any]


def _of_one(
    venv: str, one: Distribution, ignored: set[str], allowed: dict[str, set[str]]
) -> Damage:
    """What is wrong with one; all its lists may be empty.

    Args:
        ignored: Paths that the kit may have put its own in the place of.
        allowed: path -> the hashes that any RECORD has for it.
    """
    damage = Damage(one, [], [], [], _metadata(venv, one))
    for path in packages.recorded_paths(venv, one):
        full = os.path.join(venv, path)
        # virtualenv's RECORDs list hundreds of .pyc that were never written.
        if path.endswith(".pyc") or path in ignored:
            continue
        if not os.path.lexists(full):
            damage.gone.append(path)
        elif not os.path.isfile(full) or not os.access(full, os.R_OK):
            damage.unreadable.append(path)
        elif path in allowed and not in_scripts(path) and sha256_of_file(full) not in allowed[path]:
            damage.changed.append(path)
    return damage


def in_scripts(path: str) -> bool:
    """A script names its venv and is written anew in a moved one: that it is there counts."""
    return path.startswith(f"{SCRIPTS}/")


def _metadata(venv: str, one: Distribution) -> list[str]:
    """Those of its metadata files that are gone or empty; an egg-info is not judged."""
    if not one.directory.endswith(".dist-info"):
        return []
    paths = [f"{one.directory}/{name}" for name in _METADATA]
    return [path for path in paths if not _has_content(os.path.join(venv, path))]


def _has_content(path: str) -> bool:
    """Whether a file is there and not empty."""
    try:
        return os.path.getsize(path) > 0
    except OSError:
        return False


def hashes(venv: str, one: Distribution) -> dict[str, str]:
    """path, relative to the venv -> sha256 in hex, as its RECORD says; empty where that is gone."""
    path = os.path.join(venv, one.directory, "RECORD")
    data = files.read_bytes(path) if os.access(path, os.R_OK) else None
    return record.hashes(data or b"", one.directory.rpartition("/")[0])


def sha256_of_file(path: str) -> str:
    """The hex digest of a file's content."""
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while data := file.read(_AT_ONCE):
            digest.update(data)
    return digest.hexdigest()
