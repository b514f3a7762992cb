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
# The parts of a version in a clause. Without (?a: ...) IGNORECASE takes a long s for an s.
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
_LOW, _HIGH = (-1,), (1,)  # below and above every (0, ...), which stands for a part that is there


class Version(NamedTuple):
    """One version, its fields in the order in which versions compare (PEP 440).

    Two that are equal are one version, however each was spelled.

    Attributes:
        epoch: 0 where none is written.
        release: its numbers, without zeros at its end: 1.0 and 1 are one version.
        pre: (0, 'a', 'b' or 'rc', number); _HIGH for a final version, which comes after those;
            _LOW where there is only a dev part, which comes before them.
        post: its number; -1 where there is none.
        dev: (0, number); _HIGH where there is none.
        local: see _local; () where there is none, which comes first.
    """

    epoch: int
    release: tuple[int, ...]
    pre: tuple
    post: int
    dev: tuple
    local: tuple

    @property
    def is_prerelease(self) -> bool:
        """Whether it is an alpha, beta, candidate or dev release, by PEP 440's reading."""
        return self.pre[0] == 0 or self.dev != _HIGH or self.pre == _LOW

    @property
    def first(self) -> "Version":
        """The first of its pre-releases, of which a plain '<' takes none."""
        pre = _LOW if self.post < 0 else self.pre
        return self._replace(pre=pre, dev=(0, 0), local=())

    @property
    def public(self) -> "Version":
        """The same without its local part ('+cpu'), which most clauses do not look at."""
        return self._replace(local=())


@lru_cache(maxsize=4096)
def parse(text: str) -> Version:
    """The version that text spells, in any of the spellings that PEP 440 allows.

    Kept: the same ones are asked for again and again.

    Raises:
        ValueError: where it is no version.
    """
    found = _VERSION.match(text.strip().lower())
    if not found:
        raise ValueError(f"{text!r} is no version")
    post = -1
    if found["post"] or found["post_only"]:  # '1.0.post2', or '1.0-2'
        post = int(found["post_n"] or found["post_only"] or 0)
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
    """Whether the version satisfies every clause; a specifier without any takes all.

    Pre-releases count like any other: whether they are wanted is for the caller to say.

    Raises:
        ValueError: where the version, or a clause, is none. '===' compares texts and needs none.
    """
    wanted = clauses(specifier.strip().strip("()"))
    return all(_fits(version, *_parted(clause)) for clause in wanted)


def exactly(version: str) -> str:
    """The clause that takes this version and no other, as pip and uv read it.

    '==2.1' takes 2.1+cpu as well, and would rather have that. Raises ValueError.
    """
    return f"==={_canonical(version)}"


def _canonical(version: str) -> str:
    """As tools spell it, the zeros at the end of its release kept. Raises ValueError.

    The zeros stay because '===' compares texts: '===1' takes no 1.0.
    """
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
    """Whether both spell one version, its local part included: '1.0' and '1' do.

    Of what is no version, whether the texts are equal.
    """
    try:
        return parse(one) == parse(other)
    except ValueError:
        return one == other


def clauses(specifier: str) -> list[str]:
    """The clauses of a specifier, as texts; what is between two commas may be empty."""
    parts = [part.strip() for part in specifier.split(",")]
    return [part for part in parts if part]


def is_clause(text: str) -> bool:
    """Whether a text is one clause, with its sign, as the packaging library takes it."""
    return bool(CLAUSE.fullmatch(text))


def _parted(clause: str) -> tuple[str, str]:
    """The sign of a clause, and what follows it.

    Raises:
        ValueError: where the text is no clause, as one without a sign is none.
    """
    if not is_clause(clause):
        raise ValueError(f"{clause!r} is no version specifier")
    sign = _SIGN.match(clause)[0]
    return sign, clause.removeprefix(sign).strip()


def _fits(text: str, sign: str, bound_text: str) -> bool:
    """Whether a version satisfies one clause, by PEP 440. Raises ValueError."""
    if sign == "===":
        return text.strip().lower() == bound_text.lower()
    if sign in ("==", "!=") and bound_text.endswith(".*"):
        return _has_prefix(parse(text), bound_text[:-2]) is (sign == "==")
    version, bound = parse(text), parse(bound_text)
    plain = version.public
    match sign:
        case "==" | "!=":
            # '==1.0' takes 1.0+cpu; '==1.0+cpu' takes nothing else.
            compared = version if bound.local else plain
            return (compared == bound) is (sign == "==")
        case ">=":
            return plain >= bound
        case "<=":
            return plain <= bound
        case "<":
            # '<2' takes no 2.0rc1, which is below it; '<2.0rc1' takes 2.0b1.
            return version < bound and (
                bound.is_prerelease or not version.is_prerelease or version < bound.first
            )
        case ">":
            # '>1.0' takes no 1.0.post1, which is above it.
            same_base = version[:3] == bound[:3]  # epoch, release, pre
            is_its_post = version.post >= 0 and bound.post < 0 and same_base
            return plain > bound and not is_its_post
    # What is left is '~='.
    return plain >= bound and _has_prefix(version, _without_last(bound_text))


def _without_last(text: str) -> str:
    """'1.4.5a1' -> '0!1.4': the numbers that '~=' keeps, with the epoch. Raises ValueError."""
    found = _VERSION.match(text.lower())
    release = found["release"] if found else ""
    if "." not in release:
        raise ValueError(f"~={text} needs at least two numbers")
    return f"{found['epoch'] or 0}!{release.rpartition('.')[0]}"


def _has_prefix(version: Version, prefix: str) -> bool:
    """Whether a version begins with these numbers: '1.2' for '==1.2.*'. Raises ValueError."""
    epoch, _, numbers = prefix.rpartition("!")
    numbers = numbers.removeprefix("v")
    if not re.fullmatch(r"\d+(\.\d+)*", numbers) or not (epoch or "0").isdigit():
        raise ValueError(f"{prefix}.* is no version")
    wanted = _numbers(numbers)
    # 1 is in '1.0.*': the zeros that the release has lost count.
    padded = version.release + (0,) * (len(wanted) - len(version.release))
    return version.epoch == int(epoch or 0) and padded[: len(wanted)] == wanted


def _numbers(text: str) -> tuple[int, ...]:
    """'1.10' -> (1, 10)."""
    return tuple(map(int, text.split(".")))


def _trimmed(release: tuple[int, ...]) -> tuple[int, ...]:
    """A release without the zeros at its end, so that 1.0 and 1 are equal and have one hash."""
    while len(release) > 1 and release[-1] == 0:
        release = release[:-1]
    return release


def _local(text: str | None) -> tuple:
    """A local part ('cpu.2') as it compares: part by part, numbers above words."""
    if not text:
        return ()
    parts = re.split(r"[-_.]", text)
    return tuple((1, int(part), "") if part.isdigit() else (0, 0, part) for part in parts)
