"""The startup files of a person's shells, and the one marked block that the user tier puts into each.

A block is put in once and taken out to the byte: it says in itself whether it ended the line before it or made the file.
"""

import os
from collections.abc import Mapping
from typing import NamedTuple

from workroot.doors import files
from workroot.errors import WorkrootError
from workroot.pythons.interpreter import which

_START, _END = "# >>> pyctl >>>", "# <<< pyctl <<<"
_PLAIN = "# put here by workroot; `setup.sh --user --remove` takes it away"
_MADE, _ENDED = " (it made this file)", " (it ended the line above)"
_STARTUP = ".local/share/workroot/templates/user/startup"
_SH = f'if [ -r "$HOME/{_STARTUP}.sh" ]; then . "$HOME/{_STARTUP}.sh"; fi'
_FISH = f'if test -r "$HOME/{_STARTUP}.fish"; source "$HOME/{_STARTUP}.fish"; end'
_PWSH = f'if ([IO.File]::Exists("$HOME/{_STARTUP}.ps1")) {{ . "$HOME/{_STARTUP}.ps1" }}'


class Place(NamedTuple):
    """A startup file and the line that its shell needs."""

    path: str
    line: str


def places(environ: Mapping[str, str], home: str) -> list[Place]:
    """The startup files of the shells that the person has: a shell is on PATH, or its startup file is there."""
    config = environ.get("XDG_CONFIG_HOME") or f"{home}/.config"
    found = [Place(f"{home}/{name}", _SH) for name in _sh_files(environ, home)]
    zshrc = os.path.join(environ.get("ZDOTDIR") or home, ".zshrc")
    if _has("zsh", environ) or os.path.lexists(zshrc):
        found.append(Place(zshrc, _SH))
    if _has("fish", environ) or os.path.lexists(f"{config}/fish/config.fish"):
        found.append(Place(f"{config}/fish/config.fish", _FISH))
    found += [Place(path, _PWSH) for path in _profiles(environ, config)]
    return [place for place in found if not os.path.isdir(place.path)]


def _sh_files(environ: Mapping[str, str], home: str) -> list[str]:
    """bash reads .bashrc, and at a login the first of three files; ksh .kshrc; mksh .mkshrc, which must not be made: it hides /etc/mkshrc."""
    if os.name == "nt":
        return [name for name in (".bashrc", ".bash_profile") if os.path.lexists(f"{home}/{name}")]
    bash, ksh = _has("bash", environ), any(_has(name, environ) for name in ("ksh", "ksh93"))
    names = [".profile"] + [".bashrc"] * bash + [".kshrc"] * ksh
    there = [
        name
        for name in (".bash_profile", ".bash_login", ".bashrc", ".kshrc", ".mkshrc")
        if os.path.lexists(f"{home}/{name}")
    ]
    return list(dict.fromkeys([*names, *there]))


def _profiles(environ: Mapping[str, str], config: str) -> list[str]:
    if os.name != "nt":
        path = f"{config}/powershell/profile.ps1"
        return [path] if _has("pwsh", environ) or os.path.lexists(path) else []
    from workroot.doors import process

    found = []
    for program in (
        path for name in ("pwsh", "powershell") for path in list(which(name, environ))[:1]
    ):
        outcome = process.attempt(
            [program, "-NoProfile", "-NonInteractive", "-Command", "$PROFILE.CurrentUserAllHosts"],
            env=environ,
            timeout=60,
        )
        found += [outcome.output.strip()] if outcome.status == 0 and outcome.output.strip() else []
    return found


def _has(shell: str, environ: Mapping[str, str]) -> bool:
    return next(which(shell, environ), None) is not None


def put(place: Place) -> bool:
    """Have the block in a startup file once. Says whether that changed anything. Raises WorkrootError."""
    path = os.path.realpath(place.path)
    old = files.read_bytes(path)
    data = old or b""
    note = (
        _note(data)
        if _words(data, _START)
        else _ENDED
        if data and not data.endswith(_encoded(data, "\n"))
        else _MADE
        if old is None
        else ""
    )
    rest = _without(path, data)
    note = "" if note == _ENDED and rest.endswith(_encoded(data, "\n")) else note
    block = _block(data, place.line, note)
    new = rest + (_encoded(data, "\n") if note == _ENDED else b"") + block
    if new == data or block in data:
        return False
    files.make_directory(os.path.dirname(path))
    files.write(path, new, os.stat(path).st_mode & 0o7777 if old is not None else None)
    return True


def take(path: str) -> bool:
    """Take the block out again; a file that it made and that holds nothing else goes too. Says whether there was one."""
    path = os.path.realpath(path)
    data = None if os.path.isdir(path) else files.read_bytes(path)
    if data is None or not _words(data, _START):
        return False
    rest = _without(path, data)
    if not rest and _note(data) == _MADE:
        files.discard(path)
    else:
        files.write(path, rest, os.stat(path).st_mode & 0o7777)
    return True


def _without(path: str, data: bytes) -> bytes:
    """The content less our block. Raises WorkrootError where its end is gone."""
    start, end = _encoded(data, _START), _encoded(data, _END)
    while start in data:
        at, note = data.index(start), _note(data)
        if end not in data[at:]:
            raise WorkrootError(
                f"{path} has the start of pyctl's block and not its end",
                f"remove the lines from {_START} on by hand",
            )
        stop = data.index(end, at) + len(end)
        line_end = next(
            (
                one
                for one in map(lambda text: _encoded(data, text), ("\r\n", "\n"))
                if data[stop:].startswith(one)
            ),
            b"",
        )
        after = data[stop + len(line_end) :]
        before = data[:at]
        if note == _ENDED and not after:
            before = before.removesuffix(_encoded(data, "\n"))
        data = before + after
    return data


def _block(data: bytes, line: str, note: str) -> bytes:
    return _encoded(data, f"{_START}\n{_PLAIN}{note}\n{line}\n{_END}\n")


def _note(data: bytes) -> str:
    """What the block that is there says of itself."""
    at = data.find(_encoded(data, _START))
    part = data[at : data.find(_encoded(data, _END), at)]
    return (
        next((note for note in (_MADE, _ENDED) if _encoded(data, note) in part), "")
        if at >= 0
        else ""
    )


def _words(data: bytes, words: str) -> bool:
    return _encoded(data, words) in data


def _encoded(data: bytes, text: str) -> bytes:
    """Text as that file spells it: Windows PowerShell writes UTF-16."""
    kinds = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
    return text.encode(kinds.get(data[:2], "utf-8"))
