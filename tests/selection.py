"""Which tests a run plays: each promise in every shell, a minute's worth of it, or everything.

    (no option)  each test in every shell that is here, each row of a table in one shell of each
                 family, and with one of the Pythons and installers: see `covering`
    --quick      each row in one shell, the next row in the next; nothing that is marked `slow`
    --all        each row in every shell, with every Python and installer, what is marked
                 `thorough`, and ON_DEMAND
    --rest       what --all plays and a run without an option leaves out

What the command line names, a file or one of ON_DEMAND, is played whole, unless --quick is said of
it too. README.md says what is where, and why.
"""

import re
import shutil
from collections.abc import Callable, Hashable, Iterable
from pathlib import Path
from typing import NamedTuple

import pytest
from worlds.shells import EVERY, SHELLS

TESTS = Path(__file__).resolve().parent
ON_DEMAND = ("real", "fresh", "benchmarks")  # directories: a network, root, a quiet machine
# Slow as a whole, as if each test were marked so: they install packages, or start many programs.
SLOW = (
    "engine/environment/test_place.py",
    "engine/environment/test_standing.py",
    "engine/history",
    "engine/installers",
    "engine/locking",
    "engine/pythons",
    "engine/session/test_link.py",
    "engine/test_health_check.py",
    "test_commands.py",
    "test_doctor.py",
    "test_faults.py",
    "test_hostile_names.py",
    "test_index_settings.py",
    "test_install_records.py",
    "test_own_checks.py",
    "test_powershell.py",
    "test_powershell_day.py",
    "test_project_template.py",
    "test_report.py",
    "test_rules.py",
    "test_session_terminal.py",
    "test_setup_steps.py",
    "test_speaking.py",
    "test_starts.py",
    "test_system_tier.py",
    "test_terminal.py",
    "test_undo_commands.py",
    "test_undo_members.py",
    "test_undo_mishaps.py",
    "test_undo_refusals.py",
    "test_user_tier.py",
    "test_where.py",
)
# Parameters of which one value after the other plays a row. One that is no text is data.
IN_TURN = ("python", "any_place", "locale", "project", "installed", "failed")
FAMILIES = {shell.name: shell.file for shell in EVERY}
OPTIONS = {
    "quick": "under a minute: each row in one shell, nothing slow",
    "all": "everything, published packages and fresh machines included",
    "rest": "what --all plays and a run without an option leaves out",
}


class Choice(NamedTuple):
    """What is played, and how much of what is left out is for which option."""

    played: list[pytest.Item]
    left: dict[str, int]


def add_options(parser: pytest.Parser) -> None:
    group = parser.getgroup("workroot", "how much of the kit's tests to play")
    for name, said in OPTIONS.items():
        group.addoption(f"--{name}", action="store_true", help=said)


def leaves_out(directory: Path, config: pytest.Config) -> bool:
    """Whether this is one of ON_DEMAND that nobody asked for: its files are not even read."""
    if directory.parent != TESTS or directory.name not in ON_DEMAND:
        return False
    everything = config.getoption("all") or config.getoption("rest")
    return not everything and not any(path.is_relative_to(directory) for path in named(config))


def named(config: pytest.Config) -> list[Path]:
    """The files and directories below tests/ that the command line names."""
    words = [argument.partition("::")[0] for argument in config.args]
    paths = [Path(config.invocation_params.dir, word).resolve() for word in words]
    return [path for path in paths if path != TESTS and path.is_relative_to(TESTS)]


def played_whole(config: pytest.Config) -> list[Path]:
    return [path for path in named(config) if path.is_file() or top(path) in ON_DEMAND]


def top(path: Path) -> str:
    """The first name below tests/."""
    return path.relative_to(TESTS).parts[0]


def choose(items: list[pytest.Item], config: pytest.Config) -> Choice:
    asked = [] if config.getoption("quick") else played_whole(config)
    whole = [item for item in items if any(map(item.path.is_relative_to, asked))]
    others = [item for item in items if not any(map(item.path.is_relative_to, asked))]
    default = covering([item for item in others if not is_thorough(item)])
    thorough = without(others, default)
    if config.getoption("all"):
        return Choice(items, {})
    if config.getoption("rest"):
        return Choice(in_order(items, whole + thorough), {"a run without --rest": len(default)})
    left = {"--all": len(thorough)}
    if config.getoption("quick"):
        quick = one_shell_a_row(item for item in default if not is_slow(item))
        left["a run without --quick"] = len(default) - len(quick)
        default = quick
    return Choice(in_order(items, whole + default), left)


def is_thorough(item: pytest.Item) -> bool:
    return top(item.path) in ON_DEMAND or item.get_closest_marker("thorough") is not None


def is_slow(item: pytest.Item) -> bool:
    of_slow_file = any(item.path.is_relative_to(TESTS / name) for name in SLOW)
    return of_slow_file or item.get_closest_marker("slow") is not None


def in_order(items: list[pytest.Item], chosen: list[pytest.Item]) -> list[pytest.Item]:
    known = set(chosen)
    return [item for item in items if item in known]


def without(items: list[pytest.Item], chosen: list[pytest.Item]) -> list[pytest.Item]:
    known = set(chosen)
    return [item for item in items if item not in known]


def covering(items: list[pytest.Item]) -> list[pytest.Item]:
    """Enough of the product of rows, shells, Pythons and installers.

    A table is a test function, its rows are what its other parameters say. Each row is played in
    one shell of each family, the next row in the next shell, and each table in every shell. Rows
    that differ in what is IN_TURN alone are one row: a Python plays it, the next row the next.
    """
    chosen = []
    turns: dict[str, int] = {}
    for alike in grouped(one_in_turn(items), without_shell).values():
        for family, rows in grouped(alike, family_of).items():
            here = [row for row in rows if is_here(shell(row))] or rows
            turn = turns.get(family, 0)
            turns[family] = turn + 1
            chosen.append(here[turn % len(here)])
    return in_order(items, chosen + rows_for_other_shells(items, chosen))


def rows_for_other_shells(items: list[pytest.Item], chosen: list[pytest.Item]) -> list[pytest.Item]:
    """A row of each table for each shell that plays none of the chosen ones."""
    plays = {(table(item), shell(item)) for item in chosen}
    missing = [item for item in items if (table(item), shell(item)) not in plays]
    found = []
    for number, rows in enumerate(grouped(missing, table_and_shell).values()):
        found.append(rows[number % len(rows)])
    return found


def one_in_turn(items: list[pytest.Item]) -> list[pytest.Item]:
    """Of rows that differ in what is IN_TURN alone one each."""
    rows = grouped(items, without_turns)
    return [alike[number % len(alike)] for number, alike in enumerate(rows.values())]


def one_shell_a_row(items: Iterable[pytest.Item]) -> list[pytest.Item]:
    """Of rows that differ in their shell alone one each: the shells that are here take turns."""
    here = [name for name in SHELLS if is_here(name)]
    chosen = []
    for number, alike in enumerate(grouped(items, without_shell).values()):
        turn = number % max(len(here), 1)
        rows = {shell(item): item for item in alike}
        order = [*here[turn:], *here[:turn], *rows]  # one that is not here only where none is
        chosen.append(next(rows[name] for name in order if name in rows))
    return chosen


def grouped(
    items: Iterable[pytest.Item], key: Callable[[pytest.Item], Hashable]
) -> dict[Hashable, list[pytest.Item]]:
    found: dict[Hashable, list[pytest.Item]] = {}
    for item in items:
        found.setdefault(key(item), []).append(item)
    return found


def without_shell(item: pytest.Item) -> str:
    """The name of a row, whatever shell plays it."""
    name = shell(item)
    return item.nodeid if name is None else spelled_without(item, name)


def without_turns(item: pytest.Item) -> str:
    """The name of a row, whatever plays it of what is IN_TURN."""
    name = item.nodeid
    given = [value for key, value in parameters(item).items() if key in IN_TURN]
    if not any(isinstance(value, str) for value in given):
        return name
    kept = {key: repr(value) for key, value in parameters(item).items() if key not in IN_TURN}
    return f"{table(item)}{kept}"


def spelled_without(item: pytest.Item, word: str) -> str:
    return re.sub(rf"(?<=[\[-]){re.escape(word)}(?=[\]-])", "*", item.nodeid)


def table(item: pytest.Item) -> str:
    return item.nodeid.partition("[")[0]


def table_and_shell(item: pytest.Item) -> Hashable:
    return table(item), shell(item)


def family_of(item: pytest.Item) -> str | None:
    """The file that the shell of a row sources; None where a row has no shell."""
    return FAMILIES.get(shell(item))


def is_here(name: str | None) -> bool:
    return name is None or shutil.which(SHELLS[name]) is not None


def parameters(item: pytest.Item) -> dict[str, object]:
    return item.callspec.params if hasattr(item, "callspec") else {}


def shell(item: pytest.Item) -> str | None:
    """The name of the shell that plays this row; None where there is none."""
    given = parameters(item).get("shell")
    name = getattr(given, "name", given)
    return name if name in SHELLS else None
