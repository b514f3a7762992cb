"""A bug says so: what happened is kept in a file, and said in one line with where it is.

Imported only when there is one.
"""

import os
import platform
import sys
import time
import traceback

from workroot import root
from workroot.commands import _homes
from workroot.commands._call import PYCTL
from workroot.doors import files, terminal
from workroot.doors.credentials import masked_text
from workroot.errors import WorkrootError
from workroot.root import KIT, VERSION, Root

_KEPT = 20  # reports; a prompt that calls us would fill a disk
_PREFIX, _ENDING = "crash-", ".log"


def report(error: Exception, argv: list[str]) -> None:
    """Keep a report of it and say where; what cannot be kept anywhere is said in full."""
    said = masked_text(_report(error))
    path = _kept(said, argv)
    if path is None or os.environ.get("WORKROOT_DEBUG"):
        sys.stderr.write(said)
    summary = masked_text(traceback.format_exception_only(error)[-1].strip())
    evidence = path or "all of the above"
    terminal.say(f"this is a bug ({summary}); report it {_whom()} with {evidence}")


def show(error: Exception) -> None:
    """The traceback of what is no bug, for who looks for its cause."""
    sys.stderr.write(masked_text("".join(traceback.format_exception(error))))


def _report(error: Exception) -> str:
    facts = {
        "workroot": f"{VERSION} ({KIT})",
        "Python": f"{sys.version} ({sys.executable})",
        "system": platform.platform(),
        "command": terminal.manner.typed,
        "directory": _here(),
        "locale": f"{sys.getfilesystemencoding()}, LANG={os.environ.get('LANG', '')}",
    }
    lines = [f"{name}: {terminal.printable(value)}" for name, value in facts.items()]
    return "\n".join(lines) + "\n\n" + "".join(traceback.format_exception(error))


def _here() -> str:
    try:
        return os.getcwd()
    except OSError:
        return "(gone)"


def _kept(said: str, argv: list[str]) -> str | None:
    """The path of the report: with the environment that was meant, else where temporary files are.

    None where it cannot be written.
    """
    own = _own_log(argv)
    if own and os.path.isdir(os.path.dirname(own)):
        path = _written(own, said, make=True)
        if path:
            return path
    # As tempfile looks for it, without writing there to try.
    for directory in (*map(os.environ.get, ("TMPDIR", "TEMP", "TMP")), "/tmp"):
        path = _written(directory, said, make=False) if directory else None
        if path:
            return path
    return None


def _own_log(argv: list[str]) -> str | None:
    try:
        if terminal.manner.name == PYCTL:
            return os.path.join(_homes.user_places(os.environ).path, "log")
        return _workroot(argv).log
    except (WorkrootError, OSError):
        return None  # no home, no workroot: that may be the bug


def _workroot(argv: list[str]) -> Root:
    """The workroot of the command. Raises WorkrootError."""
    named = None
    for option, directory in zip(argv, argv[1:], strict=False):
        if option in ("at", "-C", "--directory", "session") and os.path.isdir(directory):
            named = directory
    return root.find(named, os.environ.get("WORKROOT"))


def _written(directory: str, text: str, make: bool) -> str | None:
    """The path of the report; None where it cannot be written. make: the directory is ours."""
    moment = time.strftime("%Y%m%d-%H%M%S")
    path = os.path.join(directory, f"{_PREFIX}{moment}-{os.getpid()}{_ENDING}")
    data = text.encode("utf-8", "backslashreplace")
    try:
        if make:
            files.make_directory(directory)
        # A new file that others cannot read, also where everybody may write.
        files.create(path, data, 0o600)
        _tidy(directory)
    except (WorkrootError, OSError):
        return None
    return path


def _tidy(directory: str) -> None:
    """Keep the newest reports: their names sort by time."""
    names = [name for name in files.names(directory) if name.startswith(_PREFIX)]
    reports = sorted(name for name in names if name.endswith(_ENDING))
    for name in reports[:-_KEPT]:
        files.discard(os.path.join(directory, name))


def _whom() -> str:
    """Where the kit was cloned from, else to whoever gave it."""
    config = files.text_by_hand(os.path.join(KIT, ".git", "config")) or ""
    inside = False
    for line in config.splitlines():
        if line.startswith("["):
            inside = line.strip() == '[remote "origin"]'
        key, _, value = line.partition("=")
        if inside and key.strip() == "url":
            return f"at {masked_text(value.strip())}"
    return "to whoever gave you this kit"
