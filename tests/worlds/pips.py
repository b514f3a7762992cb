"""Several pips, each as the wheel that the index has of it.

Fetched once for a machine and kept in its temporary directory.

Only what lies in tests/real may ask for one. WORKROOT_TEST_PIPS names a directory that has them
already.
"""

import os
import tempfile
from pathlib import Path

import pytest
from worlds import index
from worlds.lab import BASE, Outcome, run

# One of each kind: the oldest that has --python, the last before extras were pinned by their base
# (23.2 and older ask for a pin of `name[extra]`), and what came since.
SPREAD = ("22.3", "23.2", "24.3", "25.3", "26.3")


def wheel(version: str) -> Path:
    """The wheel of that pip.

    Where it cannot be had the test is skipped, and fails where CI is set.
    """
    kept = Path(
        os.environ.get("WORKROOT_TEST_PIPS")
        or os.path.join(tempfile.gettempdir(), f"workroot-test-pips-{os.getuid()}")
    )
    pythons = "py2.py3" if version.startswith("20.") else "py3"
    path = kept / f"pip-{version}-{pythons}-none-any.whl"
    if not path.is_file():
        kept.mkdir(exist_ok=True)
        _fetch(version, path)
    return path


def _fetch(version: str, path: Path) -> None:
    """By way of a directory of its own: two processes of one run may want the same pip at once."""
    with tempfile.TemporaryDirectory(dir=path.parent) as own:
        words = [BASE, "-Im", "pip", "download", "-q", "--no-deps", "--dest", own]
        done = run([*words, f"pip=={version}"], index.environ(own), "/", timeout=120)
        if done.status == 0:
            os.replace(os.path.join(own, path.name), path)
            return
    reason = f"pip {version} cannot be fetched: {done.err.strip().splitlines()[-1:]}"
    if os.environ.get("CI"):
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def put(version: str, python: Path | str) -> Outcome:
    """Make that pip the one of a venv."""
    found = wheel(version)
    words = [str(python), "-I", f"{found}/pip", "install", "-q", "--no-index"]
    return run([*words, str(found)], {"PATH": "/usr/bin:/bin"}, "/", timeout=120).must()
