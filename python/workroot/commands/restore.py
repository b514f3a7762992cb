"""restore NAME|N|FILE: bring back the set of a snapshot, of an operation, or of a file from another machine."""

import os
import sys

from workroot import report
from workroot.commands import _home
from workroot.errors import WorkrootError

HELP = "bring back a snapshot, the set after operation N, or the set that a snapshot file or requirements file of another machine names"


def main(argv: list[str]) -> int:
    made = _home.parser("restore", HELP, "restore dev-tools", "restore 12", "restore ./laptop.json", "restore ./frozen.txt --dry-run", changes=True)
    made.add_argument("which", metavar="NAME|N|FILE")
    given = made.parse_args(argv)
    home = _home.meant(given)
    from workroot import recording

    with _home.spelled(), _home.locked(home):
        history = recording.opened(home, report.say)
        which = given.which
        if _is_file(history, which):
            return _from_file(home, history, given, argv)
        plan = recording.planned(home, history, lambda: history.plan_restore(which), report.say)
        return _home.carry_out(home, history, plan, _home.typed("restore", argv), given)


def _is_file(history, which: str) -> bool:
    if os.sep in which or which.endswith((".json", ".txt")):
        return True
    known = which.isdecimal() or any(one.name == which for one in history.snapshots())
    return not known and os.path.isfile(which)


def _from_file(home, history, given, argv: list[str]) -> int:
    from workroot import exact, recording

    wanted = exact.read(given.which)
    recording.noticed(home, history, history.sync(), report.say)
    number = exact.generation_of(history, wanted)
    if number is not None:
        report.step(f"operation {number} had just that; it comes from the store")
        plan = history.plan_restore(number)
        return _home.carry_out(home, history, plan, _home.typed("restore", argv), given)
    way = exact.way(history.generations.last().after, wanted)
    if not way.install and not way.remove:
        report.step("nothing to do: that is what is installed")
        return 0
    if given.dry_run:
        for requirement in way.install:
            report.data(f"would fetch {requirement}")
        for name in way.remove:
            report.data(f"would uninstall {name}")
        return 0
    return _change(home, way, given, argv)


def _change(home, way, given, argv: list[str]) -> int:
    from workroot import exact
    from workroot.recording import Recording

    recording = Recording(home, report.say)
    recording.begin(_home.typed("restore", argv), "restore")
    if way.install:
        report.say(f"fetching what the store lacks: {', '.join(way.install)}")
    done = exact.go(home, way, os.environ)
    generation = recording.end(0 if done else 1)
    _home.renew(home)
    if not done:
        raise WorkrootError("what was to be restored could not be fetched whole", "look at what pip or uv said above")
    if given.output == "json":
        report.json({"operation": generation and generation.number, "kind": "restore", **_home.described(generation.changes() if generation else [])})
        return 0
    _home.show_changes(home, generation.changes() if generation else [], sys.stdout)
    report.next_line(f"{_home.program()} undo")
    return 0
