"""Does every Jupyter kernel start a Python that is there?

A kernel names its interpreter by path. When that venv is gone, the notebook says "kernel died"
and nothing else.
"""

import json
import os
from collections.abc import Iterator

from workroot.doctor.context import ANYTHING, Context
from workroot.doctor.finding import Finding, warning, well
from workroot.doors import files

NEEDS = ANYTHING


def check(context: Context) -> Iterator[Finding]:
    found = False
    for directory in _places(context):
        for name in sorted(files.names(directory)):
            python = _python(os.path.join(directory, name, "kernel.json"))
            # ipykernel's own kernel names plain "python", which is whatever starts the notebook.
            if python and os.path.isabs(python) and not os.path.exists(python):
                found = True
                evidence = f"the kernel {name} in {directory} starts {python}, which is not there"
                cause = "the environment that it was made for was removed or moved"
                fix = f"jupyter kernelspec remove {name}, or rm -r {os.path.join(directory, name)}"
                yield warning("jupyter", evidence, cause, fix)
    if not found:
        yield well("jupyter", "no kernel names a Python that is gone")


def _places(context: Context) -> list[str]:
    """Where Jupyter looks for kernels: this venv, the person's own, macOS."""
    home = context.environ.get("HOME") or context.environ.get("USERPROFILE") or ""
    data = context.environ.get("JUPYTER_DATA_DIR") or os.path.join(home, ".local/share/jupyter")
    mac = os.path.join(home, "Library", "Jupyter", "kernels")
    own = os.path.join(context.venv_path, "share", "jupyter", "kernels")
    places = [own, os.path.join(data, "kernels"), mac]
    return [place for place in places if os.path.isdir(place)]


def _python(path: str) -> str:
    """The program that a kernel starts; '' for a file that says none."""
    try:
        words = json.loads(files.text_by_hand(path) or "{}").get("argv", [])
    except (ValueError, AttributeError):
        return ""
    return words[0] if words and isinstance(words[0], str) else ""
