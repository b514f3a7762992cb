"""uninstall ARGS: take packages out of the environment, recorded."""

from workroot.commands import _installer

HELP = "pip or uv uninstall ARGS from this environment, recorded"


def main(argv: list[str]) -> int:
    return _installer.main("uninstall", argv, HELP)
