"""A text that is read from its start, piece by piece.

The grammar of who reads it says at each place what may follow.
"""

import re

_SPACE = re.compile(r"[ \t]+")


class Reader:
    """A text, and how far of it has been read.

    what: 'requirement' or 'marker', for the sentence that the text is none. at: the index of the
    first character that has not been passed over.
    """

    def __init__(self, text: str, what: str) -> None:
        self.text = text
        self.what = what
        self.at = 0

    @property
    def rest(self) -> str:
        """What has not been passed over."""
        return self.text[self.at :]

    def space(self) -> bool:
        """Pass over spaces and tabs. Says whether there were any."""
        return bool(self.match(_SPACE))

    def take(self, word: str) -> bool:
        """Pass over just this text. Says whether it was there."""
        if not self.text.startswith(word, self.at):
            return False
        self.at += len(word)
        return True

    def match(self, pattern: re.Pattern[str]) -> str:
        """Pass over what the pattern matches here, and give it; '' where it matches nothing."""
        found = pattern.match(self.text, self.at)
        if not found:
            return ""
        self.at = found.end()
        return found[0]

    def expect(self, pattern: re.Pattern[str]) -> str:
        """The same, where it must match. Raises ValueError."""
        found = self.match(pattern)
        if not found:
            raise self.error()
        return found

    def end(self) -> None:
        """Raises ValueError where anything is left."""
        # Spaces at the end are no part of a rule: who allows them passes over them first.
        if self.at != len(self.text):
            raise self.error()

    def error(self) -> ValueError:
        """The error to raise: it shows the whole text, not the place where it went wrong."""
        return ValueError(f"{self.text!r} is no {self.what}")
