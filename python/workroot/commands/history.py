"""history [--limit N]: the operations, the newest first."""

from workroot.commands import _home
from workroot.doors import terminal

HELP = "what was done to the environment, the newest first"


def main(argv: list[str]) -> int:
    given = _home.given(argv, _parser)
    home = _home.meant(given)
    with _home.spelled():
        entries = _home.seen(home, lambda history: history.entries(getattr(given, "limit", None)))
    if given.output == "json":
        terminal.json({"operations": [_document(one) for one in entries]})
        return 0
    terminal.table([_row(one) for one in entries])
    terminal.next_line(f"{_home.program()} diff {entries[0].number}") if entries else None
    return 0


def _row(one) -> tuple[str, ...]:
    status = (
        "" if one.status == 0 else "interrupted" if one.status is None else f"status {one.status}"
    )
    changes = one.changes()
    said = ", ".join(map(str, changes[:3])) + (
        f" and {len(changes) - 3} more" if len(changes) > 3 else ""
    )
    return (
        str(one.number),
        _local(one.time),
        one.kind,
        terminal.shortened(" ".join(one.argv)),
        status,
        said or "no package changed",
    )


def _local(utc: str) -> str:
    """In the person's own time zone."""
    import calendar
    import time

    try:
        seconds = calendar.timegm(time.strptime(utc, "%Y-%m-%dT%H:%M:%SZ"))
    except ValueError:
        return utc
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(seconds))


def _document(one) -> dict:
    said = {
        "operation": one.number,
        "kind": one.kind,
        "argv": one.argv,
        "time": one.time,
        "seconds": one.seconds,
        "status": one.status,
    }
    return {**said, "python": one.python, "took": one.took, **_home.described(one.changes())}


def _parser():
    made = _home.parser("history", HELP, "history", "history --limit 5", "history --json")
    made.add_argument("--limit", type=_number, metavar="N", help="the newest N only")
    return made


def _number(word: str) -> int:
    if not word.isdecimal() or len(word) > 9 or int(word) < 1:
        from argparse import ArgumentTypeError

        raise ArgumentTypeError(f"{word!r} is no number of operations")
    return int(word)
