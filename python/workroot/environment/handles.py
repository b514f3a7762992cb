"""What shells and people take a workroot by.

The session files that bootstrap sources, and the commands in .workroot/bin.
"""

import hashlib
import os
import time
from collections.abc import Sequence

from workroot.config import Config
from workroot.doors import files
from workroot.environment import state, wanted
from workroot.errors import WorkrootError
from workroot.history import home as homes
from workroot.installers import shim
from workroot.pythons import interpreter, packages
from workroot.pythons.venv import Venv
from workroot.root import ENGINE, KIT, MAIN, SETUP_SH, Root, engine_file
from workroot.session import exports, health, proof, proving
from workroot.session import session as sessions
from workroot.standards import quoting

_CMD = '@"{python}" -I -S "{main}" at "%~dp0..\\.." %*\r\n'


_PROGRAMS = {
    "pydoc": "pydoc",
    "pydoc3": "pydoc",
    "idle": "idlelib",
    "idle3": "idlelib",
    "2to3": "lib2to3",
}
_WITH_LIB2TO3 = ("3.8", "3.9", "3.10", "3.11", "3.12")


def session(
    root: Root,
    config: Config,
    venv: Venv,
    account: health.Account,
    complete: bool,
) -> None:
    """Write what the bootstraps source; the proof first: a reader has a whole one or none.

    Args:
        account: What the session's Python will do, and with which PYTHONPATH.
        complete: Whether everything that setup does was done, not only what a session needs.

    Raises WorkrootError: when a file cannot be written.
    """
    watched = list(
        dict.fromkeys(
            [
                *sessions.watched(root, config, venv, config.paths),
                *wanted.watched(config),
                *account.looked_at,
            ]
        )
    )
    # Looked at before the clock is: what changes in between is too young for a proof that lasts.
    dependencies, now = proof.times(watched), time.time_ns()
    lasts = account.lasts and proof.lasting(dependencies, now)
    proved = proving.write(root.proof, dependencies) if lasts else None
    given = sessions.of(root, config, venv, dependencies, proved)
    given = given.with_account(account.warnings, account.pythonpath)
    own = proof.own_times(watched, venv.python)
    made = exports.session_files(given, _template, own, os.name == "nt")
    # In their order: a part is there before the file that sources it.
    for ending, text in made.items():
        files.write(root.session(ending), _encoded(text))
    if proved:
        said = [account.pythonpath, *account.warnings]
        proving.finish(root.proof, proved, dependencies, config.venv.name, complete, said)


def digest(
    root: Root,
    config: Config,
    venv: Venv,
) -> str:
    """What tells whether the session files would give something else by now.

    Returns:
        A SHA-256 in hex of the session without its proof, which is another one each time.
    """
    given = sessions.of(
        root,
        config,
        venv,
        (),
        None,
    )
    return hashlib.sha256(repr(given).encode("utf-8", "surrogatepass")).hexdigest()


def commands(root: Root, config: Config) -> None:
    """The `workroot` command and the recording `pip`, run by the Python that runs this now.

    Raises WorkrootError: when one cannot be written.
    """
    # Not the venv's Python: the command has to work where the venv is broken or gone.
    python = interpreter.running().path
    words = {
        "ROOT": root.path,
        "PYTHON": python,
        "ENGINE": MAIN,
        "SETUP": SETUP_SH,
        "GONE": f"workroot: no kit at {KIT}",
        "HINT": f"  correct the line _workroot_kit= in {root.bootstrap_sh},"
        " then run setup.sh of that kit here",
    }
    template = files.read_text(engine_file("environment", "templates", "workroot.sh")) or ""
    quoted = {name: quoting.quote_sh(word) for name, word in words.items()}
    script = _encoded(quoting.filled(template, quoted))
    changed = files.write_if_changed(root.command, script, 0o755)
    if not changed and not os.access(root.command, os.X_OK):
        # Its text is right and it lost its x bit, by a copy through a file system without one.
        files.write(root.command, script, 0o755)
    files.write_if_changed(root.python, _encoded(python + "\n"))
    if os.name == "nt":
        files.write_if_changed(root.command + ".cmd", _CMD.format(python=python, main=MAIN))
    # Each is of one venv, and turns to another where VIRTUAL_ENV names that one.
    known = {*state.read(root).get("venvs", {}), config.venv.name}
    homes_known = [_home_of(root, name) for name in sorted(known)]
    there = [home for home in homes_known if home]
    shim.write(root.bin, there[0], python, there[1:])
    if os.name != "nt":  # there no Python has them as programs
        _programs(root, [home.venv for home in there])


def _programs(root: Root, venvs: Sequence[str]) -> None:
    """What stands beside `python` on PATH but in no venv: there it would be another Python's."""
    template = files.read_text(engine_file("environment", "templates", "program.sh")) or ""
    converts = packages.layout(venvs[0]).python in _WITH_LIB2TO3
    for name, module in _PROGRAMS.items():
        path = os.path.join(root.bin, name)
        if module == "lib2to3" and not converts:
            files.discard(path)  # of an older Python that this workroot had
            continue
        words = {
            "VENV": quoting.quote_sh(venvs[0]),
            "VENVS": " | ".join(map(quoting.quote_sh, venvs)),
            "NAME": name,
            "MODULE": module,
        }
        files.write_if_changed(path, _encoded(quoting.filled(template, words)), 0o755)


def _home_of(root: Root, name: str) -> homes.Home | None:
    """None for a venv that workroot.toml no longer names, or that is gone."""
    try:
        home = homes.of_root(root, name)
    except WorkrootError:
        return None
    return home if os.path.isfile(os.path.join(home.venv, "pyvenv.cfg")) else None


def _encoded(text: str) -> bytes:
    """As os.fsencode does on Linux: a path that is not UTF-8 keeps its bytes."""
    return text.encode("utf-8", "surrogateescape")


def _template(name: str) -> str:
    """The text of a template of the session."""
    return files.read_text(os.path.join(ENGINE, "session", "templates", name)) or ""
