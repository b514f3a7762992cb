"""setup --user and setup --system: the tiers put there, and taken away with --remove."""

import argparse
import os

from workroot.commands import _home
from workroot.doors import terminal
from workroot.errors import WorkrootError

# PowerShell's -Remove is --remove.
_LONG = {"-remove": "--remove", "-yes": "--yes", "-system": "--system", "-user": "--user"}


def main(argv: list[str]) -> int:
    given = _parser().parse_args([_LONG.get(word.lower(), word) for word in argv])
    terminal.quiet = terminal.quiet or given.quiet
    if given.user and given.system:
        raise WorkrootError("--user or --system, not both at once")
    if not given.user and not given.system:
        raise WorkrootError("--remove of what: --user or --system", "setup.sh --user --remove")
    with _home.spelled_for_a_person():
        if given.system:
            from workroot.commands import _system  # of two tiers, only what is asked for

            return _system.main(given)
        return _remove(given) if given.remove else _install()


_FLAGS = {
    "--user": "your own packages in ~/.local/python-packages, and pyctl: pip without sudo",
    "--system": "pyctl and a pip for all in /usr/local/bin, a venv of root's (root, or DESTDIR)",
    "--remove": "take all of it away again",
}


def _parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="setup.sh",
        allow_abbrev=False,
        description="pyctl for you (--user), or for every user of this machine (--system)",
    )
    for flag, words in _FLAGS.items():
        made.add_argument(flag, action="store_true", help=words)
    made.add_argument(
        "-y", "--yes", action="store_true", help="with --user --remove: your packages too"
    )
    made.add_argument("-q", "--quiet", action="store_true", help="say errors only")
    return made


def _install() -> int:
    from workroot.tiers import tier

    places = _home.user_places(os.environ)
    installed = tier.install(places, os.environ, terminal.step)
    for path in installed.changed:
        terminal.step(f"put a block into {path}")
    for trouble in installed.troubles:
        terminal.error(WorkrootError(trouble.reason, trouble.way_out))
    terminal.step("ready: in a new shell pip installs into your own environment; pyctl can undo it")
    terminal.next_line("pyctl status")
    return 1 if installed.troubles else 0


def _remove(given) -> int:
    from workroot.tiers import tier

    places = _home.user_places(os.environ)
    count = tier.beyond_baseline(places)
    too = not count or given.yes or _asked(places.path, count)
    removed = tier.remove(places, os.environ, too, terminal.step)
    for trouble in removed.troubles:
        terminal.error(trouble)
    if not removed.there:
        terminal.step("there is nothing to remove")
    elif too:
        terminal.step("removed; shells that are open keep their PATH until they end")
    else:
        terminal.step(f"removed, but for {places.path} with the {count} packages you installed")
        terminal.next_line("setup.sh --user --remove --yes")
    return 2 if removed.troubles else 0


def _asked(path: str, count: int) -> bool:
    if not (os.isatty(0) and os.isatty(2)):
        return False
    return _home.confirmed(
        argparse.Namespace(yes=False),
        f"remove {path} with the {count} packages you installed, and their history",
    )
