"""The user tier: a person's own venv, `pyctl`, and the blocks in the startup files.

All is put there in order and taken away to the byte. The engine is copied to
~/.local/share/workroot, so that the kit it came from may be moved or deleted.
"""

import os
from collections.abc import Callable, Mapping
from typing import NamedTuple

from workroot.doors import files, locks, mounts, process, trees
from workroot.environment import fresh
from workroot.errors import WorkrootError
from workroot.history import home as homes
from workroot.history.generations import Generations
from workroot.history.home import Home
from workroot.history.operation import opened
from workroot.installers import images, provision, shim
from workroot.project import kit
from workroot.pythons import interpreter, making, packages
from workroot.pythons import venv as environments
from workroot.root import MANIFEST, TEMPLATES, UserTier
from workroot.tiers import block, scripts, startup
from workroot.tiers.made import Made
from workroot.tiers.startup import Trouble

Say = Callable[[str], None]


class Installed(NamedTuple):
    """What an installation did to the startup files, and what it could not do.

    Attributes:
        changed: The files that have our block now and had not before.
        troubles: Those whose shells do not come to the line, and what to do.
    """

    changed: list[str]
    troubles: list[Trouble]


class Removed(NamedTuple):
    """What a removal found.

    Attributes:
        there: Whether there was anything.
        troubles: Sentences about what stays, as errors with their ways out.
    """

    there: bool
    troubles: list[WorkrootError]


def init(
    places: UserTier,
    environ: Mapping[str, str],
    say: Say,
    python: str | None = None,
) -> Home:
    """Its directory, configuration, venv, pip and baseline; only what is missing.

    Args:
        places: Where the tier of this person lies.
        environ: Of whoever types it.
        say: How a person is told.
        python: Which one was asked for; else config.toml decides.

    Raises WorkrootError: where no such Python is found, or something is in the way.
    """
    files.make_directory(places.path)
    if not os.path.lexists(places.config):
        files.write(places.config, _template("config.toml"))
    home = homes.of_user(places)
    with locks.held(home.lock):
        _venv(home, environ, say, python)
        shim.renew(home, interpreter.running().path)
        # What is there now becomes the baseline.
        if not home.begun:
            opened(home, say)
    return home


def _venv(
    home: Home,
    environ: Mapping[str, str],
    say: Say,
    python: str | None,
) -> None:
    """Make the venv where there is none; one that is there has to answer.

    Raises WorkrootError: where a file has its name, or its Python does not run.
    """
    fresh.swept(home)
    match environments.state(home.venv):
        case "absent":
            base = interpreter.find(python or home.settings.get("python") or ">=3.8", environ)
            say(f"making {home.venv} with Python {base.text}")
            provision.put_bundled(making.make(home.venv, base, environ), environ)
        case "taken":
            raise WorkrootError(
                f"{home.venv} is a file, where the venv should be",
                "move it away, then type the same command again",
            )
        case _:
            environments.inspect(home.venv, environ)


def install(places: UserTier, environ: Mapping[str, str], say: Say) -> Installed:
    """Everything of the user tier: the kit's copy, pyctl, the venv, the blocks in startup files.

    Args:
        places: Where the tier of this person lies.
        environ: Of whoever types it; tells which shells there are.
        say: How a person is told.

    Raises WorkrootError: where another program has the name of ours, or no venv can be made.
        A startup file that cannot be written raises nothing: it is among the troubles.
    """
    with locks.held(os.path.join(images.cache(environ) or places.path, "user.lock")):
        for command in _commands(places):
            scripts.check(command)
        for directory in (os.path.dirname(places.command), places.path):
            mounts.check_programs(directory)
        made = Made(places.made)
        own = [os.path.dirname(places.kit), os.path.dirname(places.command), places.path]
        made.directories(own)
        if kit.put(places.kit):
            say(f"copied the kit to {places.kit}; {kit.KIT} is not needed any more")
            scripts.compile_engine(places.kit, environ)
        made.save()  # before anything else: a kill from here on leaves nothing that is not noted
        _init_by_copy(places, environ)
        _command(places)
        return _startup_files(places, environ, made)


def _startup_files(
    places: UserTier,
    environ: Mapping[str, str],
    made: Made,
) -> Installed:
    """Each on its own: one that cannot be written keeps no shell from the others."""
    installed = Installed([], [])
    for place in startup.places(environ, places.home):
        # Asked before anything is written: only what changes now is told.
        had_block = _has_block(place.path)
        try:
            made.directories([os.path.dirname(place.path)])
            made.startup_file(place.path)
            made.save()
        except WorkrootError as error:
            installed.troubles.append(Trouble(place.path, error.message, startup.by_hand(place)))
            continue
        trouble = startup.put(place)
        if trouble:
            installed.troubles.append(trouble)
        if not had_block and _has_block(place.path):
            installed.changed.append(place.path)
    return installed


def _has_block(path: str) -> bool:
    """Whether our block is in a file; one that cannot be read has none to tell of."""
    try:
        return block.there(path)
    except WorkrootError:
        return False


def _init_by_copy(places: UserTier, environ: Mapping[str, str]) -> None:
    """By the copy of the engine, so that what is written names the copy.

    Raises WorkrootError: where that process fails; it has said why.
    """
    main = os.path.join(places.kit, "python", "workroot", "__main__.py")
    argv = [interpreter.running().path, "-I", "-S", main, "pyctl", "init"]
    if process.passthrough(argv, env=environ, stdout=2):
        raise WorkrootError(
            "the venv of the user tier could not be made",
            "mend what is said above, then type the same command again",
        )


def _commands(places: UserTier) -> list[str]:
    """What a shell finds as `pyctl`; cmd.exe and PowerShell need a .cmd."""
    if os.name == "nt":
        return [places.command, places.command + ".cmd"]
    return [places.command]


def _command(places: UserTier) -> None:
    """Write `pyctl`, on Windows for cmd.exe and PowerShell as well."""
    if os.name == "nt":
        python = interpreter.running().path
        main = os.path.join(places.kit, "python", "workroot", "__main__.py")
        text = f'@rem {scripts.MARK.decode()}\r\n@"{python}" -I -S "{main}" pyctl %*\r\n'
        files.write_if_changed(places.command + ".cmd", text)
    files.write_if_changed(
        places.command,
        scripts.pyctl(places.kit, "--user"),
        0o755,
    )


def remove(
    places: UserTier,
    environ: Mapping[str, str],
    packages_too: bool,
    say: Say,
) -> Removed:
    """Take all of it away, to the byte.

    Args:
        packages_too: The venv with its history as well; else it stays as it is.

    Returns:
        What there was, and what could not be taken away: one file keeps no other from it.
    """
    made = Made(places.made)
    there = os.path.lexists(places.kit) or os.path.lexists(places.path)
    troubles = []
    # The note and the shells of now: either may know a file that the other does not.
    known = [*made.files, *(place.path for place in startup.places(environ, places.home))]
    for path in dict.fromkeys(known):
        try:
            if block.take(path):
                there = True
                say(f"took the block out of {path}")
        except WorkrootError as error:
            way_out = error.hint or f"remove pyctl's block from {path} where that file is kept"
            troubles.append(WorkrootError(error.message, way_out))
    for command in (places.command, places.command + ".cmd"):
        if scripts.ours(command):
            files.discard(command)
    if packages_too:
        trees.remove(places.path)
    # Only a copy that we wrote has a manifest; anything else at that place stays.
    if files.read_bytes(os.path.join(places.kit, MANIFEST)) is not None:
        trees.remove(places.kit)
    # The deepest first, and only what is empty: a person may have put something there since.
    for directory in sorted(made.made, key=len, reverse=True):
        files.remove_empty(directory)
    return Removed(there, troubles)


def beyond_baseline(places: UserTier) -> int:
    """How many packages are there that the baseline has not.

    The question before a removal says it, so that nobody loses what he installed unawares.
    """
    if not os.path.isfile(os.path.join(places.venv, "pyvenv.cfg")):
        return 0
    baseline = Generations(places.path).snapshot("baseline")
    names = {one.name for one in baseline.packages} if baseline else set()
    # pip came with the venv or, where the base Python has none, with its first use.
    names.add("pip")
    return sum(one.name not in names for one in packages.read(places.venv))


def _template(name: str) -> str:
    return files.read_text(os.path.join(TEMPLATES, "user", name)) or ""
