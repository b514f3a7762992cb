"""What a session makes of an environment, and the way back, for shells that have no session file.

The engine works out both, and the shell is told what to set. One more variable keeps what was.
"""

import base64
import os
import zlib
from collections.abc import Mapping
from typing import NamedTuple

from workroot.doors import documents
from workroot.errors import WorkrootError
from workroot.session.session import Session, applied

BEFORE = "_WORKROOT_BEFORE"
_PROMPT = "$P$G"  # what cmd shows where nothing else is set


class Change(NamedTuple):
    """A variable that is to be set; value: None to unset it."""

    name: str
    value: str | None


def forth(
    session: Session,
    environ: Mapping[str, str],
    prompt: bool = False,
) -> list[Change]:
    """What is to be set for a session, in an environment that may be of another one.

    Args:
        prompt: Whether PROMPT is the shell's prompt, as it is in cmd.
    """
    was = _without(environ)
    if prompt and not environ.get("VIRTUAL_ENV_DISABLE_PROMPT"):
        shown = f"({session.prompt}) {was.get('PROMPT', _PROMPT)}"
        session = session._replace(variables=(*session.variables, ("PROMPT", shown)))
    becomes = applied(session, was)
    names = ["PATH", *session.names]
    becomes[BEFORE] = _packed(
        {
            "version": 1,
            "entries": list(session.entries),
            "was": {name: was.get(name) for name in names},
            "given": {name: becomes.get(name) for name in names},
        }
    )
    return _changes(environ, becomes)


def back(environ: Mapping[str, str]) -> list[Change]:
    """What is to be set to end the session of an environment. Raises WorkrootError without one."""
    if _kept(environ) is None:
        raise WorkrootError(
            "this shell has no session that `workroot env` gave it",
            "one that bootstrap gave it is ended by: deactivate",
        )
    return _changes(environ, _without(environ))


def _without(environ: Mapping[str, str]) -> dict[str, str]:
    """An environment as it was before, but for what the person set since."""
    found = dict(environ)
    kept = _kept(environ)
    if kept is None:
        return found
    del found[BEFORE]
    for name, given in kept["given"].items():
        value = kept["was"][name]
        if environ.get(name) != given:
            if name != "PATH" or "PATH" not in environ:
                continue
            value = _less(environ["PATH"], kept["entries"])
        if value is None:
            found.pop(name, None)
        else:
            found[name] = value
    return found


def _less(path: str, entries: list[str]) -> str:
    """A PATH that the person changed, less what is ours in it."""
    return os.pathsep.join(entry for entry in path.split(os.pathsep) if entry not in entries)


def _changes(environ: Mapping[str, str], becomes: Mapping[str, str]) -> list[Change]:
    found = [Change(name, value) for name, value in becomes.items() if environ.get(name) != value]
    found += [Change(name, None) for name in environ if name not in becomes]
    return found


def _packed(document: dict) -> str:
    """In letters that no shell reads anything into, and few: a line of cmd holds 8191."""
    return base64.b64encode(zlib.compress(documents.text(document).encode())).decode()


def _kept(environ: Mapping[str, str]) -> dict | None:
    """What BEFORE keeps; None where it is not set, or says nothing that we wrote."""
    try:
        document = documents.parse(zlib.decompress(base64.b64decode(environ[BEFORE])).decode())
    except (KeyError, ValueError, zlib.error):
        return None
    return document if isinstance(document, dict) and document.get("version") == 1 else None
