"""The last lines of a run: what was played on this machine, what was not run and why, what is left
for another option.
"""

import getpass
import os
import platform
import re
import textwrap
from collections.abc import Iterable, Iterator

import pytest
import selection

KINDS = {  # parameter of a row -> what the last lines call it
    "machine": "machines",
    "user": "users",
    "shell": "shells",
    "pip": "pips",
    "python": "Pythons",
}
SECONDS = "seconds"
CALLED = {"pwsh": "PowerShell"}


def note(item: pytest.Item) -> None:
    """Write on a row what plays it; the report carries that from a worker to the closing lines."""
    for parameter, kind in KINDS.items():
        value = selection.parameters(item).get(parameter)
        name = getattr(value, "name", value)
        if isinstance(name, str):  # else it is data of that name
            item.user_properties.append((kind, name))


def tell(reporter: pytest.TerminalReporter, left: dict[str, int]) -> None:
    for reason, reports in sorted(not_run(reporter.stats.get("skipped", [])).items()):
        reporter.section(f"not run ({reason}): {len(reports)} rows")
        write(reporter, by_test(reports))
    reporter.section("played")
    write(reporter, [f"by {getpass.getuser()} (user {os.getuid()}) on {machine()}"])
    played = [
        report
        for name in ("passed", "failed", "xfailed")
        for report in reporter.stats.get(name, [])
    ]
    for kind, names in sorted(told(played).items()):
        if kind != SECONDS:
            write(reporter, [f"{kind}: {', '.join(sorted(names, key=natural))}"])
    for line in told(played).get(SECONDS, []):
        reporter.write_line(line)
    for option, rows in left.items():
        if rows:
            reporter.write_line(f"left for {option}: {rows} rows")


def not_run(skipped: Iterable[pytest.TestReport]) -> dict[str, list[pytest.TestReport]]:
    """The skipped rows by their reason."""
    found: dict[str, list[pytest.TestReport]] = {}
    for report in skipped:
        said = report.longrepr[2] if isinstance(report.longrepr, (tuple, list)) else "no reason"
        found.setdefault(reason_in(str(said)), []).append(report)
    return found


def reason_in(said: str) -> str:
    reason = said.removeprefix("Skipped: ")
    missing = re.fullmatch(r"(\S+) is not on PATH", reason)
    return f"no {CALLED.get(missing[1], missing[1])} here" if missing else reason


def by_test(reports: Iterable[pytest.TestReport]) -> Iterator[str]:
    """Each test function with the parameters of its rows."""
    rows: dict[str, list[str]] = {}
    for report in reports:
        test, _, parameters = report.nodeid.partition("[")
        rows.setdefault(test, []).append(parameters.removesuffix("]"))
    for test, names in sorted(rows.items()):
        given = ", ".join(sorted(name for name in names if name))
        yield f"{test}: {given}" if given else test


def told(reports: Iterable[pytest.TestReport]) -> dict[str, list[str]]:
    """What the rows have on them, each thing once."""
    found: dict[str, dict[str, None]] = {}
    for report in reports:
        for kind, name in report.user_properties:
            found.setdefault(kind, {})[name] = None
    return {kind: list(names) for kind, names in found.items()}


def natural(name: str) -> list[object]:
    """3.9 before 3.10."""
    parts = re.split(r"(\d+)", name)
    return [(int(part), "") if part.isdigit() else (-1, part) for part in parts]


def machine() -> str:
    try:
        system = platform.freedesktop_os_release()["PRETTY_NAME"]
    except OSError:
        system = platform.platform()
    return f"{system}, Python {platform.python_version()}"


def write(reporter: pytest.TerminalReporter, lines: Iterable[str]) -> None:
    for line in lines:
        for piece in textwrap.wrap(line, 100, subsequent_indent="    ") or [line]:
            reporter.write_line(piece)
