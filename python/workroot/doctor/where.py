"""Which file an import takes, which entry of sys.path gives it, whose it is, and what lost.

The venv's Python is asked, with the variables and the directory of the person who asks; it imports
nothing for that.
"""

import json
import os
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from workroot.doctor.context import Context
from workroot.errors import WorkrootError
from workroot.pythons.packages import Distribution
from workroot.standards import urls

NAMESPACE, BUILT_IN, FROZEN = "namespace", "built-in", "frozen"
STANDARD = "standard library"
REPO = "the repo"


class Module(NamedTuple):
    """What an import of one name takes.

    Attributes:
        name: The module, with dots.
        kind: package, module, native, namespace, built-in or frozen; '' for what is not found.
        file: '' for what has none.
        places: The directories of a package.
        owner: `NAME VERSION`, 'standard library', 'the repo' or ''.
        editable: Whether the owner is installed in editable mode.
        entry: The entry of sys.path that gives it.
        by: Why that entry is there.
        lost: (file, owner) of other copies, in the order of sys.path.
    """

    name: str
    kind: str
    file: str
    places: list[str]
    owner: str
    editable: bool
    entry: str
    by: str
    lost: list[tuple[str, str]]

    def document(self) -> dict:
        """For --json."""
        said = self._asdict()
        said["found"] = bool(self.kind)
        said["lost"] = [{"file": file, "owner": owner} for file, owner in self.lost]
        return said


class Entry(NamedTuple):
    """One entry of sys.path, and why it is there."""

    path: str
    why: str


class Survey(NamedTuple):
    """Who wins: sys.path in its order, and what imports of top-level modules take."""

    path: list[Entry]
    modules: list[Module]

    def lost_in(self, module: Module, entry: str) -> list[str]:
        """The files of a module that an entry of sys.path has in vain."""
        entries = [one.path for one in self.path]
        return [file for file, _ in module.lost if _above(file, entries) == entry]


def find(context: Context, directory: str, names: Sequence[str]) -> list[Module]:
    """What an import of each name takes.

    Args:
        directory: The current one.
        names: Modules, with dots.

    Raises WorkrootError: where the venv's Python does not answer.
    """
    return survey(context, directory, names).modules


def survey(
    context: Context,
    directory: str,
    names: Sequence[str] | None = None,
) -> Survey:
    """What an import of each name takes, and the sys.path that decides it.

    Args:
        directory: The current one.
        names: Modules, with dots; None for all top-level ones that no standard library has.

    Raises WorkrootError: where the venv's Python does not answer.
    """
    if names is None:
        pythonpath = context.environ.get("PYTHONPATH", "").split(os.pathsep)
        names = _top_level([*context.sites, *context.import_paths, *pythonpath, directory])
    outcome = context.ask_as_session("find_modules", directory, *names)
    try:
        said = json.loads(outcome.output)
    except ValueError as error:
        last = (outcome.errors.strip().splitlines() or ["no answer"])[-1]
        raise WorkrootError(
            f"{context.venv_path} cannot say what it would import: {last}",
            f"{context.program} doctor",
        ) from error
    asked = _Asked(context, directory, said["path"])
    entries = [Entry(one, asked.why(one)) for one in said["path"]]
    return Survey(entries, [asked.module(one) for one in said["modules"]])


def of_repo(context: Context) -> list[str]:
    """The top-level modules of the repo, by the files there are, sorted."""
    return _top_level(context.import_paths)


def _top_level(directories: Iterable[str]) -> list[str]:
    """The modules that lie in these directories, sorted; one that is not there has none."""
    found: set[str] = set()
    for path in directories:
        if not os.path.isdir(path):
            continue
        with os.scandir(path) as entries:
            found.update(name for entry in entries if (name := _module(entry)))
    return sorted(found)


def _module(entry: os.DirEntry) -> str:
    """The module that a directory entry is; '' for none."""
    name, _, ending = entry.name.partition(".")
    if not name.isidentifier() or name.startswith("__"):
        return ""
    if entry.is_dir():
        return name if _holds_python(entry.path) and not ending else ""
    return name if ending == "py" or ending.endswith(("so", "pyd")) else ""


def _holds_python(directory: str) -> bool:
    """A package, or the part of a namespace."""
    with os.scandir(directory) as entries:
        return any(entry.name.endswith((".py", ".so", ".pyd")) for entry in entries)


class _Asked:
    """One answer of the venv's Python, and what the engine knows of the files in it."""

    def __init__(self, context: Context, directory: str, path: list[str]) -> None:
        self.context = context
        self.directory = directory
        self.path = path
        value = context.environ.get("PYTHONPATH", "")
        self.pythonpath = {os.path.abspath(one) for one in value.split(os.pathsep) if one}
        self.editables = [one for one in context.packages if one.editable]

    def module(self, said: dict) -> Module:
        """One module of the answer, with what the engine knows of it."""
        file = said["file"]
        place = file or (said["places"][0] if said["places"] else "")
        entry = _above(place, self.path)
        distribution = self._distribution(place)
        return Module(
            said["name"],
            said["kind"],
            file,
            said["places"],
            self._owner(place, said["kind"], distribution),
            bool(distribution and distribution.editable),
            entry,
            self.why(entry) if place else "",
            [
                (other, self._owner(other, "", self._distribution(other)))
                for other in said["others"]
            ],
        )

    def _distribution(self, file: str) -> Distribution | None:
        """The package that has this file: by its RECORD, else an editable one above it."""
        # By RECORD first: an editable package may have files of its own in site-packages.
        owner = self.context.owner(file)
        if owner or not file:
            return owner
        for one in self.editables:
            place = urls.local_path(one.origin) if one.origin.startswith("file:") else one.origin
            if place and _below(os.path.realpath(file), os.path.realpath(place)):
                return one
        return self._of_a_namespace(file)

    def _of_a_namespace(self, directory: str) -> Distribution | None:
        """A directory is whose files lie in it."""
        if not os.path.isdir(directory):
            return None
        for path, one in self.context.owners.items():
            if path.startswith(directory + os.sep):
                return one
        return None

    def _owner(
        self,
        file: str,
        kind: str,
        distribution: Distribution | None,
    ) -> str:
        """Whose a file is, in words; '' for nobody's that is known.

        Args:
            file: Its path; of a namespace one of its directories.
            kind: Of the module, '' for what is only known as a file.
            distribution: The package that has it, if one has.
        """
        if distribution:
            return f"{distribution.name} {distribution.version}"
        facts = self.context.python_facts
        standard = [facts.get("stdlib", ""), facts.get("platstdlib", "")]
        # site-packages lies below the standard library in some layouts.
        in_sites = any(_below(file, site) for site in self.context.sites)
        if kind in (BUILT_IN, FROZEN):
            return STANDARD
        if not in_sites and any(place and _below(file, place) for place in standard):
            return STANDARD
        if any(_below(file, path) for path in self.context.import_paths):
            return REPO
        return ""

    def why(self, entry: str) -> str:
        """Why an entry is on sys.path, in words."""
        facts = self.context.python_facts
        if os.path.abspath(entry) in self.pythonpath:
            return "PYTHONPATH"
        if entry == self.directory and entry == self.path[0]:
            return "the current directory"
        if entry in self.context.sites:
            return "site-packages"
        if entry in (facts.get("stdlib"), facts.get("platstdlib")):
            return STANDARD
        if any(_below(path, entry) for path in self.context.import_paths):
            return "the link to the repo"
        return "a .pth file, or Python itself"


def _above(file: str, entries: Iterable[str]) -> str:
    """The longest entry of sys.path that a file lies below; '' for none."""
    # The current directory may hold the repo, and the repo its src: both are above a file.
    above = [entry for entry in entries if entry and _below(file, entry)]
    return max(above, key=len, default="")


def _below(path: str, directory: str) -> bool:
    """Whether a path is a directory or lies in it."""
    return path == directory or path.startswith(directory.rstrip(os.sep) + os.sep)
