"""Can you change every directory of the venv?

`sudo pip`, or a container that runs as root, leaves directories in it that are another user's:
then no pip, and no undo, of yours can take out what lies in them.
"""

import os
import stat
from collections.abc import Iterator

from workroot.doctor.context import DIRECTORY, Context
from workroot.doctor.finding import Finding, failure, well
from workroot.errors import some
from workroot.standards.quoting import quote_sh

NEEDS = DIRECTORY
_BY_ANYBODY = stat.S_IWGRP | stat.S_IWOTH


def check(context: Context) -> Iterator[Finding]:
    # There the rights of a directory say nothing by owner and mode.
    if os.name == "nt":
        return
    found = _foreign(context.venv_path)
    if not found:
        yield well("foreign-owners", "every directory can be changed by its owner")
        return
    owner = os.stat(context.venv_path).st_uid
    evidence = f"{some(found)} {'is' if len(found) == 1 else 'are'} not yours to change"
    cause = "a pip was run as another user: by sudo, or in a container"
    fix = f"sudo chown -R {owner} {quote_sh(context.venv_path)}"
    yield failure("foreign-owners", evidence, cause, fix)


def _foreign(venv: str) -> list[str]:
    """Directories of another owner than the venv, where no shared group may write either."""
    owner, found = os.stat(venv).st_uid, []
    for directory, names, _ in os.walk(venv):
        status = os.stat(directory)
        # In a directory of a group's each member owns what he installed, and all may change it.
        shared = status.st_mode & _BY_ANYBODY
        if (status.st_uid != owner and not shared) or not os.access(directory, os.W_OK):
            found.append(directory)
            names.clear()  # what lies below is the same story
    return found
