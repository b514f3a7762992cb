"""Credentials: who and with what password stands in no file, no sentence, no list of processes."""

import pytest

from workroot.doors import credentials


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (["pip", "install", "six"], ["pip", "install", "six"]),
        (["-i", "https://me:pw@host/simple"], ["-i", "https://****@host/simple"]),
        (["git+https://tok@host/r@v1#egg=r"], ["git+https://****@host/r@v1#egg=r"]),
        (["--proxy", "me:pw@host:80"], ["--proxy", "****@host:80"]),
        (["--proxy=me:p@w@host"], ["--proxy=****@host"]),
        (["me@host", "a@b"], ["me@host", "a@b"]),
        (["https://host/a@b"], ["https://host/a@b"]),
        (["-i", "https://host/simple?token=T"], ["-i", "https://host/simple?token=****"]),
        (["--index-url=https://h/?a=1&b&c=#x=y"], ["--index-url=https://h/?a=****&b&c=#x=y"]),
        (["x @ https://me:p?w@h/x?sig=S"], ["x @ https://****@h/x?sig=****"]),
    ],
)
def test_the_words_of_a_command_are_shown_without(words: list[str], shown: list[str]) -> None:
    assert credentials.masked(words) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("see https://me:pw@host/x y", "see https://****@host/x y"),
        ("'https://a@h' and \"http://b:c@h\"\n", "'https://****@h' and \"http://****@h\"\n"),
        ("see https://host/simple?token=T now", "see https://host/simple?token=**** now"),
        ("mail me@host, see https://host", "mail me@host, see https://host"),
    ],
)
def test_a_text_is_shown_without(text: str, shown: str) -> None:
    assert credentials.masked_text(text) == shown
