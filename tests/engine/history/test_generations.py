"""The files of a history: damaged ones are named and kept aside, those of a newer kit are left
alone, and nothing is guessed.
"""

import json
import re
import shutil

import pytest
from worlds.again import again
from worlds.environment import Environment, difference


def three_installs(directory):
    environment = Environment(directory, small=True)
    environment.do("baseline")
    for name in ("alpha", "beta", "gamma"):
        environment.place(name)
    return environment


@pytest.fixture
def env():
    return again(three_installs)


def file(env, number, ending="json"):
    return env.home / "history" / f"{number:04}.{ending}"


def test_a_generation_is_readable_by_people_and_json(env):
    said = json.loads(file(env, 3).read_text())
    assert (said["version"], said["number"], said["kind"], said["status"]) == (1, 3, "install", 0)
    assert [one["name"] for one in said["before"]] == ["alpha"]
    assert [(one["name"], one["version"]) for one in said["after"]] == [
        ("alpha", "1.0"),
        ("beta", "1.0"),
    ]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", said["time"])
    assert said["argv"][-2].endswith("beta-1.0-py3-none-any.whl")
    assert said["seconds"] > 0


@pytest.mark.parametrize(
    "content", [b"", b"{", b'{"version": 1}', b'{"version": 1, "before": 7}', b"\x00" * 100]
)
def test_a_damaged_generation_in_the_middle_is_kept_aside(env, content):
    file(env, 3).write_bytes(content)
    answer = env.tell("entries")
    assert [one["number"] for one in answer["result"]] == [4, 2, 1]
    assert "kept aside" in answer["notices"][0] and "0003.json.damaged-1" in answer["notices"][0]
    assert (env.home / "history" / "0003.json.damaged-1").read_bytes() == content


def test_what_a_damaged_generation_knew_is_not_guessed(env):
    before = env.picture()
    file(env, 3).write_bytes(b"{")
    env.do("entries")
    assert env.do("undo")["changes"] == ["- gamma 1.0"]
    assert env.tell("undo")["error"] == "there is nothing to undo"
    env.do("redo")
    assert not difference(env.picture(), before)
    assert env.do("restore", "2")["changes"] == ["- beta 1.0", "- gamma 1.0"]


def test_a_damaged_last_generation_does_not_stop_the_next(env):
    file(env, 4).write_bytes(b"{")
    answer = env.tell("sync")
    assert "0004.json.damaged-1" in answer["notices"][0]
    assert answer["result"]["changes"] == ["+ gamma 1.0"]
    assert answer["result"]["number"] == 5
    assert env.do("undo")["changes"] == ["- gamma 1.0"]


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.unlink(),
        lambda path: path.write_bytes(b"WRTREE1\n"),
        lambda path: path.write_bytes(b"x" * 400),
    ],
)
def test_a_damaged_tree_is_named_and_nothing_changes(env, damage):
    before = env.picture()
    damage(file(env, 4, "tree"))
    answer = env.tell("undo")
    assert "0004.tree is damaged or gone" in answer["error"]
    assert not difference(env.picture(), before)
    env.place("delta")
    assert env.do("undo")["changes"] == ["- delta 1.0"]
    assert not difference(env.picture(), before)


def test_one_damaged_byte_in_a_tree_is_noticed(env):
    path = file(env, 4, "tree")
    data = bytearray(path.read_bytes())
    before, kept = (
        env.picture(),
        shutil.copy(env.home / "history" / "present", env.directory / "present"),
    )
    for at in range(0, len(data), len(data) // 12):
        spoiled = bytearray(data)
        spoiled[at] ^= 0x55
        path.write_bytes(spoiled)
        answer = env.tell("plan-undo")
        assert "0004.tree is damaged" in answer.get("error", "") + " ".join(answer["notices"]), at
        assert not difference(env.picture(), before)
        path.write_bytes(data)
        shutil.copy(kept, env.home / "history" / "present")


@pytest.mark.parametrize(
    "words",
    [("sync",), ("undo",), ("record", "true"), ("restore", "baseline"), ("entries",)],
    ids=lambda words: words[0],
)
def test_a_history_of_a_newer_kit_is_left_alone(env, words):
    before = env.picture()
    file(env, 5).write_text('{"version": 2, "number": 5}')
    answer = env.tell(*words)
    assert "0005.json was written by a newer kit" in answer["error"]
    assert file(env, 5).read_text() == '{"version": 2, "number": 5}'
    assert not difference(env.picture(), before)


def test_a_damaged_snapshot_is_kept_aside(env):
    env.do("snapshot", "good")
    (env.home / "snapshots" / "good.json").write_text("{")
    answer = env.tell("restore", "good")
    assert answer["error"] == "there is no snapshot good"
    assert "good.json.damaged-1" in answer["notices"][0]
    assert "there is no snapshot" in env.tell("restore", "never")["error"]


@pytest.mark.parametrize(
    "name", ["", "../up", "a/b", "a b", ".hidden", "12", "-n", "x" * 200, "nul\x01"]
)
def test_a_name_that_no_file_can_bear_is_refused(env, name):
    assert "cannot name a snapshot" in env.tell("snapshot", name)["error"]


def test_a_taken_name_is_refused(env):
    env.do("snapshot", "good")
    assert "already" in env.tell("snapshot", "good")["error"]


def test_numbers_are_never_used_twice(env):
    file(env, 4).unlink()
    assert env.do("sync")["number"] == 5
