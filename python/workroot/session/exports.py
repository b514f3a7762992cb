"""A session rendered for each consumer; the only place that knows shell syntax.

It reads no files and asks no environment. Every value is quoted for its language at the place where
it is put in, in one pass, so text of the user's is never code.
"""

import os
import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from workroot.doors import documents
from workroot.errors import WorkrootError
from workroot.session import fish, powershell, sh
from workroot.session.health import of_program
from workroot.session.session import Session
from workroot.standards.quoting import quote_csh, quote_fish, quote_pwsh, quote_sh

if TYPE_CHECKING:  # with base64 and zlib: who writes the session files asks for no change
    from workroot.session.delta import Change

FORMATS = ("sh", "pwsh", "fish", "dotenv", "json", "github", "gitlab", "cmake")
# Of shells without a session file: they are told each change, and how to take it back.
TOLD = ("csh", "nu", "xonsh", "cmd")


def render(
    name: str,
    session: Session,
    path: str,
) -> str:
    """The session in one of FORMATS.

    Args:
        name: The format's.
        path: The value of PATH before, for the formats that cannot refer to it and so repeat it.

    Returns:
        Lines without a final line end.

    Raises WorkrootError: when a value has no spelling in that format.
    """
    renderers: dict[str, Callable[[Session, str], str]] = {
        "sh": _sh,
        "pwsh": _pwsh,
        "fish": _fish,
        "dotenv": _dotenv,
        "json": _json,
        "github": _github,
        "gitlab": _gitlab,
        "cmake": _cmake,
    }
    return renderers[name](session, path)


def told(name: str, changes: Sequence["Change"], prompt: str | None) -> str:
    """The changes that begin or end a session, in one of TOLD.

    Args:
        changes: From delta.forth or delta.back.
        prompt: The name that the prompt is to show; None where a session ends.

    Returns:
        Lines without a final line end, which give the shell a `deactivate` as well or take it.

    Raises WorkrootError: when a value has no spelling there.
    """
    renderers: dict[str, Callable[[Sequence[Change], str | None], str]] = {
        "csh": _csh,
        "nu": _nu,
        "xonsh": _xonsh,
        "cmd": _cmd,
    }
    return renderers[name](changes, prompt)


def session_files(
    session: Session,
    template: Callable[[str], str],
    chain: Sequence[tuple[str, int]],
    windows: bool,
) -> dict[str, str]:
    """Ending -> text of every file that a bootstrap sources, in the order to write them in.

    Args:
        template: Gives the text of a template by its name.
        chain: The dependencies as PowerShell has to look at them, from proof.own_times.
        windows: Whether paths are compared, and entries of PATH separated, as Windows does.
    """
    made = sh.files(session, template)
    made["fish"] = fish.file(session, template)
    made["ps1"] = powershell.file(
        session,
        template("session.ps1"),
        chain,
        windows,
    )
    return made


def snippet(
    kind: str,
    check: str,
    python: str,
    arguments: Sequence[str],
) -> str:
    """The health check as a block to paste into a terminal or a notebook.

    Args:
        kind: 'sh', 'powershell' or 'python'; the last is the program alone, without a call.
        check: The text of health_check.py.
        python: The path of the venv's Python, which runs the block.
        arguments: What health_check.py would be given on its command line.
    """
    # ascii: what is pasted goes through a terminal, whose encoding nobody knows. A function gives
    # the replacement, as re.sub would read the backslashes in a text.
    settings = f"SETTINGS = {ascii(of_program(arguments))}"
    filled = re.sub(
        r"(?m)^SETTINGS = \[\].*$",
        lambda found: settings,
        check,
        count=1,
    )
    filled = filled.rstrip("\n")
    if kind == "python":
        return filled
    if kind == "sh":
        return f"{quote_sh(python)} -I -B - <<'WORKROOT'\n{filled}\nWORKROOT"
    return f"@'\n{filled}\n'@ | & {quote_pwsh(python)} -I -B -"


def _sh(session: Session, path: str) -> str:
    """For any POSIX shell: lines for `eval`."""
    del path
    entries = ":".join(map(quote_sh, session.entries))
    # An empty PATH adds no entry: an empty one would be the current directory.
    lines = [f"PATH={entries}${{PATH:+:$PATH}}"]
    for name, value in session.variables:
        if value is None:
            lines.append(f"unset {name}")
        else:
            lines.append(f"export {name}={quote_sh(value)}")
    return "\n".join(lines)


def _pwsh(session: Session, path: str) -> str:
    """For PowerShell; before 7.5 `$env:NAME = ''` unsets, and [Environment] tells the two apart."""
    del path
    entries = quote_pwsh(os.pathsep.join(session.entries) + os.pathsep)
    lines = [f"$env:PATH = {entries} + $env:PATH"]
    for name, value in session.variables:
        spelled = "[NullString]::Value" if value is None else quote_pwsh(value)
        lines.append(f"[Environment]::SetEnvironmentVariable({quote_pwsh(name)}, {spelled})")
    return "\n".join(lines)


def _fish(session: Session, path: str) -> str:
    """For fish, where PATH is a list and each entry a word of its own."""
    del path
    entries = " ".join(map(quote_fish, session.entries))
    lines = [f"set -gx PATH {entries} $PATH"]
    for name, value in session.variables:
        if value is None:
            lines.append(f"set -e {name}")
        else:
            lines.append(f"set -gx {name} {quote_fish(value)}")
    return "\n".join(lines)


def _csh(changes: Sequence["Change"], prompt: str | None) -> str:
    """Each line ends in a semicolon, as `eval "`...`"` makes one line of them.

    What the prompt was is a variable of the shell: nobody but the shell knows it. `if` replaces the
    variables of a command that it does not run, too, and fails for one that is not set: hence eval.
    """
    lines = ["if ($?_workroot_prompt) eval 'set prompt = $_workroot_prompt:q';"]
    lines.append("unset _workroot_prompt;")
    for name, value in changes:
        if value is None:
            lines.append(f"unsetenv {name};")
        else:
            lines.append(f"setenv {name} {quote_csh(_whole_line(value, 'csh'))};")
    if prompt is None:
        lines.append("unalias deactivate;")
        return "\n".join(lines)
    asked = "$?prompt && ! $?VIRTUAL_ENV_DISABLE_PROMPT"
    lines.append(f"if ({asked}) eval 'set _workroot_prompt = $prompt:q';")
    # A name in a prompt has no sign that a quote would keep.
    shown = f'set prompt = "({prompt}) "$_workroot_prompt:q'
    lines.append(f"if ($?_workroot_prompt) eval '{shown}';")
    leave = quote_csh('eval "`workroot env --undo --format csh`"')
    lines.append(f"alias deactivate {leave};")
    return "\n".join(lines)


def _nu(changes: Sequence["Change"], prompt: str | None) -> str:
    """A record for `load-env`: nushell runs no text that it has not read beforehand.

    A variable that is null is not given to a program.
    """
    del prompt  # a closure there, which no text can be made into
    record: dict[str, str | list[str] | None] = dict(changes)
    path = dict(changes).get("PATH")
    if path is not None:
        record["PATH"] = path.split(os.pathsep)
    return documents.indented(record, 2)


def _xonsh(changes: Sequence["Change"], prompt: str | None) -> str:
    """Lines for `execx`; the prompt of xonsh shows the name by itself."""
    lines = []
    for name, value in changes:
        if value is None:
            lines.append(f"if {name!a} in ${{...}}: del ${{...}}[{name!a}]")
        else:
            lines.append(f"${{...}}[{name!a}] = {value!a}")
    if prompt is None:
        lines.append("aliases.pop('deactivate', None)")
    else:
        leave = "execx($(workroot env --undo --format xonsh))"
        lines.append(f"aliases['deactivate'] = lambda: {leave}")
    return "\n".join(lines)


def _cmd(changes: Sequence["Change"], prompt: str | None) -> str:
    """For a .cmd file, in which a variable that is set to nothing is one that is unset."""
    lines = [f'@set "{name}={_percent(value or "")}"' for name, value in changes]
    # $g is the sign that leads output to a file, and $t parts two commands.
    file = '"%TEMP%\\workroot-leave.cmd"'
    leave = "" if prompt is None else f"workroot env --undo --format cmd $g {file} $t call {file}"
    lines.append(f"@doskey deactivate={leave}")
    return "\n".join(lines)


def _percent(text: str) -> str:
    """A text in which cmd expands nothing: in a batch file a doubled '%' is one."""
    return _one_line(text, "cmd").replace("%", "%%")


def _path(session: Session, path: str) -> str:
    """The whole new PATH, for formats that cannot refer to the one before."""
    entries = list(session.entries)
    if path:  # an empty entry would be the current directory
        entries.append(path)
    return os.pathsep.join(entries)


def _dotenv(session: Session, path: str) -> str:
    """NAME=VALUE lines; what is to be unset can only be made empty."""
    pairs = [("PATH", _path(session, path)), *session.variables]
    return "\n".join(f"{name}={_dotenv_value(value or '')}" for name, value in pairs)


def _dotenv_value(text: str) -> str:
    """A value bare where every reader takes it so, else in the quotes that need no escapes."""
    if re.fullmatch(r"[A-Za-z0-9_./:@%+,-]*", text):
        return text
    if "'" not in text and "\n" not in text:
        return f"'{text}'"
    escaped = re.sub(r'(["\\$`])', r"\\\1", text)
    escaped = escaped.replace("\n", "\\n")
    return f'"{escaped}"'


def _json(session: Session, path: str) -> str:
    """A document for programs: what comes first in PATH by itself, and PATH as a whole."""
    document = {
        "version": 1,
        "workroot": session.root,
        "path_first": list(session.entries),
        "set": {name: value for name, value in session.variables if value is not None},
        "unset": [name for name, value in session.variables if value is None],
        "path": _path(session, path),
    }
    return documents.indented(document, 2)


def _github(session: Session, path: str) -> str:
    """Lines for the file GITHUB_ENV names, PATH among them."""
    return _github_lines([("PATH", _path(session, path)), *session.variables])


def github_files(session: Session) -> tuple[str, str]:
    """Lines for the file that GITHUB_ENV names, and those for the one that GITHUB_PATH names.

    Raises WorkrootError: when an entry of PATH has a line end in it.
    """
    # Reversed: the runner puts each line of GITHUB_PATH before those above it.
    entries = [_whole_line(entry, "GITHUB_PATH") for entry in reversed(session.entries)]
    return _github_lines(session.variables), "\n".join(entries)


def _github_lines(pairs: Sequence[tuple[str, str | None]]) -> str:
    """Each value between a delimiter that it does not hold.

    What is to be unset can only be made empty.
    """
    lines = []
    for name, value in pairs:
        end = "workroot"
        while end in (value or ""):
            end += "_"
        lines += [f"{name}<<{end}", value or "", end]
    return "\n".join(lines)


def _gitlab(session: Session, path: str) -> str:
    """Lines of a dotenv report, the artifact by which a GitLab job hands variables to a later one.

    Raises WorkrootError: when a value would arrive there as another one.
    """
    lines = []
    for name, value in [("PATH", _path(session, path)), *session.variables]:
        if value is not None:  # a report has no way to unset
            lines.append(f"{name}={_gitlab_value(name, value)}")
    return "\n".join(lines)


def _gitlab_value(name: str, value: str) -> str:
    """GitLab takes a value as it stands, one line, and expands what a '$' begins."""
    if "$" in value or value != value.strip():
        raise WorkrootError(
            f"{name}={value} cannot be written for gitlab:"
            " a '$', or a space at either end, does not arrive as it is"
        )
    return _whole_line(value, "gitlab")


def _whole_line(value: str, name: str) -> str:
    """The value, where it has no line end. Raises WorkrootError."""
    if re.search("[\r\n]", value):
        raise WorkrootError(
            f"{value!r} cannot be written for {name}: a line end has no spelling there"
        )
    return value


def _cmake(session: Session, path: str) -> str:
    """For `include()`: variables of a CMake project, not of the environment."""
    del path
    variables = dict(session.variables)
    named = {
        "PROJECT_PYTHON": session.python,
        "PROJECT_VENV": variables["VIRTUAL_ENV"] or "",
        "PROJECT_REPO": variables["REPO"] or "",
    }
    return "\n".join(f"set({name} {_bracket(value)})" for name, value in named.items())


def _bracket(text: str) -> str:
    """A CMake bracket argument: nothing in it is expanded."""
    marks = ""
    # As many '=' as it takes for the text to hold no end of its own, nor to complete one.
    while f"]{marks}]" in text or text.endswith(f"]{marks}"):
        marks += "="
    return f"[{marks}[{text}]{marks}]"


def _one_line(text: str, name: str) -> str:
    """The text, where it has neither a line end nor a double quote. Raises WorkrootError."""
    if re.search('[\r\n"]', text):
        raise WorkrootError(
            f"{text} cannot be written for {name}:"
            " a line end or a double quote has no spelling there"
        )
    return text
