"""state.json: its presence means finished; a damaged one is kept aside, one of a newer kit is
named.
"""

import json
from pathlib import Path

import pytest

from workroot.environment import state
from workroot.errors import WorkrootError
from workroot.root import Root


@pytest.fixture
def root(tmp_path: Path) -> Root:
    (tmp_path / ".workroot").mkdir()
    return Root(str(tmp_path))


def test_each_venv_has_its_own_part(root: Root) -> None:
    state.write(root, "", {"installed": {}})
    state.write(root, "old", {"installed": {"a": "1"}})
    assert state.read(root)["venvs"] == {"": {"installed": {}}, "old": {"installed": {"a": "1"}}}


def test_nothing_was_finished_where_there_is_no_file(root: Root) -> None:
    assert state.read(root) == {}


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", "null", '{"venvs": {}}'])
def test_a_damaged_one_is_made_again(root: Root, content: str) -> None:
    Path(root.state_json).write_text(content)
    assert state.read(root) == {}


def test_one_of_a_newer_kit_is_named_and_left_alone(root: Root) -> None:
    Path(root.state_json).write_text(json.dumps({"version": 99}))
    with pytest.raises(WorkrootError, match="another kit"):
        state.read(root)
    assert json.loads(Path(root.state_json).read_text()) == {"version": 99}
