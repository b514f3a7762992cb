"""The store has what was there, and notices when somebody wrote into it through another name of the
same file.
"""

import os
import shutil
import subprocess

import pytest
from worlds.environment import Environment, difference


@pytest.fixture
def env(tmp_path):
    environment = Environment(tmp_path / "env", small=True)
    environment.wheel(
        "alpha",
        "1.0",
        scripts={"tool": "#!/bin/sh\n"},
        files={"alpha/__init__.py": "one\n", "alpha/data.bin": "x" * 9000, "a.pth": "# a\n"},
    )
    environment.wheel("alpha", "2.0")
    environment.wheel("beta", "1.0")
    environment.do("baseline")
    environment.install("alpha==1.0", "beta")
    return environment


def _append(path):
    with open(path, "a") as file:
        file.write("# edited\n")


def test_content_is_linked_and_what_is_written_in_place_is_copied(env):
    linked = env.site / "alpha" / "__init__.py"
    assert linked.lstat().st_nlink == 2
    for path in (env.site / "a.pth", env.venv / "bin" / "tool", env.venv / "pyvenv.cfg"):
        assert path.lstat().st_nlink == 1, path


def test_the_key_names_the_distribution(env):
    keys = sorted(path.name for path in (env.home / "store").iterdir())
    assert [key.rsplit("-", 2)[0] for key in keys if key != "loose"] == ["alpha-1.0", "beta-1.0"]


def test_an_edit_before_the_operation_is_what_undo_brings_back(env):
    """It was there before, so it is there again; and the history says that it was edited."""
    _append(env.site / "alpha" / "__init__.py")
    before = env.picture()
    entry = env.install("-U", "alpha")
    assert [os.path.basename(path) for path in entry["edited"]] == ["__init__.py"]
    env.do("undo")
    assert not difference(env.picture(), before)


def test_an_edit_after_the_operation_is_noticed_and_never_taken_for_the_original(env):
    """The same file lies in the store only, and somebody writes into it: undo will not bring that
    back.
    """
    stored = env.store_file(env.site / "alpha" / "__init__.py")
    env.install("-U", "alpha")
    before = env.picture()
    _append(stored)
    answer = env.tell("undo")
    assert answer["error"] == "the store no longer has these as they were: alpha 1.0"
    assert env.do("plan-undo")["missing"] == ["alpha 1.0"]
    assert not difference(env.picture(), before)


def test_what_was_edited_is_healed_by_fetching(env):
    stored = env.store_file(env.site / "alpha" / "__init__.py")
    env.install("-U", "alpha", "beta")
    _append(stored)
    entry = env.do("fetch-undo", *env.pip("install", "--no-deps"))
    assert entry["kind"] == "undo"
    assert (env.site / "alpha" / "__init__.py").read_text() == "one\n"
    assert env.do("sync") is None
    env.do("redo")
    assert "2.0" in (env.site / "alpha" / "__init__.py").read_text()
    env.do("undo")
    assert (env.site / "alpha" / "__init__.py").read_text() == "one\n"


def test_what_cannot_be_fetched_leaves_all_as_it_was(env):
    stored = env.store_file(env.site / "alpha" / "__init__.py")
    env.install("-U", "alpha")
    env.uninstall("beta")
    before = env.picture()
    _append(stored)
    shutil.rmtree(env.wheels)
    env.wheels.mkdir()
    answer = env.tell("fetch-restore", "2", *env.pip("install", "--no-deps"))
    assert "could not be fetched; the environment is as it was" in answer["error"]
    assert not difference(env.picture(), before)
    assert env.do("sync") is None
    assert env.do("entries")[0]["kind"] == "install"


@pytest.mark.parametrize(
    "spoil", [lambda path: path.touch(), lambda path: path.chmod(0o600)], ids=["touch", "chmod"]
)
def test_the_right_content_is_enough(env, spoil):
    """A file whose time or mode was changed comes back as it was, its hash being the one in
    RECORD.
    """
    before = env.picture()
    stored = env.store_file(env.site / "alpha" / "__init__.py")
    env.install("-U", "alpha")
    spoil(stored)
    env.do("undo")
    assert not difference(env.picture(), before)


def test_a_whole_store_may_be_lost(env):
    env.install("-U", "alpha")
    shutil.rmtree(env.home / "store")
    assert env.do("plan-undo")["missing"] == ["alpha 1.0"]
    env.do("fetch-undo", *env.pip("install", "--no-deps"))
    assert (env.site / "alpha" / "__init__.py").read_text() == "one\n"


def test_an_edit_of_what_an_undo_put_aside_is_kept_and_named(env):
    """What the person wrote into an installed file is not lost by undo and redo."""
    _append(env.site / "beta" / "__init__.py")
    env.do("undo")
    entry = env.do("redo")
    assert "# edited" in (env.site / "beta" / "__init__.py").read_text()
    assert [os.path.basename(path) for path in entry["edited"]] == ["__init__.py"]


@pytest.mark.parametrize("tool", ["sed -i s/one/two/", "perl -pi -e s/one/two/"])
def test_editors_that_write_a_new_file_do_not_reach_the_store(env, tool):
    before = env.picture()
    stored = env.store_file(env.site / "alpha" / "__init__.py")
    subprocess.run([*tool.split(), str(env.site / "alpha" / "__init__.py")], check=True)
    assert stored.read_text() == "one\n"
    env.do("restore", "2")
    assert not difference(env.picture(), before)


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting needs root")
def test_another_file_system_gets_copies(env, tmp_path, mounted):
    """A store that cannot be linked to holds copies, and undo is as exact."""
    other = mounted(tmp_path / "disk", "16m")
    elsewhere = Environment(other / "env", small=True)
    elsewhere.wheel("alpha")
    elsewhere.home = tmp_path / "home"
    elsewhere.do("baseline")
    before = elsewhere.picture()
    elsewhere.install("alpha")
    after = elsewhere.picture()
    for words, picture in (("undo", before), ("redo", after), ("undo", before)):
        elsewhere.do(words)
        assert not [
            path
            for path in difference(elsewhere.picture(), picture)
            if not path.startswith(".workroot-park")
        ]


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting needs root")
def test_a_venv_that_is_mounted_from_the_same_disk_is_undone(env):
    """A container's volume: the same device, and yet nothing can be renamed across its border."""
    before = env.picture()
    volume = env.directory / "volume"
    env.venv.rename(volume)
    env.venv.mkdir()
    if subprocess.run(["mount", "--bind", str(volume), str(env.venv)]).returncode:
        pytest.skip("nothing can be mounted here")
    try:
        env.install("-U", "alpha")
        after = env.picture()
        for words, picture in (("undo", before), ("redo", after), ("undo", before)):
            env.do(words)
            left = difference(env.picture(), picture)
            assert [path for path in left if not path.startswith(".workroot-park")] == []
    finally:
        subprocess.run(["umount", "-l", str(env.venv)], check=False)


@pytest.fixture
def mounted():
    made = []

    def mount(path, size):
        path.mkdir()
        subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(path)], check=True
        )
        made.append(path)
        return path

    yield mount
    for path in made:
        subprocess.run(["umount", "-l", str(path)], check=False)


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting needs root")
@pytest.mark.parametrize(
    "words",
    [("undo",), ("restore", "baseline"), ("record", "true"), ("snapshot", "name")],
    ids=lambda words: words[0],
)
def test_a_full_disk_leaves_the_old_set(tmp_path, mounted, words):
    full = mounted(tmp_path / "disk", "24m")
    env = Environment(full / "env", small=True)
    env.wheel("alpha", "1.0")
    env.wheel("alpha", "2.0")
    env.do("baseline")
    env.install("alpha==1.0")
    env.install("-U", "alpha")
    before = env.picture()
    shutil.rmtree(env.home / "park", ignore_errors=True)
    _fill(full / "filler")
    (env.site / "new.py").write_bytes(b"")
    answer = env.tell(*words)
    (env.site / "new.py").unlink()
    os.utime(env.site, ns=(0, before[os.path.relpath(env.site, env.venv)][2]))
    assert "no space left" in answer["error"]
    assert not difference(env.picture(), before)
    (full / "filler").unlink()
    assert "error" not in env.tell("sync")
    assert env.do("undo")["changes"] == ["~ alpha 2.0 -> 1.0"]


def _fill(path):
    with open(path, "wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12, 1):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError:
                continue
