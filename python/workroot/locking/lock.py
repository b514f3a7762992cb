"""The environment there is as a lock: every distribution with its exact version, source, hashes.

Nothing is resolved. The hashes are those of all files that the configured index has of just that
version. What has no hash to give (an editable, a directory, a checkout) is named. A lock is whole,
or its problems are listed.
"""

import os
import re
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from workroot.doors import documents, files
from workroot.errors import WorkrootError
from workroot.locking import releases
from workroot.locking.graph import Graph
from workroot.locking.releases import File, Sources
from workroot.pythons.packages import Distribution, sha256_of
from workroot.standards import target as targets
from workroot.standards import versions
from workroot.standards.target import Target
from workroot.standards.urls import local_path, without_login

# What a name and a commit may hold so that both files of a lock can carry them unquoted.
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\Z")
_COMMIT = re.compile(r"[0-9A-Za-z][0-9A-Za-z._:+-]*\Z")


class Entry(NamedTuple):
    """One distribution of a lock.

    Attributes:
        name: The normalized name (PEP 503).
        version: As its metadata spells it; '' for a tree or a checkout.
        kind: 'index', 'archive', 'vcs', 'directory' or 'editable'.
        pin: What tells it from any other content: the version, 'sha256:...', a commit; '' for a
            tree.
        place: The URL of an archive or checkout, the path of a tree; '' from an index.
        files: What the index has, or the archive.
        vcs: 'git' and the like, for a checkout.
        revision: The branch or tag that was asked for; the commit is the pin.
        subdirectory: Where in the archive or checkout the project lies.
        extras: What the others ask for; up to 23.2 pip takes no pin of the bare name for
            `name[extra]`.
    """

    name: str
    version: str
    kind: str
    pin: str
    place: str = ""
    files: tuple[File, ...] = ()
    vcs: str = ""
    revision: str = ""
    subdirectory: str = ""
    extras: tuple[str, ...] = ()


class Lock(NamedTuple):
    """A set of packages, pinned, and what is to be said of it.

    Attributes:
        target: The Python and system that it is for.
        entries: Sorted by name.
        problems: Sentences on what could not be locked; a lock with any is not to be written.
        notes: Sentences on what a person should know all the same.
    """

    target: Target
    entries: tuple[Entry, ...]
    problems: tuple[str, ...]
    notes: tuple[str, ...]


def installed(
    venv: str,
    distributions: Iterable[Distribution],
    graph: Graph,
) -> list[Entry]:
    """What a lock of this package set names, without hashes, sorted by name.

    The pip that serves the venv is no part of it, unless a package requires it.

    Args:
        venv: The directory of the venv.
        distributions: What is installed in it.
        graph: Who requires whom, for the extras that are asked for.

    Raises WorkrootError: when a package is there twice, as no lock can name both.
    """
    found: dict[str, Entry] = {}
    for one in distributions:
        # It serves the venv: no code that is run there wants it.
        if one.name == "pip" and not graph.needed_by("pip"):
            continue
        if one.name in found:
            raise WorkrootError(
                f"{one.name} is installed twice ({found[one.name].version} and {one.version})",
                f"workroot install --force-reinstall {one.name}",
            )
        found[one.name] = _entry(venv, one)._replace(extras=graph.asked.get(one.name, ()))
    return [found[name] for name in sorted(found)]


def hashed(
    entries: list[Entry], sources: Sources, target: Target, progress: Callable[[int, int], None]
) -> Lock:
    """The lock: what the index has of each entry, looked up side by side.

    Args:
        entries: What `installed` gave.
        sources: Where pip would look.
        target: The Python for which files are chosen where they have to be fetched.
        progress: Called with how many projects were looked up, and how many there are.

    Raises WorkrootError: when an index does not answer.
    """
    looked_up = [one.name for one in entries if one.kind == "index"]
    pages = releases.of_all(sources, looked_up, progress)
    locked, problems, notes = [], [], []
    for one in entries:
        problem = _unfit(one)
        if not problem and one.kind == "index":
            one = one._replace(files=_files_of(one, pages[one.name], sources, target))
            if not one.files:
                # Deleted from the index since, or it came from another one.
                problem = f"{one.name} {one.version} is not on {sources.words()}"
            notes += _yanked(one)
        if problem:
            problems.append(problem)
        else:
            locked.append(one)
    return Lock(target, tuple(locked), tuple(problems), tuple(notes))


def _entry(venv: str, one: Distribution) -> Entry:
    """Where a distribution came from, by the direct_url.json that its installer wrote (PEP 610).

    One without that file came from an index, unless it is editable in the old way (egg-link), which
    has an origin and no record of it.
    """
    said = _direct_url(venv, one)
    below = _text(said, "subdirectory")
    if one.editable or (not said and one.origin):
        return Entry(
            one.name,
            "",
            "editable",
            "",
            _path(one.origin),
            subdirectory=below,
        )
    if not said:
        return Entry(one.name, one.version, "index", one.version)
    # dir_info without `editable` is a copy of a directory: nothing pins that either.
    if "dir_info" in said:
        return Entry(
            one.name,
            "",
            "directory",
            "",
            _path(one.origin),
            subdirectory=below,
        )
    # A lock goes into a repository; a password in a URL must not.
    place = without_login(_text(said, "url"))
    checkout = said.get("vcs_info")
    if not isinstance(checkout, dict):
        return _archive(one, said, place, below)
    return _checkout(one, checkout, place, below)


def _checkout(
    one: Distribution,
    said: Mapping,
    place: str,
    subdirectory: str,
) -> Entry:
    """The entry of a distribution that was built from a checkout. said: its vcs_info."""
    return Entry(
        one.name,
        version="",
        kind="vcs",
        pin=_text(said, "commit_id"),
        place=place,
        vcs=_text(said, "vcs"),
        revision=_text(said, "requested_revision"),
        subdirectory=subdirectory,
    )


def _archive(
    one: Distribution,
    said: Mapping,
    place: str,
    subdirectory: str,
) -> Entry:
    """The entry of a distribution that came from one file, by URL or path.

    Its pin is '' where nobody knows the hash any more; `_unfit` says so later.
    """
    digest = _digest(one, said)
    file = File(os.path.basename(_path(place)), one.version, place)
    return Entry(
        one.name,
        one.version,
        kind="archive",
        pin=f"sha256:{digest}" if digest else "",
        place=place,
        files=(file._replace(hashes=(("sha256", digest),)),),
        subdirectory=subdirectory,
    )


def _digest(one: Distribution, said: Mapping) -> str:
    """The sha256 of an archive: as its installer kept it, else of the file if it is still there."""
    info = _mapping(said, "archive_info")
    kept = _mapping(info, "hashes").get("sha256")
    # Before PEP 610 had `hashes`.
    _, _, old_kept = _text(info, "hash").partition("sha256=")
    digest = str(kept or old_kept or _digest_of(one.origin))
    # The file was written by some installer: what is no digest must not get into a lock.
    if not re.fullmatch("[0-9a-fA-F]{64}", digest):
        return ""
    return digest.lower()


def _digest_of(url: str) -> str:
    """The hash of the file that a file: URL names; '' where it is gone or elsewhere."""
    path = local_path(url)
    content = files.read_bytes(path) if path and os.path.isfile(path) else None
    return "" if content is None else sha256_of(content)


def _direct_url(venv: str, one: Distribution) -> Mapping:
    """What direct_url.json says; empty where there is none, or none that can be used."""
    data = files.read_bytes(os.path.join(venv, one.directory, "direct_url.json"))
    if not data:
        return {}
    try:
        said = documents.parse(data.decode("utf-8"))
    except ValueError:
        return {}
    return said if isinstance(said, dict) and isinstance(said.get("url"), str) else {}


def _text(said: Mapping, key: str) -> str:
    """A value of a document that anybody may have written; '' for what is no text."""
    value = said.get(key)
    return value if isinstance(value, str) else ""


def _mapping(said: Mapping, key: str) -> Mapping:
    """The same for a table: empty for what is none."""
    value = said.get(key)
    return value if isinstance(value, dict) else {}


def _path(url: str) -> str:
    """The path of a file: URL; anything else as it is."""
    return local_path(url) or url


def _unfit(one: Entry) -> str:
    """Why an entry has no place in a file that programs read; '' where it has.

    Metadata is written by anybody: a line break in a name would be a line of the lock.
    """
    if not _NAME.match(one.name):
        return f"{one.name!r} is no name of a package"
    if one.kind == "vcs" and not _COMMIT.match(one.pin):
        return f"{one.name} came from {one.place}, and its commit was not kept"
    if one.version and not releases.is_version(one.version):
        return f"{one.name} {one.version!r} has no version that an index could have"
    if one.kind == "archive" and not one.pin:
        gone = f"{one.name} {one.version} came from {one.place}, which is gone"
        return f"{gone}, and its hash was not kept"
    return ""


def _files_of(
    one: Entry, page: list[File] | WorkrootError, sources: Sources, target: Target
) -> tuple[File, ...]:
    """The files of that version, sorted.

    Where none has a hash, those that this Python could use are fetched and hashed.

    Raises WorkrootError: when the project's page, or one of those files, could not be had.
    """
    if isinstance(page, WorkrootError):
        raise WorkrootError(
            f"{one.name} could not be looked up: {page.message}",
            "workroot lock   # writes nothing until all of it is there",
        )
    # Compared as versions: an index may spell 1.0 as 1.0.0.
    wanted = versions.parse(one.version)
    same = [file for file in page if versions.parse(file.version) == wanted]
    # Files with a hash of md5 alone count as without: pip would not take them.
    named = [file for file in same if file.hashes]
    if named:
        return tuple(sorted(named))
    found = []
    for file in same:
        if targets.accepts(target, file.name):
            digest = sha256_of(sources.fetch(file))
            found.append(file._replace(hashes=(("sha256", digest),)))
    return tuple(sorted(found))


def _yanked(one: Entry) -> list[str]:
    """A sentence where every file of that version was withdrawn (PEP 592); else none."""
    reasons = set()
    for file in one.files:
        reasons.add(file.yanked)
    # One file that was not withdrawn is enough for pip to take the version without a word.
    if not one.files or "" in reasons:
        return []
    return [f"{one.name} {one.version} was withdrawn from the index: {min(reasons)}"]


class Difference(NamedTuple):
    """One package for which a lock and the environment are not the same.

    Its text is a line of `workroot lock --check`.

    Attributes:
        name: The normalized name.
        locked: What `pinned` gives for the lock's entry; '' where the lock has none.
        here: The same of what is installed; '' where it is not.
    """

    name: str
    locked: str
    here: str

    def __str__(self) -> str:
        """'+' for what is installed only, '-' for what is locked only, '~' for another pin."""
        if not self.locked:
            return f"+ {self.name} {self.here}   # installed, not in the lock"
        if not self.here:
            return f"- {self.name} {self.locked}   # in the lock, not installed"
        return f"~ {self.name} {self.locked} -> {self.here}"


def differences(locked: Mapping[str, str], entries: Iterable[Entry]) -> list[Difference]:
    """What changed from a lock to what is installed.

    Args:
        locked: name -> what `pinned` gives, as `lockfile.read` returns it.
        entries: What is installed.

    Returns:
        Those that differ, sorted by name. 1.0 and 1.0.0 are the same version (PEP 440).
    """
    here = {one.name: pinned(one) for one in entries}
    found = []
    for name in sorted({*locked, *here}):
        difference = Difference(
            name,
            locked=locked.get(name, ""),
            here=here.get(name, ""),
        )
        if not _same(difference.locked, difference.here):
            found.append(difference)
    return found


def pinned(one: Entry) -> str:
    """An entry's source and pin in one word, whether it is read from an environment or a lock.

    A version or 'sha256:...' stands alone; others have their kind before: 'vcs:COMMIT', 'editable'.
    """
    if one.kind in ("index", "archive"):
        return one.pin
    return f"{one.kind}:{one.pin}" if one.pin else one.kind


def _same(one: str, other: str) -> bool:
    """Whether two pins mean the same; as versions where both are one."""
    if one == other:
        return True
    try:
        return versions.parse(one) == versions.parse(other)
    except ValueError:
        return False
