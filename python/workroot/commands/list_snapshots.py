"""list-snapshots: the names that package sets have."""

from workroot.commands import _home
from workroot.doors import terminal

HELP = "the snapshots there are"


def main(argv: list[str]) -> int:
    given = _home.given(argv, _parser)
    home = _home.meant(given)
    with _home.spelled():
        snapshots = _home.seen(home, lambda history: history.snapshots())
    if given.output == "json":
        terminal.json(
            {
                "snapshots": [
                    {
                        "name": one.name,
                        "time": one.time,
                        "python": one.python,
                        "packages": len(one.packages),
                    }
                    for one in snapshots
                ]
            }
        )
    elif not snapshots:
        terminal.step("there are none")
        terminal.next_line(f"{_home.program()} snapshot NAME")
    else:
        terminal.table(
            [
                (one.name, one.time, f"{len(one.packages)} packages", f"Python {one.python}")
                for one in snapshots
            ]
        )
    return 0


def _parser():
    return _home.parser("list-snapshots", HELP, "list-snapshots", "list-snapshots --json")
