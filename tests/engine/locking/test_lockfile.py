"""The two files of a lock: their bytes, their names, whose they are, and what is no lock."""

import tomllib

import pytest
from worlds import shelf as shelves
from worlds.again import again
from worlds.lab import BASE
from worlds.shelf import LOCKS

from workroot.locking import lockfile
from workroot.standards import target


@pytest.fixture
def shelf():
    return again(shelves.empty)


@pytest.fixture
def stocked():
    return again(shelves.stocked)


@pytest.fixture
def locked():
    return again(shelves.locked)


def test_the_same_environment_gives_the_same_bytes(stocked):
    with stocked.index():
        stocked.workroot("lock").must()
        before = stocked.locks()
        outcome = stocked.workroot("lock").must()
    assert stocked.locks() == before
    assert "already the same" in outcome.err


def test_both_files_say_that_they_are_of_this_environment_alone(locked):
    requirements, pylock = locked.locks()
    assert "another Python or system may need packages that are not in here" in requirements
    said = tomllib.loads(pylock)
    assert "sys_platform == 'linux'" in said["environments"][0]
    assert (said["lock-version"], said["created-by"]) == ("1.0", "workroot")


def test_check_of_another_pythons_lock_is_no(locked):
    path = locked.root / LOCKS[1]
    path.write_text(path.read_text().replace("sys_platform == 'linux'", "sys_platform == 'vms'"))
    outcome = locked.workroot("lock", "--check")
    assert outcome.status == 1
    assert "is the lock of another environment" in outcome.err


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (LOCKS[1], "lock-version = '1.0'\npackages = 3\n"),
        (LOCKS[1], "= ="),
        (LOCKS[0], "six>=1\n"),
        (LOCKS[0], "-r other.txt\n"),
    ],
)
def test_a_damaged_lock_is_named_and_not_compared(locked, name, text):
    (locked.root / name).write_text(text)
    outcome = locked.workroot("lock", "--check")
    assert outcome.status == 2
    assert str(locked.root / name) in outcome.err


@pytest.mark.parametrize("name", LOCKS)
def test_a_file_that_somebody_else_wrote_stays(stocked, name):
    (stocked.root / name).write_text("# mine\n")
    with stocked.index():
        outcome = stocked.workroot("lock")
        assert outcome.status == 2
        assert "was not written by workroot lock" in outcome.err
        assert (stocked.root / name).read_text() == "# mine\n"
        stocked.workroot("lock", "--force").must()
    assert all(text.startswith("# Written by workroot lock") for text in stocked.locks())


def test_names_of_your_own_are_taken(stocked):
    with stocked.index():
        stocked.workroot("lock", "--requirements", "locks.txt", "--pylock", "pylock.ci.toml").must()
        outcome = stocked.workroot("lock", "--pylock", "lock.toml")
    assert (stocked.root / "locks.txt").exists()
    assert (stocked.root / "pylock.ci.toml").exists()
    assert outcome.status == 2
    assert "pylock.NAME.toml" in outcome.err


PYLOCK = """
lock-version = "1.0"
created-by = "another tool"
default-groups = ["main"]

[[packages]]
name = "Alpha_One"
version = "1.0"
wheels = []

[[packages]]
name = "only-elsewhere"
version = "1.0"
marker = "sys_platform == 'vms'"

[[packages]]
name = "grouped"
version = "2"
marker = "'main' in dependency_groups"

[[packages]]
name = "extra"
version = "2"
marker = "'more' in extras"

[[packages]]
name = "tree"
directory = { path = "../tree", editable = true }

[[packages]]
name = "checkout"
vcs = { type = "git", url = "https://git.example/x", commit-id = "abc" }
"""


def test_a_pylock_of_another_tool_is_read_for_this_python():
    found = lockfile.read("pylock.toml", PYLOCK, target.of(BASE, {}))
    assert found == {"alpha-one": "1.0", "grouped": "2", "tree": "editable", "checkout": "vcs:abc"}


def test_a_requirements_file_of_another_tool_is_read_as_far_as_it_pins():
    text = (
        "--index-url https://x/simple\n# a word\nAlpha_One == 1.0 \\\n    --hash=sha256:"
        + "0" * 64
        + "  # via app\n\nbeta[x]==2\n"
    )
    assert lockfile.read("r.txt", text, target.of(BASE, {})) == {"alpha-one": "1.0", "beta": "2"}
