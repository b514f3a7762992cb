"""RECORD is read as the CSV that it is, and written so that any reader gets the names back."""

import csv
import io
import os

import pytest

from workroot.standards import record

SITE = "lib/python3.12/site-packages"
NAMES = [
    "plain.py",
    "a,b.py",
    'say "x".py',
    "line\nend.py",
    "cr\rlf\r\nend.py",
    "\x0bvt\u2028ls.py",
]
NAMES += ["é-日本.py", os.fsdecode(b"\xff.py")]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_read_as_pip_writes_it(name: str) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(
        [("first.py", "", ""), (name, "", "1"), ("z", "", "")]
    )
    data = text.getvalue().encode("utf-8", "surrogateescape")
    assert record.paths(data, SITE) == [f"{SITE}/first.py", f"{SITE}/{name}", f"{SITE}/z"]


@pytest.mark.parametrize("name", NAMES)
def test_a_row_is_read_back(name: str) -> None:
    data = (record.row(name, b"x") + record.own_row("RECORD")).encode("utf-8", "surrogateescape")
    digest = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"
    assert record.hashes(data, SITE) == {f"{SITE}/{name}": digest}
    assert record.paths(data, SITE)[1] == f"{SITE}/RECORD"


@pytest.mark.parametrize("name", ["line\nend", "cr\rend", "ls\u2028end", "end\n"])
def test_what_pip_makes_of_a_line_end_in_a_name_is_no_file(name: str) -> None:
    """The wheel's own row by splitlines, with the hash; then the real name, without one."""
    pieces = name.splitlines() if name == "ls\u2028end" else ["".join(name.splitlines())]
    rows = [(piece, "sha256=abc", "1") for piece in pieces] + [(name, "", ""), ("x", "", "")]
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    assert record.paths(text.getvalue().encode(), SITE) == [f"{SITE}/{name}", f"{SITE}/x"]


def test_a_file_that_is_called_like_such_a_piece_stays() -> None:
    data = b'lineend,sha256=abc,1\nlineend,sha256=abc,1\n"line\nend",,\n'
    assert f"{SITE}/lineend" in record.paths(data, SITE)
    data = b'lineend,sha256=abc,1\n"line\nend",sha256=abc,1\n'
    assert f"{SITE}/lineend" in record.paths(data, SITE)


def test_crlf_and_paths_that_lead_out_of_the_site_are_read() -> None:
    data = b"../../../bin/tool,sha256=abc,1\r\na/__init__.py,,\r\n"
    assert record.paths(data, SITE) == ["bin/tool", f"{SITE}/a/__init__.py"]


@pytest.mark.parametrize("data", [b"", b'"unclosed', b"a\0b,,\n", b"\n\n", b"a,sha256=!,1\n"])
def test_what_is_no_record_is_survived(data: bytes) -> None:
    assert isinstance(record.paths(data, SITE), list) and record.hashes(data, SITE) in (
        {},
        {f"{SITE}/a": ""},
    )
