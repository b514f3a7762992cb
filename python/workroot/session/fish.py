"""The session file of fish."""

from collections.abc import Callable, Iterable

from workroot.session.proof import letter
from workroot.session.session import STARTED, Session
from workroot.standards.quoting import filled, quote_fish

# No fish holds one of these readonly; of a name that a person chose only an assignment tells.
_NEVER_READONLY = (
    "VIRTUAL_ENV",
    "VIRTUAL_ENV_PROMPT",
    "WORKROOT",
    "REPO",
    "PYTHONDONTWRITEBYTECODE",
    "PYTHONPYCACHEPREFIX",
    "PYTHONHOME",
)


def file(session: Session, template: Callable[[str], str]) -> str:
    """Its text.

    Args:
        template: Gives the text of a template by its name.
    """
    tokens = _tokens(session)
    for part in ("keep", "deactivate"):
        text = filled(_lean(template(f"{part}.fish")), tokens)
        # As a text it costs a start next to nothing: only what is run is parsed.
        tokens[part.upper()] = quote_fish(text)
    return filled(_lean(template("session.fish")), tokens)


def _tokens(session: Session) -> dict[str, str]:
    entries = [quote_fish(entry) for entry in session.entries]
    present = [f"builtin contains -- {entry} $PATH" for entry in entries]
    names = session.names
    sets, ended, ours = [], [], []
    for name, value in session.variables:
        sets.append(_set(name, value))
        is_ours = _ours(name, value)
        ended.append(f"{is_ours}; and set -eg {name}")
        ours.append(f"{is_ours}; and set -a ours {name}")
    return {
        "PROOF": session.proof or "none",
        "HOLDS": _holds(session),
        "ROOT": quote_fish(session.root),
        "ENTRIES": " ".join(entries),
        "PRESENT": "; or ".join(present),
        "NAMES": " ".join(names),
        "COUNT": str(len(names)),
        "PROBE": _probe(names),
        "ENDED": _lines(ended),
        "SET": _lines(sets),
        "OURS": _lines(ours),
        "NAME": session.prompt,
        "READY": quote_fish(session.said),
    }


def _lean(text: str) -> str:
    """A template without its comments and indents, as fish parses all of it at each start."""
    lines = [line.partition(" # ")[0].strip() for line in text.splitlines()]
    return _lines(line for line in lines if line and line[0] != "#") + "\n"


def _lines(statements: Iterable[str]) -> str:
    return "\n".join(statements)


def _holds(session: Session) -> str:
    """The operands of one `test` that succeeds where the proof stands.

    Of what is gone fish says neither that it is older nor that it is newer, so -e is asked too.
    """
    asked = quote_fish(f"/{session.venv_name}/{session.pythonpath}")
    path = "$_workroot_path"
    tests = [
        f'"$WORKROOT_CHECK/$WORKROOT_VENV/$PYTHONPATH" = {asked}',
        f"$_workroot_root -ef {quote_fish(session.root)}",
        f"{path}/a -ef {path}/real",
    ]
    for number in range(len(session.dependencies)):
        link = f"{path}/{letter(number)}"
        tests.append(f"-e {link} -a ! {link} -nt {link}. -a ! {link} -ot {link}.")
    # Of the marks one stands for all: where another is gone, the directory is newer than this one.
    tests.append(f"-e {path}/a. -a ! {path} -nt {path}/a.")
    if STARTED:
        tests.append(f"-x $_workroot_root/{STARTED}")
    return " -a ".join(tests)


def _probe(names: Iterable[str]) -> str:
    """Goes no further where a name is readonly, as `version` and `status` are in every fish."""
    chosen = [f"set -l {name} x" for name in names if name not in _NEVER_READONLY]
    if not chosen:
        return ""
    lines = (
        f"if not begin; {'; and '.join(chosen)}; end 2>/dev/null",
        "set _workroot_answer readonly",
        "return 0",
        "end",
    )
    return _lines(lines)


def _set(name: str, value: str | None) -> str:
    if value is not None:
        return f"set -gx {name} {quote_fish(value)}"
    # An empty one, which Python takes for none, hides a universal one.
    lines = (
        f"if set -q {name}",
        f"set -eg {name}",
        f"set -q {name}; and set -gx {name}",
        "end",
    )
    return _lines(lines)


def _ours(name: str, value: str | None) -> str:
    """A command that succeeds where a variable is as the session set it."""
    if value is None:
        return f'test -z "${name}"'
    return f'test "x${name}" = {quote_fish("x" + value)}'  # the x hides an operator of test
