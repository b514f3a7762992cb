"""Leaving older environments of a project: moved to the trash once the new one works.

The lines that still name them are listed. Only a venv below the project is moved, never the one in
use, and nothing is deleted or edited.
"""

import json
import os
import time

from workroot.doors import documents, files
from workroot.environment import trash
from workroot.errors import WorkrootError
from workroot.project import references
from workroot.project.references import Reference
from workroot.root import Root


def place(root: Root, old: str, venv: str) -> str:
    """Where an old environment is or was.

    Args:
        old: As it was typed: absolute, or from the project.
        venv: The environment in use.

    Raises WorkrootError: for what can be none: the one in use, or a place outside of the project.
    """
    path = os.path.normpath(os.path.join(root.path, os.path.expanduser(old)))
    # The directories above are followed, the name itself is not: a link may stand there.
    real = os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path))
    if not real.startswith(root.path + os.sep):
        raise WorkrootError(
            f"{old} is not below {root.path}", "--migrate takes an environment of this project"
        )
    used = os.path.realpath(venv)
    if used == os.path.realpath(real) or used.startswith(real + os.sep):
        raise WorkrootError(f"{old} is the environment in use, or holds it", "name an older one")
    return real


def retire(root: Root, old: str, venv: str) -> str:
    """Move an old environment to the trash; that it is gone is fine.

    Returns:
        The sentence to say.

    Raises WorkrootError: for a link, and for a directory that is no venv; nothing is moved then.
    """
    path = place(root, old, venv)
    if not os.path.lexists(path):
        return f"{old} is not there any more"
    if os.path.islink(path):
        raise WorkrootError(
            f"{old} is a link to {os.readlink(path)}",
            "remove the link yourself; what it leads to was not touched",
        )
    if not os.path.isfile(os.path.join(path, "pyvenv.cfg")):
        raise WorkrootError(
            f"{old} is no virtual environment: it has no pyvenv.cfg", "nothing was moved"
        )
    target = trash.place(root.trash, os.path.relpath(path, root.path).replace(os.sep, "-"))
    # Before the move: a kill between the two leaves a note of what was about to happen.
    _record(root, path, target)
    files.rename(path, target)
    return f"moved {old} to {target}"


def references_of(root: Root, old: list[str], venv: str) -> list[Reference]:
    """The lines of the project that name an old environment, or search for a Python in CMake.

    Args:
        old: The environments, as they were typed.
        venv: The one in use, which the lines should name.

    Raises WorkrootError: as `place` does.
    """
    names = [_from_root(root, place(root, path, venv)) for path in old]
    return references.find(root.path, names, _from_root(root, venv))


def _from_root(root: Root, path: str) -> str:
    """A path from the project, as its files spell it."""
    return os.path.relpath(path, root.path).replace(os.sep, "/")


def _record(root: Root, path: str, target: str) -> None:
    """One line for a destructive act, before it happens."""
    line = {
        "version": 1,
        "act": "migrate",
        "time": documents.moment(time.time()),
        "from": path,
        "to": target,
    }
    files.append(os.path.join(root.state, "audit.jsonl"), json.dumps(line, sort_keys=True))
