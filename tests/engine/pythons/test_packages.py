"""The package set of a venv, read from disk, is the one that pip names."""

import json
import subprocess

import pytest
from worlds import wheels
from worlds.environment import Environment

from workroot.pythons import packages


@pytest.fixture
def env(tmp_path):
    return Environment(tmp_path / "e nv")


def read(env):
    found = packages.read(str(env.venv))
    return [one.document() | {"requirement": one.requirement} for one in found]


def test_it_is_what_pip_lists(env):
    env.wheel("Alpha.Beta_x", "1.0.post1", files={"ab.py": ""})
    env.behind("install", "Alpha.Beta_x")
    listed = subprocess.run(
        [*env.pip_words, "list", "--format", "json"],
        env=env.environ,
        capture_output=True,
        text=True,
    )
    names = {
        (one["name"].lower().replace(".", "-").replace("_", "-"), one["version"])
        for one in json.loads(listed.stdout)
    }
    assert {(one["name"], one["version"]) for one in read(env)} == names
    assert ("alpha-beta-x", "1.0.post1") in names


def test_it_tells_what_was_asked_for_from_what_came_along(env):
    env.wheel("alpha", requires=("beta",))
    env.wheel("beta")
    env.behind("install", "alpha")
    asked = {one["name"]: one.get("requested", False) for one in read(env)}
    assert asked["alpha"] and not asked["beta"]


def test_it_knows_editables_and_local_wheels(env):
    project = wheels.make_project(str(env.directory / "project"), "gamma")
    wheel = wheels.make_wheel(str(env.directory / "elsewhere"), "delta")
    env.behind("install", "-e", project)
    env.behind("install", wheel)
    said = {one["name"]: one for one in read(env)}
    assert said["gamma"]["editable"]
    assert said["gamma"]["requirement"] == f"-e file://{project.replace(' ', '%20')}"
    assert said["delta"]["requirement"].startswith("delta @ file://")


@pytest.mark.parametrize(
    "metadata",
    [b"", b"\xff\xfe nonsense", b"Name: ../../evil\nVersion: 1/../../2\n", b"\n\nName: late\n"],
)
def test_metadata_of_any_kind_is_survived(env, metadata):
    information = env.site / "odd-1.5.dist-info"
    information.mkdir()
    (information / "METADATA").write_bytes(metadata)
    (information / "RECORD").write_bytes(
        b'"unclosed\n\x00,,\n/etc/passwd,,\n../../../../../etc/passwd,,\n'
    )
    found = next(one for one in read(env) if one["directory"].endswith("odd-1.5.dist-info"))
    assert "/" not in found["key"]
    assert env.do("baseline")["kind"] == "baseline"
    env.do("restore", "baseline")


def test_egg_links_and_old_metadata_are_distributions_too(env):
    egg = env.site / "old_one-0.3-py3.11.egg-info"
    egg.mkdir()
    (egg / "PKG-INFO").write_text("Name: old-one\nVersion: 0.3\n")
    (env.site / "linked.egg-link").write_text("/nowhere\n.\n")
    versions = {one["name"]: one["version"] for one in read(env)}
    assert versions["old-one"] == "0.3"
    assert versions["linked"] == ""


def test_two_versions_side_by_side_are_both_there(env):
    env.wheel("alpha", "1.0")
    env.behind("install", "alpha")
    import shutil

    shutil.copytree(env.site / "alpha-1.0.dist-info", env.site / "alpha-0.9.dist-info")
    metadata = env.site / "alpha-0.9.dist-info" / "METADATA"
    metadata.write_text(metadata.read_text().replace("1.0", "0.9"))
    assert [one["version"] for one in read(env) if one["name"] == "alpha"] == ["0.9", "1.0"]


def test_what_a_killed_pip_left_is_no_distribution(env):
    (env.site / "~lpha-1.0.dist-info").mkdir()
    assert "alpha" not in {one["name"] for one in read(env)}


def test_the_difference_is_told_by_name(env):
    env.do("baseline")
    env.wheel("alpha", "1.0")
    env.wheel("beta", "1.0")
    assert env.install("alpha", "beta")["changes"] == ["+ alpha 1.0", "+ beta 1.0"]
    env.wheel("alpha", "2.0")
    assert env.install("-U", "alpha")["changes"] == ["~ alpha 1.0 -> 2.0"]
    assert env.install("--force-reinstall", "beta")["changes"] == [
        "~ beta 1.0 -> 1.0 (installed again)"
    ]
    assert env.uninstall("beta")["changes"] == ["- beta 1.0"]


def test_no_venv_is_said(env, tmp_path):
    env.venv = tmp_path / "nothing"
    assert "is not a virtual environment" in env.tell("sync")["error"]
