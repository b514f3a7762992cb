"""The recording `pip` of a home: where it is, and the user tier's kept ours."""

import os

from workroot.history.home import Home
from workroot.root import own_python


def renew(home: Home) -> None:
    """The user tier's venv/bin/pip, where something overwrote it."""
    if home.tier != "user":
        return  # a workroot's lie in .workroot/bin, where no pip puts one
    shim = _shim()
    if shim.overwritten(home):
        shim.renew(home, own_python())


def pip(home: Home) -> str:
    """The path of a home's own pip, which is ours and up to date in the user tier."""
    shim = _shim()
    shim.renew(home, own_python())
    return os.path.join(shim.directory(home), "pip" + (".cmd" if os.name == "nt" else ""))


def _shim():
    from workroot.installers import shim  # most commands are a workroot's, and need none of it

    return shim
