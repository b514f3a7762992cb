"""session [DIR]: prove the session of a workroot anew and write its files.

What the bootstraps call, and a person waits for: no argparse here.
"""

import os
from collections.abc import Sequence

from workroot import config as configuration
from workroot.commands import _homes, _outcome, _wishes
from workroot.commands._call import Call
from workroot.doors import shell, terminal
from workroot.environment import setup
from workroot.errors import WorkrootError
from workroot.root import CONFIG, Root, setup_line
from workroot.session.health import Finding
from workroot.session.session import READONLY, READONLY_HINT

_SHOWN = 3  # warnings that are spelled out


def main(call: Call) -> int:
    # A bootstrap that may not go on has its sentence said here: one text for all shells.
    if call.words[1:2] == ["--refused"] and call.words[2:]:
        _, _, what = call.words[:3]
        _refuse(what)
    if call.asks_for_help:
        return _help(call)
    directory = call.words[0] if call.words else os.curdir
    if not os.path.isdir(directory):
        raise WorkrootError(f"{directory} is not a directory")
    root = Root(directory)
    if not root.exists:
        _adopt_directory(root)
    _homes.prefer(root)
    result = setup.run(root, _wishes.options(lenient=True))
    if _outcome.said(result):
        return 1
    _warn(result.findings)
    return 0


def _warn(findings: Sequence[Finding]) -> None:
    """Say what works otherwise than it looks: each in a line that names what it is about."""
    warned = [finding for finding in findings if finding.severity == "warn"]
    for finding in warned[:_SHOWN]:
        terminal.step(f"warning: {finding.evidence} ({finding.fix})")
    more = len(warned) - _SHOWN
    if more > 0:
        terminal.step(f"{more} more; `workroot check` shows all of them")


def _help(call: Call) -> int:
    examples = f"  {call.line('session')}\n  {call.line('session ~/lab')}"
    terminal.data(f"{call.line('session [DIR]')}   {call.summary}\n\nexamples:\n{examples}")
    return 0


def _refuse(what: str) -> None:
    """What a bootstrap saw in its shell, in the words that all of them share."""
    if what == "readonly":
        raise WorkrootError(READONLY, READONLY_HINT)
    article = "an" if what.startswith("alias") else "a"
    way_out = shell.spelling().unalias("deactivate")
    raise WorkrootError(
        f"this shell has {article} {what}, which hides the way back; nothing was changed",
        way_out if article == "an" else "open a new terminal without it",
    )


def _adopt_directory(root: Root) -> None:
    """Make the current directory a workroot, when REPO names a repo that is no other session's."""
    repo = os.environ.get("REPO")
    export = shell.spelling().export("REPO", "PATH")
    how = f"{setup_line()} new DIR --repo PATH, or: {export}, then source bootstrap again"
    if not repo:
        raise WorkrootError(f"no {CONFIG} in {root.path}", how)
    # REPO is exported by every session: one that is left over must make no workroot elsewhere.
    session = os.environ.get("WORKROOT")
    if session and Root(session).exists and repo in configuration.read(Root(session)).repos:
        raise WorkrootError(
            f"no {CONFIG} in {root.path}, and REPO={repo} belongs to the session of {session}", how
        )
    from workroot.project import templates  # once in a workroot's life

    templates.new(root, [repo], terminal.step)
