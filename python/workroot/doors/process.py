"""The door to other programs: an argument list, an environment without traps, and their last words when they fail."""

import os
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from workroot.errors import WorkrootError

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


class Outcome(NamedTuple):
    """What a program left: its status, and its two streams as text (undecodable bytes escaped)."""

    status: int
    output: str
    errors: str


def scrubbed(environ: Mapping[str, str]) -> dict[str, str]:
    """A copy of environ without the variables that would lead a child Python, pip or git astray."""
    kept = {name: value for name, value in environ.items() if name not in _TRAPS}
    kept["PYTHON_MANAGER_AUTOMATIC_INSTALL"] = "false"
    return kept


def attempt(
    argv: Sequence[str],
    *,
    env: Mapping[str, str],
    cwd: str | None = None,
    timeout: float | None = None,
) -> Outcome:
    """Run to the end and say how it went. A program that cannot be started has status 127; one over its time, 124."""
    import subprocess

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
        return Outcome(124, _text(expired.stdout or b""), f"no answer within {timeout:g} seconds")
    except (OSError, ValueError) as error:
        return Outcome(127, "", str(error))
    return Outcome(done.returncode, _text(done.stdout), _text(done.stderr))


def start(argv: Sequence[str], *, env: Mapping[str, str]):
    """A program in the background that says nothing: a subprocess.Popen whose stdin is a pipe. Raises WorkrootError."""
    import subprocess

    try:
        return subprocess.Popen(
            list(argv),
            env=dict(env),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    except (OSError, ValueError) as error:
        raise WorkrootError(f"cannot run {argv[0]}: {error}") from error


def run(argv: Sequence[str], *, env: Mapping[str, str]) -> str:
    """Like attempt, but gives the output, and raises WorkrootError with the program's last lines when it fails."""
    outcome = attempt(argv, env=env)
    if outcome.status:
        raise WorkrootError(failure(argv, outcome))
    return outcome.output


def failure(argv: Sequence[str], outcome: Outcome) -> str:
    """The sentence about a failed program, its last lines below it."""
    return "\n  ".join(
        [
            f"{os.path.basename(argv[0])} ended with status {outcome.status}: {' '.join(argv[1:])}",
            *last_lines(outcome),
        ]
    )


def last_lines(outcome: Outcome) -> list[str]:
    """What a program said last."""
    return (outcome.errors.strip() or outcome.output.strip()).splitlines()[-_LAST_LINES:]


def passthrough(
    argv: Sequence[str],
    *,
    env: Mapping[str, str],
    cwd: str | None = None,
    stdout: int | None = None,
) -> int:
    """Run on the person's own terminal: streams, colours, prompts and Ctrl-C are the program's. Gives its status."""
    import subprocess

    try:
        child = subprocess.Popen(list(argv), env=dict(env), cwd=cwd, stdout=stdout)
    except (OSError, ValueError) as error:
        raise WorkrootError(f"cannot run {argv[0]}: {error}") from error
    while True:
        try:
            status = child.wait()
            break
        except KeyboardInterrupt:
            continue
    return status if status >= 0 else 128 - status


def foreground(argv: Sequence[str], *, env: Mapping[str, str]) -> int:
    """The same, without the price of the subprocess module where the system can do without. argv[0] is a path."""
    if not hasattr(os, "posix_spawn"):
        return passthrough(argv, env=env)
    try:
        child = os.posix_spawn(argv[0], list(argv), dict(env), setsigdef=_ignored_by_python())
    except OSError as error:
        raise WorkrootError(
            f"cannot run {argv[0]}: {(error.strerror or str(error)).lower()}"
        ) from error
    while True:
        try:
            status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            return status if status >= 0 else 128 - status
        except KeyboardInterrupt:
            continue


def replace(argv: Sequence[str], *, env: Mapping[str, str]) -> int:
    """Become that program. On Windows, which cannot, run it and give its status."""
    if os.name == "nt":
        return passthrough(argv, env=env)
    import _signal

    for number in _ignored_by_python():
        _signal.signal(number, _signal.SIG_DFL)
    try:
        os.execve(argv[0], list(argv), dict(env))
    except OSError as error:
        raise WorkrootError(f"cannot run {argv[0]}: {error.strerror}") from error


def _ignored_by_python() -> list[int]:
    """What a program that it starts would inherit, and then not end by: a reader that went away, a file that got too large."""
    import _signal  # signal itself is dear: it makes enumerations

    return [getattr(_signal, name) for name in ("SIGPIPE", "SIGXFSZ") if hasattr(_signal, name)]


def _text(data: bytes) -> str:
    return data.decode("utf-8", "backslashreplace")
