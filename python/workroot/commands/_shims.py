"""The `pip` of the user tier, kept ours."""

from workroot.history.home import Home


def renew(home: Home) -> None:
    """The user tier's venv/bin/pip, where something overwrote it."""
    if home.tier != "user":
        return  # a workroot's lie in .workroot/bin, where no pip puts one
    from workroot.installers import shim  # most commands are a workroot's

    if shim.overwritten(home):
        shim.renew(home, base())


def base() -> str:
    """The Python that the shims run the engine with."""
    from workroot.pythons.interpreter import running

    return running().path
