"""setup --system: pyctl and a pip for every user of this machine, and a venv of the system's."""

import os

from workroot.doors import terminal
from workroot.errors import WorkrootError
from workroot.root import SystemTier
from workroot.tiers import system


def main(given) -> int:
    destination = os.environ.get("DESTDIR", "")
    if os.name == "nt":
        raise WorkrootError("--system is for POSIX systems", "setup.ps1 -User")
    if not destination and os.geteuid() != 0:
        raise WorkrootError(
            "--system needs root",
            "sudo ./setup.sh --system, or ./setup.sh --user for yourself alone",
        )
    places = SystemTier(os.path.abspath(destination) if destination else "")
    return _remove(places) if given.remove else _install(places)


def _remove(places: SystemTier) -> int:
    if system.remove(places, terminal.step):
        terminal.step("removed; what users have in their own directories stays")
    else:
        terminal.step("there is nothing to remove")
    return 0


def _install(places: SystemTier) -> int:
    system.install(places, os.environ, terminal.step)
    terminal.step(
        "ready: each user's pip installs into the user's own environment, made at the first call; "
        f"{places.venv} is root's"
    )
    terminal.next_line("pyctl status")
    return 0
