"""Whose a venv is: one that another workroot works with is refused, before anything is written.

Two workroots with one venv would each turn its link to their own repo, and each would import the
other's code from then on.
"""

import os

from workroot.doors import files
from workroot.environment import state
from workroot.errors import WorkrootError
from workroot.pythons import venv as environments
from workroot.root import CONFIG, Root
from workroot.session import link


def check(
    root: Root,
    path: str,
    recorded: dict,
) -> None:
    """Whether the venv at a path may be this workroot's.

    Args:
        path: Of the venv, which need not be there.
        recorded: What this workroot's last setup left in the state.

    Raises WorkrootError: where it is another workroot's.
    """
    other = _owner(root, path) or _linked_by_another(root, path, recorded)
    if other is None:
        return
    way_out = f"set another [venv] path in {root.config}"
    if os.path.islink(path):
        way_out = f"remove the link {path}: this workroot then gets a venv of its own"
    raise WorkrootError(f"{path} is the venv of {other}; two workroots cannot share one", way_out)


def _owner(root: Root, path: str) -> str | None:
    """The other workroot whose mark a venv of ours bears, while it is there and has that venv."""
    marker = environments.marker(path)
    made_at = marker.get("path", "")
    if not made_at or not _same(path, made_at):
        return None  # no venv of ours, or a copy of one, or one that was moved here
    owner = marker.get("owner") or _workroot_above(made_at)
    if owner is None or os.path.realpath(owner) == root.path:
        return None
    return owner if _has(Root(owner), made_at) else None


def _same(path: str, other: str) -> bool:
    """Whether both lead to one directory; False where one of them is gone."""
    try:
        return os.path.samefile(path, other)
    except OSError:
        return False


def _workroot_above(path: str) -> str | None:
    """The workroot that a venv lies in, which a marker of an older kit leaves out."""
    directory = os.path.dirname(path)
    while not os.path.lexists(os.path.join(directory, CONFIG)):
        above = os.path.dirname(directory)
        if above == directory:
            return None
        directory = above
    return directory


def _has(other: Root, venv: str) -> bool:
    """Whether that workroot works with that venv, or may.

    It may where its state cannot be read, as when it is somebody else's or of another kit.
    """
    if not other.exists:
        return False
    try:
        venvs = state.read(other).get("venvs", {})
    except (WorkrootError, OSError):
        return True
    if not venvs:
        return True  # it was never set up to the end, and may be about to
    places = [said.get("venv", {}).get("path", "") for said in venvs.values()]
    return any(_same(place, venv) for place in places if place)


def _linked_by_another(
    root: Root,
    path: str,
    recorded: dict,
) -> str | None:
    """Whoever linked a venv that no kit made, and that lies outside of this workroot.

    Of it nothing but its link tells who works with it.
    """
    outside = not os.path.realpath(path).startswith(root.path + os.sep)
    if recorded or not outside or environments.state(path) != "foreign":
        return None
    for site in _sites(path):
        content = files.read_bytes(link.path(site))
        lines = os.fsdecode(content).splitlines() if content else []
        targets = [os.path.normpath(os.path.join(site, line)) for line in lines]
        if targets and all(os.path.isdir(target) for target in targets):
            return f"another workroot ({link.path(site)} leads to {', '.join(targets)})"
    return None


def _sites(path: str) -> list[str]:
    """Where a venv may have its site-packages: of each Python in it, and on Windows.

    Found by name, as a venv of somebody else's is not run before it is known to be free.
    """
    lib = os.path.join(path, "lib")
    names = [name for name in files.names(lib) if name.startswith("python")]
    sites = [os.path.join(lib, name, "site-packages") for name in names]
    sites.append(os.path.join(path, "Lib", "site-packages"))
    return sites
