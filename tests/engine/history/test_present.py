"""Many writers at once lose no record, and what is recorded is what is there."""

import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest
from worlds.environment import Environment, difference


@pytest.fixture
def env(tmp_path):
    environment = Environment(tmp_path / "env", small=True)
    environment.do("baseline")
    return environment


def test_eight_installs_at_once_are_eight_records(env):
    names = [f"part{number}" for number in range(8)]
    for name in names:
        env.wheel(name)
    before = env.picture()
    with ThreadPoolExecutor(8) as pool:
        entries = list(pool.map(env.install, names))
    assert sorted(entry["changes"][0] for entry in entries) == [f"+ {name} 1.0" for name in names]
    assert sorted(entry["number"] for entry in entries) == list(range(2, 10))
    env.do("undo", "8")
    assert not difference(env.picture(), before)


def test_a_file_that_nobody_recorded_is_in_the_store_before_pip_can_lose_it(env):
    """Bytecode that came at an import belongs to what was there before the next operation."""
    env.wheel("alpha", "1.0")
    env.install("alpha")
    env.run(env.python, "-O", "-c", "import alpha.inner.deep")
    before = env.picture()
    env.uninstall("alpha")
    env.do("undo")
    assert not difference(env.picture(), before)


def test_bytecode_alone_is_no_operation(env):
    env.wheel("alpha")
    env.install("alpha")
    env.run(env.python, "-O", "-c", "import alpha.inner.deep")
    assert env.do("sync") is None
    assert env.do("record", env.python, "-OO", "-c", "import alpha") is None


def test_a_venv_that_was_there_before_is_taken_in(tmp_path):
    env = Environment(tmp_path / "env", small=True)
    env.wheel("alpha", "1.0")
    env.behind("install", "alpha")
    before = env.picture()
    env.wheel("alpha", "2.0")
    env.install("-U", "alpha")
    env.do("undo")
    assert not difference(env.picture(), before)


def test_the_link_count_says_that_nothing_is_copied_twice(env):
    env.wheel("alpha")
    env.install("alpha")
    for words in (["undo"], ["redo"], ["undo"], ["redo"]):
        env.do(*words)
    done = subprocess.run(
        ["find", str(env.home / "store"), "-type", "f", "-path", "*alpha*"],
        capture_output=True,
        text=True,
    )
    assert len(done.stdout.splitlines()) == len(
        [path for path in env.site.rglob("*") if "alpha" in str(path) and path.is_file()]
    )
