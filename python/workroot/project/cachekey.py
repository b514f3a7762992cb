"""The name under which a CI service may keep an environment.

It changes exactly when what the environment is made of does: the Python (version, system, C
library), what is to be installed (the bytes of the requirements files, whatever they include, and
of what editables declare), and the kit's own format. No path and no time is part of it.
"""

import hashlib
import os
import re
from collections.abc import Iterable, Iterator

from workroot.doors import files
from workroot.installers import requirement_files
from workroot.standards.target import Target

FORMAT = 1  # raised when an environment kept by an older kit would no longer do


def of(
    target: Target,
    requirements: Iterable[str],
    editables: Iterable[str],
) -> str:
    """The key: words that say what it is for, then a digest.

    Args:
        target: The Python and system.
        requirements: Paths of requirements files; those that they include count too.
        editables: Directories of editable packages; of them what they declare counts.

    Raises WorkrootError: where a file is missing.
    """
    contents = hashlib.sha256()
    for kind, content in _inputs(requirements, editables):
        contents.update(f"{kind} {len(content)}\n".encode() + content)
    libc = target.libc.replace(" ", "") or target.macos or "any"
    words = [
        "workroot",
        str(FORMAT),
        target.abi,
        target.python,
        target.system,
        libc,
        contents.hexdigest()[:20],
    ]
    return "-".join(re.sub(r"[^A-Za-z0-9._]+", "_", word) for word in words)


def _inputs(requirements: Iterable[str], editables: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """The kind and the content of each file, in an order that only the settings decide."""
    for path in requirement_files.nested(list(requirements)):
        yield "requirements", files.read_bytes(path) or b""
    for directory in editables:
        yield "editable", b""
        for name in requirement_files.DECLARES:
            content = files.read_bytes(os.path.join(directory, name))
            if content is not None:
                yield name, content
