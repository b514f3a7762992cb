"""setup --user and setup --system: the tiers put there, and taken away with --remove."""

import argparse
import os

from workroot.commands import _home
from workroot.doors import terminal
from workroot.errors import WorkrootError


def main(argv: list[str]) -> int:
    made = argparse.ArgumentParser(
        prog="setup.sh",
        allow_abbrev=False,
        description="pyctl for you (--user), or for every user of this machine (--system)",
    )
    made.add_argument(
        "--user",
        action="store_true",
        help="your own packages in ~/.local/python-packages, pyctl in ~/.local/bin, pip without sudo",
    )
    made.add_argument(
        "--system",
        action="store_true",
        help="pyctl and the pip wrapper in /usr/local/bin, /opt/system-python/venv (root, or DESTDIR)",
    )
    made.add_argument("--remove", action="store_true", help="take all of it away again")
    made.add_argument(
        "-y", "--yes", action="store_true", help="with --user --remove: your packages too"
    )
    made.add_argument("-q", "--quiet", action="store_true", help="say errors only")
    given = made.parse_args(list(map(_long, argv)))
    terminal.quiet = terminal.quiet or given.quiet
    if given.user and given.system:
        raise WorkrootError("--user or --system, not both at once")
    if not given.user and not given.system:
        raise WorkrootError("--remove of what: --user or --system", "setup.sh --user --remove")
    if given.system:
        from workroot.commands import _system

        return _system.main(given)
    return _remove(given) if given.remove else _install()


def _long(word: str) -> str:
    """PowerShell's -Remove is --remove."""
    return {"-remove": "--remove", "-yes": "--yes", "-system": "--system", "-user": "--user"}.get(
        word.lower(), word
    )


def _install() -> int:
    from workroot.tiers import tier

    places = _home.user_places(os.environ)
    changed = tier.install(places, os.environ, terminal.step)
    for path in changed:
        terminal.step(f"put a block into {path}")
    terminal.step(
        "ready: in a new shell, pip installs into your own environment, and pyctl undo takes it back"
    )
    terminal.next_line("pyctl status")
    return 0


def _remove(given) -> int:
    from workroot.tiers import tier

    places = _home.user_places(os.environ)
    count = tier.beyond_baseline(places)
    too = not count or given.yes or _asked(places.path, count)
    there = tier.remove(places, os.environ, too, terminal.step)
    if not there:
        terminal.step("there is nothing to remove")
    elif too:
        terminal.step("removed; shells that are open keep their PATH until they end")
    else:
        terminal.step(f"removed, but for {places.path} with the {count} packages you installed")
        terminal.next_line("setup.sh --user --remove --yes")
    return 0


def _asked(path: str, count: int) -> bool:
    if not (os.isatty(0) and os.isatty(2)):
        return False
    return _home.confirmed(
        argparse.Namespace(yes=False),
        f"remove {path} with the {count} packages you installed, and their history",
    )
