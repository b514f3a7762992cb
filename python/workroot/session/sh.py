"""The session files of the sh family: one for bash, for zsh, for the two ksh, for the others, and the parts that are seldom read.

What the shells share stands in templates/session.sh, what they spell differently in templates/dialect.*.
"""

import os
from collections.abc import Callable

from workroot.session.proof import letter
from workroot.session.session import READONLY, READONLY_HINT, Session
from workroot.session.template import fill
from workroot.standards.quoting import quote_sh

SHELLS = ("sh", "bash", "zsh", "ksh")  # session.sh is for dash, busybox and whatever else there is
PARTS = ("leave", "keep")  # what a session file sources where a name is taken already

_SECTION = "#: "  # begins a command of a dialect
_ASKED = '"${WORKROOT_CHECK-}/${WORKROOT_VENV-}"'


def files(session: Session, template: Callable[[str], str]) -> dict[str, str]:
    """Ending -> text of each file. template: gives the text of a template by its name."""
    tokens = _tokens(session)
    made = {f"{part}.sh": fill(template(f"{part}.sh"), tokens) for part in PARTS}
    for shell in SHELLS:
        own = _spelled(shell, session, tokens, template)
        made[shell] = fill(_lean(template("session.sh")), own)
    return made


def _tokens(session: Session) -> dict[str, str]:
    """What stands for the tokens in every file."""
    entries = " ".join(map(quote_sh, session.entries))
    old_names = [f"_WORKROOT_OLD_{name}" for name in ("PATH", "PATH_SET", *session.names)]
    names = ["PATH", *session.names]
    types = [f"${{(t){name}-}}" for name in names]
    given = [(name, value) for name, value in session.variables if value is not None]
    assignments = " ".join(f"{name}={quote_sh(value)}" for name, value in given)
    unset = [name for name, value in session.variables if value is None]
    return {
        "ROOT": quote_sh(session.root),
        "PROOF": session.proof or "none",
        "LEAVE": quote_sh(os.path.join(session.files, "session.leave.sh")),
        "KEEP": quote_sh(os.path.join(session.files, "session.keep.sh")),
        "ANY_SET": "".join(f"${{{name}+x}}" for name in (*session.names, "_WORKROOT_OLD_PATH_SET")),
        "PROBE": " ".join(f"{name}=_workroot_" for name in names),
        "TYPES": "".join(types),
        "NAMES": " ".join(session.names),
        "OLD_NAMES": " ".join(old_names),
        "PATH": ":".join(map(quote_sh, session.entries)),
        "PRESENT": " | ".join(f"*:{quote_sh(entry)}:*" for entry in session.entries),
        "GIVEN": " ".join(name for name, _ in given),
        "ASSIGNMENTS": assignments,
        "ASSIGNING": quote_sh(f'PATH="$_WORKROOT_OLD_PATH_SET" {assignments}'),
        "UNSET": "\n".join(map(_unset, unset)) or ":",
        "PAIRS": " ".join(f"{name} {_mark(value)}" for name, value in session.variables),
        "ENDED": "; ".join(_ended(name, value) for name, value in given) or ":",
        "ENTRIES": entries,
        "NAME": session.prompt,
        "READY": session.ready,
        "READONLY": f"workroot: {READONLY}\n  {READONLY_HINT}",
    }


def _spelled(
    shell: str, session: Session, tokens: dict[str, str], template: Callable[[str], str]
) -> dict[str, str]:
    """The tokens with what one shell spells in its own way."""
    common = _dialect(template("dialect.sh"))
    own = {} if shell == "sh" else _dialect(template(f"dialect.{shell}"))
    known = {**tokens, "SH_PROMPT": fill(common["PROMPT"], tokens)}
    for name, command in {**common, **own}.items():
        known[name] = fill(command, known)
    deactivate = _lean(template("deactivate.sh")).partition("\n")[2]
    return {
        **known,
        "SHELL": "bash" if shell == "bash" else "sh",
        "STALE": _stale(session, shell),
        "DEACTIVATE": quote_sh(fill(deactivate, known)),
    }


def _dialect(text: str) -> dict[str, str]:
    """Name -> command of each section, without the comments in it."""
    found: dict[str, str] = {}
    name = ""
    for line in text.splitlines():
        if line.startswith(_SECTION):
            name = line.removeprefix(_SECTION)
        elif line and not line.startswith("#"):
            found[name] = line
    return found


def _lean(text: str) -> str:
    """A template without its comments and indents: a shell pays for each character that it reads, zsh 50 ns."""
    lines = [line.strip() for line in text.splitlines()]
    heading = [line for line in lines if line.startswith("# shellcheck ")]
    return "\n".join([*heading, *(line for line in lines if line and line[0] != "#")]) + "\n"


def _unset(name: str) -> str:
    return f'if [ -n "${{{name}+x}}" ]; then \\unset {name}; fi'


def _ended(name: str, value: str) -> str:
    """Takes a variable away that another session of this workroot left."""
    return f'[ "${{{name}-}}" != {quote_sh(value)} ] || \\unset {name}'


def _mark(value: str | None) -> str:
    """What `deactivate` compares with ${NAME-}${NAME+x}, which tells empty from unset."""
    return quote_sh("" if value is None else value + "x")


def _stale(session: Session, shell: str) -> str:
    """The command that succeeds where the proof does not hold."""
    names = [letter(number) for number in range(len(session.dependencies))]
    if shell == "sh":
        return _stale_by_test(session, names)
    return _stale_by_brackets(session, names, shell)


def _stale_by_test(session: Session, names: list[str]) -> str:
    """One `[`, its operands joined by -o: each command more would cost what four operands do."""
    path = '"$_workroot_path"'
    tests = [
        f"{_ASKED} != {_asked(session)}",
        f'! "$_workroot_root" -ef {quote_sh(session.root)}',
        f"! {path}/a -ef {path}/real",
    ]
    for name in names:
        tests.append(f"{path}/{name} -nt {path}/{name}. -o {path}/{name} -ot {path}/{name}.")
    tests += [f"! -e {path}/{name}" for name in names[1:]]
    tests.append(f"! -e {path}/a. -o {path} -nt {path}/a.")
    return f'[ "$_workroot_answer" != proved ] && [ {" -o ".join(tests)} ]'


def _stale_by_brackets(session: Session, names: list[str], shell: str) -> str:
    """The `[[` of bash, zsh and ksh, which asks for a third of what `[` does."""
    path = "$_workroot_path"
    tests = [
        f"{_ASKED} == {_asked(session)}",
        f"$_workroot_root -ef {quote_sh(session.root)}",
        f"{path}/a -ef {path}/real",
    ]
    for name in names:
        tests.append(f"! {path}/{name} -nt {path}/{name}. && ! {path}/{name} -ot {path}/{name}.")
    if shell != "bash":  # to bash what is gone is older than what is there
        tests += [f"-e {path}/{name}" for name in names[1:]]
        tests.append(f"-e {path}/a. && ! {path} -nt {path}/a.")
    return f"! [[ $_workroot_answer == proved || ( {' && '.join(tests)} ) ]]"


def _asked(session: Session) -> str:
    """What a person may have asked for in a way that this session answers."""
    return "/" + (quote_sh(session.venv_name) if session.venv_name else "")
