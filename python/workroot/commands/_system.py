"""setup --system: pyctl and a pip for every user of this machine, and a venv for the system's own components."""

import os

from workroot.doors import terminal
from workroot.errors import WorkrootError
from workroot.root import SystemTier


def main(given) -> int:
    destination = os.environ.get("DESTDIR", "")
    if os.name == "nt":
        raise WorkrootError("--system is for POSIX systems", "setup.ps1 -User")
    if not destination and os.geteuid() != 0:
        raise WorkrootError(
            "--system needs root",
            "sudo ./setup.sh --system, or ./setup.sh --user for yourself alone",
        )
    from workroot.tiers import system

    places = SystemTier(os.path.abspath(destination) if destination else "")
    if given.remove:
        terminal.step(
            "removed; what users have in their own directories stays"
            if system.remove(places, terminal.step)
            else "there is nothing to remove"
        )
        return 0
    system.install(places, os.environ, terminal.step)
    terminal.step(
        f"ready: each user's pip installs into the user's own environment, made at the first call; {places.venv} is root's"
    )
    terminal.next_line("pyctl status")
    return 0
