"""Templates: the exact picture of a new workroot, copied file by file.

Nothing that is there is overwritten.
"""

import os
import re
from collections.abc import Callable, Sequence

from workroot.config import toml_string
from workroot.doors import files
from workroot.errors import WorkrootError
from workroot.root import CONFIG, KIT, TEMPLATES, Root, check_place
from workroot.standards.quoting import quote_pwsh, quote_sh

_LAYOUTS = (".", "src", "python")
# Directories that hold code and are imported from, or are no part of what is imported.
_NO_PACKAGES = ("src", "python", "tests", "test", "docs")
_TOKEN = re.compile(r"__WORKROOT_[A-Z0-9_]+?__")


def new(root: Root, repos: Sequence[str], say: Callable[[str], None]) -> None:
    """Make a directory a workroot for these repos.

    Raises WorkrootError when it is one, or a repo is not there.
    """
    if root.exists:
        raise WorkrootError(f"{root.path} is a workroot already", f"edit {root.config}")
    check_place(root.path)
    real = [_checked(repo) for repo in repos]
    files.make_directory(root.path)
    tokens = {
        "KIT_SH": quote_sh(KIT),
        "KIT_PS1": quote_pwsh(KIT),
        "REPO": toml_string(real[0]) if len(real) == 1 else _toml_list(real),
        "PATHS": _toml_list(layout(real)),
    }
    source = os.path.join(TEMPLATES, "workroot")
    # workroot.toml comes last: with it the directory is a workroot.
    for name in sorted(os.listdir(source), key=lambda name: (name == CONFIG, name)):
        _copy(os.path.join(source, name), root.inside(name), tokens)
    say(f"{root.path} is a workroot for {', '.join(real)}")


def _toml_list(values: Sequence[str]) -> str:
    return f"[{', '.join(map(toml_string, values))}]"


def layout(repos: Sequence[str]) -> list[str]:
    """The directories that imports start from, relative to a repo.

    'src' or 'python' where packages are there and none stands at the top, else the repo itself.
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
    modules = [name for name in files.names(directory) if name.endswith(".py")]
    return bool(modules) or _has_packages(directory)


def _has_packages(directory: str) -> bool:
    for name in files.names(directory):
        importable = name.isidentifier() and name not in _NO_PACKAGES
        if importable and os.path.isfile(os.path.join(directory, name, "__init__.py")):
            return True
    return False


def _checked(repo: str) -> str:
    path = os.path.abspath(os.path.expanduser(repo))
    if not os.path.isdir(path):
        problem = "is not a directory" if os.path.lexists(path) else "is not there"
        raise WorkrootError(f"the repo {path} {problem}", "name a directory that holds your code")
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


def _copy(source: str, target: str, tokens: dict[str, str]) -> None:
    """One file of the template, its tokens filled in one pass: no value is looked at again."""
    if os.path.lexists(target):
        return

    def value(found: re.Match[str]) -> str:
        return tokens[found[0].removeprefix("__WORKROOT_").removesuffix("__")]

    filled = _TOKEN.sub(value, files.read_text(source) or "")
    files.write(target, filled.encode("utf-8", "surrogateescape"))
