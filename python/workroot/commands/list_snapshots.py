"""list-snapshots: the names that package sets have."""

from workroot.commands import _flags, _held, _homes
from workroot.commands._call import Call
from workroot.doors import terminal


def main(call: Call) -> int:
    given = _flags.read(call, _parser)
    home = _homes.meant(call, given, waits=False)
    snapshots = _held.seen(home, lambda history: history.snapshots())
    if given.output == "json":
        terminal.json({"snapshots": [_document(one) for one in snapshots]})
    elif not snapshots:
        terminal.step("there are none")
        terminal.next_line(call.line("snapshot NAME"))
    else:
        terminal.table([_row(one) for one in snapshots])
    return 0


def _document(one) -> dict:
    packages = len(one.packages)
    return {"name": one.name, "time": one.time, "python": one.python, "packages": packages}


def _row(one) -> tuple[str, ...]:
    count = len(one.packages)
    packages = "1 package" if count == 1 else f"{count} packages"
    return (one.name, one.time, packages, f"Python {one.python}")


def _parser(call: Call):
    return _flags.parser(call, "list-snapshots", "list-snapshots --json")
