"""The session file of PowerShell."""

from collections.abc import Sequence

from workroot.session.session import Session
from workroot.session.template import fill
from workroot.standards.quoting import quote_pwsh

_TICKS_AT_EPOCH = 621_355_968_000_000_000  # .NET counts 100 ns since the year 1
_BOM = "\ufeff"  # without one 5.1 reads a file in the machine's own code page


def file(session: Session, template: str, chain: Sequence[tuple[str, int]], windows: bool) -> str:
    """Its text. chain: the interpreter's links and file with their own times, which .NET does not follow."""
    stale = ["        return $false"]
    if session.proof:
        stale = [_guard(path, mtime) for path, mtime in chain]
    values = []
    for _, value in session.variables:
        values.append("[NullString]::Value" if value is None else quote_pwsh(value))
    tokens = {
        "VENV_NAME": quote_pwsh(session.venv_name),
        "ROOT": quote_pwsh(session.root),
        "DIFFERS": "-ine" if windows else "-cne",
        "HOLDS_NOT": "-inotcontains" if windows else "-cnotcontains",
        "STALE": "\n".join(stale),
        "ENTRIES": ", ".join(map(quote_pwsh, session.entries)),
        "VENV_BIN": quote_pwsh("\\Scripts" if windows else "/bin"),
        "STATE_BIN": quote_pwsh("\\.workroot\\bin" if windows else "/.workroot/bin"),
        "NAMES": ", ".join(quote_pwsh(name) for name in session.names),
        "VALUES": ", ".join(values),
        "NAME": session.prompt,
        "READY": session.ready,
    }
    return _BOM + fill(template, tokens)


def _guard(path: str, mtime_ns: int) -> str:
    ticks = _TICKS_AT_EPOCH + mtime_ns // 100
    time = f"[IO.File]::GetLastWriteTimeUtc({quote_pwsh(path)}).Ticks"
    return f"        if ({time} -ne {ticks}) {{ return $false }}"
