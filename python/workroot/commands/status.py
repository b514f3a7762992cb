"""status: the environment, its packages and its history, for the price of a Python start."""

import os

from workroot.commands import _home
from workroot.doors import terminal

HELP = "this environment: its Python, its packages, its history; changes nothing"


def main(argv: list[str]) -> int:
    given = _home.given(argv, _parser)
    home = _home.meant(given)
    from workroot.doctor import summary

    found = summary.of(home, os.environ.get("PATH", ""))
    if given.output == "json":
        terminal.json(found)
        return 0
    terminal.table(
        [("environment", home.top + (f" ({home.name})" if home.name else "")), *_rows(found)]
    )
    if found["unrecorded"]:
        terminal.next_line(f"{_home.program()} history   # records what something else changed")
    return 0


def _rows(found: dict) -> list[tuple[str, str]]:
    last = found["last"]
    rows = [
        ("venv", found["venv"]),
        ("Python", found["python"]),
        ("packages", str(found["packages"])),
    ]
    rows.append(
        (
            "operations",
            f"{found['operations']}, the last {last['number']}: {last['kind']} {terminal.shortened(' '.join(last['argv']))}".rstrip()
            if last
            else "none yet",
        )
    )
    rows.append(("snapshots", ", ".join(found["snapshots"]) or "none"))
    rows.append(("pip", found["pip"] or "none on PATH"))
    if not found["recorded"]:
        rows.append(("", "that pip is not this environment's" if found["pip"] else ""))
    if found["unrecorded"]:
        rows.append(("", "something else changed the packages since the last operation"))
    return [row for row in rows if row != ("", "")]


def _parser():
    return _home.parser("status", HELP, "status", "status --json")
