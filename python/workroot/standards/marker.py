"""A marker ("python_version >= '3.8' and extra == 'x'"), and whether it holds for a Python.

It is judged by a mapping of its variables, never by the Python that runs the engine.
"""

import operator
import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from workroot.standards import versions
from workroot.standards.names import normalized
from workroot.standards.reading import Reader

# 'os.name' and its like are the spelling of PEP 345; python_implementation is setuptools' own.
_VARIABLE = re.compile(
    r"\b(?:python_version|python_full_version|os[._]name|sys[._]platform"
    r"|platform_(?:release|system)|platform[._](?:version|machine|python_implementation)"
    r"|python_implementation"
    r"|implementation_(?:name|version)|extras?|dependency_groups)\b"
)
_STRING = re.compile(r"'[^']*'|\"[^\"]*\"")
_SIGN = re.compile(r"===|==|~=|!=|<=|>=|<|>")
_JOIN = re.compile(r"\b(?:or|and)\b")
_IN, _NOT = re.compile(r"\bin\b"), re.compile(r"\bnot\b")
_OLD_NAMES = {"python_implementation": "platform_python_implementation"}
_VERSIONS = ("python_version", "python_full_version", "implementation_version", "platform_release")
_COMPARES: dict[str, Callable] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "===": operator.eq,
}


class Word(NamedTuple):
    """One side of a comparison: a variable by its name, or a string, whose name is ''."""

    name: str
    text: str


class Comparison(NamedTuple):
    """Two words and the sign between them: '==', 'in', 'not in', ..."""

    left: Word
    sign: str
    right: Word


class Joined(NamedTuple):
    """Parts with 'and' between them, or with 'or'."""

    word: str
    parts: list


def holds(text: str, facts: Mapping[str, object], extra: str = "") -> bool:
    """Whether a marker is true for these facts when that extra is asked for.

    Args:
        text: the marker; '' is true.
        facts: the variables by their names: Target.markers, or the like.
        extra: the one that is asked for, in any spelling; '' for none.

    Raises:
        ValueError: where the text is no marker, needs a variable that facts does not have, or
            has '~=' between texts that are no versions.
    """
    if not text.strip():
        return True
    reader = Reader(text, "marker")
    found = read(reader)
    reader.end()
    return _value(found, {**facts, "extra": normalized(extra)}, reader)


def extras(text: str) -> list[str]:
    """The extras that a marker names, normalized and sorted."""
    # By pattern, not by the grammar: the text has been judged, and only these words matter.
    found = re.findall(
        r"""\bextra\s*(?:==|in)\s*['"]([^'"]*)['"]|['"]([^'"]*)['"]\s*(?:==|in)\s*extra\b""", text
    )
    return sorted({normalized(one or other) for one, other in found})


def read(reader: Reader) -> Comparison | Joined:
    """The marker that starts where the reader stands; what follows it is left to the caller.

    Raises ValueError.
    """
    # 'and' binds tighter than 'or': a list of lists, the inner ones joined by 'and'.
    alternatives = [[_atom(reader)]]
    word = reader.match(_JOIN)
    while word:
        if word == "or":
            alternatives.append([])
        alternatives[-1].append(_atom(reader))
        word = reader.match(_JOIN)
    parts = [_joined("and", all_of) for all_of in alternatives]
    return _joined("or", parts)


def _joined(word: str, parts: list) -> Comparison | Joined:
    """Parts with a word between them; one by itself needs none."""
    return parts[0] if len(parts) == 1 else Joined(word, parts)


def _atom(reader: Reader) -> Comparison | Joined:
    """A comparison, or a marker in parentheses."""
    reader.space()
    if not reader.take("("):
        return _comparison(reader)
    found = read(reader)
    reader.space()
    if not reader.take(")"):
        raise reader.error()
    reader.space()
    return found


def _comparison(reader: Reader) -> Comparison:
    left = _word(reader)
    reader.space()
    sign = _sign(reader)
    reader.space()
    right = _word(reader)
    reader.space()
    return Comparison(left, sign, right)


def _word(reader: Reader) -> Word:
    """A variable, by the name that PEP 508 gives it, or a string."""
    name = reader.match(_VARIABLE).replace(".", "_")
    if name:
        return Word(_OLD_NAMES.get(name, name), "")
    quoted = reader.expect(_STRING)
    plain = "\\" not in quoted and quoted.isprintable()
    text = quoted[1:-1] if plain else _unescaped(quoted, reader)
    return Word("", text)


def _unescaped(quoted: str, reader: Reader) -> str:
    """A string with escapes in it, which are Python's."""
    import ast  # for what hardly anybody writes

    try:
        return str(ast.literal_eval(quoted))
    except (SyntaxError, ValueError):
        raise reader.error() from None


def _sign(reader: Reader) -> str:
    """The sign of a comparison; 'not' and 'in' may have any number of spaces between them."""
    if reader.match(_IN):
        return "in"
    if not reader.match(_NOT):
        return reader.expect(_SIGN)
    if not reader.space():
        raise reader.error()
    reader.expect(_IN)
    return "not in"


def _value(found: Comparison | Joined, facts: Mapping[str, object], reader: Reader) -> bool:
    """Whether a marker that was read holds. reader: for the error alone.

    Every part is judged, so that an error shows wherever it stands.
    """
    if isinstance(found, Joined):
        values = [_value(part, facts, reader) for part in found.parts]
        return any(values) if found.word == "or" else all(values)
    for word in (found.left, found.right):
        if word.name and word.name not in facts:
            raise reader.error()
    left = str(facts[found.left.name]) if found.left.name else found.left.text
    right = str(facts[found.right.name]) if found.right.name else found.right.text
    if found.sign in ("in", "not in"):
        return (left in right) is (found.sign == "in")
    return _compared(found.left.name or found.right.name, left, found.sign, right)


def _compared(name: str, left: str, sign: str, right: str) -> bool:
    """Compare two texts as the variable of that name is compared. Raises ValueError for '~='.

    name: the left side's variable, else the right side's, else ''.
    """
    if name == "extra":
        left, right = normalized(left), normalized(right)
    elif name in _VERSIONS:
        try:
            return versions.fits(left, sign + right)
        except ValueError:
            pass  # not both are versions: compared as texts
    if sign == "~=":
        raise ValueError(f"{left!r} ~= {right!r} compares no versions")
    return _COMPARES[sign](left, right)
