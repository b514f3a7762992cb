"""A proof stands until a time that it looked at differs, in either direction."""

import os
from pathlib import Path

import pytest

from workroot.session import proof, proving

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
    number = proving.write(kept, proof.times(seen))
    assert number
    proving.finish(kept, number, proof.times(seen), "", complete)
    return kept


def test_it_holds_for_the_venv_it_was_made_for_and_for_all_that_setup_does(
    tmp_path: Path, seen: list[str]
) -> None:
    kept = proved(tmp_path, seen)
    assert proof.holds(kept, "")
    assert not proof.holds(kept, "other")
    assert not proof.holds(proved(tmp_path, seen, complete=False), "")
    assert not proof.holds(str(tmp_path / "none"), "")


@pytest.mark.parametrize("end", [0, 1, 20, 70, -1])
def test_a_list_that_was_cut_ends_it(tmp_path: Path, seen: list[str], end: int) -> None:
    path = Path(proved(tmp_path, seen), "list")
    path.write_bytes(path.read_bytes()[:end])
    assert not proof.holds(str(path.parent), "")
    path.write_bytes(path.read_bytes().partition(b"\0\0")[0] + b"\0\0")
    assert not proof.holds(str(path.parent), "")


@pytest.mark.parametrize("offset", [1, -1, HOUR, -HOUR])
def test_a_time_that_differs_ends_it(tmp_path: Path, seen: list[str], offset: int) -> None:
    kept = proved(tmp_path, seen)
    os.utime(seen[1], ns=(OLD + offset, OLD + offset))
    assert not proof.holds(kept, "")


def test_what_is_gone_ends_it(tmp_path: Path, seen: list[str]) -> None:
    kept = proved(tmp_path, seen)
    os.unlink(seen[0])
    assert not proof.holds(kept, "")


def test_a_time_that_lies_ahead_lasts_once_it_has_stood(tmp_path: Path) -> None:
    """What was set so a moment ago does not; what set it leaves the inode's own time."""
    file = tmp_path / "workroot.toml"
    file.write_text("")
    set_at = file.stat().st_ctime_ns
    ahead = set_at + 1000 * HOUR
    os.utime(file, ns=(ahead, ahead))
    set_at = file.stat().st_ctime_ns
    seen = ((str(file), ahead),)
    assert not proof.lasting(seen, set_at + 10**9)
    assert proof.lasting(seen, set_at + 3 * 10**9)
    assert not proof.lasting(seen, ahead - 10**9)


def test_what_was_found_is_kept_for_the_same_pythonpath(tmp_path: Path, seen: list[str]) -> None:
    kept = str(tmp_path / "proof")
    number = proving.write(kept, proof.times(seen))
    assert number
    proving.finish(kept, number, proof.times(seen), "", True, ["/x", "one", "two"])
    assert proof.holds(kept, "") and proof.warnings(kept, "", "/x") == ["one", "two"]
    assert proof.warnings(kept, "", "/y") is None and proof.warnings(kept, "other", "/x") is None


def test_what_is_young_or_of_the_future_is_not_proved_to_last() -> None:
    assert proof.lasting((("a", OLD),), OLD + HOUR)
    assert not proof.lasting((("a", OLD), ("b", OLD + HOUR - 10**9)), OLD + HOUR)
    assert not proof.lasting((("a", OLD + 2 * HOUR),), OLD + HOUR)


def test_an_interpreter_that_is_another_file_of_the_same_time_ends_it(tmp_path: Path) -> None:
    for name in ("python3.12", "python3.13"):
        (tmp_path / name).write_text("")
        os.utime(tmp_path / name, ns=(OLD, OLD))
    python = tmp_path / "python"
    python.symlink_to("python3.12")
    kept = proved(tmp_path, [str(python)])
    assert proof.holds(kept, "")
    python.unlink()
    python.symlink_to("python3.13")
    assert not proof.holds(kept, "")


def test_letters_lead_to_what_was_seen_and_bear_its_time(tmp_path: Path, seen: list[str]) -> None:
    made = tmp_path / "proof" / str(proving.write(str(tmp_path / "proof"), proof.times(seen)))
    assert (made / "b").samefile(seen[1]) and (
        made / "b."
    ).stat().st_mtime_ns == OLD > made.stat().st_mtime_ns
    assert [proof.letter(number) for number in (0, 25, 26, 51, 52)] == ["a", "z", "aa", "az", "ba"]


def test_a_proof_never_takes_the_place_of_the_one_before(tmp_path: Path, seen: list[str]) -> None:
    """Whose session file is still there until the new one is written."""
    numbers = [proving.write(str(tmp_path / "proof"), proof.times(seen)) for _ in range(2)]
    assert numbers == ["1", "2"]
    proving.finish(str(tmp_path / "proof"), "2", proof.times(seen), "", True)
    assert sorted(path.name for path in (tmp_path / "proof").iterdir()) == ["2", "list"]


def test_every_link_that_an_interpreter_goes_through_is_seen(tmp_path: Path) -> None:
    (tmp_path / "python3.12").write_text("")
    (tmp_path / "python3").symlink_to("python3.12")
    (tmp_path / "python").symlink_to(tmp_path / "python3")
    assert proof.chain(str(tmp_path / "python")) == [
        str(tmp_path / name) for name in ("python", "python3", "python3.12")
    ]
