"""The system tier: pyctl and a pip for every user in /usr/local/bin, and a venv of root's that nobody else can write.

Nothing of the distribution's Python is touched, and what is in the way is left alone. Below DESTDIR every file still names
the places that it will have once installed.
"""

import os
from collections.abc import Callable, Mapping

from workroot.doors import files, process, trees
from workroot.errors import WorkrootError
from workroot.installers import pip
from workroot.project import kit
from workroot.pythons import interpreter
from workroot.pythons import venv as environments
from workroot.root import SystemTier

_MARK = b"put here by workroot"
_PYCTL = """#!/bin/sh
# pyctl for every user, put here by workroot; `setup.sh --system --remove` takes it away
[ -x {python} ] && exec {python} -I -S {main} pyctl "$@"
exec sh {setup} pyctl "$@"
"""
_PIP = """#!/bin/sh
# pip for every user, put here by workroot; `setup.sh --system --remove` takes it away
# It is that of the activated environment, else that of the user's own, which is made at the first call.
own=${{HOME-}}/.local/python-packages/venv/bin
for bin in "${{VIRTUAL_ENV-}}/bin" "$own"; do
    if [ "$bin" != /bin ] && [ -x "$bin/pip" ]; then exec "$bin/pip" "$@"; fi
done
if [ -z "${{HOME-}}" ]; then
    echo 'pip: HOME is not set, so there is no place for your packages' >&2
    exit 2
fi
{pyctl} init --quiet || exit 2
exec "$own/pip" "$@"
"""
_PIP_NAMES = ("pip", "pip3")


def install(places: SystemTier, environ: Mapping[str, str], say: Callable[[str], None]) -> None:
    """All of it; only what is missing or differs. Raises WorkrootError before it writes when something is in the way."""
    final = SystemTier("")
    pips = [os.path.join(os.path.dirname(places.pip), name) for name in _PIP_NAMES]
    for path in (places.command, *pips):
        _check(path)
    if os.path.lexists(places.venv) and environments.state(places.venv) != "ours":
        raise WorkrootError(
            f"{places.venv} is there and was not made by the kit",
            "move it away, then type the same command again",
        )
    if kit.put(places.kit):
        say(f"copied the kit to {places.kit}")
    files.make_directory(os.path.dirname(places.command))
    for path, text in ((places.command, _pyctl(final)), *((path, _pip(final)) for path in pips)):
        files.write_if_changed(path, text.encode("utf-8", "surrogateescape"), 0o755)
    _venv(places, final, environ, say)
    _compile(places, environ)
    trees.lock_down(places.kit)
    trees.lock_down(places.directory)


def _venv(
    places: SystemTier, final: SystemTier, environ: Mapping[str, str], say: Callable[[str], None]
) -> None:
    if environments.state(places.venv) == "ours":
        return
    base = _base(environ)
    say(f"making {places.venv} with Python {base.text}")
    files.make_directory(places.directory)
    alone = {
        name: value
        for name, value in environ.items()
        if name in ("PATH", "LANG", "LC_ALL", "TMPDIR")
    }  # no cache of anyone's
    pip.put_bundled(environments.make(places.venv, base, alone), alone)
    if places.venv != final.venv:
        environments.destine(places.venv, final.venv)


def _base(environ: Mapping[str, str]) -> interpreter.Python:
    """The system's own Python before one that may lie in somebody's home directory."""
    for path in ("/usr/bin/python3", "/usr/local/bin/python3"):
        python = interpreter.probe(path, environ) if os.path.isfile(path) else None
        if python and python.version >= interpreter.OLDEST:
            return python
    return interpreter.find(">=3.8", environ)


def _compile(places: SystemTier, environ: Mapping[str, str]) -> None:
    """The engine's bytecode: users cannot write it, and without it every start is slow."""
    argv = [
        interpreter.running().path,
        "-I",
        "-m",
        "compileall",
        "-q",
        os.path.join(places.kit, "python", "workroot"),
    ]
    process.attempt(argv, env=process.scrubbed(environ))


def _check(path: str) -> None:
    if os.path.lexists(path) and _MARK not in (files.read_bytes(path) or b"")[:300]:
        raise WorkrootError(
            f"{path} is another program", "move it away, then type the same command again"
        )


def _pyctl(final: SystemTier) -> str:
    from workroot.standards.quoting import quote_sh as quote

    main = os.path.join(final.kit, "python", "workroot", "__main__.py")
    return _PYCTL.format(
        python=quote(interpreter.running().path),
        main=quote(main),
        setup=quote(os.path.join(final.kit, "setup.sh")),
    )


def _pip(final: SystemTier) -> str:
    return _PIP.format(pyctl=final.command)


def remove(places: SystemTier, say: Callable[[str], None]) -> bool:
    """Take all of it away; only what bears our mark. Says whether there was anything."""
    found = False
    for path in (
        places.command,
        *(os.path.join(os.path.dirname(places.pip), name) for name in _PIP_NAMES),
    ):
        if _MARK in (files.read_bytes(path) or b"")[:300]:
            files.discard(path)
            found = True
    if environments.state(places.venv) == "ours":
        say(f"removing {places.venv}")
        trees.remove(places.venv)
        files.remove_empty(places.directory)
        found = True
    if files.read_bytes(os.path.join(places.kit, kit.MANIFEST)) is not None:
        trees.remove(places.kit)
        found = True
    return found
