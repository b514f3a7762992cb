"""What a home is at this moment, told by names of files and the last generation alone: nothing is run, read whole or changed."""

import os

from workroot.doors import documents, files
from workroot.errors import WorkrootError
from workroot.history.home import Home, pip_names
from workroot.installers import shim
from workroot.pythons.packages import LEFTOVERS, layout


def of(home: Home, path: str) -> dict:
    """A document for people and tools. path: PATH."""
    there = layout(home.venv)
    names = {
        name
        for site in there.sites
        for name in files.names(f"{home.venv}/{site}")
        if name.endswith((".dist-info", ".egg-info", ".egg-link")) and name[0] not in LEFTOVERS
    }
    numbers = [
        name
        for name in files.names(home.path + "/history")
        if name.endswith(".json") and name[:-5].isdecimal()
    ]
    last = (
        _last(f"{home.path}/history/{max(numbers, key=lambda name: int(name[:-5]))}")
        if numbers
        else None
    )
    recorded = {one["directory"].rpartition("/")[2] for one in last["after"]} if last else None
    pip = first_on_path(pip_names(there.python)[0], path)
    return {
        "tier": home.tier,
        "path": home.top,
        "venv": home.venv,
        "python": _version(home.venv) or there.python,
        "packages": len(names),
        "operations": len(numbers),
        "last": {key: last[key] for key in ("number", "kind", "argv", "time", "status")}
        if last
        else None,
        "snapshots": sorted(
            name[:-5] for name in files.names(home.path + "/snapshots") if name.endswith(".json")
        ),
        "unrecorded": recorded is not None and recorded != names,
        "pip": pip,
        "recorded": pip is not None and _records(pip, home),
    }


def _last(path: str) -> dict | None:
    """The last generation as it is in its file; None where that cannot be read."""
    try:
        said = documents.load(path, 1)
        return (
            said
            if said
            and all(
                isinstance(one, dict) and "directory" in one for one in said.get("after", [None])
            )
            else None
        )
    except WorkrootError:
        return None


def _records(pip: str, home: Home) -> bool:
    """Whether this pip is the recording one of this home."""
    return os.path.dirname(os.path.realpath(pip)) == os.path.realpath(
        shim.directory(home)
    ) and shim.ours(pip)


def _version(venv: str) -> str:
    text = (files.read_bytes(venv + "/pyvenv.cfg") or b"").decode("utf-8", "replace")
    for line in text.splitlines():
        key, _, value = line.partition("=")
        if key.strip() in ("version", "version_info"):
            return value.strip()
    return ""


def first_on_path(program: str, path: str) -> str | None:
    """The program that a shell would find."""
    for directory in path.split(os.pathsep):
        found = f"{directory}/{program}"
        if directory and os.access(found, os.X_OK) and os.path.isfile(found):
            return found
    return None
