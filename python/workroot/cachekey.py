"""The name under which a CI service may keep an environment: it changes exactly when what the environment is made of does.

That is the Python (version, system, C library), what is to be installed (the bytes of the requirements files, whatever they
include, and of what editables declare), and the kit's own format. No path and no time is part of it.
"""

import hashlib
import os
import re
from collections.abc import Iterable, Iterator

from workroot import files
from workroot.errors import WorkrootError
from workroot.target import Target

FORMAT = 1  # raised when an environment kept by an older kit would no longer do
_DECLARES = ("pyproject.toml", "setup.cfg", "setup.py", "requirements.txt")
_INCLUDES = re.compile(r"\s*(?:-r|-c|--requirement|--constraint)(?:\s*=\s*|\s+|(?=[^\s-]))(.+)")


def of(target: Target, requirements: Iterable[str], editables: Iterable[str]) -> str:
    """The key: words that say what it is for, then a digest. Raises WorkrootError where a file is missing."""
    contents = hashlib.sha256()
    for kind, content in _inputs(requirements, editables):
        contents.update(f"{kind} {len(content)}\n".encode() + content)
    libc = target.libc.replace(" ", "") or target.macos or "any"
    words = ["workroot", str(FORMAT), target.abi, target.python, target.system, libc, contents.hexdigest()[:20]]
    return "-".join(re.sub(r"[^A-Za-z0-9._]+", "_", word) for word in words)


def _inputs(requirements: Iterable[str], editables: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    seen: set[str] = set()
    for path in requirements:
        yield from _with_includes(path, seen, f"the requirements file {path} is not there")
    for directory in editables:
        yield "editable", b""
        for name in _DECLARES:
            content = files.read_bytes(os.path.join(directory, name))
            if content is not None:
                yield name, content


def _with_includes(path: str, seen: set[str], missing: str) -> Iterator[tuple[str, bytes]]:
    """A requirements file and those that it names, once each, in the order in which pip reads them."""
    if os.path.realpath(path) in seen:
        return
    seen.add(os.path.realpath(path))
    content = files.read_bytes(path)
    if content is None:
        raise WorkrootError(missing, "correct [venv] requirements in workroot.toml")
    yield "requirements", content
    for line in content.decode("utf-8", "surrogateescape").splitlines():
        found = _INCLUDES.match(line)
        if found and "://" not in found[1]:
            name = _unquoted(found[1].split(" #")[0].strip())
            other = os.path.join(os.path.dirname(path), name)
            yield from _with_includes(other, seen, f"{path} includes {name}, which is not there")


def _unquoted(text: str) -> str:
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"" else text.replace("\\ ", " ")
