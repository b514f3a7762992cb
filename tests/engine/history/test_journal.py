"""kill -9 at random system calls: the next command finishes or takes back the change, says which,
and nothing is mixed.
"""

import os
import random
import re
import shutil
import signal
import subprocess
import time

import pytest
from worlds.environment import Environment, difference

KILLS = (18, pytest.param(210, marks=pytest.mark.thorough))
STRACE = shutil.which("strace")
CALL = re.compile(r"^(?:\d+ +)?([a-z0-9_]+)\(")


class Calls:
    """The system calls of one command, in order, and which of them lie between the journal's coming
    and its going.
    """

    def __init__(self, env: Environment, *words: str) -> None:
        log = env.directory / "log"
        env.run(STRACE, "-f", "-qq", "-s", "400", "-o", str(log), *env.command(*words))
        self.lines = [
            line for line in log.read_text(errors="replace").splitlines() if CALL.match(line)
        ]
        places = [
            at
            for at, line in enumerate(self.lines)
            if f'{env.home}/journal"' in line and "openat" not in line
        ]
        self.dangerous = range(places[0], places[-1] + 1)

    def choose(self, chance: random.Random) -> tuple[str, int]:
        """A call of some name and its count; three in four are dangerous ones."""
        inside = chance.random() < 0.75
        at = (
            chance.choice(self.dangerous)
            if inside
            else chance.randrange(len(self.lines) // 3, len(self.lines))
        )
        name = CALL.match(self.lines[at])[1]
        return name, sum(CALL.match(line)[1] == name for line in self.lines[: at + 1])


def killed(env: Environment, call: tuple[str, int], *words: str) -> bool:
    """Whether the command was killed at that call, and not done before it."""
    inject = [
        STRACE,
        "-f",
        "-qq",
        "-o",
        "/dev/null",
        "-e",
        f"trace={call[0]}",
        "-e",
        f"inject={call[0]}:signal=KILL:when={call[1]}",
    ]
    done = subprocess.run(
        [*inject, *env.command(*words)],
        env=env.environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=120,
    )
    return done.returncode in (-signal.SIGKILL, 128 + signal.SIGKILL)


@pytest.fixture
def env(tmp_path):
    environment = Environment(tmp_path / "e n v", small=True)
    for version in ("1.0", "2.0"):
        environment.wheel(
            "alpha",
            version,
            scripts={"tool": f"#!/bin/sh\necho {version}\n"},
            commands={"alpha": "alpha:main"},
        )
        environment.wheel(
            "space-a",
            version,
            files={
                "space/a/__init__.py": version,
                "space/a/b/c/deep.py": "",
                f"space/a/only{version[0]}.py": "",
            },
        )
        environment.wheel(
            "space-b",
            version,
            files={
                "space/b.py": f"x = {version}\n",
                "top_b.py": f"x = {version}\n",
                "b.pth": f"# {version}\n",
            },
        )
    environment.wheel("omega")
    environment.do("baseline")
    environment.install("alpha==1.0", "space-a==1.0", "space-b==1.0")
    return environment


@pytest.mark.skipif(not STRACE, reason="no strace")
@pytest.mark.parametrize("kills", KILLS)
def test_no_kill_mixes_two_package_sets(env, kills, capsys):
    """One venv, killed on and on: by turns in an undo, a redo and restores, from the park and from
    the store.
    """
    pictures, chance = {"old": env.picture()}, random.Random(20)
    env.do("snapshot", "old")
    env.install("-U", "alpha", "space-a", "space-b", "omega")
    env.do("snapshot", "new")
    pictures["new"] = env.picture()
    counts = {"kills": 0, "with a journal": 0, "mixed before": 0, "finished": 0, "taken back": 0}
    begun = time.monotonic()
    while counts["kills"] < kills:
        _one_round(env, pictures, chance, counts)
    with capsys.disabled():
        print(f"\n{counts} in {time.monotonic() - begun:.0f} s")
    assert counts["mixed before"] > kills // 20


def _one_round(env, pictures, chance, counts):
    """Six kills of the same change, in one direction."""
    words, there = chance.choice(
        [
            (("undo",), "old"),
            (("redo",), "new"),
            (("restore", "old"), "old"),
            (("restore", "new"), "new"),
        ]
    )
    here = "new" if there == "old" else "old"
    calls = Calls(env, *_ready(env, words, here))
    for _ in range(6):
        _ready(env, words, here)
        if chance.random() < 0.4:
            shutil.rmtree(env.home / "park", ignore_errors=True)
        assert not difference(env.picture(), pictures[here])
        if killed(env, calls.choose(chance), *words):
            _examine(env, pictures, counts)


def _ready(env, words, here):
    """Bring the venv to `here`, such that the words can follow."""
    if words[0] == "undo":
        env.do("restore", "old")
        env.do("restore", "new")
    elif words[0] == "redo":
        _ready(env, ("undo",), "new")
        env.do("undo")
    else:
        env.do("restore", here)
    return words


def _examine(env, pictures, counts):
    journal = (env.home / "journal").exists()
    mixed = all(difference(env.picture(), picture) for picture in pictures.values())
    answer = env.tell("sync")
    assert "error" not in answer, answer
    said = " ".join(answer["notices"])
    left = [name for name, picture in pictures.items() if not difference(env.picture(), picture)]
    assert len(left) == 1, {
        name: difference(env.picture(), picture)[:5] for name, picture in pictures.items()
    }
    assert (
        bool(
            re.match(
                "(finished|took back) the (undo|redo|restore) of .*, which had been interrupted",
                said,
            )
        )
        == journal
    ), said
    assert answer["result"] is None
    newest = env.do("entries")[0]
    assert newest["kind"] in ("undo", "redo", "restore", "install")
    counts["kills"] += 1
    counts["with a journal"] += journal
    counts["mixed before"] += mixed
    counts["finished"] += said.startswith("finished")
    counts["taken back"] += said.startswith("took back")


@pytest.mark.skipif(not STRACE, reason="no strace")
def test_a_killed_install_is_recorded_and_undone(env):
    """pip and the recorder killed together, wherever they are."""
    env.do("sync")
    before, chance = env.picture(), random.Random(4)
    words = ["record", *env.pip("install", "-U", "alpha", "space-a", "space-b")]
    for name, most in (
        ("rename", 12),
        ("unlink", 12),
        ("mkdir", 20),
        ("openat", 900),
        ("link", 10),
        ("rename", 60),
    ):
        inject = f"inject={name}:signal=KILL:when={chance.randint(1, most)}"
        process = subprocess.Popen(
            [
                STRACE,
                "-f",
                "-qq",
                "-o",
                "/dev/null",
                "-e",
                f"trace={name}",
                "-e",
                inject,
                *env.command(*words),
            ],
            env=env.environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        process.wait(60)
        answer = env.tell("sync")
        assert "error" not in answer, answer
        if difference(env.picture(), before):
            env.do("undo")
        assert not difference(env.picture(), before)


def test_a_change_that_cannot_be_finished_is_taken_back(env):
    """What was to come in is gone: the only way is back."""
    env.wheel("alpha", "3.0")
    env.install("-U", "alpha")
    before = env.picture()
    _stop_in_the_middle(env, "undo", moves=4)
    for ready in (env.home / "park").glob("*/in/*"):
        shutil.rmtree(ready) if ready.is_dir() else ready.unlink()
    answer = env.tell("sync")
    assert answer["notices"] == ["took back the undo of operation 3, which had been interrupted"]
    assert not difference(env.picture(), before)


def _stop_in_the_middle(env, *words, moves=3):
    """Kill the command before that rename, the journal's being the first."""
    shutil.rmtree(env.home / "park", ignore_errors=True)
    program = (
        "import os, sys\n"
        "moves = []\n"
        "def watch(event, arguments):\n"
        "    if event == 'os.rename' and (moves or str(arguments[1]).endswith('/journal')):\n"
        "        moves.append(arguments)\n"
        f"        if len(moves) == {moves}: os.kill(os.getpid(), 9)\n"
        "sys.addaudithook(watch)\n"
        "import runpy\n"
        "sys.argv = sys.argv[1:]\n"
        "runpy.run_path(sys.argv[0], run_name='__main__')\n"
    )
    python, *flags_and_words = env.command(*words)
    done = subprocess.run(
        [python, "-I", "-S", "-c", program, *flags_and_words[2:]],
        env=env.environ,
        capture_output=True,
        text=True,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr


def test_a_file_put_where_a_move_goes_is_not_swallowed(env):
    env.wheel("alpha", "3.0", commands={"alpha": "alpha:main"})
    env.install("-U", "alpha")
    before = env.picture()
    _stop_in_the_middle(env, "undo")
    gone = next(path for path in before if not os.path.lexists(env.venv / path))
    (env.venv / gone).write_text("mine")
    answer = env.tell("sync")
    assert "was put there while a change was interrupted" in answer["error"]
    assert (env.venv / gone).read_text() == "mine"
    (env.venv / gone).unlink()
    assert "error" not in env.tell("sync")


def test_a_damaged_journal_is_kept_aside(env):
    (env.home / "journal").write_text('{"version": 1, "moves"')
    before = env.picture()
    answer = env.tell("sync")
    assert "journal.damaged-1" in answer["notices"][0]
    assert not difference(env.picture(), before)


def test_a_journal_of_a_newer_kit_stops_everything(env):
    (env.home / "journal").write_text('{"version": 99}')
    before = env.picture()
    assert "newer kit" in env.tell("sync")["error"]
    assert "newer kit" in env.tell("undo")["error"]
    assert not difference(env.picture(), before)
    assert (env.home / "journal").exists()
