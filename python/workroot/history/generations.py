"""The generations of a home as files: what was installed before and after each operation, and the
trees behind it.

history/0012.json is for people and tools; history/0012.tree holds the records of the units that the
operation changed and a table of all units, which points into this and older trees. A snapshot is
the same under a name. Files are put in place whole and never written again; one that is damaged is
named and kept aside, one of a newer kit is left alone.
"""

import os

from workroot.doors import documents, files
from workroot.doors.documents import Damaged
from workroot.errors import WorkrootError
from workroot.history import tree
from workroot.pythons import packages
from workroot.pythons.packages import Distribution

VERSION = 1
# Snapshots are called by names, and a place in a tree has room for a number only.
_OWN = -1  # instead of a number: the tree file of a snapshot points into itself


class Generation:
    """One operation.

    Attributes:
        kind: install, uninstall, undo, redo, restore, external, clean, heal or baseline.
        argv: what was typed, passwords masked.
        time: of its start, UTC as ISO 8601.
        seconds: how long it took.
        status: of the command; None when it was interrupted.
        python: X.Y of the venv's interpreter.
        before, after: the package sets around it.
        undoable: the operations that could be taken back once this one was done, oldest first.
        redoable: the undos that could be redone then, oldest first.
        took: the operations that an undo took back; for a redo, the undo.
        edited: paths of files that somebody had written into before.
    """

    # As many parameters as the file has keys, all of them called by name.
    def __init__(  # noqa: PLR0913
        self,
        *,
        number: int,
        kind: str,
        argv: list[str],
        time: str,
        seconds: float,
        status: int | None,
        python: str,
        before: list[Distribution],
        after: list[Distribution],
        undoable: list[int],
        redoable: list[int],
        took: list[int],
        edited: list[str],
    ) -> None:
        self.number = number
        self.kind = kind
        self.argv = argv
        self.time = time
        self.seconds = seconds
        self.status = status
        self.python = python
        self.before = before
        self.after = after
        self.undoable = undoable
        self.redoable = redoable
        self.took = took
        self.edited = edited

    def changes(self) -> list[packages.Change]:
        """What became of the package set, sorted by name."""
        return packages.diff(self.before, self.after)

    def document(self) -> dict:
        """What the JSON file says; 'changes' is for people, and is not read again."""
        return {
            "version": VERSION,
            "number": self.number,
            "kind": self.kind,
            "argv": self.argv,
            "time": self.time,
            "seconds": round(self.seconds, 3),
            "status": self.status,
            "python": self.python,
            "changes": [str(change) for change in self.changes()],
            "undoable": self.undoable,
            "redoable": self.redoable,
            "took": self.took,
            "edited": self.edited,
            "before": [one.document() for one in self.before],
            "after": [one.document() for one in self.after],
        }


# As they are called in the file, where they need no reading.
_OPERATIONS = ("undoable", "redoable", "took", "edited")
_SAID_PLAINLY = ("number", "kind", "argv", "time", "seconds", "status", "python", *_OPERATIONS)


def read(path: str) -> Generation | None:
    """The generation in a file; None where there is no file.

    Raises Damaged: when it is none. Raises Newer: when a newer kit wrote it.
    """
    said = documents.load(path, VERSION)
    return None if said is None else _generation(said, path)


def _generation(said: dict, path: str) -> Generation:
    """The generation that a document describes. Raises Damaged: when it is none of ours."""
    # Checked by use: what is missing or of another type raises something here.
    try:
        before, known = [], {}
        for one in said["before"]:
            before.append(packages.from_document(one))
            # Most of the set after is the set before: those are read once.
            known[one["key"]] = (one, before[-1])
        after = [_same(one, *known.get(one["key"], ({}, None))) for one in said["after"]]
        plain = {key: said[key] for key in _SAID_PLAINLY}
        return Generation(**plain, before=before, after=after)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Damaged(path) from error


def _same(
    said: dict,
    before: dict,
    distribution: Distribution | None,
) -> Distribution:
    """The distribution that an entry describes: most are those of the set before.

    Args:
        said: the entry.
        before: the entry of that key in the set before; {} where there is none.
        distribution: what that one was read as.
    """
    return distribution if distribution and said == before else packages.from_document(said)


class Snapshot:
    """A package set with a name.

    Attributes:
        time: it was taken at, UTC as ISO 8601.
        python: X.Y of the interpreter that it was taken for.
        number: of the operation it was taken after (None: on another machine).
    """

    def __init__(
        self,
        name: str,
        time: str,
        python: str,
        packages: list[Distribution],
        number: int | None,
    ) -> None:
        self.name = name
        self.time = time
        self.python = python
        self.packages = packages
        self.number = number

    def document(self) -> dict:
        """What the JSON file says."""
        return {
            "version": VERSION,
            "name": self.name,
            "time": self.time,
            "python": self.python,
            "generation": self.number,
            "packages": [one.document() for one in self.packages],
        }


def read_snapshot(path: str) -> Snapshot | None:
    """The snapshot in a file, of this or another machine; None where there is no file.

    Raises Damaged: when it is none. Raises Newer: when a newer kit wrote it.
    """
    said = documents.load(path, VERSION)
    if said is None:
        return None
    try:
        found = [packages.from_document(one) for one in said["packages"]]
        name, time, python = (str(said[key]) for key in ("name", "time", "python"))
        return Snapshot(
            name,
            time,
            python,
            found,
            said.get("generation"),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Damaged(path) from error


class Generations:
    """Those of one home, read when they are asked for and remembered.

    Attributes:
        kept_aside: paths of the damaged files that were met, as they are called now.
        pruned: whether any went, so that there may be something to sweep.
    """

    def __init__(self, home: str) -> None:
        """Nothing is read yet.

        Args:
            home: full path of the directory that holds history/ and snapshots/.
        """
        self.directory = home + "/history"
        self.snapshots_directory = home + "/snapshots"
        self.kept_aside: list[str] = []
        self.pruned = False
        self._known: dict[int, Generation | None] = {}
        self._records: dict[tuple, dict] = {}
        self._tables: dict[str, tuple[dict, dict]] = {}

    def numbers(self) -> list[int]:
        """Of the generations that have a file, oldest first; some may turn out to be damaged."""
        return sorted(self._numbered(".json"))

    def trees(self) -> list[int]:
        """Of the tree files, in no order; some may have no generation any more."""
        return self._numbered(".tree")

    def _numbered(self, ending: str) -> list[int]:
        """The numbers of the files in history/ with this ending."""
        found = []
        for name in files.names(self.directory):
            stem = name.removesuffix(ending)
            # Neither what was kept aside nor a temporary name of a killed command.
            if stem != name and stem.isdigit():
                found.append(int(stem))
        return found

    def next_number(self) -> int:
        """No number is ever used twice, not even that of a file kept aside."""
        # Not only those of JSON: a tree without it, or a damaged file, has its number for good.
        stems = (name.partition(".")[0] for name in files.names(self.directory))
        return 1 + max((int(stem) for stem in stems if stem.isdigit()), default=0)

    def path(self, number: int) -> str:
        """The full path of the JSON file of a generation."""
        return f"{self.directory}/{number:04}.json"

    def tree_path(self, number: int) -> str:
        """The full path of the tree file of a generation."""
        return f"{self.directory}/{number:04}.tree"

    def get(self, number: int) -> Generation | None:
        """The generation of a number; None where there is none.

        One that is damaged is kept aside, and counts as none. Raises Newer.
        """
        # A file that is there is never written again, so it is read once.
        if number not in self._known:
            path = self.path(number)
            try:
                self._known[number] = read(path)
            except Damaged:
                self.keep_aside(path)
                return None
        return self._known[number]

    def last(self) -> Generation | None:
        """The newest one that can be read; None where there is none. Raises Newer."""
        for number in reversed(self.numbers()):
            if generation := self.get(number):
                return generation
        return None

    def publish(
        self,
        directory: str,
        number: int,
    ) -> None:
        """Put in place what was made ready in directory/number.

        The JSON last, as it means that all is there.

        May be run again after a kill: what was renamed already is passed over.
        """
        ready = f"{directory}/{number}"
        for name, path in (("tree", self.tree_path(number)), ("json", self.path(number))):
            # Not there: it was put in place before a kill.
            if os.path.lexists(f"{ready}/{name}"):
                files.rename(f"{ready}/{name}", path)

    def keep_aside(self, path: str) -> None:
        """Rename a damaged file, so that it stops nobody and can be looked into."""
        at = 1
        # An earlier one of the same name stays, too.
        while os.path.lexists(aside := f"{path}.damaged-{at}"):
            at += 1
        files.rename(path, aside)
        self.kept_aside.append(aside)

    def prune(self, most: int) -> None:
        """Drop the oldest files over `most`; 0 keeps all.

        Their trees stay until nothing points into them (library.sweep).
        """
        # Without reading them: their file names say which are the oldest.
        for number in self.numbers()[:-most] if most > 0 else []:
            files.discard(self.path(number))
            self._known.pop(number, None)
            self.pruned = True

    # trees

    def units(
        self,
        number: int,
        before: bool = False,
    ) -> dict[str, object]:
        """Name -> content of the units after (or before) an operation.

        Raises Damaged: when its tree cannot be read. Raises Newer.
        """
        changed, after = self._read_tables(self.tree_path(number))
        if not before:
            return after
        # None stands for a unit that came with the operation.
        found = {**after, **changed}
        return {name: content for name, content in found.items() if content is not None}

    def snapshot_units(self, name: str) -> dict[str, object]:
        """Those of a snapshot of this home. Raises Damaged.

        What lies in the tree of the snapshot itself is read here and given as bytes: that tree has
        no number that a place could name.
        """
        path = self._snapshot_path(name, "tree")
        _, units = self._read_tables(path)
        found = {}
        for unit, content in units.items():
            # Most contents lie in the trees of operations, and are only pointed at.
            own = tree.number_of(content) == _OWN
            found[unit] = tree.read_content(path, content) if own else content
        return found

    def _read_tables(self, path: str) -> tuple[dict, dict]:
        """The two tables of a tree file; what is read is remembered, as files are never written
        again.
        """
        if path not in self._tables:
            self._tables[path] = tree.read_tables(path)
        return self._tables[path]

    def records(self, content) -> dict:
        """The records of a unit: of bytes, or of a place in a tree.

        Those of a place are remembered and given again: nobody may change them. Raises Damaged.
        """
        number = tree.number_of(content)
        if number is None:
            return tree.decode(content)
        if content not in self._records:
            data = tree.read_content(self.tree_path(number), content)
            self._records[content] = tree.decode(data)
        return self._records[content]

    def states(self) -> list[dict[str, object]]:
        """The units of every state that can still be named. Raises Damaged, Newer."""
        found = []
        for number in self.numbers():
            found += [self.units(number, before=True), self.units(number)]
        for one in self.snapshots():
            if one.number is not None:
                found.append(self.snapshot_units(one.name))
        return found

    # snapshots

    def snapshots(self) -> list[Snapshot]:
        """All of them, by name. Damaged ones are kept aside. Raises Newer."""
        found = []
        for file in sorted(files.names(self.snapshots_directory)):
            if file.endswith(".json") and _is_name(file.removesuffix(".json")):
                found.append(self.snapshot(file.removesuffix(".json")))
        return [one for one in found if one]

    def lists(self) -> dict[str, str]:
        """Name -> full path of the lists that an earlier pyctl wrote as snapshots.

        Each is a requirements file without the rest of a snapshot. It is a person's, and is not
        written over unless that is asked for.
        """
        there = files.names(self.snapshots_directory)
        found = {}
        for file in sorted(there):
            name = file.removesuffix(".txt")
            if file != name and _is_name(name) and f"{name}.json" not in there:
                found[name] = self._snapshot_path(name, "txt")
        return found

    def snapshot(self, name: str) -> Snapshot | None:
        """The snapshot of a name; None where there is none, or it was damaged and is kept aside
        now.

        Raises WorkrootError: when that is no name, or a newer kit wrote it.
        """
        check_name(name)
        path = self._snapshot_path(name, "json")
        try:
            return read_snapshot(path)
        except Damaged:
            self.keep_aside(path)
            return None

    def write_snapshot(
        self,
        snapshot: Snapshot,
        units: dict[str, object],
    ) -> None:
        """Write the set as JSON, as a requirements file for pip, and its tree.

        Args:
            snapshot: replaces one of its name.
            units: name -> content of the venv at that moment.

        Raises WorkrootError: when its name is none, or it cannot be written.
        """
        name = snapshot.name
        check_name(name)
        files.make_directory(self.snapshots_directory)
        data, _ = tree.pack(
            _OWN,
            units,
            units,
        )
        # The JSON last: where it is, the rest is there.
        files.write(self._snapshot_path(name, "tree"), data)
        files.write(self._snapshot_path(name, "txt"), packages.requirements(snapshot.packages))
        files.write(self._snapshot_path(name, "json"), documents.text(snapshot.document()))

    def _snapshot_path(
        self,
        name: str,
        ending: str,
    ) -> str:
        """The full path of one of the files of a snapshot: 'json', 'txt' or 'tree'."""
        return f"{self.snapshots_directory}/{name}.{ending}"


def check_name(name: str) -> None:
    """Raises WorkrootError for what cannot name a snapshot on every system."""
    if not _is_name(name):
        raise WorkrootError(
            f"{name!r} cannot name a snapshot",
            "take letters, digits, '.', '_', '+' and '-', not digits alone",
        )


def _is_name(name: str) -> bool:
    """Whether a snapshot can have this name: letters, digits and '._+-', 100 bytes at most.

    Digits alone are the number of an operation.
    """
    # A dot would hide the file, and what begins with '-' would be taken for an option.
    if not name or name[0] in ".-+" or name.isdecimal():
        return False
    # Other signs may mean something to a shell, or be forbidden in file names on Windows.
    plain = all(letter.isalnum() or letter in "._+-" for letter in name)
    return plain and len(os.fsencode(name)) <= 100
