"""A text as one word of another language: the one place where each of them is quoted."""

import re
import shlex
from collections.abc import Mapping

_NAME = re.compile(r"__([A-Z]+(?:_[A-Z]+)*)__")


def quote_sh(text: str) -> str:
    """A word of sh; a text of plain letters, digits and a few signs stays as it is.

    Non-ASCII letters stay too, in quotes.
    """
    return shlex.quote(text)


def words_of_sh(line: str) -> list[str]:
    """The words of a line of sh, their quotes taken off. Raises ValueError for an open quote."""
    return shlex.split(line)


def quote_pwsh(text: str) -> str:
    """A PowerShell string.

    The apostrophe and four typographic ones are single quotes to it; each is doubled.
    """
    return "'" + re.sub("(['\u2018\u2019\u201a\u201b])", r"\1\1", text) + "'"


def quote_fish(text: str) -> str:
    """A word of fish."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def quote_csh(text: str) -> str:
    """A word of csh, for a text of one line: there is no line end in a word.

    In quotes as well an event of the history takes the place of what a `!` begins.
    """
    return "'" + text.replace("'", "'\\''").replace("!", "\\!") + "'"


def filled(template: str, words: Mapping[str, str]) -> str:
    """A template in which each __NAME__ is replaced, a word that linters of its language can read.

    It is one pass, so that a value which looks like a name stays what it is. Raises KeyError for a
    name that words lacks, which means that a template of ours is wrong.
    """
    return _NAME.sub(lambda found: words[found[1]], template)
