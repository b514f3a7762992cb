"""One call of the history, as a process of its own: python -I -S recorder.py KIT HOME VENV VERB
[ARGUMENTS].

Prints one JSON document: the changes of the generation, its number and kind, and the notices.
Status 3: a WorkrootError.
"""

import sys

sys.path.insert(0, sys.argv[1] + "/python")

from workroot.doors import locks  # noqa: E402
from workroot.errors import WorkrootError  # noqa: E402
from workroot.history import exchange, operation, plans  # noqa: E402
from workroot.history.generations import read_snapshot  # noqa: E402
from workroot.history.ledger import Ledger  # noqa: E402


def record(history, *argv):
    import subprocess

    history.before(list(argv))
    recorded = history.after(subprocess.call(argv))
    operation.tidy(history)
    return recorded


def fetched(history, plan, *argv):
    """Carry out a plan, what is missing being installed by argv and its exact version."""
    import subprocess

    def fetch(missing):
        return subprocess.call([*argv, *(f"{one.name}=={one.version}" for one in missing)]) == 0

    return exchange.carry_out(history, plan, fetch=fetch if argv else None)


VERBS = {
    "record": record,
    "undo": lambda history, count="1": exchange.carry_out(history, plans.undo(history, int(count))),
    "redo": lambda history: exchange.carry_out(history, plans.redo(history)),
    "restore": lambda history, which: exchange.carry_out(history, plans.restore(history, which)),
    "sync": lambda history: history.noticed,
    "baseline": lambda history: history.noticed,
    "snapshot": lambda history, name: history.snapshot(name),
    "tidy": lambda history: operation.tidy(history, thorough=True),
    "fetch-undo": lambda history, *argv: fetched(history, plans.undo(history), *argv),
    "fetch-restore": lambda history, which, *argv: fetched(
        history, plans.restore(history, which), *argv
    ),
    "fetch-file": lambda history, path, *argv: fetched(
        history, plans.exactly(history, read_snapshot(path).packages, path), *argv
    ),
    "plan-undo": lambda history: plans.undo(history),
    "entries": lambda history: history.entries(),
}


def told(value):
    if isinstance(value, list):
        return [told(one) for one in value]
    if hasattr(value, "kind"):
        changes = value.changes if isinstance(value.changes, list) else value.changes()
        said = {
            key: getattr(value, key, None)
            for key in ("number", "kind", "argv", "status", "edited", "lost")
        }
        return {
            **said,
            "changes": [str(change) for change in changes],
            "missing": [str(one) for one in getattr(value, "missing", [])],
        }
    return (
        value
        if value is None or isinstance(value, (str, int))
        else {"name": value.name, "generation": value.number}
    )


def main(home, venv, verb, *arguments):
    import json

    limit = 100
    if verb.startswith("--most="):
        limit, (verb, *arguments) = int(verb[7:]), arguments
    with locks.held(home + "/lock"):
        notices = []
        history = Ledger(home, venv, notices.append, keep_out=("bin/kept-out",), max_entries=limit)
        try:
            thorough = "restore" in verb or verb == "fetch-file"
            history.noticed = operation.bring_up(history, "workroot", thorough)
            result = told(VERBS[verb](history, *arguments))
        except WorkrootError as error:
            print(json.dumps({"error": error.message, "hint": error.hint, "notices": notices}))
            return 3
        print(json.dumps({"result": result, "notices": notices}))
        return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[2:]))
