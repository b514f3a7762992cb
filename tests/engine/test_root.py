"""Where a workroot is: the directory itself, the nearest above it, else the session's."""

from pathlib import Path

import pytest

from workroot import root
from workroot.errors import WorkrootError


@pytest.fixture
def lab(tmp_path: Path) -> Path:
    (tmp_path / "lab" / "deep" / "er").mkdir(parents=True)
    (tmp_path / "lab" / "workroot.toml").write_text("repo = '.'\n")
    return tmp_path / "lab"


@pytest.mark.parametrize("below", [".", "deep", "deep/er"])
def test_it_is_found_from_itself_and_from_below(lab: Path, below: str) -> None:
    assert root.find(str(lab / below)).path == str(lab)


def test_the_one_that_one_stands_in_wins_over_the_sessions(lab: Path, tmp_path: Path) -> None:
    (tmp_path / "workroot.toml").write_text("")
    assert root.find(str(lab), str(tmp_path)).path == str(lab)


def test_the_sessions_is_meant_elsewhere(
    lab: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert root.find(None, str(lab)).path == str(lab)


def test_the_sessions_is_not_meant_where_a_directory_is_named(lab: Path, tmp_path: Path) -> None:
    with pytest.raises(WorkrootError, match="no workroot.toml"):
        root.find(str(tmp_path), str(lab))
    with pytest.raises(WorkrootError, match="gone is not there"):
        root.find(str(tmp_path / "gone"), str(lab))


def test_none_is_said_with_the_way_to_make_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(WorkrootError, match="no workroot.toml") as raised:
        root.find(None, str(tmp_path / "gone"))
    assert "new DIR --repo PATH" in (raised.value.hint or "")


def test_a_link_to_a_workroot_is_that_workroot(lab: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(lab)
    assert root.find(str(tmp_path / "link")).path == str(lab)
