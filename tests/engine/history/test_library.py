"""A distribution that the store has from anywhere in the history stands in for one that was
lost.
"""

import shutil

import pytest
from worlds.environment import Environment


@pytest.fixture
def env(tmp_path):
    environment = Environment(tmp_path / "env", small=True)
    environment.wheel(
        "space-one", "1.0", files={"space/one/__init__.py": "x = 1\n", "space/one/deep/x.py": ""}
    )
    environment.wheel("space-two", "1.0", files={"space/two/__init__.py": "x = 2\n"})
    environment.wheel("space-one", "2.0", files={"space/one/__init__.py": "new\n"})
    environment.do("baseline")
    environment.install("space-one==1.0", "space-two")
    return environment


def test_another_installation_of_the_same_version_stands_in(env):
    stored = env.store_file(env.site / "space" / "one" / "__init__.py")
    env.install("--force-reinstall", "space-one==1.0")
    env.install("space-one==2.0")
    env.do("restore", "baseline")
    stored.write_text("spoiled\n")
    assert env.do("restore", "2")["changes"] == ["+ space-one 1.0", "+ space-two 1.0"]
    assert (env.site / "space" / "one" / "__init__.py").read_text() == "x = 1\n"
    assert (env.site / "space" / "one" / "deep" / "x.py").exists()
    env.run(env.python, "-c", "import space.one.deep.x, space.two")


def test_where_there_is_no_other_it_is_missing(env):
    stored = env.store_file(env.site / "space" / "one" / "__init__.py")
    env.install("space-one==2.0")
    stored.write_text("spoiled\n")
    assert env.do("plan-undo")["missing"] == ["space-one 1.0"]


def test_a_neighbour_in_a_shared_directory_is_not_taken_along(env):
    """What comes from elsewhere is one distribution, not the directory it lay in."""
    stored = env.store_file(env.site / "space" / "one" / "__init__.py")
    env.install("--force-reinstall", "space-one==1.0")
    env.uninstall("space-two")
    env.do("restore", "2")
    env.do("restore", "baseline")
    shutil.rmtree(env.home / "park")
    stored.write_text("spoiled\n")
    env.do("restore", "2")
    assert (env.site / "space" / "two" / "__init__.py").read_text() == "x = 2\n"
    assert (env.site / "space" / "one" / "__init__.py").read_text() == "x = 1\n"
