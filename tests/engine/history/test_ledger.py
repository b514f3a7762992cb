"""Every operation can be taken back: the tree before equals the tree after, compared whole."""

import os
import shutil
import subprocess

import pytest
from worlds import wheels
from worlds.environment import Environment, difference, find_uv


@pytest.fixture
def env(tmp_path):
    environment = Environment(tmp_path / "a venv's $(home) \u00e9")
    environment.do("baseline")
    return environment


def _plain(env):
    env.wheel("alpha")
    return [env.pip("install", "alpha")]


def _with_dependency(env):
    env.wheel("alpha", requires=("beta",))
    env.wheel("beta")
    return [env.pip("install", "alpha")]


def _upgrade(env):
    env.wheel("alpha", "1.0")
    env.behind("install", "alpha")
    env.wheel(
        "alpha", "2.0", files={"alpha/__init__.py": "version = 2\n", "alpha/other/new.py": ""}
    )
    return [env.pip("install", "-U", "alpha")]


def _uninstall(env):
    env.wheel("alpha")
    env.behind("install", "alpha")
    return [env.pip("uninstall", "alpha")]


def _reinstall(env):
    env.wheel("alpha")
    env.behind("install", "alpha")
    return [env.pip("install", "--force-reinstall", "alpha")]


def _editable(env):
    project = wheels.make_project(str(env.directory / "proj ect"), "gamma")
    return [env.pip("install", "-e", project)]


def _local_wheel(env):
    return [env.pip("install", wheels.make_wheel(str(env.directory / "elsewhere"), "delta"))]


def _scripts_and_data(env):
    env.wheel(
        "alpha",
        scripts={"tool.sh": "#!/bin/sh\necho hi\n"},
        data={"share/alpha/a b.txt": "data\n"},
        commands={"alpha": "alpha:main"},
    )
    return [env.pip("install", "alpha")]


def _namespace(env):
    env.wheel("space-one", files={"space/one/__init__.py": ""})
    env.behind("install", "space-one")
    env.wheel("space-two", files={"space/two/__init__.py": "", "space/shared.py": ""})
    return [env.pip("install", "space-two")]


def _own_pth(env):
    env.wheel("alpha", files={"alpha.pth": "import sys\n", "alpha.py": "", "alpha-nspkg.pth": "\n"})
    return [env.pip("install", "alpha")]


def _file_of_two(env):
    env.wheel("one", files={"both.py": "one = 1\n", "one.py": ""})
    env.behind("install", "one")
    env.wheel("two", files={"both.py": "two = 2\n", "two.py": ""})
    return [env.pip("install", "two"), env.pip("uninstall", "two")]


def _pip_itself(env):
    return [env.pip("uninstall", "pip")]


def _late_bytecode(env):
    env.wheel("alpha", "1.0")
    env.behind("install", "alpha")
    env.do("sync")
    env.run(env.python, "-OO", "-c", "import alpha.inner.deep")
    env.wheel("alpha", "2.0")
    return [env.pip("install", "-U", "alpha")]


OPERATIONS = [
    _plain,
    _with_dependency,
    _upgrade,
    _uninstall,
    _reinstall,
    _editable,
    _local_wheel,
    _scripts_and_data,
    _namespace,
    _own_pth,
    _file_of_two,
    _pip_itself,
    _late_bytecode,
]


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.__name__[1:])
def test_undo_and_redo_bring_back_the_whole_tree(env, operation):
    commands = operation(env)
    env.do("sync")
    pictures = [env.picture()]
    for command in commands:
        assert env.do("record", *command)["changes"]
        pictures.append(env.picture())
    for earlier in reversed(pictures[:-1]):
        env.do("undo")
        assert not difference(env.picture(), earlier)
    for later in pictures[1:]:
        env.do("redo")
        assert not difference(env.picture(), later)


@pytest.mark.parametrize(
    "operation",
    [_upgrade, _scripts_and_data, _namespace, _late_bytecode],
    ids=lambda one: one.__name__[1:],
)
def test_undo_needs_no_park(env, operation):
    """What the last change put aside may be gone; the store is enough."""
    commands = operation(env)
    env.do("sync")
    before = env.picture()
    env.do("record", *commands[0])
    after = env.picture()
    for words, picture in ((["undo"], before), (["redo"], after), (["undo"], before)):
        shutil.rmtree(env.home / "park", ignore_errors=True)
        env.do(*words)
        assert not difference(env.picture(), picture)


@pytest.mark.skipif(not find_uv(), reason="no uv")
@pytest.mark.parametrize("link", ["hardlink", "copy"])
def test_what_uv_does_is_undone(env, link):
    env.wheel("alpha", "1.0", scripts={"tool.sh": "#!/bin/sh\n"})
    uv = [
        find_uv(),
        "pip",
        "install",
        "-q",
        "--offline",
        "--no-index",
        "--link-mode",
        link,
        "--find-links",
        str(env.wheels),
        "--python",
        env.python,
    ]
    pictures = [env.picture()]
    env.do("record", *uv, "alpha")
    pictures.append(env.picture())
    env.run(env.python, "-c", "import alpha.inner.deep")
    env.wheel("alpha", "2.0")
    env.do("sync")
    pictures[-1] = env.picture()
    assert env.do("record", *uv, "-U", "alpha")["changes"] == ["~ alpha 1.0 -> 2.0"]
    for picture in reversed(pictures):
        env.do("undo")
        assert not difference(env.picture(), picture)


def test_many_operations_are_undone_and_redone_at_once(env):
    env.wheel("alpha", "1.0")
    env.wheel("beta", "1.0")
    pictures = [env.picture()]
    for command in (
        env.pip("install", "alpha"),
        env.pip("install", "beta"),
        env.pip("uninstall", "alpha"),
    ):
        env.do("record", *command)
        pictures.append(env.picture())
    assert env.do("undo", "3")["changes"] == ["- beta 1.0"]
    assert not difference(env.picture(), pictures[0])
    env.do("redo")
    assert not difference(env.picture(), pictures[3])
    env.do("undo", "2")
    assert not difference(env.picture(), pictures[1])
    assert "only one" in env.tell("undo", "2")["error"]


def test_a_snapshot_is_restored_and_the_restore_is_undone(env):
    env.wheel("alpha", "1.0")
    env.install("alpha")
    env.do("snapshot", "good")
    good = env.picture()
    env.wheel("alpha", "2.0")
    env.wheel("beta")
    env.install("-U", "alpha", "beta")
    later = env.picture()
    assert env.do("restore", "good")["changes"] == ["~ alpha 2.0 -> 1.0", "- beta 1.0"]
    assert not difference(env.picture(), good)
    env.do("undo")
    assert not difference(env.picture(), later)
    assert (env.home / "snapshots" / "good.txt").read_text().splitlines()[0] == "alpha==1.0"


def test_a_new_operation_ends_what_can_be_redone(env):
    env.wheel("alpha")
    env.wheel("beta")
    env.install("alpha")
    env.do("undo")
    env.install("beta")
    assert env.tell("redo")["error"] == "there is nothing to redo"


def test_what_other_tools_did_is_noticed_and_can_be_undone(env):
    env.wheel("alpha")
    before = env.picture()
    env.behind("install", "alpha")
    answer = env.tell("sync")
    assert answer["result"]["kind"] == "external"
    assert answer["result"]["changes"] == ["+ alpha 1.0"]
    assert "operation 2" in answer["notices"][0]
    env.do("undo")
    assert not difference(env.picture(), before)


def test_a_command_that_changes_nothing_leaves_no_entry(env):
    env.wheel("alpha")
    env.install("alpha")
    assert env.install("alpha") is None
    assert env.install("no-such-thing-here") is None
    assert [one["kind"] for one in env.do("entries")] == ["install", "baseline"]


def test_an_entry_names_the_command_but_no_password(env):
    env.wheel("alpha")
    entry = env.do(
        "record",
        *env.pip("install", "--trusted-host", "https://me:secret@example.org/simple", "alpha"),
    )
    assert entry["argv"][2:4] == ["pip", "install"]
    assert "secret" not in (env.home / "history" / "0002.json").read_text()


def test_the_persons_own_files_stay(env):
    env.wheel("alpha")
    env.install("alpha")
    note = env.site / "alpha" / "notes.txt"
    note.write_text("mine")
    other = env.venv / "share" / "mine" / "data.txt"
    other.parent.mkdir(parents=True)
    other.write_text("mine")
    (env.site / "repo.pth").write_text("/somewhere\n")
    env.do("undo")
    assert not (env.site / "alpha" / "__init__.py").exists()
    assert [note.read_text(), other.read_text(), (env.site / "repo.pth").read_text()] == [
        "mine",
        "mine",
        "/somewhere\n",
    ]
    env.do("redo")
    assert (env.site / "alpha" / "__init__.py").exists()
    assert note.read_text() == "mine"


def test_what_is_kept_out_is_never_touched(env):
    ours = env.venv / "bin" / "kept-out"
    ours.write_text("one")
    env.wheel("alpha")
    env.install("alpha")
    ours.write_text("two")
    env.do("undo")
    assert ours.read_text() == "two"
    assert not any(
        one.read_text(errors="replace") == "two" for one in (env.home / "store" / "loose").iterdir()
    )


def test_another_python_is_refused(env):
    env.wheel("alpha")
    env.install("alpha")
    lib = env.venv / "lib"
    (lib / "python3.99" / "site-packages").mkdir(parents=True)
    (env.directory / "python3.99").symlink_to(os.path.realpath(env.python))
    python = env.venv / "bin" / "python"
    shutil.copy(os.path.realpath(python), env.directory / "python3.98")
    (env.directory / "python3.98").rename(env.directory / "real-python3.99")
    python.unlink()
    (env.directory / "python3.99").unlink()
    (env.directory / "real-python3.99").rename(env.directory / "python3.99")
    python.symlink_to(env.directory / "python3.99")
    env.do("sync")
    before = env.picture()
    assert "Python 3.99" in env.tell("undo")["error"]
    assert not difference(env.picture(), before)


def test_the_oldest_entries_go_and_what_a_snapshot_names_stays(env):
    env.wheel("alpha", "1.0")
    env.wheel("alpha", "2.0")
    env.install("alpha==1.0")
    env.do("snapshot", "first")
    first = env.picture()
    for version in ("2.0", "1.0", "2.0"):
        env.do("--most=2", "record", *env.pip("install", f"alpha=={version}"))
    env.do("tidy")
    assert sorted(path.name for path in (env.home / "history").glob("*.json")) == [
        "0004.json",
        "0005.json",
    ]
    env.do("restore", "first")
    assert not difference(env.picture(), first)
    assert "only" in env.tell("undo", "9")["error"]


def test_what_nothing_names_is_tidied_away(env):
    env.wheel("alpha", "1.0")
    env.wheel("beta", "1.0")
    env.install("alpha")
    env.do("undo")
    env.do("--most=1", "record", *env.pip("install", "beta"))
    env.do("tidy")
    assert not [
        path.name for path in (env.home / "store").iterdir() if path.name.startswith("alpha")
    ]
    assert [path.name for path in (env.home / "store").iterdir() if path.name.startswith("beta")]
    assert not list((env.home / "park").iterdir())


def test_what_undos_put_aside_goes_with_the_next_operations(env):
    """A little with each, so that none of them takes long."""
    env.place("alpha")
    env.do("undo")
    assert list((env.home / "park").iterdir())
    for number in range(20):
        env.place(f"beta{number}")
        if not list((env.home / "park").iterdir()):
            break
    assert not list((env.home / "park").iterdir())


def test_space_is_won_back_without_being_asked(env):
    for number in range(24):
        wheel = env.wheel(f"part{number}")
        program = "import sys, zipfile; zipfile.ZipFile(sys.argv[1]).extractall(sys.argv[2])"
        env.do("--most=2", "record", env.python, "-c", program, wheel, str(env.site))
        env.do(
            "--most=2",
            "record",
            env.python,
            "-c",
            "import shutil, sys; [shutil.rmtree(one) for one in sys.argv[1:]]",
            str(env.site / f"part{number}"),
            str(env.site / f"part{number}-1.0.dist-info"),
        )
    assert (
        len([path for path in (env.home / "store").iterdir() if path.name.startswith("part")]) < 12
    )
    env.do("restore", "baseline")


def test_a_venv_may_be_moved_with_its_home(env):
    env.wheel("alpha")
    before = env.picture()
    env.install("alpha")
    moved = env.directory.with_name("moved")
    env.directory.rename(moved)
    env.directory, env.venv, env.home = moved, moved / ".venv", moved / ".workroot"
    assert env.do("sync") is None
    env.do("undo")
    assert not difference(env.picture(), before)


def test_a_copied_home_and_venv_still_undo(env, tmp_path):
    """A backup that was brought back has other inodes everywhere: content decides."""
    env.wheel("alpha", "1.0")
    env.install("alpha")
    before = env.picture()
    env.wheel("alpha", "2.0")
    env.install("-U", "alpha")
    copy = tmp_path / "copy"
    subprocess.run(["cp", "-a", str(env.directory), str(copy)], check=True)
    env.directory, env.venv, env.home = copy, copy / ".venv", copy / ".workroot"
    assert env.do("sync") is None
    env.do("undo")
    assert not difference(env.picture(), before)


def test_the_cache_of_the_last_look_may_be_lost(env):
    env.wheel("alpha", "1.0")
    before = env.picture()
    env.install("alpha")
    after = env.picture()
    for damage in (lambda path: path.unlink(), lambda path: path.write_bytes(b"WRNOW1\nnonsense")):
        damage(env.home / "history" / "present")
        env.do("undo")
        assert not difference(env.picture(), before)
        damage(env.home / "history" / "present")
        env.do("redo")
        assert not difference(env.picture(), after)


def test_a_set_of_another_machine_is_brought_about(env, tmp_path):
    """What is here is taken from the store, the rest is fetched, in exactly these versions."""
    for version in ("1.0", "2.0"):
        env.wheel("alpha", version, files={"space/alpha.py": version, "space/more/x.py": ""})
        env.wheel("beta", version, files={"space/beta.py": version})
    other = Environment(tmp_path / "other")
    shutil.copytree(env.wheels, other.wheels, dirs_exist_ok=True)
    other.wheel("gamma", "1.5")
    other.do("baseline")
    other.install("alpha==1.0", "beta==1.0", "gamma")
    other.do("snapshot", "set")
    file = str(other.home / "snapshots" / "set.json")

    env.install("alpha==1.0")
    env.install("alpha==2.0", "beta==1.0")
    before = env.picture()
    assert "gamma 1.5" in env.tell("fetch-file", file)["error"]
    shutil.copytree(other.wheels, env.wheels, dirs_exist_ok=True)
    (env.wheels / "alpha-1.0-py3-none-any.whl").unlink()
    entry = env.do("fetch-file", file, *env.pip("install", "--no-deps"))
    assert entry["changes"] == ["~ alpha 2.0 -> 1.0", "+ gamma 1.5"]
    assert (env.site / "space" / "alpha.py").read_text() == "1.0"
    assert env.do("sync") is None
    env.do("undo")
    assert not difference(env.picture(), before)
