"""The proof of a session: what it looked at and when that had changed last.

It stands until one of those times differs. In .workroot/proof/N/ a letter leads to each dependency
and the same with a point bears its exact time, for shells. The directory is older than all of them,
until one of them goes. `real` leads to the file that the interpreter, the first dependency, was:
another one may bear the same time. proof/list says the same for the engine.

This file imports next to nothing: asking whether a proof stands should cost no more than a Python
start. What makes a proof is in proving.
"""

import os

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
    return name == heading("complete", venv_name, directory) and _stand(*entries.split(b"\0"))


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


def heading(
    kind: str,
    venv_name: str,
    directory: str,
) -> bytes:
    """What a list is of, and which kit wrote it: another one has to write the commands anew."""
    return os.fsencode(f"{kind} {venv_name}\0{directory}\0{os.path.abspath(__file__)}")
