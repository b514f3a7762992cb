"""snapshot NAME: give the present package set a name."""

from workroot.commands import _home
from workroot.doors import terminal

HELP = "give the present set of packages a name, to restore it later, here or on another machine"


def main(argv: list[str]) -> int:
    made = _home.parser(
        "snapshot", HELP, "snapshot before-the-upgrade", "snapshot dev-tools --force", changes=True
    )
    made.add_argument("name", metavar="NAME")
    made.add_argument(
        "--force", action="store_true", help="take the name from the snapshot that has it"
    )
    given = made.parse_args(argv)
    home = _home.meant(given)
    from workroot.history import generations, recording

    generations.check_name(given.name)
    path = f"{home.path}/snapshots/{given.name}.json"
    with _home.spelled(), _home.locked(home):
        history = recording.caught_up(home, terminal.say)
        taken = any(one.name == given.name for one in history.snapshots())
        if given.dry_run:
            return _would(given, taken, len(history.present.packages), path)
        snapshot = history.snapshot(given.name, given.force)
    if given.output == "json":
        terminal.json({"name": snapshot.name, "packages": len(snapshot.packages), "path": path})
        return 0
    terminal.step(f"snapshot {given.name}: {len(snapshot.packages)} packages ({path})")
    terminal.next_line(f"{_home.program()} restore {given.name}")
    return 0


def _would(given, taken: bool, packages: int, path: str) -> int:
    if given.output == "json":
        terminal.json(
            {
                "dry_run": True,
                "name": given.name,
                "packages": packages,
                "path": path,
                "taken": taken,
            }
        )
    else:
        terminal.step(
            f"would {'replace' if taken and given.force else 'refuse' if taken else 'make'} snapshot {given.name}"
        )
    return 1 if taken and not given.force else 0
