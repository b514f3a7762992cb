"""The session files of the sh family: one for bash, one for zsh, one for every other shell of it, and two seldom needed parts."""

import os
from collections.abc import Callable

from workroot.session.proof import letter
from workroot.session.session import Session
from workroot.session.template import fill
from workroot.standards.quoting import quote_sh

SHELLS = ("sh", "bash", "zsh")  # those with a session file of their own
PARTS = ("leave", "keep")  # what a session file sources where a name is taken already

# The directories that a session which the environment inherited had put on PATH.
_INHERITED = ('"${VIRTUAL_ENV:+$VIRTUAL_ENV/bin}"', '"${WORKROOT:+$WORKROOT/.workroot/bin}"')


def files(session: Session, template: Callable[[str], str]) -> dict[str, str]:
    """Ending -> text of each file. template: gives the text of a template by its name."""
    tokens = _tokens(session, template)
    made = {f"{part}.sh": fill(template(f"{part}.sh"), tokens) for part in PARTS}
    for shell in SHELLS:
        own = {"SHELL": "bash" if shell == "bash" else "sh", "STALE": _stale(session, shell)}
        made[shell] = fill(template("session.sh"), {**tokens, **own})
    return made


def _tokens(session: Session, template: Callable[[str], str]) -> dict[str, str]:
    entries = " ".join(map(quote_sh, session.entries))
    old_names = [f"_WORKROOT_OLD_{name}" for name in ("PATH", "PATH_SET", *session.names)]
    remove = _body(template("remove.sh"))
    tokens = {
        "PROOF": session.proof or "none",
        "LEAVE": quote_sh(os.path.join(session.files, "session.leave.sh")),
        "KEEP": quote_sh(os.path.join(session.files, "session.keep.sh")),
        "ANY_SET": "".join(f"${{{name}+x}}" for name in session.names),
        "PROBE": " ".join(f"{name}=_workroot_" for name in session.names),
        "NAMES": " ".join(session.names),
        "OLD_NAMES": " ".join(old_names),
        "PATH": ":".join(map(quote_sh, session.entries)),
        "PRESENT": " | ".join(f"*:{quote_sh(entry)}:*" for entry in session.entries),
        "SET": _set(session),
        "PAIRS": " ".join(quote_sh(f"{name}={_mark(value)}") for name, value in session.variables),
        "NAME": session.prompt,
        "READY": session.ready,
    }
    # In a session that is being made another one's entries go as well, in `deactivate` only ours.
    both = {"VARIABLE": "_workroot_path", "ENTRIES": " ".join([*_INHERITED, entries])}
    ours = {"VARIABLE": "PATH", "ENTRIES": entries}
    back = _body(template("deactivate.sh"))
    deactivate = fill(back, {**tokens, "REMOVE": fill(remove, ours)})
    return {**tokens, "REMOVE": fill(remove, both), "DEACTIVATE": quote_sh(deactivate)}


def _body(text: str) -> str:
    """A part without the comments on its top, which speak to who reads the template."""
    lines = text.splitlines()
    while lines and lines[0].startswith("#"):
        del lines[0]
    return "\n".join(lines)


def _set(session: Session) -> str:
    """The statements that set and unset what a session gives."""
    given = {name: value for name, value in session.variables if value is not None}
    assignments = [f"{name}={quote_sh(value)}" for name, value in given.items()]
    unsets = [f"\\unset {name} || :" for name, value in session.variables if value is None]
    return "\n".join([" ".join(assignments), *unsets, f"\\export {' '.join(given)}"])


def _mark(value: str | None) -> str:
    """What `deactivate` compares with ${NAME-}${NAME+x}, which tells empty from unset."""
    return "" if value is None else value + "x"


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
    """The `[[` of bash and zsh, which ask for a third of what `[` does."""
    path = "$_workroot_path"
    tests = [
        f"{_ASKED} = {_asked(session)}",
        f"$_workroot_root -ef {quote_sh(session.root)}",
        f"{path}/a -ef {path}/real",
    ]
    for name in names:
        tests.append(f"! {path}/{name} -nt {path}/{name}. && ! {path}/{name} -ot {path}/{name}.")
    if shell == "zsh":  # to bash what is gone is older than what is there
        tests += [f"-e {path}/{name}" for name in names[1:]]
        tests.append(f"-e {path}/a. && ! {path} -nt {path}/a.")
    return f"! [[ {' && '.join(tests)} ]]"


_ASKED = '"${WORKROOT_CHECK-}/${WORKROOT_VENV-}"'


def _asked(session: Session) -> str:
    """What a person may have asked for in a way that this session answers."""
    return "/" + (quote_sh(session.venv_name) if session.venv_name else "")
