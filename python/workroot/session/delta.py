"""What a session makes of an environment, and the way back, for shells that have no session file.

The engine works out both, and the shell is told what to set. One more variable keeps what was.
"""

import base64
import os
import zlib
from collections.abc import Mapping, Sequence
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
    # A call in a session begins at what was before it, so that twice is once.
    was = _without(environ)
    if prompt and not environ.get("VIRTUAL_ENV_DISABLE_PROMPT"):
        session = _with_prompt(session, was)
    becomes = applied(session, was)
    names = ["PATH", *session.names]
    kept = {
        "version": 1,
        "entries": list(session.entries),
        "was": _values(was, names),
        "given": _values(becomes, names),
    }
    becomes[BEFORE] = _packed(kept)
    return _changes(environ, becomes)


def _with_prompt(session: Session, was: Mapping[str, str]) -> Session:
    """The same with the one variable more that is the prompt of cmd."""
    before = was.get("PROMPT", _PROMPT)
    shown = ("PROMPT", f"({session.prompt}) {before}")
    return session._replace(
        variables=(*session.variables, shown),
    )


def _values(environ: Mapping[str, str], names: Sequence[str]) -> dict[str, str | None]:
    return {name: environ.get(name) for name in names}


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
    kept = _kept(environ)
    found = dict(environ)
    if kept is None:
        return found
    del found[BEFORE]
    for name, given in kept["given"].items():
        value = kept["was"][name]
        if environ.get(name) == given:
            _put(found, name, value)
        elif name == "PATH" and name in environ:
            _put(found, name, _less(environ[name], kept["entries"]))
    return found


def _put(environ: dict[str, str], name: str, value: str | None) -> None:
    if value is None:
        environ.pop(name, None)
    else:
        environ[name] = value


def _less(path: str, entries: list[str]) -> str:
    """A PATH that the person changed, less what is ours in it."""
    rest = [entry for entry in path.split(os.pathsep) if entry not in entries]
    return os.pathsep.join(rest)


def _changes(environ: Mapping[str, str], becomes: Mapping[str, str]) -> list[Change]:
    found = []
    for name, value in becomes.items():
        if environ.get(name) != value:
            found.append(Change(name, value))
    for name in environ:
        if name not in becomes:
            found.append(Change(name, None))
    return found


def _packed(document: dict) -> str:
    """In letters that no shell reads anything into, and few: a line of cmd holds 8191."""
    text = documents.text(document)
    packed = base64.b64encode(zlib.compress(text.encode()))
    return packed.decode()


def _kept(environ: Mapping[str, str]) -> dict | None:
    """What BEFORE keeps; None where it is not set, or says nothing that we wrote."""
    try:
        packed = base64.b64decode(environ[BEFORE])
        text = zlib.decompress(packed).decode()
        document = documents.parse(text)
    except (KeyError, ValueError, zlib.error):
        return None  # a person, or another program, may set any variable
    if not isinstance(document, dict) or document.get("version") != 1:
        return None
    return document
