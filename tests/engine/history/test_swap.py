"""A swap changes what belongs to distributions and to the operations it takes back, and nothing
else.
"""

import os
import shutil
import subprocess

import pytest
from worlds.environment import Environment, difference


@pytest.fixture
def env(tmp_path):
    environment = Environment(tmp_path / "env", small=True)
    environment.do("baseline")
    return environment


def test_a_directory_where_a_file_was_comes_and_goes(env):
    """One version has a module, the next a package of that name; and a link to a directory."""
    env.wheel("shape", "1.0", files={"shape.py": "", "thing/x.py": ""})
    env.wheel("shape", "2.0", files={"shape/__init__.py": "", "shape/y.py": "", "thing.py": ""})
    env.install("shape==1.0")
    old = env.picture()
    env.install("shape==2.0")
    new = env.picture()
    for words, picture in (("undo", old), ("redo", new), ("undo", old)):
        shutil.rmtree(env.home / "park", ignore_errors=True)
        env.do(words)
        assert not difference(env.picture(), picture)


def test_odd_names_come_back(env):
    names = [
        "a b.py",
        "quote's.txt",
        "$(touch x).txt",
        "-rf",
        "caf\u00e9.txt",
        "tab\there",
        "back`tick",
    ]
    env.wheel("odd", files={f"odd/{name}": name for name in names} | {"odd/__init__.py": ""})
    before = env.picture()
    env.install("odd")
    after = env.picture()
    assert sum(os.path.basename(path) in names for path in after) == len(names)
    for words, picture in (("undo", before), ("redo", after), ("undo", before)):
        shutil.rmtree(env.home / "park", ignore_errors=True)
        env.do(words)
        assert not difference(env.picture(), picture)


def test_what_an_operation_made_outside_of_any_record_goes_with_it(env):
    """A setup that writes where it likes: recorded with the operation, taken back with it, and only
    then.
    """
    before = env.picture()
    program = (
        "import sys, os; p = sys.prefix; os.makedirs(p + '/etc/odd'); "
        "open(p + '/etc/odd/made', 'w').write('x'); open(p + '/top', 'w').write('x')"
    )
    assert env.do("record", env.python, "-c", program)["changes"] == []
    after = env.picture()
    env.do("undo")
    assert not difference(env.picture(), before)
    env.do("redo")
    assert not difference(env.picture(), after)


def test_a_read_only_directory_comes_and_goes(env):
    env.wheel("alpha")
    env.install("alpha")
    (env.site / "alpha").chmod(0o555)
    for directory in (env.site, env.site / "alpha"):
        os.utime(directory, ns=(5, 5))
    before = env.picture()
    env.do("sync")
    env.wheel("beta")
    env.install("beta")
    env.do("restore", "baseline")
    env.do("undo", "2")
    assert not difference(env.picture(), before)


def test_checkouts_of_editables_are_the_persons(env):
    """pip puts them into the venv, and people work in there."""
    source = env.venv / "src" / "project"
    program = (
        f"import os; os.makedirs({str(source)!r}); "
        f"open({str(source / 'work.py')!r}, 'w').write('mine')"
    )
    env.do("record", env.python, "-c", program)
    env.do("restore", "baseline")
    assert (source / "work.py").read_text() == "mine"


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting needs root")
def test_a_venv_from_the_layer_of_an_image_is_undone(tmp_path):
    """On overlayfs a directory of a lower layer cannot be renamed."""
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "tmpfs", str(disk)], check=True)
    try:
        env = Environment(disk / "lower" / "env", small=True)
        env.do("baseline")
        before = env.picture()
        env.place("alpha")
        after = env.picture()
        for name in ("upper", "work", "top"):
            (disk / name).mkdir()
        layers = f"lowerdir={disk}/lower,upperdir={disk}/upper,workdir={disk}/work"
        if subprocess.run(
            ["mount", "-t", "overlay", "overlay", "-o", layers, str(disk / "top")],
            capture_output=True,
        ).returncode:
            pytest.skip("no overlayfs")
        env.directory = disk / "top" / "env"
        env.venv, env.home = env.directory / ".venv", env.directory / ".workroot"
        for words, picture in (("undo", before), ("redo", after), ("undo", before)):
            env.do(words)
            assert not difference(env.picture(), picture)
    finally:
        subprocess.run(["umount", "-l", str(disk / "top")], check=False, capture_output=True)
        subprocess.run(["umount", "-l", str(disk)], check=False)


def test_the_dry_plan_touches_nothing(env):
    env.wheel("alpha")
    env.install("alpha")
    before, entries = env.picture(), env.do("entries")
    assert env.do("plan-undo")["changes"] == ["- alpha 1.0"]
    assert not difference(env.picture(), before)
    assert env.do("entries") == entries
