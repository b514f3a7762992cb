"""What a session gets: the delta, what its proof looked at, and the words it says.

It is data alone: exports renders it, and the shell applies it.
"""

import os
import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from workroot.config import Config
from workroot.doors.terminal import printable
from workroot.pythons.venv import Venv
from workroot.root import SCRIPTS, STATE, Root, venv_bin
from workroot.session import link

# Said by the engine and, where it is not asked, by `deactivate`.
READONLY = "a name that the session sets is readonly in this shell; nothing was changed"
READONLY_HINT = "open a new terminal without it"
# What a session must be able to start, below the workroot. Where a disk was mounted noexec since it
# was proved, a shell would pass it over and take the next pip on PATH. On Windows nothing tells.
STARTED = "" if os.name == "nt" else f"{STATE}/bin/pip"


class Session(NamedTuple):
    """A session as data.

    files: the directory of the session files. entries: what comes first in PATH. variables: name
    and value of each, None to unset. dependencies: path and mtime in ns of each. proof: its number,
    None when not proved to last. warnings: what was found when it was proved. pythonpath: what that
    variable was then, which the proof is of as well.
    """

    root: str
    files: str
    venv_name: str
    python: str
    entries: tuple[str, ...]
    variables: tuple[tuple[str, str | None], ...]
    prompt: str
    ready: str
    dependencies: tuple[tuple[str, int], ...]
    proof: str | None
    warnings: tuple[str, ...] = ()
    pythonpath: str = ""

    @property
    def said(self) -> str:
        """The line for a person at a terminal: what was found stands in it, with both files."""
        if not self.warnings:
            return self.ready
        first, *more = self.warnings
        others = f" (and {len(more)} more: workroot check)" if more else ""
        return f"{self.ready}; warning: {first}{others}"

    def with_account(self, warnings: Sequence[str], pythonpath: str) -> "Session":
        """The same with what there is to say of it, and the PYTHONPATH for which that holds."""
        return self._replace(warnings=tuple(map(printable, warnings)), pythonpath=pythonpath)

    @property
    def names(self) -> list[str]:
        """Of the variables that it sets or unsets, PATH not among them."""
        return [name for name, _ in self.variables]


def of(
    root: Root,
    config: Config,
    venv: Venv,
    dependencies: tuple[tuple[str, int], ...],
    proof: str | None,
) -> Session:
    """The session that this workroot gives.

    Args:
        dependencies: What its proof looked at, from proof.times.
        proof: What proving.write gave, None for a session that the engine is asked for each time.
    """
    name = prompt_name(root.path)
    return Session(
        root=root.path,
        files=root.state,
        venv_name=config.venv.name,
        python=venv.python,
        entries=(root.bin, venv_bin(venv.path)),
        variables=(
            ("VIRTUAL_ENV", venv.path),
            ("VIRTUAL_ENV_PROMPT", name),
            ("WORKROOT", root.path),
            ("REPO", config.repos[0]),
            *_bytecode(root, config),
            ("PYTHONHOME", None),  # it would have the venv's Python take another one's library
            *config.variables,
        ),
        prompt=name,
        ready=f"workroot: {name} is ready (Python {venv.text}); deactivate ends it",
        dependencies=dependencies,
        proof=proof,
    )


def applied(session: Session, environ: Mapping[str, str]) -> dict[str, str]:
    """The environment of a program that runs in the session.

    Args:
        environ: The one that the program would have without it, which may be of another session.

    Returns:
        A new one, whose PATH has this session's entries first and no other session's.
    """
    # What the bootstraps of both would have taken out of PATH, as a session in a session ends it.
    inherited = [
        os.path.join(environ[name], *more)
        for name, more in (("VIRTUAL_ENV", (SCRIPTS,)), ("WORKROOT", (STATE, "bin")))
        if environ.get(name)
    ]
    rest = [
        entry
        for entry in environ.get("PATH", os.defpath).split(os.pathsep)
        if entry not in (*session.entries, *inherited)
    ]
    changed = {
        **environ,
        **dict(session.variables),
        "PATH": os.pathsep.join([*session.entries, *rest]),
    }
    return {name: value for name, value in changed.items() if value is not None}


def prompt_name(path: str) -> str:
    """The workroot's name with what a prompt could run taken out; never empty."""
    # bash and zsh expand what `$`, a backtick, `%` or a backslash begins in PS1.
    name = re.sub(
        r"[^A-Za-z0-9._+-]+",
        "-",
        os.path.basename(path),
    )
    return name.strip("-") or "workroot"


def watched(
    root: Root,
    config: Config,
    venv: Venv,
    import_paths: tuple[str, ...],
) -> list[str]:
    """What the proof looks at: a change of any of these ends it.

    Returns:
        Paths that are there, the interpreter first, none of them twice.
    """
    paths = [
        venv.python,
        os.path.join(venv.path, "pyvenv.cfg"),
        venv.site,
        link.path(venv.site),
        root.config,
        *import_paths,
        *(nearest(path) for path in config.optional_paths),
        *(nearest(path) for path in config.venv.requirements),
    ]
    return list(dict.fromkeys(paths))


def nearest(path: str) -> str:
    """The path itself or, while it is missing, the nearest directory above it.

    The time of that one changes when what is missing comes.
    """
    while not os.path.exists(path) and os.path.dirname(path) != path:
        path = os.path.dirname(path)
    return path


def _bytecode(root: Root, config: Config) -> list[tuple[str, str | None]]:
    """Where Python keeps its __pycache__: nowhere, in the workroot, or beside the sources."""
    match config.bytecode:
        case "off":
            return [("PYTHONDONTWRITEBYTECODE", "1")]
        case "workroot":
            return [("PYTHONDONTWRITEBYTECODE", None), ("PYTHONPYCACHEPREFIX", root.pycache)]
    return []
