"""A session rendered for each consumer; the only place that knows shell syntax. It reads no files and asks no environment.

Every value is quoted for its language at the place where it is put in, in one pass, so text of the user's is never code.
"""

import os
import re
from collections.abc import Callable, Mapping, Sequence

from workroot.errors import WorkrootError
from workroot.session.proof import letter
from workroot.session.session import Session
from workroot.standards.quoting import quote_fish, quote_pwsh, quote_sh

FORMATS = ("sh", "pwsh", "fish", "cmd", "dotenv", "json", "github", "gitlab", "cmake")
SHELLS = ("sh", "bash", "zsh")  # those with a session file of their own
_TICKS_AT_EPOCH = 621_355_968_000_000_000  # .NET counts 100 ns since the year 1
_TOKEN = re.compile(r"__([A-Z]+(?:_[A-Z]+)*)__")


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


# Takes entries out of a value like PATH's.
_REMOVE = """__VARIABLE__=:$__VARIABLE__:
for _WORKROOT_OLD_PATH_SET in __ENTRIES__; do
    while case $_WORKROOT_OLD_PATH_SET:$__VARIABLE__ in (:*) false ;; (*:*":$_WORKROOT_OLD_PATH_SET:"*) ;; (*) false ;; esac; do
        __VARIABLE__=${__VARIABLE__%%":$_WORKROOT_OLD_PATH_SET:"*}:${__VARIABLE__#*":$_WORKROOT_OLD_PATH_SET:"}
    done
done
__VARIABLE__=${__VARIABLE__#:}
__VARIABLE__=${__VARIABLE__%:}"""
_DEACTIVATE = """
if [ "${PATH-}" = "${_WORKROOT_OLD_PATH_SET-}" ]; then
    case ${_WORKROOT_OLD_PATH-} in (x*) PATH=${_WORKROOT_OLD_PATH#x} ;; (*) \\unset PATH ;; esac
else
    __REMOVE__
fi
for _WORKROOT_OLD_PATH in __PAIRS__; do
    _WORKROOT_OLD_PATH_SET=${_WORKROOT_OLD_PATH%%=*}
    if \\eval "[ \\"x=\\${$_WORKROOT_OLD_PATH_SET-}\\${$_WORKROOT_OLD_PATH_SET+x}\\" = \\"x=\\${_WORKROOT_OLD_PATH#*=}\\" ]"; then
        \\unset "$_WORKROOT_OLD_PATH_SET" || :
        \\eval "case \\${_WORKROOT_OLD_$_WORKROOT_OLD_PATH_SET-} in
            (x*) $_WORKROOT_OLD_PATH_SET=\\${_WORKROOT_OLD_$_WORKROOT_OLD_PATH_SET#x}; \\export $_WORKROOT_OLD_PATH_SET ;;
            (-*) $_WORKROOT_OLD_PATH_SET=\\${_WORKROOT_OLD_$_WORKROOT_OLD_PATH_SET#-} ;; esac"
    fi
done
case ${PS1-} in (*"(__NAME__) "*) PS1=${PS1%%"(__NAME__) "*}${PS1#*"(__NAME__) "} ;; esac
\\unset __OLD_NAMES__ || :
\\unset -f deactivate
"""


def session_sh(session: Session, template: str, shell: str = "sh") -> str:
    """One of the sh family's files, from its template: the session itself, leaving another one, keeping what is set.

    shell: one of SHELLS; 'sh' is for every shell of the family.
    """
    given = [(name, value) for name, value in session.variables if value is not None]
    inherited = ['"${VIRTUAL_ENV:+$VIRTUAL_ENV/bin}"', '"${WORKROOT:+$WORKROOT/.workroot/bin}"']
    entries = " ".join(map(quote_sh, session.entries))
    tokens = {
        "SHELL": "bash" if shell == "bash" else "sh",
        "PROOF": session.proof or "none",
        "STALE": _stale(session, shell),
        "LEAVE": quote_sh(os.path.join(session.files, "session.leave.sh")),
        "KEEP": quote_sh(os.path.join(session.files, "session.keep.sh")),
        "ANY_SET": "".join(f"${{{name}+x}}" for name in session.names),
        "PROBE": " ".join(f"{name}=_workroot_" for name in session.names),
        "NAMES": " ".join(session.names),
        "OLD_NAMES": " ".join(
            [
                "_WORKROOT_OLD_PATH",
                "_WORKROOT_OLD_PATH_SET",
                *(f"_WORKROOT_OLD_{name}" for name in session.names),
            ]
        ),
        "REMOVE": _remove("_workroot_path", " ".join([*inherited, entries])),
        "PATH": ":".join(map(quote_sh, session.entries)),
        "PRESENT": " | ".join(f"*:{quote_sh(entry)}:*" for entry in session.entries),
        "SET": "\n".join(
            [
                " ".join(f"{name}={quote_sh(value)}" for name, value in given),
                *(f"\\unset {name} || :" for name, value in session.variables if value is None),
                f"\\export {' '.join(name for name, _ in given)}",
            ]
        ),
        "PAIRS": " ".join(
            quote_sh(f"{name}={'' if value is None else value + 'x'}")
            for name, value in session.variables
        ),
        "NAME": session.prompt,
        "READY": session.ready,
    }
    back = _fill(_DEACTIVATE, {**tokens, "REMOVE": _remove("PATH", entries)})
    return _fill(template, {**tokens, "DEACTIVATE": quote_sh(back)})


def _remove(variable: str, entries: str) -> str:
    return _fill(_REMOVE, {"VARIABLE": variable, "ENTRIES": entries})


def _stale(session: Session, shell: str) -> str:
    """The command of a shell that succeeds where the proof does not hold."""
    names = [letter(number) for number in range(len(session.dependencies))]
    asked, root = '"${WORKROOT_CHECK-}/${WORKROOT_VENV-}"', quote_sh(session.root)
    venv = "/" + (quote_sh(session.venv_name) if session.venv_name else "")
    if shell == "sh":
        path = '"$_workroot_path"'
        tests = [
            f"{asked} != {venv}",
            f'! "$_workroot_root" -ef {root}',
            f"! {path}/a -ef {path}/real",
        ]
        tests += [
            f"{path}/{name} -nt {path}/{name}. -o {path}/{name} -ot {path}/{name}."
            for name in names
        ]
        tests += [
            *(f"! -e {path}/{name}" for name in names[1:]),
            f"! -e {path}/a. -o {path} -nt {path}/a.",
        ]
        return f'[ "$_workroot_answer" != proved ] && [ {" -o ".join(tests)} ]'
    path = "$_workroot_path"
    tests = [f"{asked} = {venv}", f"$_workroot_root -ef {root}", f"{path}/a -ef {path}/real"]
    tests += [
        f"! {path}/{name} -nt {path}/{name}. && ! {path}/{name} -ot {path}/{name}."
        for name in names
    ]
    if shell == "zsh":  # to bash what is gone is older than what is there
        tests += [
            *(f"-e {path}/{name}" for name in names[1:]),
            f"-e {path}/a. && ! {path} -nt {path}/a.",
        ]
    return f"! [[ {' && '.join(tests)} ]]"


def session_ps1(
    session: Session, template: str, chain: Sequence[tuple[str, int]], windows: bool
) -> str:
    """The session file of PowerShell. chain: the interpreter's links and file with their own times, which .NET does not follow."""
    guards = [(path, _TICKS_AT_EPOCH + mtime // 100) for path, mtime in chain]
    stale = [
        f"        if ([IO.File]::GetLastWriteTimeUtc({quote_pwsh(p)}).Ticks -ne {t}) {{ return $false }}"
        for p, t in guards
    ]
    values = [
        "[NullString]::Value" if value is None else quote_pwsh(value)
        for _, value in session.variables
    ]
    return "\ufeff" + _fill(
        template,
        {
            "VENV_NAME": quote_pwsh(session.venv_name),
            "ROOT": quote_pwsh(session.root),
            "DIFFERS": "-ine" if windows else "-cne",
            "HOLDS_NOT": "-inotcontains" if windows else "-cnotcontains",
            "STALE": "\n".join(stale) if session.proof else "        return $false",
            "ENTRIES": ", ".join(map(quote_pwsh, session.entries)),
            "VENV_BIN": quote_pwsh("\\Scripts" if windows else "/bin"),
            "STATE_BIN": quote_pwsh("\\.workroot\\bin" if windows else "/.workroot/bin"),
            "NAMES": ", ".join(quote_pwsh(name) for name in session.names),
            "VALUES": ", ".join(values),
            "NAME": session.prompt,
            "READY": session.ready,
        },
    )


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


def _fill(template: str, tokens: Mapping[str, str]) -> str:
    return _TOKEN.sub(lambda found: tokens[found[1]], template)


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
