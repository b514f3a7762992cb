"""The door to other programs: an argument list, an environment without traps, their last words.

The `pip` that a person types becomes another program or starts one: this file imports next to
nothing, and subprocess only where a program's words are read.
"""

import _signal  # part of every Python; signal itself is dear: it makes enumerations
import os
from _collections_abc import Mapping, Sequence  # collections.abc: a tenth of a start

from workroot.doors import terminal
from workroot.doors.credentials import masked
from workroot.errors import WorkrootError

NO_ANSWER = 124  # the status of a program that was over its time, as timeout(1) gives it
NOT_STARTED = 127  # and of one that could not be started, as shells give it
_LAST_LINES = 12

# What would send a child Python, pip or git somewhere else than it is told to.
_TRAPS = (
    "PYTHONHOME",
    "PYTHONPATH",
    "PYTHONPYCACHEPREFIX",
    "PYTHONSTARTUP",
    "PYTHONDONTWRITEBYTECODE",
    "PYTHONPLATLIBDIR",
    "PIP_TARGET",
    "PIP_PREFIX",
    "PIP_ROOT",
    "PIP_USER",
    "PIP_PYTHON",
    "PIP_REQUIRE_VIRTUALENV",
    "VIRTUAL_ENV",
    "UV_PYTHON",
    "UV_PROJECT_ENVIRONMENT",
    "UV_SYSTEM_PYTHON",
    "UV_BREAK_SYSTEM_PACKAGES",
    "CONDA_PREFIX",
    "GIT_DIR",
    "GIT_INDEX_FILE",
    "GIT_WORK_TREE",
    "GIT_PREFIX",
    "__PYVENV_LAUNCHER__",
)


class Outcome:
    """What a program left: its status, and its two streams as text (undecodable bytes escaped)."""

    __slots__ = ("errors", "output", "status")

    def __init__(self, status: int, output: str, errors: str) -> None:
        self.status = status
        self.output = output
        self.errors = errors


def scrubbed(environ: Mapping[str, str]) -> dict[str, str]:
    """A copy of environ without what would lead a child Python, pip or git astray."""
    kept = {name: value for name, value in environ.items() if name not in _TRAPS}
    # The Python install manager of Windows: a Python that is not there is not fetched.
    kept["PYTHON_MANAGER_AUTOMATIC_INSTALL"] = "false"
    return kept


def attempt(
    argv: Sequence[str],
    *,
    env: Mapping[str, str],
    cwd: str | None = None,
    timeout: float | None = None,
) -> Outcome:
    """Run to the end and say how it went, also where it could not be started or took too long.

    Args:
        env: The program's whole environment.
        timeout: Seconds, after which it is ended; None waits as long as it takes.

    Returns:
        Its outcome; in these two cases the status is NOT_STARTED or NO_ANSWER.
    """
    subprocess = _subprocess()
    _detail(argv)
    try:
        done = subprocess.run(
            list(argv),
            env=dict(env),
            cwd=cwd,
            timeout=timeout,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
    except subprocess.TimeoutExpired as expired:
        said = f"no answer within {timeout:g} seconds"
        return Outcome(NO_ANSWER, _text(expired.stdout or b""), said)
    except (OSError, ValueError) as error:  # ValueError: a NUL in a word
        return Outcome(NOT_STARTED, "", str(error))
    return Outcome(done.returncode, _text(done.stdout), _text(done.stderr))


def start(argv: Sequence[str], *, env: Mapping[str, str]):
    """A program in the background that says nothing: a subprocess.Popen whose stdin is a pipe.

    Raises WorkrootError.
    """
    subprocess = _subprocess()
    _detail(argv)
    try:
        return subprocess.Popen(
            list(argv),
            env=dict(env),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    except (OSError, ValueError) as error:
        raise _not_started(argv, error) from error


def run(argv: Sequence[str], *, env: Mapping[str, str]) -> str:
    """Like attempt, but gives the output.

    Raises WorkrootError: with the program's last lines, when it fails or cannot be started.
    """
    outcome = attempt(argv, env=env)
    if outcome.status:
        raise WorkrootError(failure(argv, outcome))
    return outcome.output


def failure(argv: Sequence[str], outcome: Outcome) -> str:
    """The sentence about a failed program, its last lines below it."""
    program = os.path.basename(argv[0])
    arguments = " ".join(masked(list(argv[1:])))
    sentence = f"{program} ended with status {outcome.status}: {arguments}"
    return "\n  ".join([sentence, *last_lines(outcome)])


def last_lines(outcome: Outcome) -> list[str]:
    """What a program said last: of its errors or, where it said none, of its output."""
    said = outcome.errors.strip() or outcome.output.strip()
    return said.splitlines()[-_LAST_LINES:]


def passthrough(
    argv: Sequence[str],
    *,
    env: Mapping[str, str],
    cwd: str | None = None,
    stdout: int | None = None,
) -> int:
    """Run on the person's own terminal: streams, colours and prompts are the program's.

    Args:
        stdout: A file descriptor to have it instead, as stderr's where our own is for data.

    Returns:
        Its status, as a shell would say it.

    Raises WorkrootError: when it cannot be started.
    """
    subprocess = _subprocess()
    _detail(argv)
    try:
        child = subprocess.Popen(list(argv), env=dict(env), cwd=cwd, stdout=stdout)
    except (OSError, ValueError) as error:
        raise _not_started(argv, error) from error
    while True:
        try:
            return _as_a_shell_says(child.wait())
        except KeyboardInterrupt:
            continue  # it got the same Ctrl-C, and decides what to make of it


def foreground(argv: Sequence[str], *, env: Mapping[str, str]) -> int:
    """The same, without the price of subprocess where the system can do without.

    Args:
        argv: The first word is a path: PATH is not searched.

    Raises WorkrootError: when it cannot be started.
    """
    if not hasattr(os, "posix_spawn"):
        return passthrough(argv, env=env)
    _detail(argv)
    try:
        child = os.posix_spawn(argv[0], list(argv), dict(env), setsigdef=_ignored_by_python())
    except OSError as error:
        raise _not_started(argv, error) from error
    while True:
        try:
            _, status = os.waitpid(child, 0)
            return _as_a_shell_says(os.waitstatus_to_exitcode(status))
        except KeyboardInterrupt:
            continue  # it got the same Ctrl-C, and decides what to make of it


def _subprocess():
    """The module that reads what a program says: most commands that start one become it."""
    import subprocess  # half a Python start

    return subprocess


def _as_a_shell_says(status: int) -> int:
    """A program that a signal ended has 128 and the signal's number."""
    return status if status >= 0 else 128 - status


def replace(argv: Sequence[str], *, env: Mapping[str, str]) -> int:
    """Become that program. On Windows, which cannot, run it and give its status.

    Args:
        argv: The first word is a path: PATH is not searched.

    Raises WorkrootError: when it cannot be started.
    """
    if os.name == "nt":
        return passthrough(argv, env=env)
    _detail(argv)
    for number in _ignored_by_python():
        _signal.signal(number, _signal.SIG_DFL)
    try:
        os.execve(argv[0], list(argv), dict(env))
    except OSError as error:
        raise _not_started(argv, error) from error


def _ignored_by_python() -> list[int]:
    """Signals that a program would inherit as ignored, and then not end by.

    They are for a reader that went away, and for a file that got too large.
    """
    names = ("SIGPIPE", "SIGXFSZ")
    return [getattr(_signal, name) for name in names if hasattr(_signal, name)]


def _detail(argv: Sequence[str]) -> None:
    """Show the command, where a person asked for every step."""
    if terminal.manner.verbose:
        terminal.detail(f"running {' '.join(masked(list(argv)))}")


def _not_started(argv: Sequence[str], error: OSError | ValueError) -> WorkrootError:
    """The error to raise: what the system says, or Python of a word with a NUL in it."""
    reason = getattr(error, "strerror", None) or str(error)
    return WorkrootError(f"cannot run {argv[0]}: {reason.lower()}")


def _text(data: bytes) -> str:
    """What a program said; a byte that is no UTF-8 is shown as '\\xNN'."""
    return data.decode("utf-8", "backslashreplace")
