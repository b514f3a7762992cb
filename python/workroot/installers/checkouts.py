"""The checkouts of editable packages: which commit is there, and which one a file names.

A checkout is where a person works. It is looked at, and never moved to another commit.
"""

import os
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from workroot.doors import process
from workroot.pythons.packages import Distribution
from workroot.standards import urls

_GIT = "git+"
_SHOWN = 12  # digits of a commit that are shown
_TIMEOUT = 20  # seconds; git only reads, in one directory


class Strayed(NamedTuple):
    """An editable package of which another commit is checked out than a file names.

    Attributes:
        name: of the package.
        directory: its checkout.
        there: the commit that is there; '' where git does not say.
        named: what the file names, as it spells it.
    """

    name: str
    directory: str
    there: str
    named: str

    def __str__(self) -> str:
        there = self.there[:_SHOWN] if self.there else "no commit that git knows"
        return f"{self.name}: {there} is checked out in {self.directory}, and {self.named} is named"


def strayed(
    wanted: Sequence[Distribution],
    installed: Sequence[Distribution],
    environ: Mapping[str, str],
) -> list[Strayed]:
    """The editable packages that have another commit checked out than is named.

    Args:
        wanted: as a file names them; one without a commit is content with any.
        installed: what is there. One that is not will be fetched as it is named.
        environ: the person's.
    """
    there = {one.name: one for one in installed if one.editable}
    found = []
    for one in wanted:
        named = revision(one.origin) if one.editable and one.name in there else ""
        if not named:
            continue
        origin = there[one.name].origin
        directory = urls.local_path(origin) or origin
        if not _is_checkout(directory):
            continue  # a person's own copy, of which there is no commit to speak of
        commit = _commit(directory, "HEAD", environ)
        # A tag, a branch or the first digits of a commit are what they mean in that checkout.
        if not commit or commit != _commit(directory, named, environ):
            found.append(Strayed(one.name, directory, commit, named))
    return found


def revision(url: str) -> str:
    """What a URL of a git repository names behind its '@'; '' where it names nothing.

    An '@' before the path is that of a login: git+ssh://git@host/repo@v1.
    """
    if not url.startswith(_GIT):
        return ""
    plain = url.partition("#")[0]
    _, _, path = plain.partition("://")[2].partition("/")
    return path.rpartition("@")[2] if "@" in path else ""


def _is_checkout(directory: str) -> bool:
    """Whether a directory lies in a checkout, also where no git runs that could say so."""
    at = os.path.realpath(directory)
    while not os.path.lexists(os.path.join(at, ".git")):
        above = os.path.dirname(at)
        if above == at:
            return False
        at = above
    return True


def _commit(directory: str, named: str, environ: Mapping[str, str]) -> str:
    """The commit that a name stands for in a checkout; '' where it stands for none there."""
    # Without the end of options a name that begins with '-' would be one.
    words = ["rev-parse", "--verify", "--quiet", "--end-of-options", f"{named}^{{commit}}"]
    outcome = process.attempt(
        ["git", "-C", directory, *words], env=process.scrubbed(environ), timeout=_TIMEOUT
    )
    return outcome.output.strip() if outcome.status == 0 else ""
