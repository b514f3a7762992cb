"""What a home is at this moment, told by names of files and the last generation alone.

Nothing is run, read whole or changed.
"""

import os
from _collections_abc import Mapping

from workroot.doors import documents, files
from workroot.errors import WorkrootError
from workroot.history.home import Home, pip_names
from workroot.installers import shim
from workroot.pythons import configuration
from workroot.pythons.packages import LEFTOVERS, Layout, layout

_INSTALLED = (".dist-info", ".egg-info", ".egg-link")
_SAID_OF_LAST = ("number", "kind", "argv", "time", "status")


def of(home: Home, environ: Mapping[str, str]) -> dict:
    """A document for people and tools, as `status` shows it.

    Args:
        home: What is looked at.
        environ: Of the shell that asks; its PATH says which pip it finds.
    """
    there = layout(home.venv)
    installed = _installed(home, there)
    numbers = _numbered(home)
    last = _last(f"{home.path}/history/{max(numbers)[1]}") if numbers else None
    snapshots = [name for name in files.names(home.path + "/snapshots") if name.endswith(".json")]
    pip = next(files.on_path(pip_names(there.python)[0], environ.get("PATH", "")), None)
    return {
        "tier": home.tier,
        "path": home.top,
        "venv": home.venv,
        "python": configuration.version(home.venv) or there.python,
        "packages": len(installed),
        "operations": len(numbers),
        "last": {key: last[key] for key in _SAID_OF_LAST} if last else None,
        "snapshots": sorted(name.removesuffix(".json") for name in snapshots),
        "unrecorded": last is not None and _directories(last) != installed,
        "pip": pip,
        "recorded": pip is not None and _records(pip, home),
        "first_pip": _first_pip(home, there, environ),
    }


def _installed(home: Home, there: Layout) -> set[str]:
    """The names of the metadata directories."""
    found = set()
    for site in there.sites:
        for name in files.names(f"{home.venv}/{site}"):
            if name.endswith(_INSTALLED) and name[0] not in LEFTOVERS:
                found.add(name)
    return found


def _first_pip(
    home: Home,
    there: Layout,
    environ: Mapping[str, str],
) -> str | None:
    """Where the first `pip` gets one from, in a venv that has none; as far as files tell."""
    if any(os.path.isdir(f"{home.venv}/{site}/pip") for site in there.sites):
        return None
    from workroot.installers import provision  # dear, and needed where there is no pip alone

    return provision.promised(home.venv, environ)


def _numbered(home: Home) -> list[tuple[int, str]]:
    """The generations that there are: number and file name."""
    found = []
    for name in files.names(home.path + "/history"):
        # What was kept aside as damaged lies there too, under other names.
        number = name.removesuffix(".json")
        if name.endswith(".json") and number.isdecimal():
            found.append((int(number), name))
    return found


def _last(path: str) -> dict | None:
    """The last generation as it is in its file; None where that cannot be read."""
    try:
        said = documents.load(path, 1)
    except WorkrootError:
        return None
    after = said.get("after", [None]) if said else [None]
    # An edit by hand may have left anything there.
    readable = all(isinstance(one, dict) and "directory" in one for one in after)
    return said if readable else None


def _directories(last: dict) -> set[str]:
    """The names of the metadata directories that a generation left."""
    return {one["directory"].rpartition("/")[-1] for one in last["after"]}


def _records(pip: str, home: Home) -> bool:
    """Whether this pip is the recording one of this home."""
    directory = os.path.realpath(shim.directory(home))
    return os.path.dirname(os.path.realpath(pip)) == directory and shim.ours(pip)
