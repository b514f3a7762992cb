"""The present of a venv: many writers at once lose no record, what is recorded is what is there,
and a look lists only what may have changed.
"""

import os
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from worlds.environment import Environment, difference

from workroot.history import tree
from workroot.history.present import Look

SPINE = ["", "lib"]


@pytest.fixture
def top(tmp_path):
    for directory in ("lib/one/deep/er", "lib/two", "share"):
        (tmp_path / directory).mkdir(parents=True)
    for file in (
        "lib/one/a.py",
        "lib/one/deep/b.py",
        "lib/one/deep/er/c.py",
        "lib/two/d.py",
        "lib/top.py",
        "cfg",
    ):
        (tmp_path / file).write_text(file)
    for path in [tmp_path, *tmp_path.rglob("*")]:
        os.utime(path, ns=(10**18 + 1, 10**18 + 1))
    return tmp_path


def looked(top, known=None, **options):
    look = Look(str(top), SPINE, options.pop("skipped", frozenset()), tree.decode).take(
        known or {}, **options
    )
    for name, (_, now) in look.changed.items():
        if now:
            look.units[name].content = tree.encode(now)
    return look


def test_units_are_what_lies_in_shared_directories(top):
    assert sorted(looked(top).units) == ["", "lib", "lib/one", "lib/two", "share"]


def test_nothing_changed_is_nothing_found(top):
    assert looked(top, looked(top).units).changed == {}


def changed(top, change):
    known = looked(top).units
    change()
    return looked(top, known).changed


@pytest.mark.parametrize(
    "path",
    ["lib/one/new.py", "lib/one/deep/er/new.py", "lib/two/x/y/new.py", "new/er/x.py", "lib/new.py"],
)
def test_a_new_file_is_found(top, path):
    def make():
        (top / path).parent.mkdir(parents=True, exist_ok=True)
        (top / path).write_text("")

    found = changed(top, make)
    assert any(
        os.path.basename(path) in record[2]
        for _, now in found.values()
        for at, record in now.items()
        if at == os.path.dirname(path)
    )


def test_what_is_gone_is_found(top):
    import shutil

    found = changed(
        top, lambda: (shutil.rmtree(top / "lib/one/deep"), shutil.rmtree(top / "lib/two"))
    )
    assert sorted(found["lib/one"][1]) == ["lib/one"]
    assert found["lib/two"][1] == {}


def test_a_directory_in_place_of_another_is_listed(top):
    def replace():
        (top / "lib/two").rename(top / "old")
        (top / "lib/two").mkdir()
        (top / "lib/two/z.py").write_text("")
        os.utime(top / "lib/two", ns=(10**18 + 1, 10**18 + 1))
        os.utime(top / "lib", ns=(10**18 + 1, 10**18 + 1))

    assert list(changed(top, replace)["lib/two"][1]["lib/two"][2]) == ["z.py"]


def test_a_change_in_the_tick_of_the_look_is_not_missed(top):
    """The directory keeps its time, as on a clock that ticks slowly."""
    now = time.time_ns() + 10**9
    os.utime(top / "lib/two", ns=(now, now))
    known = looked(top).units
    (top / "lib/two/new.py").write_text("")
    os.utime(top / "lib/two", ns=(now, now))
    assert "new.py" in looked(top, known).changed["lib/two"][1]["lib/two"][2]


def test_what_is_skipped_is_not_there(top):
    look = looked(top, skipped=frozenset(("cfg", "lib/two")))
    assert "lib/two" not in look.units
    assert tree.decode(look.units[""].content)[""][2] == {}


def test_only_what_is_concerned_is_looked_into(top):
    known = looked(top).units
    (top / "lib/one/deep/new.py").write_text("")
    assert "lib/one" not in looked(top, known, concerned=set()).changed
    assert "lib/one" in looked(top, known, concerned={"lib/one"}).changed


def test_a_link_is_not_followed(top):
    (top / "lib/two/link").symlink_to(top / "lib/one")
    record = tree.decode(looked(top).units["lib/two"].content)["lib/two"]
    assert tree.is_link(record[2]["link"])


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
