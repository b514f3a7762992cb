"""install [ARGS]: install into the environment, recorded; with no arguments what workroot.toml asks for."""

from workroot.commands import _installer

HELP = "pip or uv install ARGS into this environment, recorded; alone: what workroot.toml requires"


def main(argv: list[str]) -> int:
    return _installer.main("install", argv, HELP)
