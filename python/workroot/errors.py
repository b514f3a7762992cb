"""The one error that is said to a person: what, where, and the next command."""

from _collections_abc import Iterable

_SHOWN = 3


class WorkrootError(Exception):
    """Something a person can put right.

    message: one sentence without a final period, the path or key in it.
    hint: the next thing to type, or None where there is nothing to type.
    """

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


def some(words: Iterable[str]) -> str:
    """The first of some names, for a sentence, and how many more there are."""
    words = list(words)
    return ", ".join(words[:_SHOWN]) + (
        f" and {len(words) - _SHOWN} more" if len(words) > _SHOWN else ""
    )
