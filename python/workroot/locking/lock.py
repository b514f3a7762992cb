"""The environment there is as a lock: every distribution with its exact version, source and hashes; nothing is resolved.

The hashes are those of all files that the configured index has of just that version. What has no hash to give (an editable,
a directory, a checkout) is named. A lock is whole, or its problems are listed.
"""

import os
import re
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from workroot.doors import documents, files
from workroot.errors import WorkrootError
from workroot.installers import index
from workroot.locking import releases
from workroot.locking.graph import Graph
from workroot.locking.releases import File, Sources
from workroot.pythons.packages import Distribution, sha256_of
from workroot.standards import target as targets
from workroot.standards import versions
from workroot.standards.target import Target

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\Z")
_COMMIT = re.compile(r"[0-9A-Za-z][0-9A-Za-z._:+-]*\Z")


class Entry(NamedTuple):
    """One distribution of a lock.

    kind: 'index', 'archive', 'vcs', 'directory' or 'editable'. pin: what tells it from any other content: the version, 'sha256:...',
    a commit; '' for a tree. place: the URL of an archive or checkout, the path of a tree. files: what the index has, or the archive.
    extras: what the others ask for; up to 23.2 pip takes no pin of the bare name for `name[extra]`.
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
    """target: the Python it is for. problems: sentences on what could not be locked. notes: what a person should know all the same."""

    target: Target
    entries: tuple[Entry, ...]
    problems: tuple[str, ...]
    notes: tuple[str, ...]


def installed(venv: str, distributions: Iterable[Distribution], graph: Graph) -> list[Entry]:
    """What a lock of this package set names, without hashes, sorted. The pip that serves the venv is no part of it. Raises WorkrootError."""
    found: dict[str, Entry] = {}
    for one in distributions:
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
    """The lock: what the index has of each entry looked up, all side by side. Raises WorkrootError when an index does not answer."""
    pages = releases.of_all(sources, (one.name for one in entries if one.kind == "index"), progress)
    locked, problems, notes = [], [], []
    for one in entries:
        problem = _unfit(one)
        if not problem and one.kind == "index":
            one = one._replace(files=_files_of(one, pages[one.name], sources, target))
            problem = "" if one.files else f"{one.name} {one.version} is not on {sources.words()}"
            notes += _yanked(one)
        elif not problem and one.kind == "archive" and not one.pin:
            problem = f"{one.name} {one.version} came from {one.place}, which is gone, and its hash was not kept"
        problems += [problem] if problem else []
        locked += [] if problem else [one]
    return Lock(target, tuple(locked), tuple(problems), tuple(notes))


def _entry(venv: str, one: Distribution) -> Entry:
    said = _direct_url(venv, one)
    if one.editable or not said and one.origin:
        return Entry(
            one.name,
            "",
            "editable",
            "",
            _path(one.origin),
            subdirectory=_text(said, "subdirectory"),
        )
    if not said:
        return Entry(one.name, one.version, "index", one.version)
    place, subdirectory = index.without_login(one.origin), _text(said, "subdirectory")
    if isinstance(said.get("vcs_info"), dict):
        vcs, commit, revision = (
            _text(said["vcs_info"], key) for key in ("vcs", "commit_id", "requested_revision")
        )
        return Entry(
            one.name,
            "",
            "vcs",
            commit,
            place,
            vcs=vcs,
            revision=revision,
            subdirectory=subdirectory,
        )
    if "dir_info" in said:
        return Entry(one.name, "", "directory", "", _path(one.origin), subdirectory=subdirectory)
    return _archive(one, said, place, subdirectory)


def _archive(one: Distribution, said: Mapping, place: str, subdirectory: str) -> Entry:
    info = said.get("archive_info") if isinstance(said.get("archive_info"), dict) else {}
    kept = info.get("hashes") if isinstance(info.get("hashes"), dict) else {}
    digest = str(
        kept.get("sha256") or _text(info, "hash").partition("sha256=")[2] or _digest_of(one.origin)
    )
    digest = digest.lower() if re.fullmatch("[0-9a-fA-F]{64}", digest) else ""
    name = os.path.basename(_path(place))
    file = File(name, one.version, place, "", (("sha256", digest),), None, "", "", "")
    return Entry(
        one.name,
        one.version,
        "archive",
        digest and f"sha256:{digest}",
        place,
        (file,),
        subdirectory=subdirectory,
    )


def _digest_of(url: str) -> str:
    content = (
        files.read_bytes(_path(url))
        if url.startswith("file:") and os.path.isfile(_path(url))
        else None
    )
    return sha256_of(content) if content is not None else ""


def _direct_url(venv: str, one: Distribution) -> Mapping:
    data = files.read_bytes(os.path.join(venv, one.directory, "direct_url.json"))
    try:
        said = documents.parse(data.decode("utf-8")) if data else {}
    except ValueError:
        return {}
    return said if isinstance(said, dict) and isinstance(said.get("url"), str) else {}


def _text(said: Mapping, key: str) -> str:
    value = said.get(key)
    return value if isinstance(value, str) else ""


def _path(url: str) -> str:
    """The path of a file: URL; anything else as it is."""
    from urllib.parse import urlsplit
    from urllib.request import url2pathname

    return url2pathname(urlsplit(url).path) if url.startswith("file:") else url


def _unfit(one: Entry) -> str:
    """Why an entry has no place in a file that programs read."""
    if not _NAME.match(one.name):
        return f"{one.name!r} is no name of a package"
    if one.kind == "vcs" and not _COMMIT.match(one.pin):
        return f"{one.name} came from {one.place}, and its commit was not kept"
    try:
        versions.parse(one.version) if one.version else None
    except ValueError:
        return f"{one.name} {one.version!r} has no version that an index could have"
    return ""


def _files_of(
    one: Entry, page: list[File] | WorkrootError, sources: Sources, target: Target
) -> tuple[File, ...]:
    """The files of that version. Those without a hash are fetched, if this Python could use them, and hashed."""
    if isinstance(page, WorkrootError):
        raise WorkrootError(
            f"{one.name} could not be looked up: {page.message}",
            "workroot lock   # writes nothing until all of it is there",
        )
    wanted = versions.parse(one.version)
    same = [file for file in page if versions.parse(file.version) == wanted]
    named = [file for file in same if file.hashes]
    unnamed = (
        [file for file in same if not file.hashes and targets.accepts(target, file.name)]
        if not named
        else []
    )
    return tuple(
        sorted(
            named
            + [
                file._replace(hashes=(("sha256", sha256_of(sources.fetch(file))),))
                for file in unnamed
            ]
        )
    )


def _yanked(one: Entry) -> list[str]:
    reasons = {file.yanked for file in one.files}
    return (
        [f"{one.name} {one.version} was withdrawn from the index: {min(reasons)}"]
        if one.files and "" not in reasons
        else []
    )


class Difference(NamedTuple):
    """One package for which a lock and the environment are not the same; locked or here is '' where it is not there at all."""

    name: str
    locked: str
    here: str

    def __str__(self) -> str:
        if not self.locked:
            return f"+ {self.name} {self.here}   # installed, not in the lock"
        if not self.here:
            return f"- {self.name} {self.locked}   # in the lock, not installed"
        return f"~ {self.name} {self.locked} -> {self.here}"


def differences(locked: Mapping[str, str], entries: Iterable[Entry]) -> list[Difference]:
    """From the lock (name -> what pinned gives) to what is installed, sorted by name."""
    here = {one.name: pinned(one) for one in entries}
    names = sorted({*locked, *here})
    return [
        Difference(name, locked.get(name, ""), here.get(name, ""))
        for name in names
        if not _same(locked.get(name, ""), here.get(name, ""))
    ]


def pinned(one: Entry) -> str:
    """An entry's source and pin in one word, the same whether it is read from an environment or from a lock."""
    return (
        one.pin
        if one.kind in ("index", "archive")
        else f"{one.kind}:{one.pin}"
        if one.pin
        else one.kind
    )


def _same(one: str, other: str) -> bool:
    if one == other:
        return True
    try:
        return versions.parse(one) == versions.parse(other)
    except ValueError:
        return False
