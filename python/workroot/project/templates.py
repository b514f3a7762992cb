"""Templates: the exact picture of a new workroot, copied file by file.

Nothing that is there is overwritten: a bootstrap of a person's own stays, and is named with the
line that it lacks, or goes to the trash where that is asked for.
"""

import os
import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from workroot.config import toml_string
from workroot.doors import files
from workroot.environment import trash
from workroot.errors import WorkrootError
from workroot.root import BOOTSTRAPS, CONFIG, KIT, TEMPLATES, Root, check_place
from workroot.standards.quoting import quote_fish, quote_pwsh, quote_sh

_LAYOUTS = (".", "src", "python")
# Directories that hold code and are imported from, or are no part of what is imported.
_NO_PACKAGES = ("src", "python", "tests", "test", "docs")
_TOKEN = re.compile(r"__WORKROOT_[A-Z0-9_]+?__")
# The line of a bootstrap that says where the kit is, without its comment.
_KIT_LINE = re.compile(
    r"(?m)^[ \t]*((?:(?:_workroot_kit|\$kit) *=|set -l _workroot_kit) *)(\S.*?)(?: #.*)?$"
)

_QUOTES = {".sh": quote_sh, ".fish": quote_fish, ".ps1": quote_pwsh}


class Left(NamedTuple):
    """A file of a person's own that stays.

    Attributes:
        file: Its name in the workroot.
        lines: What to change in it, each in words.
    """

    file: str
    lines: tuple[str, ...]


def new(
    root: Root, repos: Sequence[str], say: Callable[[str], None], force: bool = False
) -> list[Left]:
    """Make a directory a workroot for these repos.

    Args:
        root: The directory, which may be there and hold other things.
        repos: Directories with code, as they were typed.
        say: How a person is told.
        force: Bootstraps that are there go to the trash, in a workroot that is there as well.

    Returns:
        What was in the way and stays.

    Raises WorkrootError: when it is one already, or a repo is not there or cannot be read.
    """
    if root.exists and not force:
        raise WorkrootError(f"{root.path} is a workroot already", f"edit {root.config}")
    check_place(root.path)
    # Before the directory is made: a repo that was mistyped leaves nothing behind.
    real = [_checked(repo) for repo in repos]
    files.make_directory(root.path)
    tokens = _tokens(real)
    source = os.path.join(TEMPLATES, "workroot")
    # workroot.toml comes last: with it the directory is a workroot.
    left = []
    for name in sorted(os.listdir(source), key=lambda name: (name == CONFIG, name)):
        content = _filled(os.path.join(source, name), tokens)
        if force and name in BOOTSTRAPS:
            _make_room(root, name, content, say)
        left += _put(root, name, content)
    say(f"{root.path} is a workroot for {', '.join(real)}")
    return left


def _tokens(repos: Sequence[str]) -> dict[str, str]:
    """What stands in the place of each token, in the language of the file that has it.

    Args:
        repos: Absolute paths.
    """
    # One repo is a text, several are a list.
    repo = toml_string(repos[0]) if len(repos) == 1 else _toml_list(repos)
    return {
        "KIT_SH": quote_sh(KIT),
        "KIT_PS1": quote_pwsh(KIT),
        "KIT_FISH": quote_fish(KIT),
        "REPO": repo,
        "PATHS": _toml_list(layout(repos)),
    }


def _make_room(
    root: Root,
    name: str,
    content: bytes,
    say: Callable[[str], None],
) -> None:
    """Move what stands in a file's place to the trash, unless it is that file already."""
    target = root.inside(name)
    if os.path.lexists(target) and _content(target) != content:
        kept = trash.place(root.trash, name)
        files.rename(target, kept)
        say(f"moved {target} to {kept}")


def _put(root: Root, name: str, content: bytes) -> list[Left]:
    """Write a file that is not there; else give what is to be changed in a bootstrap."""
    target = root.inside(name)
    # A link that leads nowhere is there too, and its owner may want it.
    if not os.path.lexists(target):
        files.write(target, content)
        return []
    there = _content(target)
    if name in BOOTSTRAPS and there != content:
        return _left(name, there or b"", content)
    return []


def _content(path: str) -> bytes | None:
    """What a file holds; None for a directory, or where there is none."""
    return files.read_bytes(path) if os.path.isfile(path) else None


def _left(name: str, there: bytes, content: bytes) -> list[Left]:
    """What a bootstrap of a person's own lacks: where the kit is, or the kit's bootstrap at all.

    Args:
        there: Its content.
        content: The template's, filled in.

    Returns:
        At most one.
    """
    wanted = _KIT_LINE.search(content.decode("utf-8", "replace"))
    own = _KIT_LINE.search(there.decode("utf-8", "replace"))
    if wanted and own:
        assignment, value = wanted.groups()
        _, set_to = own.groups()
        return [] if set_to == value else [Left(name, (f"set: {assignment}{value}",))]
    quote = _QUOTES[os.path.splitext(name)[1]]
    return [Left(name, (f"add: . {quote(os.path.join(KIT, name))}",))]


def _toml_list(values: Sequence[str]) -> str:
    return f"[{', '.join(map(toml_string, values))}]"


def layout(repos: Sequence[str]) -> list[str]:
    """The directories that imports start from, relative to a repo.

    'src' or 'python' where packages are there and none stands at the top, else the repo itself.

    Args:
        repos: Paths of directories; one layout is given for all of them.
    """
    found = []
    for path in _LAYOUTS:
        if any(_has_modules(os.path.join(repo, path)) for repo in repos):
            found.append(path)
    nested = [path for path in found if path != "."]
    at_the_top = any(_has_packages(repo) for repo in repos)
    if nested and not at_the_top:
        return nested
    return found or ["."]


def _has_modules(directory: str) -> bool:
    """Whether something in a directory can be imported from it."""
    modules = [name for name in files.names(directory) if name.endswith(".py")]
    return bool(modules) or _has_packages(directory)


def _has_packages(directory: str) -> bool:
    """Whether a directory holds a package that is code, not tests or documents."""
    for name in files.names(directory):
        importable = name.isidentifier() and name not in _NO_PACKAGES
        if importable and os.path.isfile(os.path.join(directory, name, "__init__.py")):
            return True
    return False


def _checked(repo: str) -> str:
    """The absolute path of a repo.

    Raises WorkrootError: when it is no directory, cannot be read, or has a name that no TOML holds.
    """
    path = os.path.abspath(os.path.expanduser(repo))
    if not os.path.isdir(path):
        problem = "is not a directory" if os.path.lexists(path) else "is not there"
        raise WorkrootError(f"the repo {path} {problem}", "name a directory that holds your code")
    # Said here, as a listing that fails further on would name no way out.
    if not os.access(path, os.R_OK | os.X_OK):
        raise WorkrootError(
            f"the repo {path} cannot be read", "give yourself read permission on it"
        )
    try:
        path.encode("utf-8")
    except UnicodeEncodeError as error:
        raise WorkrootError(
            f"the repo {path} has a name that is not UTF-8, which no workroot.toml can hold",
            "rename it",
        ) from error
    return path


def _filled(source: str, tokens: dict[str, str]) -> bytes:
    """One file of the template, its tokens filled in one pass: no value is looked at again."""

    def value(found: re.Match[str]) -> str:
        return tokens[found[0].removeprefix("__WORKROOT_").removesuffix("__")]

    filled = _TOKEN.sub(value, files.read_text(source) or "")
    return filled.encode("utf-8", "surrogateescape")
