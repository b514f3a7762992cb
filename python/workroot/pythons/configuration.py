"""pyvenv.cfg, by which a directory is a virtual environment: `key = value`, one a line.

venv, virtualenv and uv write different keys; `home` and a version are in all of them, under
different names.
"""

import os

from workroot.doors import files

NAME = "pyvenv.cfg"


def read(venv: str) -> dict[str, str]:
    """What the pyvenv.cfg of the venv at that path says; {} where there is none.

    Keys in lower case, as Python's own site takes them.
    """
    text = (files.read_bytes(os.path.join(venv, NAME)) or b"").decode("utf-8", "replace")
    said = {}
    for line in text.splitlines():
        key, sign, value = line.partition("=")
        if sign:
            said[key.strip().lower()] = value.strip()
    return said


def version(venv: str) -> str:
    """The version of the Python that the venv was made with; '' where that is not said."""
    said = read(venv)
    # venv writes the first, uv the second.
    return said.get("version") or said.get("version_info") or ""
