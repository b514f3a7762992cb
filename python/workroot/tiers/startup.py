"""The startup files of a person's shells, and the line of the user tier that each of them needs."""

import os
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from workroot.doors import files, process
from workroot.errors import WorkrootError
from workroot.root import EXE
from workroot.tiers import block

_STARTUP = ".local/share/workroot/templates/user/startup"
_SH = f'if [ -r "$HOME/{_STARTUP}.sh" ]; then . "$HOME/{_STARTUP}.sh"; fi'
_FISH = f'if test -r "$HOME/{_STARTUP}.fish"; source "$HOME/{_STARTUP}.fish"; end'
_PWSH = f'if ([IO.File]::Exists("$HOME/{_STARTUP}.ps1")) {{ . "$HOME/{_STARTUP}.ps1" }}'
# mksh's own file is never made: one that is there hides /etc/mkshrc.
_SH_FILES = (".bash_profile", ".bash_login", ".bashrc", ".kshrc", ".mkshrc")


class Place(NamedTuple):
    """A startup file and the line that its shell needs."""

    path: str
    line: str


class Trouble(NamedTuple):
    """A startup file that does not do what it should. way_out: what a person can do about it."""

    path: str
    reason: str
    way_out: str


def put(place: Place) -> Trouble | None:
    """Have the line in a startup file once.

    A line that its owner put there by hand counts; no block is added to it.

    Returns:
        What stands in the way of it, or None.
    """
    try:
        has_line = block.reads(place.path, place.line)
        by_its_owner = has_line and not block.there(place.path)
        if not by_its_owner:
            block.put(place.path, place.line)
    except WorkrootError as error:
        return Trouble(place.path, error.message, error.hint or by_hand(place))
    return trouble(place)


def trouble(place: Place) -> Trouble | None:
    """What keeps a shell from the line; None where it reads it. Changes nothing."""
    try:
        if not block.reads(place.path, place.line):
            return Trouble(place.path, f"{place.path} lacks pyctl's line", by_hand(place))
        stop = block.behind(place.path, place.line)
    except WorkrootError as error:
        return Trouble(place.path, error.message, by_hand(place))
    if stop:
        reason = f"{place.path}, {stop}: a shell may stop there, before it comes to pyctl's line"
        return Trouble(
            place.path,
            reason,
            "move that line to the end of the file, or remove it",
        )
    return None


def troubles(environ: Mapping[str, str], home: str) -> list[Trouble]:
    """What keeps the shells of a person from the line, file by file. Changes nothing.

    Args:
        environ: Tells by PATH, ZDOTDIR and XDG_CONFIG_HOME which files there are.
        home: The home directory.
    """
    found = []
    for place in places(environ, home):
        one = trouble(place)
        if one:
            found.append(one)
    return found


def by_hand(place: Place) -> str:
    """What a person can do for it."""
    return f"put this line at the end of {place.path}: {place.line}"


def places(environ: Mapping[str, str], home: str) -> list[Place]:
    """Those of the shells that a person has: a shell is on PATH, or its startup file is there.

    Returns:
        Each file with the line in the language of its shell; a directory of such a name is none.
    """
    # A shell that is not installed yet, and has no file, gets none: it would be litter.
    config = environ.get("XDG_CONFIG_HOME") or f"{home}/.config"
    found = []
    for name in _sh_files(environ, home):
        found.append(Place(f"{home}/{name}", _SH))
    zshrc = os.path.join(environ.get("ZDOTDIR") or home, ".zshrc")
    if _has("zsh", environ) or os.path.lexists(zshrc):
        found.append(Place(zshrc, _SH))
    fish = f"{config}/fish/config.fish"
    if _has("fish", environ) or os.path.lexists(fish):
        found.append(Place(fish, _FISH))
    found += [Place(path, _PWSH) for path in _profiles(environ, config)]
    return [place for place in found if not os.path.isdir(place.path)]


def _sh_files(environ: Mapping[str, str], home: str) -> list[str]:
    """bash reads .bashrc, and at a login the first of three files; ksh .kshrc, mksh .mkshrc."""
    there = [name for name in _SH_FILES if os.path.lexists(f"{home}/{name}")]
    if os.name == "nt":
        # Git for Windows brings a bash: its files get the line where they are, and none is made.
        return [name for name in (".bashrc", ".bash_profile") if name in there]
    names = [".profile"]  # what a login reads in every sh, dash and busybox among them
    if _has("bash", environ):
        names.append(".bashrc")
    if _has("ksh", environ) or _has("ksh93", environ):
        names.append(".kshrc")
    return list(dict.fromkeys([*names, *there]))


def _profiles(environ: Mapping[str, str], config: str) -> list[str]:
    """PowerShell's profile for all of its hosts."""
    if os.name == "nt":
        return list(_windows_profiles(environ))
    path = f"{config}/powershell/profile.ps1"
    return [path] if _has("pwsh", environ) or os.path.lexists(path) else []


def _windows_profiles(environ: Mapping[str, str]) -> Iterator[str]:
    """Only PowerShell itself can tell where that is: Documents may be a folder of OneDrive's."""
    for name in ("pwsh", "powershell"):
        program = _program(name, environ)
        if program is None:
            continue
        question = ["-NoProfile", "-NonInteractive", "-Command", "$PROFILE.CurrentUserAllHosts"]
        outcome = process.attempt([program, *question], env=environ, timeout=60)
        if outcome.status == 0 and outcome.output.strip():
            yield outcome.output.strip()


def _has(shell: str, environ: Mapping[str, str]) -> bool:
    """Whether a shell is on PATH."""
    return _program(shell, environ) is not None


def _program(name: str, environ: Mapping[str, str]) -> str | None:
    """The one that a shell would start."""
    return next(files.on_path(name + EXE, environ.get("PATH", os.defpath)), None)
