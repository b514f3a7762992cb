"""A directory that a group shares: each member installs, undoes, redoes and restores what any of
them did. Modes are as umask and setgid bit make them; a directory's time is set where that
can be done.
"""

import os
from collections.abc import Iterator

import pytest
from worlds.members import ONE, OTHER, Members, members

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="plays users, which only root can")


@pytest.fixture
def shared() -> Iterator[Members]:
    with members(group=True) as made:
        made.place("alpha", files={"alpha/__init__.py": "one\n", "alpha/data/x.txt": "x\n"})
        yield made


@pytest.mark.parametrize(("one", "other"), [(ONE, OTHER), (OTHER, ONE)], ids=["one", "other"])
def test_each_member_undoes_and_redoes_what_any_did(shared: Members, one: int, other: int) -> None:
    first = shared.contents()
    shared.place("beta", by=one)
    second = shared.contents()
    shared.place("alpha", "2.0", by=other, files={"alpha/__init__.py": "two\n", "alpha/y.txt": ""})
    third = shared.contents()
    for verb, by, wanted in (
        ("undo", one, second),
        ("undo", other, first),
        ("redo", one, second),
        ("redo", other, third),
        ("undo", other, second),
    ):
        shared.do(verb, by=by)
        assert shared.contents() == wanted, (verb, by)
        assert shared.left_unfinished() == []
    shared.do("restore", "baseline", by=one)
    assert not (shared.site / "alpha").exists()
    shared.do("undo", by=other)
    assert shared.contents() == second


def test_a_member_restores_what_another_named(shared: Members) -> None:
    shared.do("snapshot", "good", by=ONE)
    good = shared.contents()
    shared.place("alpha", "2.0", by=OTHER)
    shared.do("restore", "good", by=OTHER)
    assert shared.contents() == good
    shared.do("undo", by=ONE)
    assert (shared.site / "alpha-2.0.dist-info").exists()
