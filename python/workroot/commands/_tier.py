"""setup --user and setup --system: the tiers put there, and taken away with --remove."""

import argparse
import os

from workroot.commands import _arguments, _asking, _homes, _system
from workroot.commands._call import Call
from workroot.doors import terminal
from workroot.errors import WorkrootError
from workroot.tiers import tier

# PowerShell's -Remove is --remove.
_LONG = {"-remove": "--remove", "-yes": "--yes", "-system": "--system", "-user": "--user"}

_FLAGS = {
    "--user": "your own packages in ~/.local/python-packages, and pyctl: pip without sudo",
    "--system": "pyctl and a pip for all in /usr/local/bin, a venv of root's (root, or DESTDIR)",
    "--remove": "take all of it away again",
}


def main(call: Call) -> int:
    given = _parser().parse_args([_LONG.get(word.lower(), word) for word in call.words])
    terminal.speak(quiet=given.quiet, verbose=given.verbose, color=given.color)
    if given.user and given.system:
        raise WorkrootError("--user or --system, not both at once")
    if not given.user and not given.system:
        raise WorkrootError("--remove of what: --user or --system", "setup.sh --user --remove")
    if given.system:
        return _system.main(given)
    return _remove(call, given) if given.remove else _install()


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
    _arguments.of_the_terminal(made)
    return made


def _install() -> int:
    places = _homes.user_places(os.environ)
    installed = tier.install(places, os.environ, terminal.step)
    for path in installed.changed:
        terminal.step(f"put a block into {path}")
    for trouble in installed.troubles:
        terminal.error(WorkrootError(trouble.reason, trouble.way_out))
    terminal.step("ready: in a new shell pip installs into your own environment; pyctl can undo it")
    terminal.next_line("pyctl status")
    return 1 if installed.troubles else 0


def _remove(call: Call, given) -> int:
    places = _homes.user_places(os.environ)
    count = tier.beyond_baseline(places)
    too = not count or given.yes or _asked(call, places.path, count)
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


def _asked(call: Call, path: str, count: int) -> bool:
    if not _asking.on_a_terminal():
        return False
    return _asking.confirmed(
        call, f"remove {path} with the {count} packages you installed, and their history"
    )
