"""The session file of PowerShell."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from workroot.session.session import Session
from workroot.standards.quoting import filled, quote_pwsh

_TICKS_AT_EPOCH = 621_355_968_000_000_000  # .NET counts 100 ns since the year 1
_BOM = "\ufeff"  # without one 5.1 reads a file in the machine's own code page


class _Spelling(NamedTuple):
    """What a system's paths look like, and how they are compared there."""

    separator: str
    venv_bin: str
    state_bin: str
    differs: str
    matches: str
    holds_not: str


_WINDOWS = _Spelling(
    ";",
    "\\Scripts",
    "\\.workroot\\bin",
    "-ine",
    "-imatch",
    "-inotcontains",
)
_UNIX = _Spelling(
    ":",
    "/bin",
    "/.workroot/bin",
    "-cne",
    "-cmatch",
    "-cnotcontains",
)


def file(
    session: Session,
    template: str,
    chain: Sequence[tuple[str, int]],
    windows: bool,
) -> str:
    """Its text, with a byte order mark.

    Args:
        template: The text of session.ps1.
        chain: The dependencies with their own times in ns, the interpreter's links and its file
            each for itself: .NET gives the time of a link and not of what it leads to.
        windows: Whose paths, and whose rules for comparing them.
    """
    spelling = _WINDOWS if windows else _UNIX
    stale = ["$true"]  # without a proof the engine is asked each time
    if session.proof:
        stale = [_guard(path, mtime) for path, mtime in chain]
    tokens = {
        "ASKED": quote_pwsh(f"{session.venv_name}/{session.pythonpath}"),
        "ROOT": quote_pwsh(session.root),
        "DIFFERS": spelling.differs,
        "MATCHES": spelling.matches,
        "HOLDS_NOT": spelling.holds_not,
        "SEPARATOR": spelling.separator,
        "VENV_BIN": spelling.venv_bin,
        "STATE_BIN": spelling.state_bin,
        "STALE": " -or\n        ".join(stale),
        "ENTRIES": ", ".join(map(quote_pwsh, session.entries)),
        "PRESENT": quote_pwsh(_any_of(session.entries, spelling.separator)),
        "PATH": quote_pwsh(spelling.separator.join(session.entries)),
        "OLD": ", ".join(f"$env:{name}" for name in ["PATH", *session.names]),
        "SET": "\n    ".join(f"$env:{n} = {_value(v)}" for n, v in session.variables),
        "ENDED": "\n                ".join(_ended(session)),
        "RESTORE": "\n            ".join(_restored(session)),
        "NAME": session.prompt,
        "READY": quote_pwsh(session.said),
    }
    return _BOM + filled(template, tokens)


def completion(
    template: str,
    offered: Mapping[str, Sequence[str]],
    summaries: Mapping[str, str],
    options: Mapping[str, Sequence[str]],
) -> str:
    """What makes Tab offer the commands of each program, and of each command the options.

    Args:
        template: The text of completion.ps1.
        offered: The commands of each program.
        summaries: What each command does.
    """
    tokens = {
        "PROGRAMS": ", ".join(map(quote_pwsh, offered)),
        "COMMANDS": _pairs({program: " ".join(names) for program, names in offered.items()}),
        "SUMMARIES": _pairs(summaries),
        "OPTIONS": _pairs({name: " ".join(words) for name, words in options.items()}),
    }
    return filled(template, tokens).rstrip("\n")


def _pairs(texts: Mapping[str, str]) -> str:
    """The lines of a hash table."""
    lines = [f"{quote_pwsh(name)} = {quote_pwsh(text)}" for name, text in texts.items()]
    return "\n        ".join(lines)


def _guard(path: str, mtime_ns: int) -> str:
    """True where a dependency has another time; of one that is gone .NET gives the year 1601."""
    ticks = _TICKS_AT_EPOCH + mtime_ns // 100
    return f"[IO.File]::GetLastWriteTimeUtc({quote_pwsh(path)}).Ticks -ne {ticks}"


def _any_of(entries: Sequence[str], separator: str) -> str:
    """The pattern of a PATH that holds one of them."""
    return f"(^|{separator})(?:{'|'.join(map(re.escape, entries))})({separator}|$)"


def _value(value: str | None) -> str:
    """What `$env:NAME = ` takes: $null unsets."""
    return "$null" if value is None else quote_pwsh(value)


def _ended(session: Session) -> list[str]:
    """A statement for each variable: what another session of this workroot left is taken away."""
    given = [(name, value) for name, value in session.variables if value is not None]
    return [
        f"if ($env:{name} -ceq {quote_pwsh(value)}) {{ $env:{name} = $null }}"
        for name, value in given
    ]


def _restored(session: Session) -> list[str]:
    """A statement for each variable: what was comes back, but over nothing that the person set."""
    lines = []
    for place, (name, value) in enumerate(session.variables, 1):
        kept = f"{_value(value)} -ceq $env:{name}"
        lines.append(f"if ({kept}) {{ $env:{name} = $old[{place}] }}")
    return lines
