"""URLs: which path, which login, which file; what is none says nothing."""

from pathlib import Path

import pytest

from workroot.standards import urls

PATHS = ["/a", "/with space", "/a#b?c", "/100%25", "/é/ü", "/a\nb", "/x:y", "/~me", "/not\udcffutf"]


@pytest.mark.parametrize("path", PATHS, ids=ascii)
def test_a_path_comes_back_from_its_url(path: str) -> None:
    assert urls.of_path(path) == Path(path).as_uri()
    assert urls.local_path(urls.of_path(path)) == path


@pytest.mark.parametrize("url", ["", "/a", "https://a/b", "file://[bad", "git+file:///a"])
def test_what_names_no_file_here_has_no_path(url: str) -> None:
    assert urls.local_path(url) is None


@pytest.mark.parametrize(
    ("address", "plain", "login"),
    [
        ("https://me:s%40fe@host:1/a?b#c", "https://host:1/a?b#c", "me:s@fe"),
        ("http://token@host/", "http://host/", "token:"),
        ("https://host/a@b", "https://host/a@b", ""),
        ("git+ssh://git@host/a", "git+ssh://git@host/a", ""),
        ("https://me:safe@[bad/a", "https://[bad/a", ""),
        ("/a@b", "/a@b", ""),
    ],
)
def test_a_login_is_told_apart(address: str, plain: str, login: str) -> None:
    assert urls.without_login(address) == plain
    assert urls.login_of(address) == login


def test_a_page_s_links_are_made_whole() -> None:
    assert urls.joined("https://host/simple/a/", "../../b.whl") == "https://host/b.whl"
    assert urls.joined("https://host/", "http://[bad") == ""
    assert urls.file_name("https://host/a%2Bb-1.whl?x#y") == "a+b-1.whl"
