"""uninstall ARGS: take packages out of the environment, recorded."""

from workroot.commands import _installer
from workroot.commands._call import Call


def main(call: Call) -> int:
    return _installer.main(call)
