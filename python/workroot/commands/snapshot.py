"""snapshot NAME: give the present package set a name."""

from workroot.commands import _arguments, _held, _homes
from workroot.commands._call import Call
from workroot.doors import terminal
from workroot.history import generations, operation


def main(call: Call) -> int:
    examples = ("snapshot before-the-upgrade", "snapshot dev-tools --force")
    made = _arguments.parser(call, *examples, changes=True)
    made.add_argument("name", metavar="NAME")
    made.add_argument(
        "--force", action="store_true", help="take the name from the snapshot that has it"
    )
    given = made.parse_args(call.words)
    home = _homes.meant(call, given)
    # Before the lock is waited for.
    generations.check_name(given.name)
    path = f"{home.path}/snapshots/{given.name}.json"
    with _held.changing(home):
        history = operation.opened(home, terminal.say)
        names = [one.name for one in history.snapshots()]
        taken = given.name in names or given.name in history.generations.lists()
        if given.dry_run:
            return _would(given, taken, len(history.present.packages), path)
        snapshot = history.snapshot(given.name, given.force)
    count = len(snapshot.packages)
    if given.output == "json":
        terminal.json({"name": snapshot.name, "packages": count, "path": path})
        return 0
    terminal.step(f"snapshot {given.name}: {count} packages ({path})")
    terminal.next_line(call.line(f"restore {given.name}"))
    return 0


def _would(given, taken: bool, packages: int, path: str) -> int:
    refused = taken and not given.force
    if given.output == "json":
        said = {"dry_run": True, "name": given.name, "packages": packages, "path": path}
        terminal.json({**said, "taken": taken})
        return 1 if refused else 0
    verb = "make"
    if refused:
        verb = "refuse"
    elif taken:
        verb = "replace"
    terminal.step(f"would {verb} snapshot {given.name}")
    return 1 if refused else 0
