"""Version numbers as packages write them (PEP 440): parsed, ordered, and held against a range.

A range is a specifier such as '>=2,<3'. What is no version, or no specifier, raises ValueError;
nothing is guessed.
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
_EPOCH_AND_RELEASE = r"v?(?:[0-9]+!)?[0-9]+(?:\.[0-9]+)*"
_PRE_PART = r"(?a:[-_.]?(?:alpha|beta|preview|pre|a|b|c|rc)[-_.]?[0-9]*)?"
_POST_PART = r"(?a:-[0-9]+|[-_.]?(?:post|rev|r)[-_.]?[0-9]*)?"
_DEV_PART = r"(?a:[-_.]?dev[-_.]?[0-9]*)?"
_LOCAL_PART = r"(?a:\+[a-z0-9]+(?:[-_.][a-z0-9]+)*)?"
_SUFFIXES = _PRE_PART + _POST_PART + _DEV_PART
# One clause of a specifier, as the packaging library takes it: what may follow depends on the sign.
CLAUSE = re.compile(
    r"===\s*[^\s;)]*"
    rf"|(?:==|!=)\s*{_EPOCH_AND_RELEASE}(?:\.\*|{_SUFFIXES}{_LOCAL_PART})"
    rf"|~=\s*v?(?:[0-9]+!)?[0-9]+(?:\.[0-9]+)+{_SUFFIXES}"
    rf"|(?:<=|>=|<|>)\s*{_EPOCH_AND_RELEASE}{_SUFFIXES}",
    re.IGNORECASE,
)
_SIGN = re.compile(r"===|~=|==|!=|<=|>=|<|>")
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
    """One version, its fields in the order in which versions compare.

    release has no zeros at its end.
    """

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
    """Whether the version satisfies every clause. Raises ValueError.

    Pre-releases count like any other.
    """
    return all(
        _fits(version, *_parted(clause)) for clause in clauses(specifier.strip().strip("()"))
    )


def exactly(version: str) -> str:
    """The clause that takes this version and no other, as pip and uv read it.

    '==2.1' takes 2.1+cpu as well, and would rather have that. Raises ValueError.
    """
    return f"==={_canonical(version)}"


def _canonical(version: str) -> str:
    """As tools spell it, the zeros at the end of its release kept. Raises ValueError."""
    parsed = parse(version)
    found = _VERSION.match(version.strip().lower())
    text = ".".join(map(str, _numbers(found["release"])))
    if parsed.epoch:
        text = f"{parsed.epoch}!{text}"
    if found["pre"]:
        text += f"{_PRE[found['pre']]}{int(found['pre_n'] or 0)}"
    if parsed.post >= 0:
        text += f".post{parsed.post}"
    if found["dev"]:
        text += f".dev{int(found['dev_n'] or 0)}"
    if found["local"]:
        parts = re.split(r"[-_.]", found["local"])
        text += "+" + ".".join(str(int(part)) if part.isdigit() else part for part in parts)
    return text


def same(one: str, other: str) -> bool:
    """Whether both spell one version, its local part included.

    Of what is no version, whether they are equal.
    """
    try:
        return parse(one) == parse(other)
    except ValueError:
        return one == other


def clauses(specifier: str) -> list[str]:
    """The clauses of a specifier, which may be none at all."""
    parts = [part.strip() for part in specifier.split(",")]
    return [part for part in parts if part]


def is_clause(text: str) -> bool:
    return bool(CLAUSE.fullmatch(text))


def _parted(clause: str) -> tuple[str, str]:
    """Its sign and what follows. Raises ValueError."""
    if not is_clause(clause):
        raise ValueError(f"{clause!r} is no version specifier")
    sign = _SIGN.match(clause)[0]
    return sign, clause.removeprefix(sign).strip()


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
