"""list-snapshots: the names that package sets have."""

import os

from workroot.commands import _flags, _held, _homes
from workroot.commands._call import Call
from workroot.doors import documents, files, terminal


def main(call: Call) -> int:
    given = _flags.read(call, _parser)
    home = _homes.meant(call, given, waits=False)
    snapshots, lists = _held.seen(home, _found)
    if given.output == "json":
        found = [_document(one) for one in snapshots]
        terminal.json({"snapshots": [*found, *map(_document_of_list, lists.items())]})
    elif not snapshots and not lists:
        terminal.step("there are none")
        terminal.next_line(call.line("snapshot NAME"))
    else:
        rows = [_row(one) for one in snapshots]
        terminal.table([*rows, *map(_row_of_list, lists.items())])
    return 0


def _found(history) -> tuple[list, dict[str, str]]:
    """The snapshots, and the lists that an earlier pyctl left beside them."""
    return history.snapshots(), history.generations.lists()


def _document_of_list(item: tuple[str, str]) -> dict:
    name, path = item
    moment = documents.moment(os.stat(path).st_mtime)
    return {"name": name, "time": moment, "python": "", "packages": _count(path)}


def _row_of_list(item: tuple[str, str]) -> tuple[str, ...]:
    said = _document_of_list(item)
    return (said["name"], said["time"], _packages(said["packages"]), "a list without a history")


def _count(path: str) -> int:
    """How many packages a list names."""
    lines = (files.text_by_hand(path) or "").splitlines()
    return sum(1 for line in map(str.strip, lines) if line and line[0] != "#")


def _packages(count: int) -> str:
    return "1 package" if count == 1 else f"{count} packages"


def _document(one) -> dict:
    packages = len(one.packages)
    return {"name": one.name, "time": one.time, "python": one.python, "packages": packages}


def _row(one) -> tuple[str, ...]:
    return (one.name, one.time, _packages(len(one.packages)), f"Python {one.python}")


def _parser(call: Call):
    return _flags.parser(call, "list-snapshots", "list-snapshots --json")
