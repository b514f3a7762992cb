"""What is written as JSON is read back the same by us and by json, and what is not ours is told
apart.
"""

import json
import subprocess

import pytest
from worlds.lab import BASE, KIT

from workroot.doors import documents, files

VALUES = {
    "version": 1,
    "nothing": None,
    "yes": True,
    "no": False,
    "number": -7,
    "seconds": 0.25,
    "empty": [],
    "words": ["a", 'b"c\\', "\u00e9\n\t\x00\udce9"],
    "objects": [{"name": "x", "deep": {"list": [[1], [2.5]]}}, {"name": "y"}],
    "object": {},
}


def test_what_is_written_is_read_back(tmp_path):
    path = str(tmp_path / "file.json")
    files.write(path, documents.text(VALUES))
    assert documents.load(path, 1) == VALUES
    assert json.loads((tmp_path / "file.json").read_text("ascii")) == VALUES


def test_no_file_is_no_document(tmp_path):
    assert documents.load(str(tmp_path / "none"), 1) is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"{} {}",
        b'{"version": "1"}',
        b'{"version": 1,}',
        b"\xff",
        b'{"a": 1}',
        b"[" * 100_000,
    ],
)
def test_damage_is_named(tmp_path, content):
    path = tmp_path / "file.json"
    path.write_bytes(content)
    with pytest.raises(documents.Damaged, match="file.json is damaged"):
        documents.load(str(path), 1)


def test_a_newer_kit_is_named(tmp_path):
    path = tmp_path / "file.json"
    path.write_text('{"version": 2}')
    with pytest.raises(documents.Newer, match="newer kit"):
        documents.load(str(path), 1)


def test_json_is_not_imported(tmp_path):
    """The scanner written in C is enough, and costs nothing."""
    program = (
        "import sys\n"
        "from workroot.doors import documents\n"
        "document = {'version': 1, 'a': [1.5, 'x']}\n"
        "assert documents.parse(documents.text(document)) == document\n"
        "print('json' in sys.modules)\n"
    )
    environ = {"PYTHONPATH": str(KIT / "python")}
    done = subprocess.run([BASE, "-S", "-c", program], env=environ, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("False\n", "")
