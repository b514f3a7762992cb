"""run FILE [ARGS]: run a script or a program of the venv from the workroot, with no activation."""

import os
from typing import NamedTuple

from workroot import config as configuration
from workroot.commands import _arguments, _homes, _outcome, _wishes
from workroot.commands._call import Call, the_venv
from workroot.doors import process, terminal
from workroot.environment import setup, state
from workroot.errors import WorkrootError
from workroot.pythons.interpreter import which
from workroot.pythons.venv import Venv
from workroot.root import Root
from workroot.session import proof, session

_TAKES = ("-C", "--directory", "--script", "--color")  # options of ours with a word behind them


class Split(NamedTuple):
    """ours: our own arguments, with the file to run. theirs: what is passed on to it."""

    ours: list[str]
    theirs: list[str]


def main(call: Call) -> int:
    split = _split(call.words)
    parser = _parser(call)
    given = parser.parse_args(split.ours)
    target = given.script or given.command
    if not target:
        parser.error("name the file to run")
    root = _homes.the_root(call, given)
    # From here first: what is typed with the shell's completion is a path from here.
    script = os.path.abspath(target) if os.path.isfile(target) else None
    return _run(root, target, script, split.theirs)


def _parser(call: Call) -> _arguments.Parser:
    made = _arguments.parser(
        call,
        "run train.py --epochs 3",
        "run --script train.py --args --epochs 3",
        "run pytest -q",
        output=False,
    )
    made.add_argument("--script", metavar="FILE", help="the script; the same as naming it first")
    made.add_argument(
        "command",
        nargs="?",
        metavar="FILE",
        help="a .py file (from here, else from the repo), or a program's name",
    )
    made.add_argument(
        "arguments",
        nargs="*",
        metavar="ARGS",
        help="passed on as they are; after --script, behind --args",
    )
    return made


def _split(words: list[str]) -> Split:
    """By hand, as argparse would read the program's own options, and take its `--` out."""
    at = 0
    script = False
    while at < len(words) and words[at].startswith("-") and words[at] not in ("--", "--args"):
        script = script or words[at].partition("=")[0] == "--script"
        at += 2 if words[at] in _TAKES else 1
    if script:
        behind_args = words[at : at + 1] == ["--args"]
        return Split(words[:at], words[at + 1 :] if behind_args else words[at:])
    if words[at : at + 1] == ["--"]:
        at += 1
    return Split(words[: at + 1], words[at + 1 :])


def _run(root: Root, target: str, script: str | None, arguments: list[str]) -> int:
    name = the_venv()
    config = configuration.read(root, name)
    venv = None
    # A proof that holds costs a few stats; else the session is proved as sourcing would. So it is
    # in a copy that kept its times, where the proof holds of a venv that is another by now.
    if proof.holds(root.proof, name):
        venv = state.venv(state.recorded(root, name), config.venv.path)
    if venv is None:
        result = setup.run(root, _wishes.options(lenient=True))
        if _outcome.said(result):
            return 2
        venv = state.venv(state.recorded(root, name), config.venv.path)
    if venv is None:
        raise WorkrootError(f"the environment of {root.path} does not work", "workroot check")
    environ = session.applied(session.of(root, config, venv, (), None), os.environ)
    argv = _argv(target, script or _in_a_repo(config, target), venv, environ)
    if argv is None:
        raise WorkrootError(
            f"{target} is no file here or in {config.repos[0]}, and no program of the venv",
            "workroot run FILE",
        )
    if _is_elsewhere(root) and os.isatty(2):
        terminal.step(f"running {target} in {root.path}")
    # Outputs with relative names land in the workroot: run here, commit there.
    os.chdir(root.path)
    return process.replace([*argv, *arguments], env=environ)


def _is_elsewhere(root: Root) -> bool:
    try:
        return os.path.realpath(os.curdir) != root.path
    except FileNotFoundError:
        return True  # the current directory is gone


def _in_a_repo(config: configuration.Config, target: str) -> str | None:
    for repo in config.repos:
        path = os.path.join(repo, target)
        if os.path.isfile(path):
            return path
    return None


def _argv(target: str, script: str | None, venv: Venv, environ: dict) -> list[str] | None:
    """What runs the target: a script by the venv's Python, unless it can run itself."""
    if script is None:
        program = next(which(target, environ), None)
        return [program] if program else None
    if script.endswith((".py", ".pyz")) or not os.access(script, os.X_OK):
        return [venv.python, script]
    return [script]
