"""env --format F: the session as data, for other shells, CI, CMake, dotenv files and programs.

--undo: the way back. --cache-key: what CI keeps the environment under.
"""

import os

from workroot import config as configuration
from workroot.commands import _arguments, _homes
from workroot.commands._call import Call, the_venv
from workroot.config import Config
from workroot.doors import files, terminal
from workroot.environment import state
from workroot.errors import WorkrootError
from workroot.project import cachekey
from workroot.pythons import interpreter
from workroot.pythons.venv import Venv
from workroot.session import delta, exports, session
from workroot.standards import target

_MORE = """
Shells without a bootstrap. In each of them `deactivate` ends the session; in nushell it is the same
line with --undo.
  csh, tcsh   eval "`~/lab/.workroot/bin/workroot env --format csh`"
  xonsh       execx($(~/lab/.workroot/bin/workroot env --format xonsh))
  nushell     ~/lab/.workroot/bin/workroot env --format nu | from json | load-env
  cmd.exe     workroot env --format cmd > enter.cmd, then: call enter.cmd
GitHub Actions: each step is a new shell, so the variables go into files of the runner.
  workroot env --format github --write            appends to the files that GITHUB_ENV and
                                                  GITHUB_PATH name
  workroot env --format github >> "$GITHUB_ENV"   the same with PATH as one of the variables
GitLab: the lines of one job are one shell, there `. ./bootstrap.sh` does. For later jobs of the
same image:
  workroot env --format gitlab > build.env        with artifacts: reports: dotenv: build.env
Cache: sh tools/workroot/setup.sh env --cache-key, before anything is set up; it changes when the
requirements files, what the editables declare, the Python, the system or the kit's format do, and
with nothing else. Without its last part it is a prefix to restore from (restore-keys).
"""


def main(call: Call) -> int:
    given = _parser(call).parse_args(call.words)
    if given.undo:
        return _undo(given.format)
    root = _homes.the_root(call, given)
    name = the_venv()
    config = configuration.read(root, name)
    venv = state.venv(state.recorded(root, name), config.venv.path)
    if given.cache_key:
        terminal.data(_cache_key(config, venv))
        return 0
    if venv is None:
        # A key needs no venv: CI asks for it before there is one. All the rest does.
        raise WorkrootError(
            f"{root.path} was not set up yet, or its venv changed", "workroot setup"
        )
    meant = session.of(root, config, venv, (), None)
    if given.write:
        return _write(given.format, meant)
    if given.format in exports.TOLD:
        changes = delta.forth(meant, os.environ, prompt=given.format == "cmd")
        terminal.data(exports.told(given.format, changes, meant.prompt))
        return 0
    terminal.data(exports.render(given.format, meant, os.environ.get("PATH", "")))
    return 0


def _parser(call: Call) -> _arguments.Parser:
    made = _arguments.parser(
        call,
        "env --format fish | source",
        "env --format github --write",
        "env --format json",
        "env --cache-key",
        output=False,
    )
    made.explain(_MORE)
    made.add_argument("--format", choices=(*exports.FORMATS, *exports.TOLD), default="sh")
    made.add_argument(
        "--undo",
        action="store_true",
        help="end the session that the same --format began: csh, nu, xonsh, cmd",
    )
    made.add_argument(
        "--write",
        action="store_true",
        help="with --format github: append to the runner's files instead of printing",
    )
    made.add_argument(
        "--cache-key",
        action="store_true",
        help="print the key under which CI may keep this environment",
    )
    return made


def _undo(kind: str) -> int:
    """What it asks is in the environment: it needs no workroot, which may be gone by now."""
    if kind not in exports.TOLD:
        raise WorkrootError(
            f"--undo is for --format {', '.join(exports.TOLD)}",
            "a session that bootstrap gave is ended by: deactivate",
        )
    terminal.data(exports.told(kind, delta.back(os.environ), None))
    return 0


def _cache_key(config: Config, venv: Venv | None) -> str:
    """For the venv that is there, else for the one that setup would make."""
    wanted = config.venv
    python = venv.python if venv else interpreter.find(wanted.python, os.environ).path
    return cachekey.of(target.of(python, os.environ), wanted.requirements, wanted.editable)


def _write(kind: str, given: session.Session) -> int:
    if kind != "github":
        raise WorkrootError(
            f"--write is for --format github; {kind} is printed", f"workroot env --format {kind}"
        )
    for name, text in zip(("GITHUB_ENV", "GITHUB_PATH"), exports.github_files(given), strict=True):
        _append(name, text)
    terminal.step("the steps that follow run in this session")
    return 0


def _append(name: str, text: str) -> None:
    path = os.environ.get(name)
    if not path:
        raise WorkrootError(
            f"{name} is not set: this is no step of GitHub Actions", "workroot env --format github"
        )
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise WorkrootError(
            f"a path of {name} is not UTF-8, which GitHub Actions asks for", "rename that directory"
        ) from error
    # The runner reads line by line: what another step wrote may lack its last line end.
    before = files.read_bytes(path) or b""
    unended = before and not before.endswith(b"\n")
    files.append(path, ("\n" if unended else "") + text)
