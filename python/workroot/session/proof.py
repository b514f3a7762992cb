"""The proof of a session: what it looked at and when that had changed last. It stands until one of those times differs.

In .workroot/proof/N/ a letter leads to each dependency and the same with a point bears its exact time, for shells. The directory is
older than all of them, until one of them goes. `real` leads to the file that the interpreter, the first dependency, was: another one
may bear the same time. proof/list says the same for the engine. This file imports next to nothing: asking whether a proof stands
should cost no more than a Python start.
"""

import itertools
import os

_TICK_NS = 2_000_000_000  # what changed this shortly before the proof may change again within one tick of a coarse clock


def holds(directory: str, venv_name: str) -> bool:
    """Whether the proof kept in that directory is of all that setup does for that venv, was made there, and stands."""
    try:
        with open(os.path.join(directory, "list"), "rb") as file:
            name, _, entries = file.read().partition(b"\0\0")
    except OSError:
        return False
    return name == _heading("complete", venv_name, directory) and _stand(*entries.split(b"\0"))


def _stand(real: bytes, *entries: bytes) -> bool:
    """Whether nothing has changed since, and the first of them still leads to that real file."""
    try:
        pairs = [
            (path, int(mtime)) for mtime, _, path in (entry.partition(b" ") for entry in entries)
        ]
        return os.path.samefile(real, pairs[0][0]) and all(
            os.stat(path).st_mtime_ns == mtime for path, mtime in pairs
        )
    except (OSError, ValueError, IndexError):
        return False


def times(paths: list[str]) -> tuple[tuple[str, int], ...]:
    """Each path with the mtime of what it leads to, in ns. Raises OSError when one is gone."""
    return tuple((path, os.stat(path).st_mtime_ns) for path in paths)


def own_times(paths: list[str], python: str) -> list[tuple[str, int]]:
    """Like times, but never through a link: every link that the interpreter's path goes through stands for itself."""
    plain = [
        (path, os.stat(path).st_mtime_ns)
        for path in (os.path.realpath(p) for p in paths if p != python)
    ]
    return [(path, os.lstat(path).st_mtime_ns) for path in chain(python)] + plain


def chain(path: str) -> list[str]:
    """A file's path and every link it leads through, down to the file itself."""
    found = [path]
    while os.path.islink(path) and len(found) < 40:
        path = os.path.join(os.path.dirname(path), os.readlink(path))
        found.append(path)
    real = os.path.realpath(path)
    return found if real in found else [*found, real]


def lasting(dependencies: tuple[tuple[str, int], ...], now_ns: int) -> bool:
    """Whether all of it is old enough that a later change shows in its time."""
    return all(mtime < now_ns - _TICK_NS for _, mtime in dependencies)


def letter(number: int) -> str:
    """The short name of a dependency: a, b, ... z, aa, ab, ..."""
    return (letter(number // 26 - 1) if number >= 26 else "") + chr(ord("a") + number % 26)


def write(directory: str, dependencies: tuple[tuple[str, int], ...]) -> str | None:
    """Make the reference files of a proof and give its number, another than that of the last one, which a session file may still
    look at; None where the file system has no links. Raises WorkrootError."""
    from workroot.doors import files, trees
    from workroot.errors import WorkrootError

    if not os.path.isdir(directory):
        trees.remove(directory)
    trees.remove(os.path.join(directory, "list"))
    number = next(
        number
        for number in map(str, itertools.count(1))
        if not os.path.lexists(os.path.join(directory, number))
    )
    made = os.path.join(directory, number)
    files.make_directory(made)
    names = [os.path.join(made, letter(at)) for at in range(len(dependencies))]
    for name, (_, mtime) in zip(names, dependencies):
        files.write(name + ".", "")
        files.set_times(name + ".", mtime)
    try:
        files.symlink(os.path.realpath(dependencies[0][0]), os.path.join(made, "real"))
        for name, (path, _) in zip(names, dependencies):
            files.symlink(path, name)
    except WorkrootError:
        trees.remove(made)
        return None
    files.set_times(made, 0)
    return number


def finish(
    directory: str,
    number: str,
    dependencies: tuple[tuple[str, int], ...],
    venv_name: str,
    complete: bool,
) -> None:
    """Remove older proofs and write the list, last of all. complete: everything that setup does was done, not only what a session needs."""
    from workroot.doors import files, trees

    for name in os.listdir(directory):
        if name != number:
            trees.remove(os.path.join(directory, name))
    entries = b"\0".join(
        os.fsencode(entry)
        for entry in (
            os.path.realpath(dependencies[0][0]),
            *(f"{mtime} {path}" for path, mtime in dependencies),
        )
    )
    heading = _heading("complete" if complete else "partial", venv_name, directory)
    files.write(os.path.join(directory, "list"), heading + b"\0\0" + entries)


def _heading(kind: str, venv_name: str, directory: str) -> bytes:
    """What a list is of, and which kit wrote it: another one has to write the commands anew."""
    return os.fsencode(f"{kind} {venv_name}\0{directory}\0{os.path.abspath(__file__)}")
