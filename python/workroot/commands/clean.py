"""clean [--keep-baseline]: a fresh venv; the history stays."""

import os

from workroot.commands import _home
from workroot.doors import terminal

HELP = "make the venv anew with nothing in it; --keep-baseline brings back the set it began with"


def main(argv: list[str]) -> int:
    made = _home.parser(
        "clean",
        HELP,
        "clean --yes",
        "clean --keep-baseline",
        "clean --dry-run",
        changes=True,
        destroys=True,
    )
    made.add_argument(
        "--keep-baseline",
        action="store_true",
        help="the set of the first snapshot, instead of nothing",
    )
    given = made.parse_args(argv)
    home = _home.meant(given)
    if given.keep_baseline:
        return _to_baseline(home, given, argv)
    return _clean(home, given, argv)


def _to_baseline(home, given, argv: list[str]) -> int:
    from workroot.history import plans, recording

    with _home.spelled(), _home.locked(home):
        history = recording.opened(home, terminal.say)
        plan = recording.planned(
            home, history, lambda: plans.restore(history, "baseline"), terminal.say
        )
        if not given.dry_run and not _home.confirmed(
            given, f"take {len(plan.changes)} packages back to the baseline"
        ):
            return 1
        return _home.carry_out(home, history, plan, _home.typed("clean", argv), given)


def _clean(home, given, argv: list[str]) -> int:
    from workroot.environment import fresh

    fresh.check(home)
    if given.dry_run:
        return _would(home, given)
    if not _home.confirmed(given, f"make {home.venv} anew, without the packages in it"):
        return 1
    with _home.spelled(), _home.locked(home):
        generation = fresh.renew(home, _home.typed("clean", argv), os.environ, terminal.say)
        _home.renew(home)
    _set_up(home)
    if given.output == "json":
        terminal.json(
            {
                "operation": generation and generation.number,
                "kind": "clean",
                **_home.described(generation.changes() if generation else []),
            }
        )
        return 0
    terminal.step(
        f"{home.venv} is new" + (f" (operation {generation.number})" if generation else "")
    )
    terminal.next_line(f"{_home.program()} undo")
    return 0


def _would(home, given) -> int:
    from workroot.pythons import packages

    changes = packages.diff([one for one in packages.read(home.venv) if one.name != "pip"], [])
    if given.output == "json":
        terminal.json({"dry_run": True, "kind": "clean", **_home.described(changes)})
    else:
        terminal.step(
            f"would make {home.venv} anew, without {len(changes)} packages; nothing was changed"
        )
    return 0


def _set_up(home) -> None:
    """The link and the proof of a workroot go with its venv."""
    if home.tier == "workroot":
        from workroot.commands import _arguments
        from workroot.environment import setup
        from workroot.root import Root

        setup.relink(Root(home.top), _arguments.options())
