"""Everything a shell can tell of itself, taken twice and compared: what sourcing leaves behind is
the difference.
"""

import re
from pathlib import Path

from worlds.shells import Posix, quote, quote_fish, quote_pwsh

POWERSHELL = Path(__file__).with_name("shell_trace.ps1")
_FUNCTIONS = {
    "bash": "declare -f; \\shopt",
    "zsh": "functions; \\setopt",
    "ksh93": "typeset -f",
    "mksh": "typeset -f",
}
_SETS = {"bash": "(set -o posix; \\set)"}
# What a shell changes by itself from one command to the next.
_VOLATILE = re.compile(
    r"^(?:export |readonly |typeset (?:-\S+ )*|declare (?:-\S+ )*)?"
    r"(?:_|RANDOM|SRANDOM|SECONDS|LINENO|EPOCH\w+|BASH_\w+|PIPESTATUS|pipestatus|FUNCNAME|TTYIDLE|'?[?!#$*@-]'?|0|status|funcstack|"
    r"ZSH_EVAL_CONTEXT|ZSH_DEBUG_CMD|history\w*|HISTCMD|\.sh\.\w+|A__z|TIMEOUT|COLUMNS|LINES|OPTIND|KSHEGID|jobstates|jobtexts|BASHPID|KSH_MATCH|_AST_FEATURES)(?:\[\d+\])?(?:=.*|$)"
)


# What fish changes by itself, and which file it has a function from.
_VOLATILE_IN_FISH = (
    r"^\$(status|pipestatus|history|status_generation|CMD_DURATION|fish_killring|COLUMNS|LINES|"
    r"_|__\w+)[:\[]|^__fish_|^# "
)


def snapshot(shell: Posix, path: Path, also: str = "") -> str:
    """A step that writes what the shell is now: variables, exports, functions, aliases, options,
    traps, directory, umask.
    """
    if shell.name == "pwsh":
        return f"& {quote_pwsh(POWERSHELL)} {quote_pwsh(path)}"
    if shell.name == "fish":
        return _snapshot_of_fish(path, also)
    # Below `set -a` the first $( ) of ksh93 exports IFS: that is to be before the first look.
    settled = '\\: "$(\\:)"; ' if shell.name == "ksh93" else ""
    steps = [
        _SETS.get(shell.name, "\\set"),
        "\\export -p",
        "\\readonly -p",
        "\\alias",
        "\\set +o",
        "\\trap",
        "\\pwd",
        "\\umask",
        _FUNCTIONS.get(shell.name, ":"),
    ]
    # A PATH that is readonly cannot be led nowhere to look for functions alone, so programs are
    # told by their slash.
    functions = [
        f'case $(\\command -v {name}) in ("" | /*) ;; (*) \\echo "function {name}" ;; esac'
        for name in ("deactivate", *also.split())
    ]
    return (
        "{ "
        + settled
        + "; ".join([f"{step}; \\echo @@" for step in steps] + functions + [":"])
        + f"; }} >| {quote(path)} 2>/dev/null"
    )


def _snapshot_of_fish(path: Path, also: str) -> str:
    """The same of fish, where an alias is a function, and the prompt too.

    umask is a function that loads others, and so comes before they are listed.
    """
    bodies = [f"functions {name}" for name in ("fish_prompt", "deactivate", *also.split())]
    steps = ["pwd", "umask", "abbr", *bodies, "set -S", "functions -an"]
    written = "; ".join(f"{step}; echo @@" for step in steps)
    kept = f"string match -rv {quote_fish(_VOLATILE_IN_FISH)}"
    return f"begin; {written}; end 2>/dev/null | {kept} > {quote_fish(path)}"


def difference(before: Path, after: Path) -> list[str]:
    """What is in one snapshot and not in the other, section by section; '+' is new, '-' is gone."""
    return [
        line
        for old, new in zip(_sections(before), _sections(after), strict=True)
        for line in _compared(old, new)
    ]


def _sections(path: Path) -> list[list[str]]:
    sections: list[list[str]] = [[]]
    for line in path.read_text(errors="surrogateescape").splitlines():
        if line == "@@":
            sections.append([])
        elif not _VOLATILE.match(line):
            sections[-1].append(line)
    return sections


def _compared(old: list[str], new: list[str]) -> list[str]:
    return [f"- {line}" for line in old if line not in new] + [
        f"+ {line}" for line in new if line not in old
    ]
