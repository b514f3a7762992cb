"""What a direct_url.json says of the origin of a distribution."""

import json

import pytest

from workroot.standards import direct_url

URL = "https://example.org/r"
GIT = {"vcs": "git", "commit_id": "abc"}


@pytest.mark.parametrize(
    ("said", "address"),
    [
        ({"url": URL, "archive_info": {}}, URL),
        ({"url": URL, "dir_info": {}}, URL),
        ({"url": URL, "vcs_info": GIT}, f"git+{URL}@abc"),
        ({"url": URL, "vcs_info": GIT, "subdirectory": "x"}, f"git+{URL}@abc#subdirectory=x"),
    ],
)
def test_the_origin_is_spelled_as_an_installer_takes_it(said: dict, address: str) -> None:
    assert direct_url.read(json.dumps(said).encode()) == (address, False)


def test_an_editable_says_so() -> None:
    said = {"url": "file:///a%20b", "dir_info": {"editable": True}}
    assert direct_url.read(json.dumps(said).encode()) == ("file:///a%20b", True)


@pytest.mark.parametrize(
    "said", [{}, [], 7, {"url": URL, "vcs_info": "git"}, {"url": URL, "dir_info": 1}]
)
def test_a_wrong_document_says_nothing(said) -> None:
    assert direct_url.read(json.dumps(said).encode()) == ("", False)
    assert direct_url.read(b"\xff{") == ("", False)
