"""A requirement as distributions declare it ('name[extra] >=1; marker'), by PEP 508.

What the packaging library refuses is refused here; what a marker means for a Python is asked of
marker.py.
"""

import re
from typing import NamedTuple

from workroot.standards import marker as markers
from workroot.standards import versions
from workroot.standards.marker import extras, holds  # noqa: F401  # what is asked of it next
from workroot.standards.names import normalized
from workroot.standards.reading import Reader

_NAME = re.compile(r"\b[a-zA-Z0-9][a-zA-Z0-9._-]*\b")
_URL = re.compile(r"[^ \t]+")
# What may not follow a clause: '>=1.*', '==1a1.*', '>=1+local'.
_TRAIL = re.compile(r"\.\*|\+[a-z0-9]+(?:[-_.][a-z0-9]+)*")


class Requirement(NamedTuple):
    """name is normalized; specifier, url and marker are text, '' where there is none."""

    name: str
    extras: tuple[str, ...]
    specifier: str
    url: str
    marker: str


def parse(text: str) -> Requirement:
    """The requirement that text spells.

    Raises:
        ValueError: where it is none by PEP 508, its marker's grammar included.
    """
    reader = Reader(text, "requirement")
    reader.space()
    name = reader.expect(_NAME)
    reader.space()
    extra_names = _extras_of(reader)
    reader.space()
    specifier = url = ""
    if reader.take("@"):
        reader.space()
        url = reader.expect(_URL)  # up to a space: a semicolon right after it belongs to it
    else:
        specifier = _specifier(reader)
    reader.space()
    rest = reader.rest
    if rest:
        if not reader.take(";"):
            raise reader.error()
        markers.read(reader)
        reader.end()
    return Requirement(
        normalized(name), extra_names, specifier, url, rest.removeprefix(";").strip()
    )


def _extras_of(reader: Reader) -> tuple[str, ...]:
    """The names in brackets, normalized, sorted and each once; () where there are no brackets."""
    if not reader.take("["):
        return ()
    reader.space()
    names = []
    name = reader.match(_NAME)
    while name:
        names.append(normalized(name))
        reader.space()
        if not reader.take(","):
            break
        reader.space()
        name = reader.expect(_NAME)
    reader.space()
    if not reader.take("]"):
        raise reader.error()
    return tuple(sorted(set(names)))


def _specifier(reader: Reader) -> str:
    """The clauses of a version range, in parentheses or not; '' where there is none."""
    enclosed = reader.take("(")
    reader.space()
    clauses = ""
    clause = reader.match(versions.CLAUSE)
    while clause:
        clauses += clause
        if _TRAIL.match(reader.rest):
            raise reader.error()
        reader.space()
        if not reader.take(","):
            break
        clauses += ","
        reader.space()
        clause = reader.match(versions.CLAUSE)
    reader.space()
    if enclosed and not reader.take(")"):
        raise reader.error()
    # '===' takes anything up to a space, so what follows a comma in it has not been looked at yet.
    if not all(map(versions.is_clause, versions.clauses(clauses))):
        raise reader.error()
    return clauses
