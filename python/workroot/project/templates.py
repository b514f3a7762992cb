"""Templates: the exact picture of a new workroot, copied file by file; nothing that is there is overwritten."""

import os
import re
from collections.abc import Callable, Sequence

from workroot.config import toml_string
from workroot.doors import files
from workroot.errors import WorkrootError
from workroot.root import CONFIG, KIT, TEMPLATES, Root, check_place
from workroot.standards.quoting import quote_pwsh, quote_sh

_LAYOUTS = (".", "src", "python")
_TOKEN = re.compile(r"__WORKROOT_[A-Z0-9_]+?__")


def new(root: Root, repos: Sequence[str], say: Callable[[str], None]) -> None:
    """Make a directory a workroot for these repos. Raises WorkrootError when it is one, or a repo is not there."""
    if root.exists:
        raise WorkrootError(f"{root.path} is a workroot already", f"edit {root.config}")
    check_place(root.path)
    real = [_checked(repo) for repo in repos]
    files.make_directory(root.path)
    quotes = {
        "KIT_SH": quote_sh(KIT),
        "KIT_PS1": quote_pwsh(KIT),
        "REPO": toml_string(real[0])
        if len(real) == 1
        else f"[{', '.join(map(toml_string, real))}]",
        "PATHS": f"[{', '.join(map(toml_string, layout(real)))}]",
    }
    source = os.path.join(TEMPLATES, "workroot")
    names = sorted(os.listdir(source), key=lambda name: (name == CONFIG, name))
    for name in names:
        _copy(os.path.join(source, name), root.inside(name), quotes)
    say(f"{root.path} is a workroot for {', '.join(real)}")


def layout(repos: Sequence[str]) -> list[str]:
    """The directories that imports start from: 'src' or 'python' where packages are there, else the repo itself."""
    found = [
        path for path in _LAYOUTS if any(_has_modules(os.path.join(repo, path)) for repo in repos)
    ]
    nested = [path for path in found if path != "."]
    return nested if nested and not any(_has_packages(repo) for repo in repos) else found or ["."]


def _has_modules(directory: str) -> bool:
    return os.path.isdir(directory) and (
        _has_packages(directory) or any(name.endswith(".py") for name in os.listdir(directory))
    )


def _has_packages(directory: str) -> bool:
    names = [
        name
        for name in os.listdir(directory)
        if name.isidentifier() and name not in ("src", "python", "tests", "test", "docs")
    ]
    return any(os.path.isfile(os.path.join(directory, name, "__init__.py")) for name in names)


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


def _copy(source: str, target: str, quotes: dict[str, str]) -> None:
    if os.path.lexists(target):
        return
    text = files.read_text(source) or ""
    filled = _TOKEN.sub(
        lambda found: quotes[found[0].removeprefix("__WORKROOT_").removesuffix("__")], text
    )
    files.write(target, filled.encode("utf-8", "surrogateescape"))
