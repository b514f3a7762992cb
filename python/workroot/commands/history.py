"""history [--limit N]: the operations, the newest first."""

import time

from workroot.commands import _changes, _flags, _held, _homes
from workroot.commands._call import Call
from workroot.doors import terminal
from workroot.errors import some

_DAY = 86_400


def main(call: Call) -> int:
    given = _flags.read(call, _parser)
    home = _homes.meant(call, given, waits=False)
    limit = getattr(given, "limit", None)
    entries = _held.seen(home, lambda history: history.entries(limit))
    if given.output == "json":
        terminal.json({"operations": [_document(one) for one in entries]})
        return 0
    terminal.table([_row(one) for one in entries])
    if entries:
        terminal.next_line(call.line(f"diff {entries[0].number}"))
    return 0


def _row(one) -> tuple[str, ...]:
    typed = terminal.shortened(" ".join(one.argv))
    changed = some(map(str, one.changes())) or "no package changed"
    return (str(one.number), _local(one.time), one.kind, typed, _ended(one.status), changed)


def _ended(status: int | None) -> str:
    if status is None:
        return "interrupted"
    return f"status {status}" if status else ""


def _local(utc: str) -> str:
    """A moment of a document, as 2026-11-30T12:00:00Z, in the person's own time zone."""
    # By hand: strptime and calendar import datetime, locale and re, more than a Python start.
    date, _, clock = utc.removesuffix("Z").partition("T")
    try:
        year, month, day = map(int, date.split("-"))
        hour, minute, second = map(int, clock.split(":"))
    except ValueError:
        return utc
    seconds = _days(year, month, day) * _DAY + hour * 3600 + minute * 60 + second
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(seconds))


def _days(year: int, month: int, day: int) -> int:
    """The days from 1970-01-01 to a day; years begin in March here, so that leap days come last."""
    if month <= 2:
        year -= 1
        month += 12
    leap_days = year // 4 - year // 100 + year // 400
    before_month = (153 * (month - 3) + 2) // 5
    return 365 * year + leap_days + before_month + day - 719_469


def _document(one) -> dict:
    return {
        "operation": one.number,
        "kind": one.kind,
        "argv": one.argv,
        "time": one.time,
        "seconds": one.seconds,
        "status": one.status,
        "python": one.python,
        "took": one.took,
        **_changes.document(one.changes()),
    }


def _parser(call: Call):
    made = _flags.parser(call, "history", "history --limit 5", "history --json")
    made.add_count("--limit", "the newest N only")
    return made
