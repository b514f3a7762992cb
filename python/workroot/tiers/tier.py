"""The user tier: a person's own venv, `pyctl`, and the blocks in the startup files; put there in order, taken away to the byte.

The engine is copied to ~/.local/share/workroot, so that the kit it came from may be moved or deleted.
"""

import os
from collections.abc import Callable, Mapping

from workroot.doors import documents, files, locks, trees
from workroot.errors import WorkrootError
from workroot.history import home as homes
from workroot.history.home import Home
from workroot.installers import images, pip, shim
from workroot.project import kit
from workroot.pythons import interpreter
from workroot.pythons import venv as environments
from workroot.root import MANIFEST, UserTier
from workroot.tiers import startup

_VERSION = 1
_COMMAND = """#!/bin/sh
# pyctl, put here by workroot; `setup.sh --user --remove` takes it away
[ -x {python} ] && exec {python} -I -S {main} pyctl "$@"
exec sh {setup} pyctl "$@"
"""
_MARK = b"pyctl, put here by workroot"


def init(
    places: UserTier,
    environ: Mapping[str, str],
    say: Callable[[str], None],
    python: str | None = None,
) -> Home:
    """The user tier's directory, configuration, venv, pip and baseline; only what is missing. Raises WorkrootError."""
    files.make_directory(places.path)
    if not os.path.lexists(places.config):
        files.write(places.config, _template("config.toml"))
    home = homes.of_user(places)
    with locks.held(home.lock):
        _venv(home, environ, say, python)
        shim.renew(home, interpreter.running().path)
        if not home.begun:
            from workroot.history.recording import opened

            opened(home, say)
    return home


def _venv(
    home: Home, environ: Mapping[str, str], say: Callable[[str], None], python: str | None
) -> None:
    from workroot.environment import fresh

    fresh.swept(home)
    match environments.state(home.venv):
        case "absent":
            base = interpreter.find(python or home.settings.get("python") or ">=3.8", environ)
            say(f"making {home.venv} with Python {base.text}")
            pip.put_bundled(environments.make(home.venv, base, environ), environ)
        case "taken":
            raise WorkrootError(
                f"{home.venv} is a file, where the venv should be",
                "move it away, then type the same command again",
            )
        case _:
            environments.inspect(home.venv, environ)


def install(places: UserTier, environ: Mapping[str, str], say: Callable[[str], None]) -> list[str]:
    """Everything of the user tier. Gives the startup files that it changed. Raises WorkrootError."""
    with locks.held(os.path.join(images.cache(environ) or places.path, "user.lock")):
        return _install(places, environ, say)


def _install(places: UserTier, environ: Mapping[str, str], say: Callable[[str], None]) -> list[str]:
    for command in (places.command, *([places.command + ".cmd"] if os.name == "nt" else [])):
        _check_command(command)
    made = _Made(places)
    made.directories([os.path.dirname(places.kit), os.path.dirname(places.command), places.path])
    if kit.put(places.kit):
        say(f"copied the kit to {places.kit}; {kit.KIT} is not needed any more")
    made.save()
    _init_by_copy(places, environ)
    _command(places)
    changed = []
    for place in startup.places(environ, places.home):
        made.directories([os.path.dirname(place.path)])
        made.startup_file(place.path)
        made.save()
        changed += [place.path] if startup.put(place) else []
    return changed


def _init_by_copy(places: UserTier, environ: Mapping[str, str]) -> None:
    """By the copy of the engine, so that what is written names the copy."""
    from workroot.doors import process

    argv = [
        interpreter.running().path,
        "-I",
        "-S",
        os.path.join(places.kit, "python", "workroot", "__main__.py"),
        "pyctl",
        "init",
    ]
    if process.passthrough(argv, env=environ, stdout=2):
        raise WorkrootError(
            "the venv of the user tier could not be made",
            "mend what is said above, then type the same command again",
        )


def _command(places: UserTier) -> None:
    from workroot.standards.quoting import quote_sh as quote

    main, setup = (
        os.path.join(places.kit, "python", "workroot", "__main__.py"),
        os.path.join(places.kit, "setup.sh"),
    )
    python = interpreter.running().path
    if os.name == "nt":
        files.write_if_changed(
            places.command + ".cmd",
            f'@rem {_MARK.decode()}\r\n@"{python}" -I -S "{main}" pyctl %*\r\n',
        )
    script = _COMMAND.format(python=quote(python), main=quote(main), setup=quote(setup))
    files.write_if_changed(places.command, script.encode("utf-8", "surrogateescape"), 0o755)


def _check_command(path: str) -> None:
    if os.path.lexists(path) and not _ours(path):
        raise WorkrootError(
            f"{path} is another program", "move it away, then type the same command again"
        )


def _ours(path: str) -> bool:
    return _MARK in (files.read_bytes(path) or b"")[:200]


def remove(
    places: UserTier, environ: Mapping[str, str], packages_too: bool, say: Callable[[str], None]
) -> bool:
    """Take all of it away, to the byte. packages_too: the venv with its history as well. Says whether there was anything."""
    made = _Made(places)
    there = os.path.lexists(places.kit) or os.path.lexists(places.path)
    known = [*made.files, *(place.path for place in startup.places(environ, places.home))]
    for path in dict.fromkeys(known):
        if startup.take(path):
            there = True
            say(f"took the block out of {path}")
    for command in (places.command, places.command + ".cmd"):
        if _ours(command):
            files.discard(command)
    if packages_too:
        trees.remove(places.path)
    _remove_kit(places)
    for directory in sorted(made.made, key=len, reverse=True):
        files.remove_empty(directory)
    return there


def _remove_kit(places: UserTier) -> None:
    if files.read_bytes(os.path.join(places.kit, MANIFEST)) is not None:
        trees.remove(places.kit)


def beyond_baseline(places: UserTier) -> int:
    """How many packages are there that the baseline has not."""
    from workroot.history.generations import Generations
    from workroot.pythons import packages

    if not os.path.isfile(os.path.join(places.venv, "pyvenv.cfg")):
        return 0
    baseline = Generations(places.path).snapshot("baseline")
    names = {one.name for one in baseline.packages} if baseline else {"pip"}
    return sum(one.name not in names for one in packages.read(places.venv))


class _Made:
    """What the installation made beside its own files: the directories, and which startup files it wrote into."""

    def __init__(self, places: UserTier) -> None:
        self.path = places.made
        try:
            said = documents.load(self.path, _VERSION) or {}
        except documents.Damaged:
            said = {}
        self.made: list[str] = said.get("directories", [])
        self.files: list[str] = said.get("startup", [])

    def directories(self, wanted: list[str]) -> None:
        """Make directories, and note those that were not there."""
        for path in wanted:
            missing = []
            while not os.path.lexists(path):
                missing.append(path)
                path = os.path.dirname(path)
            self.made += [one for one in missing if one not in self.made]
            if missing:
                files.make_directory(missing[0])

    def startup_file(self, path: str) -> None:
        self.files += [path] if path not in self.files else []

    def save(self) -> None:
        files.write(
            self.path,
            documents.text({"version": _VERSION, "directories": self.made, "startup": self.files}),
        )


def _template(name: str) -> str:
    from workroot.root import TEMPLATES

    return files.read_text(os.path.join(TEMPLATES, "user", name)) or ""
