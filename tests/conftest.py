"""What every test gets: nothing of the developer's, no shell skipped in silence, nothing written
outside of its own directory.

The directories in ON_DEMAND are collected where CI is set, or when one of them is named on the
command line.
"""

import os
import re
import shutil
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from worlds.shells import SHELLS

KIT = Path(__file__).resolve().parents[1]
CI = bool(os.environ.get("CI"))
ON_DEMAND = ("real", "fresh", "benchmarks")
# What may be missing where CI is set, as the systems that CI reaches have no such package. Its rows
# are named in the summary.
MAY_BE_MISSING = {"pwsh"} if sys.platform == "linux" else set(SHELLS)
HIDDEN = (".git", ".venv", ".workroot", "__pycache__", ".pytest_cache", ".ruff_cache")
# Where the kit would write, did a test let it work on the checkout or on the home directory of who
# runs the tests.
OURS = [
    *(
        KIT / ".workroot" / name
        for name in ("session.sh", "session.ps1", "state.json", "proof/list", "history", "trash")
    ),
    *(
        Path.home() / name
        for name in (
            ".local/python-packages",
            ".local/bin/pyctl",
            ".local/share/workroot",
            ".bashrc",
            ".zshrc",
            ".profile",
            ".gitconfig",
        )
    ),
]
CALLED = {"pwsh": "PowerShell"}


def pytest_configure() -> None:
    """Run in the background, or below nohup, a program is told to ignore Ctrl-C, and whatever it
    starts inherits that.
    """
    for name in ("SIGINT", "SIGQUIT", "SIGHUP", "SIGTERM"):
        number = getattr(signal, name, None)
        if number and signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(
                number, signal.default_int_handler if name == "SIGINT" else signal.SIG_DFL
            )


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out a directory that nobody asked for."""
    on_demand = collection_path.parent == KIT / "tests" and collection_path.name in ON_DEMAND
    return True if on_demand and not CI and not _named(collection_path, config) else None


def _named(directory: Path, config: pytest.Config) -> bool:
    asked = [
        Path(config.invocation_params.dir, argument.partition("::")[0]).resolve()
        for argument in config.args
    ]
    return any(path.is_relative_to(directory) for path in asked)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A scenario of the sh family is no row of PowerShell's table."""
    foreign = [
        item
        for item in items
        if _shell(item) == "pwsh" and getattr(_parameters(item).get("row"), "posix", False)
    ]
    if foreign:
        config.hook.pytest_deselected(items=foreign)
        items[:] = [item for item in items if item not in foreign]


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A row whose shell is not here: skipped and named in the summary; a failure where CI is set,
    but for MAY_BE_MISSING.
    """
    name = _shell(item)
    if name is None or shutil.which(SHELLS[name]):
        return
    if CI and name not in MAY_BE_MISSING:
        pytest.fail(f"{name} is not on PATH, and CI plays every shell", pytrace=False)
    pytest.skip(f"{name} is not on PATH")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for name, rows in sorted(_not_run(terminalreporter.stats.get("skipped", [])).items()):
        terminalreporter.section(f"not run (no {CALLED.get(name, name)} here): {len(rows)} rows")
        for test, numbered in _by_test(rows).items():
            terminalreporter.write_line(f"{test}: {', '.join(numbered)}")


def _by_test(rows: list[str]) -> dict[str, list[str]]:
    """The test functions, each with the numbers and parameters of its rows."""
    found: dict[str, list[str]] = {}
    for number, row in enumerate(rows, 1):
        test, _, parameters = row.partition("[")
        found.setdefault(test, []).append(
            f"{number} {parameters.removesuffix(']').removesuffix('pwsh').strip('-')}".strip()
        )
    return found


def _not_run(skipped: list[pytest.TestReport]) -> dict[str, list[str]]:
    """The rows whose shell was missing, by shell: told by the reports, as the rows may have been
    played in another process.
    """
    rows: dict[str, list[str]] = {}
    for report in skipped:
        reason = re.fullmatch(r"Skipped: (\S+) is not on PATH", str(report.longrepr[2]))
        if reason:
            rows.setdefault(reason[1], []).append(report.nodeid)
    return rows


def _parameters(item: pytest.Item) -> dict[str, object]:
    return (
        item.callspec.params
        if isinstance(item, pytest.Function) and hasattr(item, "callspec")
        else {}
    )


def _shell(item: pytest.Item) -> str | None:
    """The name of the shell that plays this row; None where there is none."""
    shell = _parameters(item).get("shell")
    return getattr(shell, "name", shell) if getattr(shell, "name", shell) in SHELLS else None


@pytest.fixture(autouse=True)
def nothing_written_elsewhere(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that writes into the checkout's own state or into the home directory of who runs
    it.
    """
    before = _seen(OURS)
    yield
    _unchanged(request.node.nodeid, before, _seen(OURS))


@pytest.fixture(autouse=True, scope="module")
def checkout_stays_as_it_is(request: pytest.FixtureRequest) -> Iterator[None]:
    """In CI fail a file of tests that changes the checkout; elsewhere its owner may be editing
    while the tests run.
    """
    before = _seen(_checkout() if CI else [])
    yield
    _unchanged(request.node.nodeid, before, _seen(_checkout() if CI else []))


def _unchanged(
    who: str, before: dict[Path, tuple[int, int]], after: dict[Path, tuple[int, int]]
) -> None:
    changed = sorted(str(path) for path, times in after.items() ^ before.items())
    if changed:
        pytest.fail(
            f"{who} wrote outside of its own directory: {', '.join(dict.fromkeys(changed))}",
            pytrace=False,
        )


def _seen(paths: list[Path]) -> dict[Path, tuple[int, int]]:
    """Path -> time and size, of those that are there."""
    return {
        path: (path.lstat().st_mtime_ns, path.lstat().st_size) for path in paths if path.exists()
    }


def _checkout() -> list[Path]:
    found = []
    for directory, names, files in os.walk(KIT):
        names[:] = [name for name in names if name not in HIDDEN]
        found += [Path(directory, name) for name in files]
    return found
