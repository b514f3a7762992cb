"""clean [--keep-baseline]: a fresh venv; the history stays."""

import os

from workroot.commands import _arguments, _asking, _changes, _held, _homes, _shims, _wishes
from workroot.commands._call import Call
from workroot.doors import terminal
from workroot.environment import fresh, setup
from workroot.history import operation, plans
from workroot.installers import exact
from workroot.pythons import packages
from workroot.root import Root


def main(call: Call) -> int:
    examples = ("clean --yes", "clean --keep-baseline", "clean --dry-run")
    made = _arguments.parser(call, *examples, changes=True, destroys=True)
    made.add_argument(
        "--keep-baseline",
        action="store_true",
        help="the set of the first snapshot, instead of nothing",
    )
    given = made.parse_args(call.words)
    home = _homes.meant(call, given)
    if given.keep_baseline:
        return _to_baseline(call, home, given)
    return _clean(call, home, given)


def _to_baseline(call: Call, home, given) -> int:
    with _held.changing(home):
        history = operation.opened(home, terminal.say, thorough=True)
        plan = _baseline(home, history)
        question = f"take {len(plan.changes)} packages back to the baseline"
        if not given.dry_run and not _asking.confirmed(call, question, given.yes):
            return 1
        return _changes.carry_out(call, home, history, plan, given)


def _baseline(home, history):
    """The plan to the first snapshot, or to the list that an earlier pyctl has left as that."""
    path = history.generations.lists().get("baseline")
    if path is None:
        return plans.restore(history, "baseline")
    return plans.exactly(history, exact.read(path, home, os.environ), path)


def _clean(call: Call, home, given) -> int:
    # Whether it is the kit's to replace is known before the person is asked.
    fresh.check(home)
    if given.dry_run:
        return _would(home, given)
    question = f"make {home.venv} anew, without the packages in it"
    if not _asking.confirmed(call, question, given.yes):
        return 1
    with _held.changing(home):
        generation = fresh.renew(home, call.typed, os.environ, terminal.say)
        _shims.renew(home)
    if home.tier == "workroot":
        # The link and the proof of a workroot went with its venv.
        setup.relink(Root(home.top), _wishes.options())
    if given.output == "json":
        _changes.done("clean", generation)
        return 0
    operation = f" (operation {generation.number})" if generation else ""
    terminal.step(f"{home.venv} is new{operation}")
    terminal.next_line(call.line("undo"))
    return 0


def _would(home, given) -> int:
    # The new venv gets a pip of its own, so that one is not missed.
    taken_out = [one for one in packages.read(home.venv) if one.name != "pip"]
    changes = packages.diff(taken_out, [])
    if given.output == "json":
        terminal.json({"dry_run": True, "kind": "clean", **_changes.document(changes)})
        return 0
    count = len(changes)
    terminal.step(f"would make {home.venv} anew, without {count} packages; nothing was changed")
    return 0
