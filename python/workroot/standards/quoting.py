"""A text as one word of another language: the one place where each of them is quoted."""

import re
import shlex


def quote_sh(text: str) -> str:
    """A word of sh; non-ASCII stays as it is."""
    return shlex.quote(text)


def quote_pwsh(text: str) -> str:
    """A PowerShell string: five characters are single quotes to it, each is doubled."""
    return "'" + re.sub("(['\u2018\u2019\u201a\u201b])", r"\1\1", text) + "'"


def quote_fish(text: str) -> str:
    """A word of fish."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
