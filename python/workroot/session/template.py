"""A text with bare tokens, `__TOKEN__`, each a word that linters of its language can read.

Quoting is done where a value is put in. It is one pass, so that a value which looks like a token
stays what it is.
"""

import re
from collections.abc import Mapping

_TOKEN = re.compile(r"__([A-Z]+(?:_[A-Z]+)*)__")


def fill(template: str, tokens: Mapping[str, str]) -> str:
    """The template with every token replaced.

    Raises KeyError: for an unknown one, which means that a template of ours is wrong.
    """
    return _TOKEN.sub(lambda found: tokens[found[1]], template)
