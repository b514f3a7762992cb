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


def test_crlf_and_paths_that_lead_out_of_the_site_are_read() -> None:
    data = b"../../../bin/tool,sha256=abc,1\r\na/__init__.py,,\r\n"
    assert record.paths(data, SITE) == ["bin/tool", f"{SITE}/a/__init__.py"]


@pytest.mark.parametrize("data", [b"", b'"unclosed', b"a\0b,,\n", b"\n\n", b"a,sha256=!,1\n"])
def test_what_is_no_record_is_survived(data: bytes) -> None:
    assert isinstance(record.paths(data, SITE), list) and record.hashes(data, SITE) in (
        {},
        {f"{SITE}/a": ""},
    )
