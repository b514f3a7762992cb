"""The `pip` that a person types: a script that hands the command to the engine.

The engine runs the venv's own pip and records it. Where the kit is gone the script is plain pip,
and says so. It is a script of sh, and given to Python it starts itself by sh.
"""

import os
from _collections_abc import Callable, Sequence  # collections.abc: a tenth of a start

from workroot.doors import files
from workroot.history.home import Home, pip_names
from workroot.pythons import packages
from workroot.root import KIT, MAIN, Root, engine_file, venv_bin, venv_python

_OLDEST = (3, 11)  # the first Python that can run the engine
_HEAD = 40  # bytes in which a script shows whose it is
_CMD = '@if not exist "{main}" ("{python}" -m pip %* & exit /b)\r\n@{line} %*\r\n'


def write(place: str, home: Home, base: str, others: Sequence[Home] = ()) -> list[str]:
    """Put pip, pip3 and pipX.Y into a place.

    On Windows they are scripts of cmd (.cmd), elsewhere of sh.

    Args:
        place: the directory.
        home: whose venv they install into.
        base: the Python that runs the engine where the venv's own cannot.
        others: homes that the script turns to when VIRTUAL_ENV names their venv.

    Returns:
        The paths of those that had to be written.

    Raises:
        WorkrootError: when one cannot be written.
    """
    written = []
    for name in pip_names(packages.layout(home.venv).python):
        path = os.path.join(place, name.removesuffix(".exe"))
        if os.name == "nt":
            changed = files.write_if_changed(path + ".cmd", _encoded(_cmd(home, base, path)))
        else:
            changed = _written(path, _encoded(_script(home, base, others, path)))
        if changed:
            written.append(path)
    return written


def _written(path: str, script: bytes) -> bool:
    """Have the script be there, as a program. Says whether it was not.

    What is as it should be is not written: its time stays.
    """
    if files.write_if_changed(path, script, 0o755):
        return True
    if os.access(path, os.X_OK):
        return False
    files.write(path, script, 0o755)  # an archive or a careless chmod took its right to run
    return True


def renew(home: Home, base: str) -> list[str]:
    """Have the user tier's venv/bin/pip be ours, whatever was put there meanwhile.

    An upgrade of pip by itself writes its own script there. Gives the paths that were written;
    for another tier, whose scripts lie elsewhere, nothing is done.
    """
    if home.tier != "user" or not os.path.isdir(home.venv):
        return []
    place = directory(home)
    files.make_directory(place)
    return write(place, home, base)


def overwritten(home: Home) -> bool:
    """Whether one of the scripts of a home is not ours any more, or gone.

    A pip that installs itself writes its own over them.
    """
    ending = ".cmd" if os.name == "nt" else ""
    names = (name.removesuffix(".exe") for name in pip_names(packages.layout(home.venv).python))
    return not all(ours(os.path.join(directory(home), name + ending)) for name in names)


def directory(home: Home) -> str:
    """Where they are.

    For a person's venv on Windows beside it: there pip.exe would come before pip.cmd.
    """
    if home.tier == "workroot":
        return Root(home.top).bin
    if os.name == "nt":
        return os.path.join(home.path, "bin")
    return venv_bin(home.venv)


def ours(path: str) -> bool:
    """Whether a script is one of these, by how it begins.

    Not whether it is up to date, nor whose home it is of.
    """
    start = (files.read_bytes(path) or b"")[:_HEAD]
    return b"' -r " in start or start.startswith(b"@if not exist ")


def _script(home: Home, base: str, others: Sequence[Home], path: str) -> str:
    """The text of the script at path, of sh, filled into its template.

    For each of the others it has a line that hands over to their home when VIRTUAL_ENV names it.
    """
    # re and shlex cost half a start, and `status` only asks whose a script is.
    from workroot.standards.quoting import filled, quote_sh

    lines = []
    for one in others:
        start = _line(one, base, path, quote_sh)
        case = f"case ${{VIRTUAL_ENV-}} in ({quote_sh(one.settings['venv'])})"
        lines.append(f'{case} exec {start} "$@" ;; esac')
    words = {
        "MAIN": quote_sh(MAIN),
        "GONE": quote_sh(f"workroot: no kit at {KIT}, so this is not recorded"),
        "PYTHON": quote_sh(venv_python(home.venv)),
        "OTHERS": "\n".join(lines),
        "START": _line(home, base, path, quote_sh),
    }
    return filled(files.read_text(engine_file("installers", "templates", "pip.sh")) or "", words)


def _cmd(home: Home, base: str, path: str) -> str:
    """The text of the script at path, of cmd.

    Where the kit is gone it is plain pip, as the one of sh. A path on Windows has no quotes in it.
    """
    line = _line(home, base, path, lambda word: f'"{word}"')
    return _CMD.format(main=MAIN, python=venv_python(home.venv), line=line)


def _line(home: Home, base: str, path: str, quote: Callable[[str], str]) -> str:
    """What starts the engine for the script at path, as a line of its language.

    Args:
        home: whose pip it is.
        base: the Python that runs the engine where the venv's own cannot.
        path: the script's own, by which the engine knows what was typed.
        quote: makes a word of that language.

    By the venv's own Python where that can run it: one start less.
    """
    version = packages.layout(home.venv).python.rstrip("t")  # 3.13t is a free-threaded 3.13
    fits = version and tuple(map(int, version.split("."))) >= _OLDEST
    start = [quote(venv_python(home.venv))] if fits else [quote(base), "-I", "-S"]
    words = ["pip", "--of", home.tier, *map(quote, (home.top, home.name, path))]
    return " ".join([*start, quote(MAIN), *words])


def _encoded(text: str) -> bytes:
    """A script's text as the file has it: a path that is not UTF-8 keeps its bytes."""
    return text.encode("utf-8", "surrogateescape")
