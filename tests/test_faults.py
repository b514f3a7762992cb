"""The corpus of tests/faults: each fault is found, with nothing unrelated, and healed or said."""

import importlib
import shutil
from pathlib import Path

import pytest
from faults import CORPUS, Fault, packages
from faults.world import World
from worlds.again import again

MODULES = ("packages", "pythons", "links", "homes", "repos", "variables")
for name in MODULES:
    importlib.import_module(f"faults.{name}")


def built(directory: Path) -> World:
    world = World(directory).build()
    assert world.findings() == {}, "the world is not healthy to begin with"
    return world


@pytest.fixture
def world() -> World:
    return again(built)


def related(ids: set[str], one: Fault) -> bool:
    """Whether these are the fault's own: its id, one that begins with it, what comes along."""
    own = {name for name in ids if name == one.id or name.startswith(f"{one.id}-")}
    return bool(own) and ids - own <= set(one.also)


def rows() -> list:
    """The corpus: of the faults that are found as the same the first, the others with --all."""
    known = set()
    found = []
    for one in CORPUS:
        kind = (one.id, one.by_hand)
        marks = [pytest.mark.thorough] if kind in known else []
        found.append(pytest.param(one, id=one.name, marks=marks))
        known.add(kind)
    return found


@pytest.mark.parametrize("one", rows())
def test_a_fault_is_found_and_healed_or_left_with_a_way_out(
    one: Fault, world: World, record_property
) -> None:
    environ = one.breaks(world) or {}
    found = world.findings(**environ)
    assert related(set(found), one), found
    world.look("--fix", "--yes", **environ)
    after = world.findings(**environ)
    record_property("fault", f"{one.name}  {one.id}  {'by hand' if after else 'healed'}")
    if one.by_hand:
        assert after and related(set(after), one), after
        assert all("doctor --fix" not in finding["fix"] for finding in after.values())
    else:
        assert after == {}, after
        world.run("python", "-c", "import alpha, beta, needy, gamma, repo_marker").must()


def test_a_heal_that_fails_takes_nothing_back_that_was_there_before(world: World) -> None:
    """alpha comes back from the store; of beta neither the store nor the index has anything."""
    packages.a_formatter_ran_over_site_packages(world)
    shutil.rmtree(next((world.state / "store").glob("beta-*")))
    next(world.wheels.glob("beta-*")).unlink()
    failed = world.look("--fix", "--yes")
    assert failed.status == 1 and "still not as it was installed: beta 1.0" in failed.err
    assert "packages are as they were before" not in failed.err
    world.run("python", "-c", "import alpha, beta, needy").must()
    assert "more\n\n" not in (world.site / "alpha" / "__init__.py").read_text()
    assert "undo" not in world.run("workroot", "history").must().out


def test_the_corpus_is_as_large_as_it_should_be() -> None:
    assert len(CORPUS) >= 80
    assert sum(not one.by_hand for one in CORPUS) >= 68
