"""Does every editable package lead to the checkout that you work in?

An editable install names a directory. It may be gone, or be another worktree of the repo: then
imports run the other branch's code, whatever you edit here.
"""

import os
from collections.abc import Iterator

from workroot.doctor.context import DIRECTORY, Context
from workroot.doctor.finding import Finding, failure, warning, well
from workroot.doors import files
from workroot.standards import urls
from workroot.standards.quoting import quote_sh

NEEDS = DIRECTORY


def check(context: Context) -> Iterator[Finding]:
    found = False
    for one in context.packages:
        place = _place(one.origin) if one.editable else ""
        if not place:
            continue
        if not os.path.isdir(place):
            found = True
            fix = f"python -m pip uninstall {one.name}, or install it from where it is now"
            evidence = f"{one} is editable from {place}, which is not there"
            yield failure(
                "editable-gone",
                evidence,
                "that directory was moved or removed",
                fix,
            )
            continue
        # Another project's checkout is meant; another worktree of the repo hardly ever is.
        other = _other_worktree(context, place)
        if other:
            found = True
            evidence = f"{one} is editable from {place}, another worktree of {other}"
            cause = "it was installed while another worktree was the repo"
            # The package may lie deeper than the top of its worktree.
            below = os.path.relpath(os.path.realpath(place), _top(place) or place)
            here = os.path.normpath(os.path.join(other, below))
            yield warning(
                "editable",
                evidence,
                cause,
                f"python -m pip install -e {quote_sh(here)}",
            )
    if not found:
        yield well("editable", "every editable package leads to its checkout")


def _place(origin: str) -> str:
    """The directory of an editable package: direct_url.json has a URL, an egg-link a path."""
    return urls.local_path(origin) or origin


def _other_worktree(context: Context, place: str) -> str:
    """The repo that a directory is another worktree of; '' for any other directory."""
    theirs = _common_directory(place)
    for repo in context.repos:
        same = _top(place) and _top(place) == _top(repo)
        # The same checkout, or a directory in it, is what is meant.
        if theirs and not same and theirs == _common_directory(repo):
            return repo
    return ""


def _top(path: str) -> str:
    """The checkout that a directory is in, by the .git at its top."""
    path = os.path.realpath(path)
    while not os.path.lexists(os.path.join(path, ".git")):
        above = os.path.dirname(path)
        if above == path:
            return ""
        path = above
    return path


def _common_directory(path: str) -> str:
    """Where all worktrees keep the repository: the first one's .git, which the others name."""
    top = _top(path)
    git = os.path.join(top, ".git") if top else ""
    if not git or os.path.isdir(git):
        return git and os.path.realpath(git)
    # In another worktree .git is a file that names its own directory below the first one's.
    _, _, named = (files.text_by_hand(git) or "").partition("gitdir:")
    place = os.path.realpath(os.path.join(top, named.strip()))
    return os.path.dirname(os.path.dirname(place))
