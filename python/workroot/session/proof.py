"""The proof of a session: what it looked at and when that had changed last.

It stands until one of those times differs. In .workroot/proof/N/ a letter leads to each dependency
and the same with a point bears its exact time, for shells. The directory is older than all of them,
until one of them goes. `real` leads to the file that the interpreter, the first dependency, was:
another one may bear the same time. proof/list says the same for the engine.

This file imports next to nothing: asking whether a proof stands should cost no more than a Python
start.
"""

import itertools
import os
from _collections_abc import Sequence  # loaded at every start; collections.abc is a module more

# What changed this shortly before the proof may change again within one tick of a coarse clock: a
# FAT file system counts two seconds.
_TICK_NS = 2_000_000_000
_LETTERS = 26
_MOST_LINKS = 40  # Linux follows no more of them in one path


def holds(directory: str, venv_name: str) -> bool:
    """Whether the proof in that directory is of all that setup does for a venv, and stands.

    Args:
        directory: Of the proofs of a workroot. One that was made in another place, as before a
            move, does not hold.
        venv_name: '' for the venv of [venv], else the name of one of [venvs.NAME].
    """
    try:
        with open(os.path.join(directory, "list"), "rb") as file:
            name, _, rest = file.read().partition(b"\0\0")
    except OSError:
        return False
    entries, _, _ = rest.partition(b"\0\0")
    return name == _heading("complete", venv_name, directory) and _stand(*entries.split(b"\0"))


def warnings(
    directory: str,
    venv_name: str,
    pythonpath: str,
) -> list[str] | None:
    """What was found when the proof that stands was made; None where none stands.

    Args:
        pythonpath: What that variable is now. A proof is of what it was.
    """
    if not holds(directory, venv_name):
        return None
    with open(os.path.join(directory, "list"), "rb") as file:
        _, _, rest = file.read().partition(b"\0\0")
    _, _, said = rest.partition(b"\0\0")
    then, *found = map(os.fsdecode, said.split(b"\0"))
    return found if then == pythonpath else None


def _stand(real: bytes, *entries: bytes) -> bool:
    """Whether nothing has changed since, and the first of them still leads to that real file."""
    try:
        pairs = []
        for entry in entries:
            mtime, _, path = entry.partition(b" ")
            pairs.append((path, int(mtime)))
        interpreter, _ = pairs[0]
        if not os.path.samefile(real, interpreter):
            return False
        return all(os.stat(path).st_mtime_ns == mtime for path, mtime in pairs)
    except (OSError, ValueError, IndexError):
        return False  # one of them is gone, or the list is damaged


def times(paths: list[str]) -> tuple[tuple[str, int], ...]:
    """Each path with the mtime of what it leads to, in ns; the order stays.

    Raises OSError: when one is gone.
    """
    return tuple((path, os.stat(path).st_mtime_ns) for path in paths)


def own_times(paths: list[str], python: str) -> list[tuple[str, int]]:
    """Like times, but never through a link, for who does not follow one.

    Every link that the interpreter's path goes through stands for itself, and comes first.

    Raises OSError: when one is gone.
    """
    links = [(path, os.lstat(path).st_mtime_ns) for path in chain(python)]
    reals = [os.path.realpath(path) for path in paths if path != python]
    return links + [(path, os.stat(path).st_mtime_ns) for path in reals]


def chain(path: str) -> list[str]:
    """A file's path and every link it leads through, down to the file itself.

    Of links among the directories above it only where they end is told: the real path comes last.
    """
    found = [path]
    while os.path.islink(path) and len(found) < _MOST_LINKS:
        path = os.path.join(os.path.dirname(path), os.readlink(path))
        found.append(path)
    real = os.path.realpath(path)
    return found if real in found else [*found, real]


def lasting(dependencies: tuple[tuple[str, int], ...], now_ns: int) -> bool:
    """Whether all of it is old enough that a later change shows in its time.

    Args:
        now_ns: The time, in ns since the epoch, after which they were looked at.
    """
    return all(_has_stood(path, mtime, now_ns) for path, mtime in dependencies)


def _has_stood(
    path: str,
    mtime_ns: int,
    now_ns: int,
) -> bool:
    """Whether what changes that file from now on gives it another time.

    A time that lies ahead, of an archive or of a clock that was wrong, is as good as any once it
    has stood: when it was set, the inode's own time tells, which nobody can set. Windows has none.
    """
    if mtime_ns < now_ns - _TICK_NS:
        return True
    if mtime_ns < now_ns + _TICK_NS or os.name == "nt":
        return False
    try:
        return os.stat(path).st_ctime_ns < now_ns - _TICK_NS
    except OSError:  # gone since
        return False


def letter(number: int) -> str:
    """The short name of a dependency, from 0: a, b, ... z, aa, ab, ..."""
    before = letter(number // _LETTERS - 1) if number >= _LETTERS else ""
    return before + chr(ord("a") + number % _LETTERS)


def write(directory: str, dependencies: tuple[tuple[str, int], ...]) -> str | None:
    """Make the reference files of a proof.

    Args:
        dependencies: Path and mtime in ns of each, the interpreter first.

    Returns:
        The proof's number, another than that of the last one, which a session file may still look
        at; None where the file system has no links.

    Raises WorkrootError: when something cannot be written.
    """
    # Who asks whether a proof stands needs neither, and pays for no import.
    from workroot.doors import files, trees
    from workroot.errors import WorkrootError

    if not os.path.isdir(directory):
        trees.remove(directory)  # a file, where a directory should be
    # From here on no proof holds for the engine, until finish.
    trees.remove(os.path.join(directory, "list"))
    numbers = map(str, itertools.count(1))
    number = next(one for one in numbers if not os.path.lexists(os.path.join(directory, one)))
    made = os.path.join(directory, number)
    files.make_directory(made)
    names = [os.path.join(made, letter(at)) for at in range(len(dependencies))]
    for name, (_, mtime) in zip(names, dependencies, strict=True):
        files.write(name + ".", "")
        files.set_times(name + ".", mtime)
    interpreter, _ = dependencies[0]
    try:
        files.symlink(os.path.realpath(interpreter), os.path.join(made, "real"))
        for name, (path, _) in zip(names, dependencies, strict=True):
            files.symlink(path, name)
    except WorkrootError:
        trees.remove(made)
        return None
    # Last, as each new name in it gives it a new time; what goes from it later does so again.
    files.set_times(made, 0)
    return number


def finish(
    directory: str,
    number: str,
    dependencies: tuple[tuple[str, int], ...],
    venv_name: str,
    complete: bool,
    said: Sequence[str] = ("",),
) -> None:
    """Remove older proofs and write the list, once the session files look at the new one.

    Args:
        number: What `write` gave.
        dependencies: The same as `write` was given.
        complete: Whether everything that setup does was done, not only what a session needs.
        said: PYTHONPATH, and what there is to say of this session, for `warnings`.

    Raises WorkrootError: when something cannot be written.
    """
    from workroot.doors import files, trees

    for name in os.listdir(directory):
        if name != number:
            trees.remove(os.path.join(directory, name))
    interpreter, _ = dependencies[0]
    entries = [os.path.realpath(interpreter)]
    entries += [f"{mtime} {path}" for path, mtime in dependencies]
    kind = "complete" if complete else "partial"
    heading = _heading(kind, venv_name, directory)
    # A NUL is the one character that no path can hold.
    listed = b"\0".join(map(os.fsencode, entries))
    found = b"\0".join(map(os.fsencode, said))
    files.write(os.path.join(directory, "list"), b"\0\0".join([heading, listed, found]))


def _heading(
    kind: str,
    venv_name: str,
    directory: str,
) -> bytes:
    """What a list is of, and which kit wrote it: another one has to write the commands anew."""
    return os.fsencode(f"{kind} {venv_name}\0{directory}\0{os.path.abspath(__file__)}")
