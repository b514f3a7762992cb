"""Whatever pip is in the venv, what it does is recorded and undone.

And it says what it would say by itself.
"""

import sys

import pytest
from worlds import pips
from worlds.environment import difference
from worlds.interpreters import every, minor
from worlds.lab import BASE
from worlds.workbench import Workbench

# 20.3 was the first with today's resolver; it needs distutils, which Python has had up to 3.11.
PIPS = ("20.3", *pips.SPREAD)
OLD_NEEDS = 11


def python_for(version: str) -> str:
    """BASE, or for an old pip the newest Python that it runs on."""
    if version != PIPS[0] or sys.version_info[1] <= OLD_NEEDS:
        return BASE
    found = [python for python in every() if minor(python) <= OLD_NEEDS]
    return found[-1] if found else pytest.skip(f"no Python here that pip {version} runs on")


@pytest.fixture(scope="module", params=PIPS)
def bench(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Workbench:
    bench = Workbench(tmp_path_factory.mktemp("pip"))
    bench.make_with(python_for(request.param))
    pips.put(request.param, bench.python)
    for name, version in (("alpha", "1"), ("alpha", "2"), ("beta", "1")):
        bench.wheel(name, version)
    bench.wheel("taken", files={"zz/taken.py": "x = 1\n"}, requires=("beta",))
    assert request.param in bench.pip("--version").must().out
    bench.workroot("history").must()  # which notices that pip
    return bench


STEPS = {
    ("install", "alpha==1"): "+ alpha 1",
    ("install", "-U", "alpha", "beta"): "~ alpha 1 -> 2\n+ beta 1",
    ("install", "--force-reinstall", "beta"): "~ beta 1 -> 1 (installed again)",
    ("uninstall", "-y", "beta"): "- beta 1",
}


def test_every_change_is_recorded_and_undone(bench: Workbench) -> None:
    """And nothing else is said: pip 26.2 and newer name whatever we imported too late."""
    before = bench.picture()
    for words, changes in STEPS.items():
        assert bench.pip(*words).must().err == f"{changes}\n  workroot undo\n"
    bench.workroot("undo", str(len(STEPS))).must()
    assert difference(before, bench.picture()) == []
    bench.workroot("redo").must()
    assert bench.packages() == {"alpha-2"}
    bench.workroot("undo").must()


def test_what_a_failing_one_had_changed_is_taken_back(bench: Workbench) -> None:
    """beta goes in, then taken finds a directory where its file should go."""
    place = bench.site / "zz" / "taken.py"
    place.mkdir(parents=True)
    before = bench.picture()
    done = bench.pip("install", "taken")
    assert done.status != 0 and "packages are as they were before it" in done.err
    assert "Unsafe import" not in done.err and "Unexpected import" not in done.err
    assert difference(before, bench.picture()) == []
    place.rmdir()


@pytest.mark.parametrize("words", [[], ["help"], ["install", "--help"], ["list"], ["nonsense"]])
def test_it_says_what_it_says_by_itself(bench: Workbench, words: list[str]) -> None:
    mine, theirs = bench.pip(*words), bench.run(f"{bench.venv}/bin/pip", *words)
    assert (mine.status, mine.out, mine.err) == (theirs.status, theirs.out, theirs.err)
