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


class Command(str):
    """A hint that is a command of ours without the program's name, as 'history'.

    Who raises it need not know whether it is typed to workroot or to pyctl.
    """

    __slots__ = ()


def some(words: Iterable[str]) -> str:
    """The first of some names, for a sentence, and how many more there are.

    Returns:
        As 'a, b, c and 2 more'.
    """
    words = list(words)
    shown = ", ".join(words[:_SHOWN])
    if len(words) > _SHOWN:
        return f"{shown} and {len(words) - _SHOWN} more"
    return shown


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The end of a sentence about a word that is none of the known ones: the one it is near to.

    Returns:
        '; did you mean NAME?', or '' where none is near.
    """
    near = nearest(word, known)
    return f"; did you mean {near}?" if near else ""


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that was probably meant; the first of them where two are as near.

    By hand, as difflib's import costs a whole Python start.

    Returns:
        None where too much is wrong with it for a guess.
    """
    best = None
    least = max(1, len(word) // 3) + 1  # typos that leave no doubt: one in a word of five letters
    for candidate in known:
        if len(word) > 1 and candidate.startswith(word):
            distance = 1
        else:
            distance = _typos(word.lower(), candidate.lower())
        if distance < least:
            best, least = candidate, distance
    return best


def _typos(one: str, other: str) -> int:
    """How many letters are wrong, missing, too many, or two of them exchanged.

    It is the restricted Damerau-Levenshtein distance, by three rows of its table.
    """
    before: list[int] = []
    row = list(range(len(other) + 1))
    # row[n]: what it takes from the letters of `one` so far to the first n of the other.
    for at, letter in enumerate(one):
        above, before = before, row
        row = [at + 1]
        for place, wanted in enumerate(other):
            changed = before[place] + (letter != wanted)
            best = min(
                changed,
                before[place + 1] + 1,
                row[place] + 1,
            )
            if not at or not place:
                exchanged = False  # the first letter has none before it
            else:
                exchanged = letter == other[place - 1] and one[at - 1] == wanted
            if exchanged:
                best = min(best, above[place - 1] + 1)
            row.append(best)
    return row[-1]
