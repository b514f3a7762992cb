"""The generations of a home as files: what was installed before and after each operation, and the trees behind it.

history/0012.json is for people and tools; history/0012.tree holds the records of the units that the operation changed and
a table of all units, which points into this and older trees. A snapshot is the same under a name. Files are put in place
whole and never written again; one that is damaged is named and kept aside, one of a newer kit is left alone.
"""

import marshal
import os
from binascii import crc32

from workroot.doors import documents, files
from workroot.doors.documents import Damaged, Newer
from workroot.errors import WorkrootError
from workroot.history import tree
from workroot.pythons import packages
from workroot.pythons.packages import Distribution

VERSION = 1
_MAGIC = b"WRTREE1\n"
_MARSHAL = 4
_OWN = -1


class Generation:
    """One operation. kind: install, uninstall, undo, redo, restore, external, clean,
    heal or baseline.

    time: of its start, UTC as ISO 8601. seconds: how long it took. status: of the command; None when it was interrupted.
    undoable, redoable: the operations that could be taken back, and the undos that could be redone, once this one was done.
    took: the operations that an undo took back.
    """

    def __init__(
        self,
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
        return packages.diff(self.before, self.after)

    def document(self) -> dict:
        said = {
            "version": VERSION,
            "number": self.number,
            "kind": self.kind,
            "argv": self.argv,
            "time": self.time,
        }
        said |= {"seconds": round(self.seconds, 3), "status": self.status, "python": self.python}
        said |= {"changes": [str(change) for change in self.changes()]}
        said |= {
            "undoable": self.undoable,
            "redoable": self.redoable,
            "took": self.took,
            "edited": self.edited,
        }
        said["before"] = [one.document() for one in self.before]
        said["after"] = [one.document() for one in self.after]
        return said


def _generation(said: dict, path: str) -> Generation:
    try:
        before = [packages.from_document(one) for one in said["before"]]
        known = {
            one["key"]: (one, distribution) for one, distribution in zip(said["before"], before)
        }
        after = [_same(one, *known.get(one["key"], ({}, None))) for one in said["after"]]
        plain = [
            said[key] for key in ("number", "kind", "argv", "time", "seconds", "status", "python")
        ]
        return Generation(
            *plain, before, after, said["undoable"], said["redoable"], said["took"], said["edited"]
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Damaged(path) from error


def _same(said: dict, before: dict, distribution: Distribution | None) -> Distribution:
    """The distribution that an entry describes: most are those of the set before."""
    return distribution if distribution and said == before else packages.from_document(said)


class Snapshot:
    """A package set with a name, and the units of its tree where this home took it (None: of another machine)."""

    def __init__(
        self, name: str, time: str, python: str, packages: list[Distribution], number: int | None
    ) -> None:
        self.name = name
        self.time = time
        self.python = python
        self.packages = packages
        self.number = number

    def document(self) -> dict:
        said = {
            "version": VERSION,
            "name": self.name,
            "time": self.time,
            "python": self.python,
            "generation": self.number,
        }
        return {**said, "packages": [one.document() for one in self.packages]}


def read_snapshot(path: str) -> Snapshot | None:
    """The snapshot in a file, of this or another machine. Raises Damaged and Newer."""
    said = documents.load(path, VERSION)
    if said is None:
        return None
    try:
        found = [packages.from_document(one) for one in said["packages"]]
        return Snapshot(
            str(said["name"]), str(said["time"]), str(said["python"]), found, said.get("generation")
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Damaged(path) from error


class Generations:
    """Those of one home. kept_aside: paths of the damaged files that were met, as they are called now. pruned: whether any went."""

    def __init__(self, home: str) -> None:
        self.directory = home + "/history"
        self.snapshots_directory = home + "/snapshots"
        self.kept_aside: list[str] = []
        self.pruned = False
        self._known: dict[int, Generation | None] = {}
        self._records: dict[tuple, dict] = {}
        self._read_tables: dict[str, tuple[dict, dict]] = {}

    def numbers(self) -> list[int]:
        """Of the generations that have a file, oldest first."""
        return sorted(
            int(name[:-5])
            for name in files.names(self.directory)
            if name.endswith(".json") and name[:-5].isdigit()
        )

    def next_number(self) -> int:
        """No number is ever used twice, not even that of a file kept aside."""
        stems = (name.partition(".")[0] for name in files.names(self.directory))
        return 1 + max((int(stem) for stem in stems if stem.isdigit()), default=0)

    def path(self, number: int) -> str:
        return f"{self.directory}/{number:04}.json"

    def tree_path(self, number: int) -> str:
        return f"{self.directory}/{number:04}.tree"

    def get(self, number: int) -> Generation | None:
        """Raises Newer. One that is damaged is kept aside, and counts as none."""
        if number not in self._known:
            try:
                said = documents.load(self.path(number), VERSION)
                self._known[number] = None if said is None else _generation(said, self.path(number))
            except Damaged as error:
                self.keep_aside(error.path)
                return None
        return self._known[number]

    def last(self) -> Generation | None:
        for number in reversed(self.numbers()):
            if generation := self.get(number):
                return generation
        return None

    def keep_aside(self, path: str) -> None:
        at = 1
        while os.path.lexists(aside := f"{path}.damaged-{at}"):
            at += 1
        files.rename(path, aside)
        self.kept_aside.append(aside)

    def units(self, number: int, before: bool = False) -> dict[str, object]:
        """Name -> content of the units after (or before) an operation. Raises Damaged where its tree cannot be read."""
        changed, after = self._tables(self.tree_path(number))
        return _older(changed, after) if before else after

    def snapshot_units(self, name: str) -> dict[str, object]:
        """Those of a snapshot of this home. Raises Damaged."""
        path = self._snapshot_path(name, "tree")
        after = self._tables(path)[1]
        return {
            name: self._bytes(path, *content[1:]) if content[0] == _OWN else content
            for name, content in after.items()
        }

    def _tables(self, path: str) -> tuple[dict, dict]:
        if path not in self._read_tables:
            self._read_tables[path] = self._load_tables(path)
        return self._read_tables[path]

    @staticmethod
    def _load_tables(path: str) -> tuple[dict, dict]:
        try:
            with open(path, "rb") as file:
                if (magic := file.read(8)) != _MAGIC:
                    raise (
                        Newer(path, magic[6] - 48)
                        if magic[:6] == _MAGIC[:6] and magic[6:7].isdigit()
                        else Damaged(path)
                    )
                file.seek(-12, os.SEEK_END)
                tail = file.read(12)
                length = int.from_bytes(tail[:8], "little")
                file.seek(-12 - length, os.SEEK_END)
                data = file.read(length)
        except (OSError, ValueError) as error:
            raise Damaged(path) from error
        if crc32(data) != int.from_bytes(tail[8:], "little"):
            raise Damaged(path)
        return marshal.loads(data)

    def records(self, content) -> dict:
        """The records of a unit: of bytes, or of a place in a tree. Raises Damaged."""
        if isinstance(content, bytes):
            return tree.decode(content)
        if content not in self._records:
            self._records[content] = tree.decode(
                self._bytes(self.tree_path(content[0]), *content[1:])
            )
        return self._records[content]

    @staticmethod
    def _bytes(path: str, offset: int, length: int, check: int) -> bytes:
        try:
            with open(path, "rb") as file:
                file.seek(offset)
                data = file.read(length)
        except OSError as error:
            raise Damaged(path) from error
        if crc32(data) != check:
            raise Damaged(path)
        return data

    def snapshots(self) -> list[Snapshot]:
        """All of them, by name. Damaged ones are kept aside."""
        found = []
        for file in sorted(files.names(self.snapshots_directory)):
            if file.endswith(".json") and _is_name(file.removesuffix(".json")):
                found.append(self.snapshot(file.removesuffix(".json")))
        return [one for one in found if one]

    def snapshot(self, name: str) -> Snapshot | None:
        check_name(name)
        try:
            return read_snapshot(self._snapshot_path(name, "json"))
        except Damaged as error:
            self.keep_aside(error.path)
            return None

    def write_snapshot(self, snapshot: Snapshot, units: dict[str, object]) -> None:
        """The set as JSON, as a requirements file, and its tree; the JSON last, so that it means all is there."""
        check_name(snapshot.name)
        files.make_directory(self.snapshots_directory)
        data, _ = pack(_OWN, units, units)
        files.write(self._snapshot_path(snapshot.name, "tree"), data)
        files.write(
            self._snapshot_path(snapshot.name, "txt"), packages.requirements(snapshot.packages)
        )
        files.write(self._snapshot_path(snapshot.name, "json"), documents.text(snapshot.document()))

    def drop_snapshot(self, name: str) -> bool:
        """Whether there was one. The JSON goes first: without it the rest means nothing."""
        check_name(name)
        there = os.path.lexists(self._snapshot_path(name, "json"))
        for ending in ("json", "txt", "tree"):
            files.discard(self._snapshot_path(name, ending))
        return there

    def _snapshot_path(self, name: str, ending: str) -> str:
        return f"{self.snapshots_directory}/{name}.{ending}"

    def prune(self, most: int) -> None:
        """Drop the oldest files over `most`. Their trees stay until nothing points into them."""
        for number in self.numbers()[:-most] if most > 0 else []:
            files.discard(self.path(number))
            self._known.pop(number, None)
            self.pruned = True

    def states(self) -> list[dict[str, object]]:
        """The units of every state that can still be named. Raises Damaged, Newer."""
        found = [
            self.units(number, before) for number in self.numbers() for before in (True, False)
        ]
        return found + [
            self.snapshot_units(one.name) for one in self.snapshots() if one.number is not None
        ]

    def trees(self) -> list[int]:
        return [
            int(name[:-5])
            for name in files.names(self.directory)
            if name.endswith(".tree") and name[:-5].isdigit()
        ]


def check_name(name: str) -> None:
    """Raises WorkrootError for what cannot name a snapshot on every system."""
    if not _is_name(name):
        raise WorkrootError(
            f"{name!r} cannot name a snapshot",
            "take letters, digits, '.', '_', '+' and '-', not digits alone",
        )


def _is_name(name: str) -> bool:
    plain = (
        name
        and all(letter.isalnum() or letter in "._+-" for letter in name)
        and name[0] not in ".-+"
    )
    return bool(plain) and not name.isdecimal() and len(os.fsencode(name)) <= 100


def pack(
    number: int, before: dict[str, object], after: dict[str, object]
) -> tuple[bytes, dict[str, object]]:
    """The bytes of a tree file, and `after` with a place in it for each content that was only bytes."""
    parts, offset, places = [_MAGIC], len(_MAGIC), {}

    def placed(content):
        nonlocal offset
        if not isinstance(content, bytes):
            return content
        if content not in places:
            places[content] = (number, offset, len(content), crc32(content))
            parts.append(content)
            offset += len(content)
        return places[content]

    later = {name: placed(content) for name, content in after.items()}
    earlier = {name: placed(content) for name, content in before.items()}
    changed = {name: content for name, content in earlier.items() if later.get(name) != content}
    changed |= {name: None for name in later if name not in earlier}
    tables = marshal.dumps((changed, later), _MARSHAL)
    parts += [tables, len(tables).to_bytes(8, "little"), crc32(tables).to_bytes(4, "little")]
    return b"".join(parts), later


def _older(changed: dict, after: dict) -> dict:
    before = {**after, **changed}
    return {name: content for name, content in before.items() if content is not None}
