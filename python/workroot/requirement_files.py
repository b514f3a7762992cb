"""Requirements files, as far as setup needs them: which files there are, whether they are hashed, and when they changed. pip reads the rest."""

import hashlib
import os
import re
from collections.abc import Sequence

from workroot import files
from workroot.errors import WorkrootError

_NESTED = re.compile(r"(?m)^\s*(?:-r|-c|--requirement|--constraint)[ =]?\s*(\S+)")
_HASH = re.compile(r"\s--hash[= ]")
_LINE = re.compile(r"(?m)^\s*[^#\s]")


def nested(paths: Sequence[str]) -> list[str]:
    """These files and every file that they name by -r or -c, each once. Raises WorkrootError where one is missing."""
    found: list[str] = []
    pending = list(paths)
    while pending:
        path = pending.pop(0)
        if path not in found:
            found.append(path)
            names = [name for name in _NESTED.findall(read(path)) if "://" not in name]
            pending += [os.path.normpath(os.path.join(os.path.dirname(path), name)) for name in names]
    return found


def read(path: str) -> str:
    """The text of a requirements file. Raises WorkrootError."""
    try:
        text = files.read_text(path)
    except (OSError, UnicodeDecodeError) as error:
        raise WorkrootError(f"the requirements file {path} cannot be read: {error}", "save it as UTF-8, readable for you") from error
    if text is None:
        raise WorkrootError(f"the requirements file {path} is not there", "correct [venv] requirements in workroot.toml")
    return text


def hashed(paths: Sequence[str]) -> bool:
    """Whether any requirement has a hash; then every one must."""
    return any(_HASH.search(read(path)) for path in paths)


def empty(path: str) -> bool:
    """Whether a file asks for nothing."""
    return not _LINE.search(read(path))


def digest(paths: Sequence[str]) -> str:
    """The hash of what these files hold; that one is missing counts as well."""
    total = hashlib.sha256()
    for path in paths:
        content = files.read_bytes(path)
        total.update(b"absent;" if content is None else b"%d;" % len(content) + content)
    return total.hexdigest()
