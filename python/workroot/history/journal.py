"""The journal: what a change of the venv is about to move, written before the first move; and the
park that it moves between.

Everything that comes in was made ready in the park beforehand, so from here on there are only
renames, and which side of each lies in the park says how far it got. An interrupted change is
finished, or if that cannot be, taken back, by whoever opens the home next. What went out stays in
the park as long as an undo or redo may want it again: then that is a rename too.
"""

import marshal
import os
from _collections_abc import Callable, Iterator

from workroot.doors import documents, files, trees
from workroot.errors import WorkrootError

_VERSION = 1
_MARSHAL = 4


class Park:
    """What one change took out of the venv, in park/NUMBER/out/0, 1, 2 ...

    Attributes:
        number: of the generation that the change made.
        path: full path of this park.
        items: path in the venv -> (number in out/, what it was, stamps). What it was: the content
            of a whole unit where there are stamps (paths, times, inodes of its directories); else
            records, or an entry.
    """

    def __init__(
        self,
        directory: str,
        number: int,
    ) -> None:
        """Reads what was noted in the park; one without a readable note has nothing.

        Args:
            directory: full path of the directory of all parks.
            number: of this one.
        """
        self.number = number
        self.path = f"{directory}/{number}"
        try:
            # A note that was cut short: nothing of the park is used then, and the store gives all.
            self.items = marshal.loads(files.read_bytes(f"{self.path}/contents") or b"")
        except (EOFError, ValueError, TypeError):
            self.items = {}

    def note(self, items: dict[str, tuple]) -> None:
        """Write down what is about to be taken out. Raises WorkrootError where it cannot."""
        self.items = items
        files.write(f"{self.path}/contents", marshal.dumps(items, _MARSHAL))

    def place(self, path: str) -> str | None:
        """Where the thing lies that was taken out at this path; None where it is not there.

        The place is relative to the directory of all parks, as a journal has it.
        """
        if path not in self.items:
            return None
        at, _, _ = self.items[path]
        # An undo of this change may have taken it from here already.
        there = os.path.lexists(f"{self.path}/out/{at}")
        return f"{self.number}/out/{at}" if there else None

    def has(
        self,
        path: str,
        item: dict | tuple,
        records: Callable,
    ) -> bool:
        """Whether just this was taken out at this path.

        Args:
            path: in the venv; one of the items.
            item: the records of a directory, or the entry of a file.
            records: gives those of a content.
        """
        _, what, stamps = self.items[path]
        return (records(what) if stamps else what) == item

    def units(self) -> Iterator[tuple[str, object, tuple]]:
        """The whole units that were taken out: name, content, and the stamps of the directories."""
        for path, (_, content, stamps) in self.items.items():
            if stamps:
                yield path, content, stamps


class Move:
    """One path of the venv, and what happens at it.

    Attributes:
        path: relative to the venv.
        out: the place in a park that what lies there goes to; None where nothing goes.
        into: the place in a park that something comes from; None where nothing comes.
    """

    __slots__ = ("path", "out", "into")

    def __init__(
        self,
        path: str,
        out: str | None,
        into: str | None,
    ) -> None:
        self.path = path
        self.out = out
        self.into = into


class Journal:
    """One change, as it is written down before its first move.

    Attributes:
        number: of the generation it makes.
        what: words for a person, as in 'the undo of operation 12'.
        moves: what is moved, in this order.
        after, before: [path of a directory, mode, mtime in ns or None] as they should be at the
            end, and were at the start.
    """

    def __init__(
        self,
        number: int,
        what: str,
        moves: list[Move],
        after: list[list],
        before: list[list],
    ) -> None:
        self.number = number
        self.what = what
        self.moves = moves
        self.after = after
        self.before = before

    def write(self, path: str) -> None:
        """From the moment this returns the change will be finished, or taken back.

        Raises WorkrootError: when it cannot be written; nothing was moved then.
        """
        moves = [[move.path, move.out, move.into] for move in self.moves]
        said = {"version": _VERSION, "number": self.number, "what": self.what, "moves": moves}
        # One rename puts it in place, so that a journal is whole or not there.
        files.write(path, documents.text({**said, "after": self.after, "before": self.before}))

    def forward(
        self,
        venv: str,
        park: str,
    ) -> set[str]:
        """Make every move that is not made yet. May be run any number of times.

        Args:
            venv: full path of the virtual environment.
            park: full path of the directory of all parks.

        Returns:
            The directories whose mode and time are somebody else's to set.

        Raises WorkrootError: when a thing is gone, cannot be moved, or something else is in its
        place.
        """
        for move in self.moves:
            _advance(
                f"{venv}/{move.path}",
                _in(park, move.out),
                _in(park, move.into),
            )
        return _set(venv, self.after)

    def backward(
        self,
        venv: str,
        park: str,
    ) -> None:
        """Take back every move that is made. May be run any number of times.

        Raises WorkrootError: when something came to a place that is needed, or cannot be moved.
        """
        # Backwards, so that each move is taken back from what it had led to.
        for move in reversed(self.moves):
            _retreat(
                f"{venv}/{move.path}",
                _in(park, move.out),
                _in(park, move.into),
            )
        _set(venv, self.before)


def read(path: str) -> Journal | None:
    """The journal of an interrupted change; None where there is none.

    Raises documents.Damaged and documents.Newer.
    """
    said = documents.load(path, _VERSION)
    if said is None:
        return None
    try:
        moves = [Move(*move) for move in said["moves"]]
        return Journal(
            said["number"],
            said["what"],
            moves,
            said["after"],
            said["before"],
        )
    except (KeyError, TypeError) as error:
        raise documents.Damaged(path) from error


def _in(
    park: str,
    place: str | None,
) -> str | None:
    """The full path of a place in the parks; None for no place."""
    return None if place is None else f"{park}/{place}"


def _advance(
    path: str,
    out: str | None,
    into: str | None,
) -> None:
    """Make one move, or what is left of it.

    Args:
        path: full path in the venv.
        out: full path that what lies there goes to; None where nothing goes.
        into: full path that something comes from; None where nothing comes.

    Raises WorkrootError: when what was to come is neither at its place nor in the venv.
    """
    # A rename leaves a thing at one of its two places: which one says whether it was made.
    came = into is not None and not os.path.lexists(into)
    if came and not os.path.lexists(path):
        raise WorkrootError(f"what was to come to {path} is gone")
    # What goes, goes before the other comes: having come, it says that both were done.
    if out is not None and not came and not os.path.lexists(out):
        trees.carry(path, out)
    if into is not None and not came:
        _free(path)
        trees.carry(into, path)


def _retreat(
    path: str,
    out: str | None,
    into: str | None,
) -> None:
    """Take back one move, or what is made of it; the arguments are those of _advance."""
    # What lies at the path is what came in only when its own place is empty and that of the old
    # thing is not.
    came = into is not None and not os.path.lexists(into) and os.path.lexists(path)
    if came and (out is None or os.path.lexists(out)):
        trees.carry(path, into)
    if out is not None and os.path.lexists(out):
        _free(path)
    # Also where a move by pieces was cut short, of which the half lies in out.part.
    if out is not None:
        trees.carry_back(path, out)


def _free(path: str) -> None:
    """Raises WorkrootError: when something lies at a path that should be free.

    What is there came while the change stood interrupted; a rename must not swallow it.
    """
    if os.path.lexists(path):
        raise WorkrootError(
            f"{path} was put there while a change was interrupted",
            "move it away, then type the same command again",
        )


def _set(
    venv: str,
    directories: list[list],
) -> set[str]:
    """Give directories their modes and times. Returns those where that could not be done."""
    refused = set()
    for path, mode, mtime_ns in directories:
        full = f"{venv}/{path}" if path else venv
        # A directory that went with its unit has no mode to set. What only its owner may set
        # is left, as the group of a shared venv may change what is in it.
        if os.path.isdir(full) and not files.set_directory(
            full,
            mode,
            mtime_ns,
        ):
            refused.add(path)
    return refused
