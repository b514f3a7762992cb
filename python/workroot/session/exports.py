"""A session rendered for each consumer; the only place that knows shell syntax. It reads no files and asks no environment.

Every value is quoted for its language at the place where it is put in, in one pass, so text of the user's is never code.
"""

import os
import re
from collections.abc import Callable, Sequence

from workroot.errors import WorkrootError
from workroot.session import powershell, sh
from workroot.session.session import Session
from workroot.standards.quoting import quote_fish, quote_pwsh, quote_sh

FORMATS = ("sh", "pwsh", "fish", "cmd", "dotenv", "json", "github", "gitlab", "cmake")


def render(name: str, session: Session, path: str) -> str:
    """The session in one of FORMATS. path: the value of PATH before, for formats that cannot extend it. Raises WorkrootError."""
    renderers: dict[str, Callable[[Session, str], str]] = {
        "sh": _sh,
        "pwsh": _pwsh,
        "fish": _fish,
        "cmd": _cmd,
        "dotenv": _dotenv,
        "json": _json,
        "github": _github,
        "gitlab": _gitlab,
        "cmake": _cmake,
    }
    return renderers[name](session, path)


def session_files(
    session: Session,
    template: Callable[[str], str],
    chain: Sequence[tuple[str, int]],
    windows: bool,
) -> dict[str, str]:
    """Ending -> text of every file that a bootstrap sources, in the order in which they are written.

    template: gives the text of a template by its name. chain: the dependencies as PowerShell has to look at them.
    """
    made = sh.files(session, template)
    made["ps1"] = powershell.file(session, template("session.ps1"), chain, windows)
    return made


def snippet(kind: str, check: str, python: str, arguments: Sequence[str]) -> str:
    """The health check as a block to paste, for 'sh', 'powershell' or 'python'. check: the text of health_check.py."""
    filled = re.sub(
        r"(?m)^SETTINGS = \[\].*$",
        lambda found: f"SETTINGS = {ascii(list(arguments))}",
        check,
        count=1,
    ).rstrip("\n")
    if kind == "python":
        return filled
    if kind == "sh":
        return f"{quote_sh(python)} -I -B - <<'WORKROOT'\n{filled}\nWORKROOT"
    return f"@'\n{filled}\n'@ | & {quote_pwsh(python)} -I -B -"


def _sh(session: Session, path: str) -> str:
    del path
    lines = [f"PATH={':'.join(map(quote_sh, session.entries))}${{PATH:+:$PATH}}"]
    lines += [
        f"export {n}={quote_sh(v)}" if v is not None else f"unset {n}" for n, v in session.variables
    ]
    return "\n".join(lines)


def _pwsh(session: Session, path: str) -> str:
    del path
    entries = quote_pwsh(os.pathsep.join(session.entries) + os.pathsep)
    lines = [f"$env:PATH = {entries} + $env:PATH"]
    for name, value in session.variables:
        spelled = "[NullString]::Value" if value is None else quote_pwsh(value)
        lines.append(f"[Environment]::SetEnvironmentVariable({quote_pwsh(name)}, {spelled})")
    return "\n".join(lines)


def _fish(session: Session, path: str) -> str:
    del path
    lines = [f"set -gx PATH {' '.join(map(quote_fish, session.entries))} $PATH"]
    lines += [
        f"set -gx {n} {quote_fish(v)}" if v is not None else f"set -e {n}"
        for n, v in session.variables
    ]
    return "\n".join(lines)


def _cmd(session: Session, path: str) -> str:
    del path
    lines = [f'set "PATH={_percent(os.pathsep.join(session.entries))}{os.pathsep}%PATH%"']
    lines += [f'set "{name}={_percent(value or "")}"' for name, value in session.variables]
    return "\n".join(["@echo off", *lines])


def _percent(text: str) -> str:
    return _one_line(text, "cmd").replace("%", "%%")


def _path(session: Session, path: str) -> str:
    """An empty entry would be the current directory."""
    return os.pathsep.join([*session.entries, *([path] if path else [])])


def _dotenv(session: Session, path: str) -> str:
    pairs = [("PATH", _path(session, path)), *session.variables]
    return "\n".join(f"{name}={_dotenv_value(value or '')}" for name, value in pairs)


def _dotenv_value(text: str) -> str:
    if re.fullmatch(r"[A-Za-z0-9_./:@%+,-]*", text):
        return text
    if "'" not in text and "\n" not in text:
        return f"'{text}'"
    return '"' + re.sub(r'(["\\$`])', r"\\\1", text).replace("\n", "\\n") + '"'


def _json(session: Session, path: str) -> str:
    import json

    document = {
        "version": 1,
        "workroot": session.root,
        "path_first": list(session.entries),
        "set": {name: value for name, value in session.variables if value is not None},
        "unset": [name for name, value in session.variables if value is None],
        "path": _path(session, path),
    }
    return json.dumps(document, indent=2)


def _github(session: Session, path: str) -> str:
    """Lines for the file GITHUB_ENV names, PATH among them."""
    return _github_lines([("PATH", _path(session, path)), *session.variables])


def github_files(session: Session) -> tuple[str, str]:
    """Lines for the files that GITHUB_ENV and GITHUB_PATH name. Of the second the runner puts the last line first. Raises WorkrootError."""
    entries = [_whole_line(entry, "GITHUB_PATH") for entry in reversed(session.entries)]
    return _github_lines(session.variables), "\n".join(entries)


def _github_lines(pairs: Sequence[tuple[str, str | None]]) -> str:
    """Each value between a delimiter that it does not hold; what is to be unset can only be made empty."""
    lines = []
    for name, value in pairs:
        end = "workroot"
        while end in (value or ""):
            end += "_"
        lines += [f"{name}<<{end}", value or "", end]
    return "\n".join(lines)


def _gitlab(session: Session, path: str) -> str:
    """Lines of a dotenv report: GitLab takes a value as it stands, one line, and expands what a '$' begins. Raises WorkrootError."""
    pairs = [("PATH", _path(session, path)), *session.variables]
    return "\n".join(
        f"{name}={_gitlab_value(name, value)}" for name, value in pairs if value is not None
    )


def _gitlab_value(name: str, value: str) -> str:
    if "$" in value or value != value.strip():
        raise WorkrootError(
            f"{name}={value} cannot be written for gitlab: a '$', or a space at either end, does not arrive as it is"
        )
    return _whole_line(value, "gitlab")


def _whole_line(value: str, name: str) -> str:
    if re.search("[\r\n]", value):
        raise WorkrootError(
            f"{value!r} cannot be written for {name}: a line end has no spelling there"
        )
    return value


def _cmake(session: Session, path: str) -> str:
    del path
    variables = dict(session.variables)
    lines = [
        f"set(PROJECT_PYTHON {_bracket(session.python)})",
        f"set(PROJECT_VENV {_bracket(variables['VIRTUAL_ENV'] or '')})",
    ]
    lines += [f"set(PROJECT_REPO {_bracket(variables['REPO'] or '')})"]
    return "\n".join(lines)


def _bracket(text: str) -> str:
    """A CMake bracket argument: nothing in it is expanded."""
    marks = ""
    while f"]{marks}]" in text or text.endswith(f"]{marks}"):
        marks += "="
    return f"[{marks}[{text}]{marks}]"


def _one_line(text: str, name: str) -> str:
    if re.search('[\r\n"]', text):
        raise WorkrootError(
            f"{text} cannot be written for {name}: a line end or a double quote has no spelling there"
        )
    return text
