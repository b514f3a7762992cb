"""Nothing waits without a word, and what only reads does not wait: a pip asks its question in one
terminal, and other commands are typed in another.
"""

import os
import subprocess
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from worlds.again import again
from worlds.lab import run
from worlds.workbench import Workbench, worked

pytestmark = pytest.mark.slow


class Asking(NamedTuple):
    """A workroot whose lock is held by a pip that waits for an answer."""

    bench: Workbench
    pip: subprocess.Popen

    def answer(self) -> None:
        """No. What is typed after it finds the environment as it was."""
        self.pip.communicate("n\n", timeout=60)


@pytest.fixture
def asking() -> Iterator[Asking]:
    """The session's proof is stale, so that nothing is answered from it alone."""
    bench = again(worked)
    os.utime(bench.config)
    environ = {name: value for name, value in bench.session.items() if name != "PIP_NO_INPUT"}
    pip = subprocess.Popen(
        [f"{bench.root}/.workroot/bin/pip", "uninstall", "alpha"],
        env=environ,
        cwd=bench.root,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert pip.stdout is not None
    said = ""
    while "(Y/n)" not in said:
        letter = pip.stdout.read(1)
        assert letter, f"pip ended: {said}"
        said += letter
    yield Asking(bench, pip)
    if pip.poll() is None:
        pip.kill()
        pip.communicate()


@pytest.mark.parametrize(
    "words",
    [["undo"], ["redo"], ["snapshot", "x"], ["restore", "2"], ["clean", "-y"], ["link"], ["setup"]],
    ids=" ".join,
)
def test_who_changes_something_is_told_what_it_waits_for(asking: Asking, words: list[str]) -> None:
    waits = subprocess.Popen(
        [f"{asking.bench.root}/.workroot/bin/workroot", *words],
        env=asking.bench.session,
        cwd=asking.bench.root,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert waits.stderr is not None
    said = waits.stderr.readline()
    assert f"waiting for `pip uninstall alpha` (process {asking.pip.pid})" in said, said
    assert "changing this environment since " in said
    asking.answer()
    waits.communicate(timeout=120)


@pytest.mark.parametrize(
    "words",
    [
        ["history"],
        ["diff"],
        ["list-snapshots"],
        ["status"],
        ["check"],
        ["env"],
        ["session"],
        ["run", "true"],
        ["doctor", "--list"],
    ],
    ids=" ".join,
)
def test_what_only_reads_waits_for_nobody(asking: Asking, words: list[str]) -> None:
    done = asking.bench.workroot(*words).must()
    assert asking.pip.poll() is None and "waiting" not in done.err


def test_a_stale_session_is_had_beside_it(asking: Asking) -> None:
    words = ["sh", "-c", ". ./bootstrap.sh && python -c 'import alpha'"]
    run(words, asking.bench.environ, asking.bench.root).must()
    assert asking.pip.poll() is None


def test_what_is_seen_beside_it_is_what_was_recorded_last(asking: Asking) -> None:
    done = asking.bench.workroot("history").must()
    assert len(done.out.splitlines()) == 3 and "recorded last" in done.err
