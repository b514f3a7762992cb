"""Does a .pth file keep Python from starting, or do nothing at all?

Each start of Python reads every *.pth in site-packages. Up to 3.12 one byte that is no text of
the locale ends it ("Failed to import the site module"): files that macOS leaves (._x.pth), UTF-16
from PowerShell, latin-1, NUL. An `import` line in one runs its code, which may fail, end Python
or wait for ever. The fix moves that one file to the trash; if it belongs to a package, that
package is named next.
"""

import os
from ast import literal_eval
from collections.abc import Iterator

from workroot.doctor.context import PYTHON, START, Context
from workroot.doctor.finding import FAIL, HEALED, WARN, Finding, well
from workroot.doctor.healing import aside
from workroot.doors import files
from workroot.errors import WorkrootError

NEEDS = PYTHON
RECORDED = False  # the history could not take in a file that cannot be read
_MOST = 20  # files that are tried; each one found ends a process


def check(context: Context) -> Iterator[Finding]:
    stopping = _stopping(context)
    for path, reason in stopping.items():
        yield _finding(
            FAIL,
            path,
            f"{path} keeps Python from starting: {reason}",
            reason,
        )
    if context.level < START and not stopping:
        said = (context.start.said or ["no answer"])[-1]
        evidence = f"{context.venv.python} does not start: {said}"
        cause = "something that Python reads when it starts, other than a .pth file"
        yield Finding(
            FAIL,
            "pth-other",
            evidence,
            cause,
            f"{context.program} clean",
        )
    useless = {path: why for path, why in _useless(context).items() if path not in stopping}
    for path, reason in useless.items():
        yield _finding(WARN, path, f"{path} {reason}", reason)
    if context.level >= START and not useless:
        yield well("pth", "Python starts, and reads every .pth file")


def heal(context: Context, findings: list[Finding]) -> None:
    while context.level < START:
        stopping = _stopping(context, first=True)
        if not stopping:
            raise WorkrootError("no .pth file is what keeps Python from starting")
        for path in stopping:
            aside.move(context, path)
        # Forgotten, so that the loop looks at what is so after the move.
        del context.start, context.level
    for path in _useless(context):
        aside.move(context, path)


def _finding(
    severity: str,
    path: str,
    evidence: str,
    cause: str,
) -> Finding:
    return Finding(
        severity,
        "pth",
        evidence,
        cause,
        f"move {path} away",
        HEALED,
    )


def _stopping(context: Context, first: bool = False) -> dict[str, str]:
    """path -> why, of those that end or hold up a start of Python."""
    found: dict[str, str] = {}
    if context.level >= START:
        return found
    for site in context.sites:
        # One that ends Python hides those behind it: each look passes over what was found so far.
        names: list[str] = []
        while len(names) < _MOST:
            outcome = context.ask("read_pth", site, *names, site=False)
            name = _last_name(outcome.output)
            if name is None:
                break
            names.append(name)
            hung = outcome.status == 124
            last = (outcome.errors.strip().splitlines() or ["it ends Python"])[-1]
            found[os.path.join(site, name)] = "its import line does not end" if hung else last
            if hung or first:
                return found  # each look at one that hangs takes its whole time
    return found


def _last_name(output: str) -> str | None:
    last = (output.splitlines() or ["complete"])[-1]
    return None if last == "complete" else literal_eval(last)


def _useless(context: Context) -> dict[str, str]:
    """path -> why, of those that Python passes over or cannot use."""
    found = {}
    for site in context.sites:
        for name in sorted(files.names(site)):
            path = os.path.join(site, name)
            reason = _why_useless(name, path) if name.endswith(".pth") else ""
            if reason:
                found[path] = reason
    return found


def _why_useless(name: str, path: str) -> str:
    if os.path.isdir(path) or not os.path.exists(path):
        return ""  # a directory or a link that leads nowhere of that name harms nothing
    if name.startswith("._"):
        return "is what macOS leaves on other disks, no .pth of anyone's"
    try:
        data = files.read_bytes(path) or b""
    except OSError as error:
        return f"cannot be read ({(error.strerror or '').lower()}), so what it links is not found"
    if b"\0" in data:
        return "has NUL bytes in it: it was written as UTF-16, or is damaged"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return f"is no UTF-8 text (byte {error.start})"
    return ""
