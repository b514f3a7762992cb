"""How a proof of a session comes to be: its reference files first, its list last.

In between the session files are written, which look at the new one; see proof for what lies where.
"""

import itertools
import os
from collections.abc import Sequence

from workroot.doors import files, trees
from workroot.errors import WorkrootError
from workroot.session import proof


def write(directory: str, dependencies: tuple[tuple[str, int], ...]) -> str | None:
    """Make the reference files of a proof.

    Args:
        dependencies: Path and mtime in ns of each, the interpreter first.

    Returns:
        The proof's number, another than that of the last one, which a session file may still look
        at; None where the file system has no links.

    Raises WorkrootError: when something cannot be written.
    """
    if not os.path.isdir(directory):
        trees.remove(directory)  # a file, where a directory should be
    # From here on no proof holds for the engine, until finish.
    trees.remove(os.path.join(directory, "list"))
    numbers = map(str, itertools.count(1))
    number = next(one for one in numbers if not os.path.lexists(os.path.join(directory, one)))
    made = os.path.join(directory, number)
    files.make_directory(made)
    names = [os.path.join(made, proof.letter(at)) for at in range(len(dependencies))]
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
    for name in os.listdir(directory):
        if name != number:
            trees.remove(os.path.join(directory, name))
    interpreter, _ = dependencies[0]
    entries = [os.path.realpath(interpreter)]
    entries += [f"{mtime} {path}" for path, mtime in dependencies]
    kind = "complete" if complete else "partial"
    heading = proof.heading(kind, venv_name, directory)
    # A NUL is the one character that no path can hold.
    listed = b"\0".join(map(os.fsencode, entries))
    found = b"\0".join(map(os.fsencode, said))
    files.write(os.path.join(directory, "list"), b"\0\0".join([heading, listed, found]))
