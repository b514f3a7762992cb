"""Version numbers as packages write them: parsed, ordered, and held against a specifier such as '>=2,<3'.

What is no version, or no specifier, raises ValueError; nothing is guessed.
"""

import re
from functools import lru_cache
from typing import NamedTuple

_VERSION = re.compile(
    r"v?(?:(?P<epoch>\d+)!)?(?P<release>\d+(?:\.\d+)*)"
    r"(?:[-_.]?(?P<pre>alpha|a|beta|b|preview|pre|c|rc)[-_.]?(?P<pre_n>\d*))?"
    r"(?:-(?P<post_only>\d+)|[-_.]?(?P<post>post|rev|r)[-_.]?(?P<post_n>\d*))?"
    r"(?:[-_.]?(?P<dev>dev)[-_.]?(?P<dev_n>\d*))?"
    r"(?:\+(?P<local>[a-z0-9]+(?:[-_.][a-z0-9]+)*))?\Z"
)
_CLAUSE = re.compile(r"\s*(===|~=|==|!=|<=|>=|<|>)\s*([^\s,;()]+)\s*\Z")
_PRE = {
    "alpha": "a",
    "a": "a",
    "beta": "b",
    "b": "b",
    "preview": "rc",
    "pre": "rc",
    "c": "rc",
    "rc": "rc",
}
_LOW, _HIGH = (-1,), (1,)


class Version(NamedTuple):
    """One version, its fields in the order in which versions compare. release has no zeros at its end."""

    epoch: int
    release: tuple[int, ...]
    pre: tuple
    post: int
    dev: tuple
    local: tuple

    @property
    def is_prerelease(self) -> bool:
        return self.pre[0] == 0 or self.dev != _HIGH or self.pre == _LOW

    @property
    def first(self) -> "Version":
        """The first of its pre-releases, of which a plain '<' takes none."""
        return self._replace(pre=_LOW if self.post < 0 else self.pre, dev=(0, 0), local=())

    @property
    def public(self) -> "Version":
        return self._replace(local=())


@lru_cache(maxsize=4096)
def parse(text: str) -> Version:
    """The version that text spells. Raises ValueError."""
    found = _VERSION.match(text.strip().lower())
    if not found:
        raise ValueError(f"{text!r} is no version")
    post = (
        int(found["post_n"] or found["post_only"] or 0)
        if found["post"] or found["post_only"]
        else -1
    )
    dev = (0, int(found["dev_n"] or 0)) if found["dev"] else _HIGH
    if found["pre"]:
        pre = (0, _PRE[found["pre"]], int(found["pre_n"] or 0))
    else:
        pre = _LOW if found["dev"] and post < 0 else _HIGH
    return Version(
        int(found["epoch"] or 0),
        _trimmed(_numbers(found["release"])),
        pre,
        post,
        dev,
        _local(found["local"]),
    )


def fits(version: str, specifier: str) -> bool:
    """Whether the version satisfies every clause; pre-releases count like any other. Raises ValueError."""
    return all(
        _fits(version, *_clause(part))
        for part in specifier.strip().strip("()").split(",")
        if part.strip()
    )


def _clause(text: str) -> tuple[str, str]:
    found = _CLAUSE.match(text)
    if not found:
        raise ValueError(f"{text!r} is no version specifier")
    return found[1], found[2]


def _fits(text: str, sign: str, bound_text: str) -> bool:
    if sign == "===":
        return text.strip().lower() == bound_text.lower()
    if sign in ("==", "!=") and bound_text.endswith(".*"):
        return _has_prefix(parse(text), bound_text[:-2]) is (sign == "==")
    version, bound = parse(text), parse(bound_text)
    plain = version.public
    match sign:
        case "==" | "!=":
            return ((version if bound.local else plain) == bound) is (sign == "==")
        case ">=":
            return plain >= bound
        case "<=":
            return plain <= bound
        case "<":
            return version < bound and (
                bound.is_prerelease or not version.is_prerelease or version < bound.first
            )
        case ">":
            return plain > bound and not (
                version.post >= 0 and bound.post < 0 and version[:3] == bound[:3]
            )
    return plain >= bound and _has_prefix(version, _without_last(bound_text))


def _without_last(text: str) -> str:
    """'1.4.5a1' -> '1.4': what '~=' keeps."""
    found = _VERSION.match(text.lower())
    release = found["release"] if found else ""
    if "." not in release:
        raise ValueError(f"~={text} needs at least two numbers")
    return f"{found['epoch'] or 0}!{release.rpartition('.')[0]}"


def _has_prefix(version: Version, prefix: str) -> bool:
    epoch, _, numbers = prefix.rpartition("!")
    if not re.fullmatch(r"\d+(\.\d+)*", numbers.removeprefix("v")) or not (epoch or "0").isdigit():
        raise ValueError(f"{prefix}.* is no version")
    wanted = _numbers(numbers.removeprefix("v"))
    padded = version.release + (0,) * (len(wanted) - len(version.release))
    return version.epoch == int(epoch or 0) and padded[: len(wanted)] == wanted


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(map(int, text.split(".")))


def _trimmed(release: tuple[int, ...]) -> tuple[int, ...]:
    while len(release) > 1 and release[-1] == 0:
        release = release[:-1]
    return release


def _local(text: str | None) -> tuple:
    """Numbers sort above words, part by part."""
    return (
        tuple(
            (1, int(part), "") if part.isdigit() else (0, 0, part)
            for part in re.split(r"[-_.]", text)
        )
        if text
        else ()
    )
