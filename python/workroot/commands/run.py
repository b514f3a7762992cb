"""run FILE [ARGS]: run a script or a program of the venv from the workroot, with no activation."""

import os

from workroot import config as configuration
from workroot.commands import _arguments, _outcome
from workroot.doors import process, terminal
from workroot.environment import setup, state
from workroot.errors import WorkrootError
from workroot.pythons.interpreter import which
from workroot.root import Root
from workroot.session import proof, session

_TAKES = ("-C", "--directory", "--script")
HELP = "run a script, or a program of the venv, from the workroot in its environment"


def main(argv: list[str]) -> int:
    ours, rest = _split(argv)
    parser = _arguments.parser(
        "run",
        HELP,
        "workroot run train.py --epochs 3",
        "workroot run --script train.py --args --epochs 3",
        "workroot run pytest -q",
    )
    parser.add_argument("--script", metavar="FILE", help="the script; the same as naming it first")
    parser.add_argument(
        "command",
        nargs="?",
        metavar="FILE",
        help="a .py file (from here, else from the repo), or a program's name",
    )
    parser.add_argument(
        "arguments",
        nargs="*",
        metavar="ARGS",
        help="passed on as they are; after --script, behind --args",
    )
    given = parser.parse_args(ours)
    target = given.script or given.command
    if not target:
        parser.error("name the file to run")
    root = _arguments.the_root(given)
    script = os.path.abspath(target) if os.path.isfile(target) else None
    return _run(root, target, script, rest)


def _split(argv: list[str]) -> tuple[list[str], list[str]]:
    """Our own arguments, with the file to run, and what is passed on to it, `--` included."""
    at, script = 0, False
    while at < len(argv) and argv[at][:1] == "-" and argv[at] not in ("--", "--args"):
        script = script or argv[at].partition("=")[0] == "--script"
        at += 2 if argv[at] in _TAKES else 1
    if script:
        return argv[:at], argv[at + 1 :] if argv[at : at + 1] == ["--args"] else argv[at:]
    at += argv[at : at + 1] == ["--"]
    return argv[: at + 1], argv[at + 1 :]


def _run(root: Root, target: str, script: str | None, arguments: list[str]) -> int:
    name = os.environ.get("WORKROOT_VENV", "")
    if not proof.holds(root.proof, name) and _outcome.said(
        setup.run(root, _arguments.options(lenient=True))
    ):
        return 2
    config = configuration.read(root, name)
    venv = state.venv(state.recorded(root, name), config.venv.path)
    if venv is None:
        raise WorkrootError(f"the environment of {root.path} does not work", "workroot check")
    given = session.of(root, config, venv, (), None)
    environ = session.applied(given, os.environ)
    script = script or next(
        (path for repo in config.repos if os.path.isfile(path := os.path.join(repo, target))), None
    )
    program = None if script else next(which(target, environ), None)
    if not script and not program:
        raise WorkrootError(
            f"{target} is no file here or in {config.repos[0]}, and no program of the venv",
            "workroot run FILE",
        )
    terminal.step(f"running {target} in {root.path}") if os.isatty(2) and os.path.realpath(
        os.curdir
    ) != root.path else None
    os.chdir(root.path)
    argv = (
        [venv.python, script]
        if script and script.endswith((".py", ".pyz")) or script and not os.access(script, os.X_OK)
        else [script or program]
    )
    return process.replace([*argv, *arguments], env=environ)
