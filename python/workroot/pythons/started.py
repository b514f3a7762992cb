"""Whether the Python of a venv starts: asked by starting it, once for each Python that it is.

A start costs a third of an undo, so what was started is noted, and counts while the interpreter and
pyvenv.cfg are what they were.
"""

import os
from _collections_abc import Mapping  # every undo asks this: collections.abc is a tenth of a start

from workroot.doors import files, process
from workroot.errors import WorkrootError
from workroot.root import venv_python

_TIMEOUT = 60  # seconds; the first start on a cold disk may take some


def starts(venv: str, note: str, environ: Mapping[str, str]) -> bool:
    """Whether it does.

    Args:
        venv: the path of the virtual environment.
        note: the file that says which Python was started last.
        environ: the person's; a Python may need its LD_LIBRARY_PATH.
    """
    python = venv_python(venv)
    stamp = _stamp(venv, python)
    if stamp is None:
        return False
    # Compared as bytes: a path need not be text, and a damaged note is another one.
    data = os.fsencode(stamp)
    if files.read_bytes(note) == data:
        return True
    argv = [python, "-I", "-S", "-c", "pass"]
    outcome = process.attempt(argv, env=process.scrubbed(environ), timeout=_TIMEOUT)
    if outcome.status:
        return False
    try:  # noqa: SIM105  # contextlib is dear
        files.write(note, data)
    except WorkrootError:
        pass  # a full disk: it is started the next time as well
    return True


def _stamp(venv: str, python: str) -> str | None:
    """What changes where another Python would be started; None where there is none.

    The link may lead to another interpreter, and pyvenv.cfg to another standard library.
    """
    real = os.path.realpath(python)
    said = [real]
    for path in (real, os.path.join(venv, "pyvenv.cfg")):
        try:
            status = os.stat(path)
        except OSError:
            return None
        said.append(f"{status.st_ino} {status.st_size} {status.st_mtime_ns}")
    return "\n".join(said)
