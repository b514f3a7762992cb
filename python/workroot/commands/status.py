"""status: the environment, its packages and its history, for the price of a Python start."""

import os

from workroot.commands import _flags, _homes
from workroot.commands._call import Call
from workroot.doctor import summary
from workroot.doors import terminal
from workroot.history.home import Home
from workroot.root import Root
from workroot.session import proof


def main(call: Call) -> int:
    given = _flags.read(call, _parser)
    home = _homes.meant(call, given, waits=False)
    found = summary.of(home, os.environ)
    troubles = _startup_troubles(home)
    if home.tier == "workroot":
        found["warnings"] = _warnings(home)
    if given.output == "json":
        if home.tier == "user":
            found["startup"] = [trouble.path for trouble in troubles]
        terminal.json(found)
        return 0
    name = f" ({home.name})" if home.name else ""
    terminal.table([("environment", home.top + name), *_rows(found)])
    for warning in found.get("warnings", ()):
        terminal.data(f"warning       {terminal.printable(warning)}")
    for trouble in troubles:
        terminal.data(f"startup file  {terminal.printable(trouble.reason)}")
        terminal.data(f"              {terminal.printable(trouble.way_out)}")
    if found["unrecorded"]:
        terminal.next_line(call.line("history   # records what something else changed"))
    return 0


def _warnings(home: Home) -> list[str]:
    """What check says, as the proof that stands has kept it, or looked at anew."""
    root = Root(home.top)
    kept = proof.warnings(root.proof, home.name, os.environ.get("PYTHONPATH", ""))
    if kept is None:
        from workroot.commands import check  # dear, and seldom: mostly a proof stands

        return [finding.evidence for finding in check.account(root) if finding.severity != "ok"]
    here = _homes.current_directory()
    if here is None or os.path.realpath(here) == root.path:
        return kept
    # Needed elsewhere than in the workroot alone, and more than the rest of a start costs.
    from workroot.commands import _here

    found = _here.warnings(root, home.name, here)
    return kept + [warning for warning in found if warning not in kept]


def _startup_troubles(home: Home) -> list:
    """The startup files in which a shell does not come to the user tier's line."""
    if home.tier != "user":
        return []
    from workroot.tiers import startup  # a workroot's status does not pay for it

    places = _homes.user_places(os.environ)
    if not os.path.lexists(places.command):
        return []  # not set up by `setup.sh --user`: the wrapper of the system tier made it
    return startup.troubles(os.environ, places.home)


def _rows(found: dict) -> list[tuple[str, str]]:
    rows = [
        ("venv", found["venv"]),
        ("Python", found["python"]),
        ("packages", str(found["packages"])),
        ("operations", _operations(found)),
        ("snapshots", ", ".join(found["snapshots"]) or "none"),
        ("pip", found["pip"] or "none on PATH"),
    ]
    if found["pip"] and not found["recorded"]:
        rows.append(("", "that pip is not this environment's"))
    if found["first_pip"]:
        rows.append(("", found["first_pip"]))
    if found["unrecorded"]:
        rows.append(("", "something else changed the packages since the last operation"))
    return rows


def _operations(found: dict) -> str:
    last = found["last"]
    if not last:
        return "none yet"
    typed = terminal.shortened(" ".join(last["argv"]))
    said = f"{found['operations']}, the last {last['number']}: {last['kind']} {typed}"
    return said.rstrip()


def _parser(call: Call):
    return _flags.parser(call, "status", "status --json")
