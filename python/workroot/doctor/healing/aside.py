"""What a heal takes out of a venv goes to the trash of its home, for a person to have it back."""

import os

from workroot.doctor.context import Context
from workroot.doors import files
from workroot.environment import trash


def move(context: Context, path: str) -> str:
    """Move a file or directory to the trash, and say so.

    Returns:
        Where it is now.

    Raises WorkrootError: where it cannot be moved; it is where it was then.
    """
    directory = context.home.path + "/trash"
    target = trash.away(path, directory)
    trash.move(path, target)
    trash.note(target, directory)
    context.say(f"moved {path} to {target}")
    return target


def copy(context: Context, path: str) -> str:
    """Keep a copy of a file that will be replaced; its other hard links stay as they are.

    Returns:
        Where the copy is, with the mode and time of the file.
    """
    target = trash.place(context.home.path + "/trash", os.path.basename(path))
    status = os.stat(path)
    files.copy(
        path,
        target,
        status.st_mode,
        status.st_mtime_ns,
    )
    context.say(f"kept {path} as it is in {target}")
    return target
