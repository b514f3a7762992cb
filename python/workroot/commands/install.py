"""install [ARGS]: into the environment, recorded; alone what workroot.toml asks for."""

from workroot.commands import _installer
from workroot.commands._call import Call


def main(call: Call) -> int:
    return _installer.main(call)
