"""A proof stands until a time that it looked at differs, in either direction."""

import os
from pathlib import Path

import pytest
from workroot import proof

HOUR = 3600 * 10**9
OLD = 1_700_000_000 * 10**9


@pytest.fixture
def seen(tmp_path: Path) -> list[str]:
    paths = [tmp_path / name for name in ("config", "space and\nline")]
    for path in paths:
        path.write_text("")
        os.utime(path, ns=(OLD, OLD))
    return [str(path) for path in paths]


def proved(directory: Path, seen: list[str], complete: bool = True) -> str:
    kept = str(directory / "proof")
    proof.write(kept, proof.times(seen), OLD)
    proof.finish(kept, proof.times(seen), "", complete)
    return kept


def test_it_holds_for_the_venv_it_was_made_for_and_for_all_that_setup_does(tmp_path: Path, seen: list[str]) -> None:
    kept = proved(tmp_path, seen)
    assert proof.holds(kept, "")
    assert not proof.holds(kept, "other")
    assert not proof.holds(proved(tmp_path, seen, complete=False), "")
    assert not proof.holds(str(tmp_path / "none"), "")


@pytest.mark.parametrize("offset", [1, -1, HOUR, -HOUR])
def test_a_time_that_differs_ends_it(tmp_path: Path, seen: list[str], offset: int) -> None:
    kept = proved(tmp_path, seen)
    os.utime(seen[1], ns=(OLD + offset, OLD + offset))
    assert not proof.holds(kept, "")


def test_what_is_gone_ends_it(tmp_path: Path, seen: list[str]) -> None:
    kept = proved(tmp_path, seen)
    os.unlink(seen[0])
    assert not proof.holds(kept, "")


def test_what_is_young_or_of_the_future_is_not_proved_to_last() -> None:
    assert proof.lasting((("a", OLD),), OLD + HOUR)
    assert not proof.lasting((("a", OLD), ("b", OLD + HOUR - 10**9)), OLD + HOUR)
    assert not proof.lasting((("a", OLD + 2 * HOUR),), OLD + HOUR)


def test_letters_lead_to_what_was_seen_and_numbers_bear_its_time(tmp_path: Path, seen: list[str]) -> None:
    made = proof.write(str(tmp_path / "proof"), proof.times(seen), OLD)
    assert made is not None
    assert os.path.samefile(os.path.join(made, "b"), seen[1])
    assert os.stat(os.path.join(made, "1")).st_mtime_ns == OLD
    assert [proof.letter(number) for number in (0, 25, 26, 51, 52)] == ["a", "z", "aa", "az", "ba"]


def test_every_link_that_an_interpreter_goes_through_is_seen(tmp_path: Path) -> None:
    (tmp_path / "python3.12").write_text("")
    (tmp_path / "python3").symlink_to("python3.12")
    (tmp_path / "python").symlink_to(tmp_path / "python3")
    assert proof.chain(str(tmp_path / "python")) == [str(tmp_path / name) for name in ("python", "python3", "python3.12")]
