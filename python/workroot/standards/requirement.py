"""A requirement as distributions declare it ('name[extra] >=1; marker'), and whether its marker holds for a Python.

A marker is judged by a mapping of its variables, never by the Python that runs the engine.
"""

import operator
import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from workroot.standards import versions
from workroot.standards.names import normalized

_REQUIREMENT = re.compile(
    r"\s*([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[([^\]]*)\])?\s*(.*)\Z", re.DOTALL
)
_TOKEN = re.compile(
    r"\s*(?:('[^']*'|\"[^\"]*\")|(===|~=|==|!=|<=|>=|<|>|\(|\))|([A-Za-z_][A-Za-z0-9_.]*))"
)
_OLD_NAMES = {
    "os.name": "os_name",
    "sys.platform": "sys_platform",
    "platform.version": "platform_version",
    "platform.machine": "platform_machine",
    "platform.python_implementation": "platform_python_implementation",
    "python_implementation": "platform_python_implementation",
}
_VERSIONS = ("python_version", "python_full_version", "implementation_version", "platform_release")
_SIGNS: dict[str, Callable] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "===": operator.eq,
}


class Requirement(NamedTuple):
    """name is normalized; specifier, url and marker are text, '' where there is none."""

    name: str
    extras: tuple[str, ...]
    specifier: str
    url: str
    marker: str


def parse(text: str) -> Requirement:
    """Raises ValueError."""
    found = _REQUIREMENT.match(text)
    if not found:
        raise ValueError(f"{text!r} is no requirement")
    name, extras, rest = normalized(found[1]), found[2] or "", found[3].strip()
    names = tuple(
        sorted({normalized(extra.strip()) for extra in extras.split(",") if extra.strip()})
    )
    if rest.startswith("@"):
        url, _, marker = re.sub(r"\s+;", "\0", rest[1:].strip(), count=1).partition("\0")
        return Requirement(name, names, "", url.strip(), marker.strip())
    specifier, _, marker = rest.partition(";")
    return Requirement(
        name,
        names,
        specifier.strip().removeprefix("(").removesuffix(")").strip(),
        "",
        marker.strip(),
    )


def holds(marker: str, facts: Mapping[str, object], extra: str = "") -> bool:
    """Whether a marker is true for these facts when that extra is asked for; '' is true. Raises ValueError."""
    if not marker.strip():
        return True
    return _Marker(marker, {**facts, "extra": normalized(extra)}).value()


def extras(marker: str) -> list[str]:
    """The extras that a marker names, normalized and sorted."""
    found = re.findall(
        r"""\bextra\s*(?:==|in)\s*['"]([^'"]*)['"]|['"]([^'"]*)['"]\s*(?:==|in)\s*extra\b""", marker
    )
    return sorted({normalized(one or other) for one, other in found})


class _Marker:
    """One marker being read: `or` of `and` of comparisons; every part is read, so that an error shows wherever it stands."""

    def __init__(self, text: str, facts: Mapping[str, object]) -> None:
        self.text, self.facts, self.tokens = text, facts, _tokens(text)

    def value(self) -> bool:
        found = self.any()
        if self.tokens:
            raise self.error()
        return found

    def any(self) -> bool:
        found = self.all()
        while self.take("or"):
            found = self.all() or found
        return found

    def all(self) -> bool:
        found = self.one()
        while self.take("and"):
            found = self.one() and found
        return found

    def one(self) -> bool:
        if self.take("("):
            found = self.any()
            if not self.take(")"):
                raise self.error()
            return found
        left_name, left = self.word()
        negated = self.take("not")
        sign = self.next()
        right_name, right = self.word()
        if sign == "in":
            return (left in right) is not negated
        if negated or sign not in (*_SIGNS, "~="):
            raise self.error()
        return _compared(left_name or right_name, left, sign, right)

    def word(self) -> tuple[str, object]:
        """The variable's name ('' for a string) and its value."""
        token = self.next()
        if token[:1] in "'\"" and token:
            return "", token[1:-1]
        name = _OLD_NAMES.get(token, token)
        if name not in self.facts:
            raise self.error()
        return name, self.facts[name]

    def take(self, token: str) -> bool:
        if self.tokens and self.tokens[0] == token:
            self.tokens.pop(0)
            return True
        return False

    def next(self) -> str:
        if not self.tokens:
            raise self.error()
        return self.tokens.pop(0)

    def error(self) -> ValueError:
        return ValueError(f"{self.text!r} is no marker")


def _tokens(text: str) -> list[str]:
    found, at = [], 0
    while text[at:].strip():
        match = _TOKEN.match(text, at)
        if not match:
            raise ValueError(f"{text!r} is no marker")
        found.append(match[match.lastindex])
        at = match.end()
    return found


def _compared(name: str, left: object, sign: str, right: object) -> bool:
    left, right = str(left), str(right)
    if name == "extra":
        left, right = normalized(left), normalized(right)
    elif name in _VERSIONS:
        try:
            return versions.fits(left, sign + right)
        except ValueError:
            pass
    if sign == "~=":
        raise ValueError(f"{left!r} ~= {right!r} compares no versions")
    return _SIGNS[sign](left, right)
