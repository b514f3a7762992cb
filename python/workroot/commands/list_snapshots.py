"""list-snapshots: the names that package sets have."""

from workroot import report
from workroot.commands import _home

HELP = "the snapshots there are"


def main(argv: list[str]) -> int:
    given = _home.given(argv, _parser) if not argv else _parser().parse_args(argv)
    home = _home.meant(given)
    from workroot import recording

    with _home.spelled(), _home.locked(home):
        snapshots = recording.caught_up(home, report.say).snapshots()
    if given.output == "json":
        report.json({"snapshots": [{"name": one.name, "time": one.time, "python": one.python, "packages": len(one.packages)} for one in snapshots]})
    elif not snapshots:
        report.step("there are none")
        report.next_line(f"{_home.program()} snapshot NAME")
    else:
        report.table([(one.name, one.time, f"{len(one.packages)} packages", f"Python {one.python}") for one in snapshots])
    return 0


def _parser():
    return _home.parser("list-snapshots", HELP, "list-snapshots", "list-snapshots --json")
