"""Which tests a run plays: each promise in every shell, a minute's worth of it, or everything.

    (no option)  each promise in every shell that is here
    --quick      each row in one shell, the next row in the next; nothing that is marked `slow`
    --all        the same as without an option, what is marked `thorough`, and ON_DEMAND
    --rest       what --all plays and a run without an option leaves out

What the command line names, a file or one of ON_DEMAND, is played whole, unless --quick is said of
it too. README.md says what is where, and why.
"""

import re
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import pytest
from worlds.shells import SHELLS

TESTS = Path(__file__).resolve().parent
ON_DEMAND = ("real", "fresh", "benchmarks")  # directories: a network, root, a quiet machine
# Slow as a whole, as if each test were marked so: they install packages, or start many programs.
SLOW = (
    "engine/history",
    "engine/installers",
    "engine/locking",
    "engine/pythons",
    "engine/session/test_link.py",
    "engine/test_health_check.py",
    "test_commands.py",
    "test_doctor.py",
    "test_hostile_names.py",
    "test_index_settings.py",
    "test_install_records.py",
    "test_project_template.py",
    "test_rules.py",
    "test_session_terminal.py",
    "test_setup_steps.py",
    "test_system_tier.py",
    "test_terminal.py",
    "test_undo_commands.py",
    "test_undo_members.py",
    "test_undo_mishaps.py",
    "test_user_tier.py",
)
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
    thorough = [item for item in others if is_thorough(item)]
    default = [item for item in others if not is_thorough(item)]
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


def one_shell_a_row(items: Iterable[pytest.Item]) -> list[pytest.Item]:
    """Of rows that differ in their shell alone one each: the shells that are here take turns."""
    here = [name for name, program in SHELLS.items() if shutil.which(program)]
    chosen = []
    rows: dict[str, dict[str, pytest.Item]] = {}
    for item in items:
        name = shell(item)
        if name is None:
            chosen.append(item)
        else:
            row = re.sub(rf"(?<=[\[-]){name}(?=[\]-])", "*", item.nodeid)
            rows.setdefault(row, {})[name] = item
    for number, row in enumerate(rows.values()):
        turn = number % len(here)
        order = [*here[turn:], *here[:turn], *row]  # a shell that is not here only where none is
        chosen.append(next(row[name] for name in order if name in row))
    return chosen


def parameters(item: pytest.Item) -> dict[str, object]:
    return item.callspec.params if hasattr(item, "callspec") else {}


def shell(item: pytest.Item) -> str | None:
    """The name of the shell that plays this row; None where there is none."""
    given = parameters(item).get("shell")
    name = getattr(given, "name", given)
    return name if name in SHELLS else None
