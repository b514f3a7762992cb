"""What every test gets: nothing of the developer's, no shell skipped in silence, nothing written
outside of its own directory. selection.py tells what a run plays, closing.py what it says last.
"""

import os
import shutil
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import closing
import pytest
import selection
from worlds.shells import SHELLS

KIT = Path(__file__).resolve().parents[1]
CI = bool(os.environ.get("CI"))
# What may be missing where CI is set: off Linux not every shell can be had. Its rows are named in
# the summary.
MAY_BE_MISSING = set() if sys.platform == "linux" else set(SHELLS)
HIDDEN = (".git", ".venv", ".workroot", "__pycache__", ".pytest_cache", ".ruff_cache")
# Where the kit would write, did a test let it work on the checkout or on the home directory of who
# runs the tests.
OURS = [
    *(
        KIT / ".workroot" / name
        for name in (
            "session.sh",
            "session.fish",
            "session.ps1",
            "state.json",
            "proof/list",
            "history",
            "trash",
        )
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
LEFT = pytest.StashKey[dict[str, int]]()


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


def pytest_addoption(parser: pytest.Parser) -> None:
    selection.add_options(parser)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out a directory that nobody asked for."""
    return True if selection.leaves_out(collection_path, config) else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep what is played. A scenario of the sh family is no row of PowerShell's table, and one of
    fish's only where it says so.
    """
    rows = [item for item in items if not is_foreign(item)]
    choice = selection.choose(rows, config)
    config.stash[LEFT] = choice.left
    played = set(choice.played)
    config.hook.pytest_deselected(items=[item for item in items if item not in played])
    items[:] = choice.played


def is_foreign(item: pytest.Item) -> bool:
    row = selection.parameters(item).get("row")
    name = selection.shell(item)
    if name == "fish" and getattr(row, "fish", False):
        return False
    return name in ("fish", "pwsh") and getattr(row, "posix", False)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A row whose shell is not here: skipped and named in the last lines; a failure where CI is
    set, but for MAY_BE_MISSING.
    """
    closing.note(item)
    name = selection.shell(item)
    if name is None or shutil.which(SHELLS[name]):
        return
    if CI and name not in MAY_BE_MISSING:
        pytest.fail(f"{name} is not on PATH, and CI plays every shell", pytrace=False)
    pytest.skip(f"{name} is not on PATH")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker hands what it counted to the process that writes the last lines."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["left"] = session.config.stash.get(LEFT, {})


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node) -> None:
    left = getattr(node, "workeroutput", {}).get("left")
    if left is not None:
        node.config.stash[LEFT] = left


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    closing.tell(terminalreporter, terminalreporter.config.stash.get(LEFT, {}))


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
