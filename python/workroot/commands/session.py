"""session [DIR]: prove the session of a workroot anew and write its files; what the bootstraps call."""

import os

from workroot import config as configuration
from workroot.commands import _outcome
from workroot.doors import terminal
from workroot.environment import setup
from workroot.environment.options import Options
from workroot.errors import WorkrootError
from workroot.root import CONFIG, Root, setup_line

HELP = "prove the session of a workroot anew (what sourcing bootstrap does)"


def main(argv: list[str]) -> int:
    if argv[1:2] == ["--refused"] and argv[2:]:
        return _refused(argv[2])
    if argv[:1] in (["-h"], ["--help"]):
        terminal.data(
            f"workroot session [DIR]   {HELP}\n\nexamples:\n  workroot session\n  workroot session ~/lab"
        )
        return 0
    directory = argv[0] if argv else os.curdir
    if not os.path.isdir(directory):
        raise WorkrootError(f"{directory} is not a directory")
    root = Root(directory)
    if not root.exists:
        _adopt_directory(root)
    result = setup.run(root, _options())
    if _outcome.said(result):
        return 1
    warnings = sum(finding.severity == "warn" for finding in result.findings)
    if warnings:
        terminal.step(
            f"{warnings} {'warning' if warnings == 1 else 'warnings'}; `workroot check` shows {'it' if warnings == 1 else 'them'}"
        )
    return 0


def _options() -> Options:
    return Options(
        environ=os.environ,
        venv_name=os.environ.get("WORKROOT_VENV", ""),
        lenient=True,
        say=terminal.step,
    )


def _refused(what: str) -> int:
    if what == "readonly":
        raise WorkrootError(
            "a variable that the session sets is readonly in this shell; nothing was changed",
            "open a new terminal without it",
        )
    raise WorkrootError(
        f"this shell has an {what}, which hides the way back; nothing was changed",
        "unalias deactivate",
    )


def _adopt_directory(root: Root) -> None:
    """Make the current directory a workroot, when REPO names a repo that is not another session's."""
    repo = os.environ.get("REPO")
    how = f"{setup_line()} new DIR --repo PATH, or: export REPO=PATH, then source bootstrap again"
    if not repo:
        raise WorkrootError(f"no {CONFIG} in {root.path}", how)
    session = os.environ.get("WORKROOT")
    if session and Root(session).exists and repo in configuration.read(Root(session)).repos:
        raise WorkrootError(
            f"no {CONFIG} in {root.path}, and REPO={repo} belongs to the session of {session}", how
        )
    from workroot.project import templates

    templates.new(root, [repo], terminal.step)
