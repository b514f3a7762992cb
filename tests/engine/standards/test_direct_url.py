"""What a direct_url.json says of the origin of a distribution."""

import pytest

from workroot.standards import direct_url

URL = "https://example.org/r"
GIT = {"vcs": "git", "commit_id": "abc"}


@pytest.mark.parametrize(
    ("said", "address"),
    [
        ({"url": URL, "archive_info": {}}, URL),
        ({"url": "file:///a%20b", "dir_info": {"editable": True}}, "file:///a%20b"),
        ({"url": URL, "vcs_info": GIT}, f"git+{URL}@abc"),
        ({"url": URL, "vcs_info": GIT, "subdirectory": "x"}, f"git+{URL}@abc#subdirectory=x"),
    ],
)
def test_the_origin_is_spelled_as_an_installer_takes_it(said: dict, address: str) -> None:
    assert direct_url.address(said) == address


@pytest.mark.parametrize("said", [{}, {"url": URL, "vcs_info": "git"}, {"url": URL, "vcs_info": 1}])
def test_a_wrong_document_says_nothing(said: dict) -> None:
    with pytest.raises((KeyError, TypeError)):
        direct_url.address(said)
