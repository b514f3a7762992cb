"""The `pip` that a person types: a script that hands the command to the engine, which runs the venv's own pip and records it.

It is a script of sh, and given to Python it starts itself by sh. Where the kit is gone it is plain pip, and says so.
"""

import os
from collections.abc import Sequence

from workroot.doors import files
from workroot.history.home import Home, pip_names
from workroot.pythons import packages
from workroot.root import KIT, MAIN, Root, venv_bin, venv_python

_OLDEST = (3, 11)
_SCRIPT = """#!/bin/sh
'''test' -r {main} || {{ printf '%s\\n' {gone} >&2; exec {python} -m pip "$@"; }}
# written by workroot: pip as ever, and what it changed can be undone
{others}exec {line} "$@"
' '''
import os, sys
os.execv("/bin/sh", ["/bin/sh", os.path.abspath(__file__), *sys.argv[1:]])
"""
_CMD = '@if not exist "{main}" ("{python}" -m pip %* & exit /b)\r\n@{line} %*\r\n'


def write(place: str, home: Home, base: str, others: Sequence[Home] = ()) -> list[str]:
    """Put pip, pip3 and pipX.Y into a place, where they are not yet; gives those that had to be written.

    base: the Python that runs the engine. others: homes that the script turns to when VIRTUAL_ENV names their venv.
    """
    version = packages.layout(home.venv).python
    written = []
    for name in pip_names(version):
        path = os.path.join(place, name.removesuffix(".exe"))
        if os.name == "nt":
            changed = files.write_if_changed(path + ".cmd", _encoded(_cmd(home, base, path)))
        else:
            changed = not os.access(path, os.X_OK) | files.write_if_changed(
                path, _encoded(_script(home, base, others, path)), 0o755
            )
        written += [path] if changed else []
    return written


def renew(home: Home, base: str) -> list[str]:
    """Have the user tier's venv/bin/pip be ours, whatever was put there meanwhile."""
    if home.tier != "user" or not os.path.isdir(home.venv):
        return []
    place = directory(home)
    files.make_directory(place)
    return write(place, home, base)


def overwritten(home: Home) -> bool:
    """Whether one of them is not ours any more, or gone."""
    ending = ".cmd" if os.name == "nt" else ""
    names = (name.removesuffix(".exe") for name in pip_names(packages.layout(home.venv).python))
    return not all(ours(os.path.join(directory(home), name + ending)) for name in names)


def directory(home: Home) -> str:
    """Where they are. For a person's venv on Windows beside it: there pip.exe would come before pip.cmd."""
    if home.tier == "workroot":
        return Root(home.top).bin
    return os.path.join(home.path, "bin") if os.name == "nt" else venv_bin(home.venv)


def ours(path: str) -> bool:
    """Whether a script is one of these."""
    start = (files.read_bytes(path) or b"")[:40]
    return b"' -r " in start or start.startswith(b"@if not exist ")


def _script(home: Home, base: str, others: Sequence[Home], path: str) -> str:
    from workroot.standards.quoting import quote_sh as quote

    lines = [
        f'case ${{VIRTUAL_ENV-}} in ({quote(one.settings["venv"])}) exec {_line(one, base, path, quote)} "$@" ;; esac\n'
        for one in others
    ]
    return _SCRIPT.format(
        main=quote(MAIN),
        gone=quote(f"workroot: no kit at {KIT}, so this is not recorded"),
        python=quote(venv_python(home.venv)),
        others="".join(lines),
        line=_line(home, base, path, quote),
    )


def _cmd(home: Home, base: str, path: str) -> str:
    line = _line(home, base, path, lambda word: f'"{word}"')
    return _CMD.format(main=MAIN, python=venv_python(home.venv), line=line)


def _line(home: Home, base: str, path: str, quote) -> str:
    """In the venv's own Python where that can run the engine: one start less."""
    version = packages.layout(home.venv).python
    fits = version and tuple(map(int, version.split("."))) >= _OLDEST
    start = [quote(venv_python(home.venv))] if fits else [quote(base), "-I", "-S"]
    return " ".join(
        [
            *start,
            quote(MAIN),
            "pip",
            "--of",
            home.tier,
            quote(home.top),
            quote(home.name),
            quote(path),
        ]
    )


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
