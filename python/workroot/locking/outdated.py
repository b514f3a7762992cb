"""What could be updated: the newest version that pip would take, and that the others allow.

A version counts when a file of it can be used by the venv's Python and was not withdrawn; a
pre-release only where one is installed, or where there is nothing else.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from workroot.errors import WorkrootError
from workroot.locking import releases
from workroot.locking.graph import Edge, Graph
from workroot.locking.lock import Entry
from workroot.locking.releases import File, Sources
from workroot.standards import target as targets
from workroot.standards import versions
from workroot.standards.target import Target


class Outdated(NamedTuple):
    """One package of which something newer is there.

    Attributes:
        name: The normalized name.
        installed: The version that is there, as its metadata spells it.
        newest: What the index has, as it is spelled there.
        allowed: The newest that satisfies every installed package; `installed` where none does.
        held: Which of them keep it back: sentences such as 'a needs b<2'.
    """

    name: str
    installed: str
    allowed: str
    newest: str
    held: tuple[str, ...]


class Result(NamedTuple):
    """What a look at the indexes gave.

    Attributes:
        outdated: Sorted by name.
        absent: Names that the index does not have in any usable version.
        errors: name -> why its page could not be read; the others are told all the same.
    """

    outdated: tuple[Outdated, ...]
    absent: tuple[str, ...]
    errors: dict[str, WorkrootError]


def of(
    entries: Iterable[Entry],
    graph: Graph,
    sources: Sources,
    target: Target,
    progress: Callable[[int, int], None],
) -> Result:
    """Look every distribution up that came from an index.

    Args:
        entries: What is installed; those from elsewhere have no newer version to be compared with.
        graph: Who holds whom back.
        sources: Where pip would look.
        target: The Python that files must be for.
        progress: Called with how many were looked up, and how many there are.
    """
    here = {}
    for one in entries:
        if one.kind == "index" and releases.is_version(one.version):
            here[one.name] = one.version
    pages = releases.of_all(sources, here, progress)
    found, absent, errors = [], [], {}
    for name, installed in sorted(here.items()):
        page = pages[name]
        if isinstance(page, WorkrootError):
            errors[name] = page
            continue
        usable = candidates(page, installed, target)
        if not usable:
            absent.append(name)
        elif versions.parse(usable[-1]) > versions.parse(installed):
            found.append(_compared(name, installed, usable, graph.needed_by(name)))
    return Result(tuple(found), tuple(absent), errors)


def candidates(page: Iterable[File], installed: str, target: Target) -> list[str]:
    """The versions that pip would consider for that Python, the newest last.

    Pre-releases count where one is installed, or where there is no final release (PEP 440).

    Args:
        page: The files of one project.
        installed: The version that is there.
    """
    usable = {}
    for file in page:
        if _usable(file, target):
            # Keyed by the parsed version: 1.0 and 1.0.0 are one.
            usable[versions.parse(file.version)] = file.version
    final = [version for version in usable if not version.is_prerelease]
    wants_final = not versions.parse(installed).is_prerelease
    considered = final if final and wants_final else usable
    return [usable[version] for version in sorted(considered)]


def _usable(file: File, target: Target) -> bool:
    """Whether pip would take this file for that Python."""
    if file.yanked or not targets.accepts(target, file.name):
        return False
    try:
        return versions.fits(target.python, file.requires_python)
    except ValueError:
        return True  # pip passes over a range that it cannot read


def _compared(
    name: str,
    installed: str,
    usable: list[str],
    needs: list[Edge],
) -> Outdated:
    """What is newest, what the others allow, and which of them do not allow the newest."""
    newest = usable[-1]
    # The list is sorted, but an allowed version may lie between two that are not.
    best = installed
    for version in usable:
        newer = versions.parse(version) > versions.parse(best)
        if newer and all(_allows(edge, version) for edge in needs):
            best = version
    held = set()
    for edge in needs:
        if not _allows(edge, newest):
            held.add(f"{edge.source} needs {name}{edge.specifier}")
    return Outdated(
        name,
        installed,
        best,
        newest,
        tuple(sorted(held)),
    )


def _allows(edge: Edge, version: str) -> bool:
    """Whether a requirement accepts a version; one that cannot be read keeps nothing back."""
    try:
        return versions.fits(version, edge.specifier)
    except ValueError:
        return True
