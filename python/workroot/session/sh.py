"""The session files of the sh family, and the parts of them that are seldom read.

One file is for bash, one for zsh, one for the two ksh, and one for the others. What the shells
share stands in templates/session.sh, what they spell differently in templates/dialect.*.
"""

import os
from collections.abc import Callable
from typing import NamedTuple

from workroot.session.proof import letter
from workroot.session.session import READONLY, READONLY_HINT, STARTED, Session
from workroot.standards.quoting import filled, quote_sh

SHELLS = ("sh", "bash", "zsh", "ksh")  # session.sh is for dash, busybox and whatever else there is
PARTS = ("leave", "keep")  # what a session file sources where a name is taken already

_SECTION = "#: "  # begins a command of a dialect
_ASKED = '"${WORKROOT_CHECK-}/${WORKROOT_VENV-}/${PYTHONPATH-}"'


class _Place(NamedTuple):
    """Where a session file finds a dependency, and the file that bears the time it had."""

    looked_at: str
    mark: str


def files(session: Session, template: Callable[[str], str]) -> dict[str, str]:
    """Ending -> text of each file, in the order in which they are to be written.

    Args:
        template: Gives the text of a template by its name.
    """
    tokens = _tokens(session)
    # First: a session file may source them from the moment that it is there.
    made = {f"{part}.sh": filled(template(f"{part}.sh"), tokens) for part in PARTS}
    for shell in SHELLS:
        own = _spelled(
            shell,
            session,
            tokens,
            template,
        )
        made[shell] = filled(_lean(template("session.sh")), own)
    return made


def _tokens(session: Session) -> dict[str, str]:
    """What stands for the tokens in every file, of every shell."""
    entries = list(map(quote_sh, session.entries))
    return {
        **_variable_tokens(session),
        "ROOT": quote_sh(session.root),
        "PROOF": session.proof or "none",
        "LEAVE": quote_sh(os.path.join(session.files, "session.leave.sh")),
        "KEEP": quote_sh(os.path.join(session.files, "session.keep.sh")),
        "PATH": ":".join(entries),
        "PRESENT": " | ".join(f"*:{entry}:*" for entry in entries),
        "ENTRIES": " ".join(entries),
        "NAME": session.prompt,
        "READY": quote_sh(session.said),
        "READONLY": f"workroot: {READONLY}\n  {READONLY_HINT}",
    }


def _variable_tokens(session: Session) -> dict[str, str]:
    """The tokens that go over the variables, those to set (given), those to unset, or both."""
    names = ["PATH", *session.names]
    old_names = [f"_WORKROOT_OLD_{name}" for name in ("PATH", "PATH_SET", *session.names)]
    marks = [*session.names, "_WORKROOT_OLD_PATH_SET"]
    given = [(name, value) for name, value in session.variables if value is not None]
    unset = [name for name, value in session.variables if value is None]
    assignments = " ".join(f"{name}={quote_sh(value)}" for name, value in given)
    pairs = [f"{name} {_mark(value)}" for name, value in session.variables]
    # A list of commands may not be empty in sh: a ':' stands for none.
    return {
        "ANY_SET": "".join(f"${{{name}+x}}" for name in marks),
        "PROBE": " ".join(f"{name}=_workroot_" for name in names),
        "TYPES": "".join(f"${{(t){name}-}}" for name in names),
        "NAMES": " ".join(session.names),
        "OLD_NAMES": " ".join(old_names),
        "GIVEN": " ".join(name for name, _ in given),
        "ASSIGNMENTS": assignments,
        "ASSIGNING": quote_sh(f'PATH="$_WORKROOT_OLD_PATH_SET" {assignments}'),
        "UNSET": "\n".join(map(_unset, unset)) or ":",
        "PAIRS": " ".join(pairs),
        "ENDED": "; ".join(_ended(name, value) for name, value in given) or ":",
    }


def _spelled(
    shell: str,
    session: Session,
    tokens: dict[str, str],
    template: Callable[[str], str],
) -> dict[str, str]:
    """The tokens with what one shell spells in its own way.

    Args:
        shell: One of SHELLS.
        tokens: What `_tokens` gave, which the commands of a dialect may hold.
        template: Gives the text of a template by its name.
    """
    common = _dialect(template("dialect.sh"))
    own = {} if shell == "sh" else _dialect(template(f"dialect.{shell}"))
    # The prompt of sh under a name of its own: a dialect that replaces PROMPT may fall back on it.
    known = {**tokens, "SH_PROMPT": filled(common["PROMPT"], tokens)}
    for name, command in {**common, **own}.items():
        known[name] = filled(command, known)
    # Its first line only speaks to shellcheck, and `_lean` keeps that.
    _heading, _, deactivate = _lean(template("deactivate.sh")).partition("\n")
    return {
        **known,
        "SHELL": "bash" if shell == "bash" else "sh",
        "STALE": _stale(session, shell),
        "DEACTIVATE": quote_sh(filled(deactivate, known)),
    }


def _dialect(text: str) -> dict[str, str]:
    """Name -> command of each section, without the comments in it; a command is one line."""
    found: dict[str, str] = {}
    name = ""
    for line in text.splitlines():
        if line.startswith(_SECTION):
            name = line.removeprefix(_SECTION)
        elif line and not line.startswith("#"):
            found[name] = line
    return found


def _lean(text: str) -> str:
    """A template without its comments and indents.

    A shell pays for each character that it reads: zsh 50 ns.
    """
    lines = [line.strip() for line in text.splitlines()]
    heading = [line for line in lines if line.startswith("# shellcheck ")]
    commands = [line for line in lines if line and line[0] != "#"]
    return "\n".join([*heading, *commands]) + "\n"


def _unset(name: str) -> str:
    """Takes a variable away where it is set: the backslash goes past an alias of the person's."""
    return f'if [ -n "${{{name}+x}}" ]; then \\unset {name}; fi'


def _ended(name: str, value: str) -> str:
    """Takes a variable away that another session of this workroot left."""
    return f'[ "${{{name}-}}" != {quote_sh(value)} ] || \\unset {name}'


def _mark(value: str | None) -> str:
    """What `deactivate` compares with ${NAME-}${NAME+x}, which tells empty from unset."""
    return quote_sh("" if value is None else value + "x")


def _stale(session: Session, shell: str) -> str:
    """The command that succeeds where the proof does not hold.

    Each shell has the test that is cheapest to it: a session that stands waits for little else.
    """
    places = [
        _place(session.root, path, letter(number))
        for number, (path, _) in enumerate(session.dependencies)
    ]
    if shell == "sh":
        return _stale_by_test(session, places)
    return _stale_by_brackets(
        session,
        places,
        shell,
    )


def _place(root: str, path: str, name: str) -> _Place:
    """How a session file comes to a dependency: through a link, but for what is in the workroot.

    To follow the link, and the long way from / behind it, takes twice the time.
    """
    mark = f"$_workroot_path/{name}."
    if not path.startswith(f"{root}/"):
        return _Place(f"$_workroot_path/{name}", mark)
    return _Place(f"$_workroot_root/{quote_sh(path.removeprefix(f'{root}/'))}", mark)


def _stale_by_test(session: Session, places: list[_Place]) -> str:
    """One `[`, its operands joined by -o: each command more would cost what four operands do."""
    path = '"$_workroot_path"'
    looked_at = [_in_quotes(place.looked_at) for place in places]
    marks = [_in_quotes(place.mark) for place in places]
    tests = [
        f"{_ASKED} != {_asked(session)}",
        f'! "$_workroot_root" -ef {quote_sh(session.root)}',
        f"! {looked_at[0]} -ef {path}/real",
    ]
    for file, mark in zip(looked_at, marks, strict=True):
        tests.append(f"{file} -nt {mark} -o {file} -ot {mark}")
    # That the interpreter, the first of them, is there is known from -ef.
    tests += [f"! -e {file}" for file in looked_at[1:]]
    # Of the marks one stands for all: where another is gone, the directory is newer than this one.
    tests.append(f"! -e {marks[0]} -o {path} -nt {marks[0]}")
    if STARTED:
        tests.append(f'! -x "$_workroot_root/{STARTED}"')
    joined = " -o ".join(tests)
    return f'[ "$_workroot_answer" != proved ] && [ {joined} ]'


def _in_quotes(place: str) -> str:
    """A place as one word where an expansion is split: what is behind the variable stays as is."""
    variable, _, rest = place.partition("/")
    return f'"{variable}"/{rest}'


def _stale_by_brackets(
    session: Session,
    places: list[_Place],
    shell: str,
) -> str:
    """The `[[` of bash, zsh and ksh, which asks for a third of what `[` does."""
    path = "$_workroot_path"
    tests = [
        f"{_ASKED} == {_asked(session)}",
        f"$_workroot_root -ef {quote_sh(session.root)}",
        f"{places[0].looked_at} -ef {path}/real",
    ]
    for place in places:
        tests.append(f"! {place.looked_at} -nt {place.mark}")
        tests.append(f"! {place.looked_at} -ot {place.mark}")
    if shell != "bash":  # to bash what is gone is older than what is there
        tests += [f"-e {place.looked_at}" for place in places[1:]]
        tests.append(f"-e {path}/a. && ! {path} -nt {path}/a.")
    if STARTED:
        tests.append(f"-x $_workroot_root/{STARTED}")
    joined = " && ".join(tests)
    return f"! [[ $_workroot_answer == proved || ( {joined} ) ]]"


def _asked(session: Session) -> str:
    """What a person may have asked for in a way that this session answers: _ASKED, spelled out.

    Before the first slash stands nothing: who asks for a check gets one, and no session that
    stands. Behind the second stands what PYTHONPATH was when it was proved.
    """
    return "/" + quote_sh(f"{session.venv_name}/{session.pythonpath}")
