"""What is broken in a home: leftovers, missing files, doubled packages, a pip that records nothing, a history with gaps.

Looking changes nothing; each finding says what mends it, and mend does what can be done without asking.
"""

import os
from collections.abc import Callable, Mapping

from workroot.doors import files
from workroot.environment import trash
from workroot.errors import WorkrootError, some
from workroot.history.home import Home
from workroot.installers import shim
from workroot.pythons import packages
from workroot.root import venv_bin, venv_python
from workroot.session.health import Finding


def look(home: Home, environ: Mapping[str, str]) -> list[Finding]:
    """All there is to say, what is well too."""
    if not os.path.isfile(os.path.join(home.venv, "pyvenv.cfg")):
        return [
            Finding(
                "fail",
                "venv",
                f"there is no venv at {home.venv}",
                f"{home.program} {'init' if home.tier == 'user' else 'setup'}",
            )
        ]
    found = packages.read(home.venv)
    fix = f"{home.program} doctor --fix"
    checks = (
        _python(home, environ),
        _leftovers(home, fix),
        _missing(home, found, fix),
        _doubled(found, fix),
        _unmet(home, found, environ),
        _shim(home, fix),
        _history(home, fix),
    )
    return [finding for finding in (*checks, *_path(home, environ)) if finding]


def _python(home: Home, environ: Mapping[str, str]) -> Finding:
    from workroot.pythons import venv as environments

    try:
        venv = environments.inspect(home.venv, environ)
    except WorkrootError as error:
        return Finding("fail", "python", error.message, f"{home.program} clean")
    return Finding("ok", "python", f"{venv.python} is Python {venv.text}")


def _unmet(home: Home, found: list, environ: Mapping[str, str]) -> Finding | None:
    """What an installed package requires and does not have; None where the venv's Python cannot be asked."""
    from workroot.locking import graph
    from workroot.standards import target
    from workroot.standards.quoting import quote_sh

    try:
        edges = graph.read(home.venv, found, target.of(venv_python(home.venv), environ)).edges
    except WorkrootError:
        return None
    unmet = [edge for edge in edges if edge.problem and not edge.extra]
    if not unmet:
        return Finding("ok", "requires", "every package has what it requires")
    said = [
        f"{edge.source} requires {edge.target}{edge.specifier}, which {'is missing' if edge.problem == 'missing' else edge.problem}"
        for edge in unmet
    ]
    return Finding(
        "warn",
        "requires",
        some(said),
        f"{home.program} install {' '.join(sorted({quote_sh(edge.target + edge.specifier) for edge in unmet}))}",
    )


def leftovers(home: Home) -> list[str]:
    """What a killed pip left: its '~' directories (of old ones '-'), which hide or half replace a package."""
    sites = [os.path.join(home.venv, site) for site in packages.layout(home.venv).sites]
    return [
        os.path.join(site, name)
        for site in sites
        for name in sorted(os.listdir(site))
        if name[0] in packages.LEFTOVERS
    ]


def _doubles(found: list[packages.Distribution]) -> dict[str, list[str]]:
    """name -> the metadata directories of the packages that have several."""
    directories: dict[str, list[str]] = {}
    for one in found:
        directories.setdefault(one.name, []).append(one.directory)
    return {name: same for name, same in directories.items() if len(same) > 1}


def _replaced(home: Home) -> list[str]:
    """Of metadata that a package has several times, all but what was written last."""
    doubles = _doubles(packages.read(home.venv)).values()
    return [
        path
        for same in doubles
        for path in sorted((os.path.join(home.venv, one) for one in same), key=os.path.getmtime)[
            :-1
        ]
    ]


def _leftovers(home: Home, fix: str) -> Finding:
    left = leftovers(home)
    if left:
        return Finding(
            "warn", "leftovers", f"an interrupted pip left {some(map(os.path.basename, left))}", fix
        )
    return Finding("ok", "leftovers", "no interrupted pip left anything")


def missing(home: Home, found: list[packages.Distribution]) -> dict[str, list[str]]:
    """name -> files that its RECORD lists and that are not there. Bytecode is made anew and does not count; nor does our own pip."""
    ours = {f"{os.path.basename(venv_bin(home.venv))}/{name}" for name in ("pip", "pip3")}
    gone = {}
    for one in found:
        paths = [
            path
            for path in packages.recorded_paths(home.venv, one)
            if not path.endswith(".pyc") and path not in ours
        ]
        absent = [path for path in paths if not os.path.lexists(os.path.join(home.venv, path))]
        if absent:
            gone[one.name] = absent
    return gone


def _missing(home: Home, found: list[packages.Distribution], fix: str) -> Finding:
    gone = missing(home, found)
    if gone:
        said = ", ".join(f"{name}: {some(paths)}" for name, paths in gone.items())
        return Finding(
            "fail", "missing-files", f"files that packages installed are gone: {said}", fix
        )
    return Finding("ok", "missing-files", f"{len(found)} packages have all their files")


def _doubled(found: list[packages.Distribution], fix: str) -> Finding:
    twice = sorted(_doubles(found))
    if twice:
        return Finding("fail", "doubled", f"installed twice at once: {some(twice)}", fix)
    return Finding("ok", "doubled", "no package is there twice")


def _shim(home: Home, fix: str) -> Finding:
    names = [os.path.join(shim.directory(home), name) for name in ("pip", "pip3")]
    other = [path for path in names if not shim.ours(path + (".cmd" if os.name == "nt" else ""))]
    if other:
        return Finding(
            "warn", "pip", f"{some(other)} records nothing: something else overwrote it", fix
        )
    return Finding("ok", "pip", f"{names[0]} records what it installs")


def _history(home: Home, fix: str) -> Finding:
    if not home.begun:
        return Finding("warn", "history", "nothing is recorded yet", f"{home.program} history")
    aside = [
        name
        for place in ("history", "snapshots")
        for name in files.names(f"{home.path}/{place}")
        if ".damaged-" in name
    ]
    if aside:
        return Finding(
            "warn",
            "history",
            f"damaged files were kept aside: {some(aside)}",
            "remove them when nobody needs them any more",
        )
    if os.path.lexists(home.path + "/journal") or os.path.lexists(home.path + "/history/pending"):
        return Finding(
            "warn",
            "history",
            "a change was interrupted; the next command finishes it or takes it back",
            fix,
        )
    return Finding("ok", "history", "whole")


def _path(home: Home, environ: Mapping[str, str]) -> list[Finding]:
    """Which pip and python a shell finds, for the tier that is meant to be found always."""
    if home.tier != "user" or environ.get("VIRTUAL_ENV") not in (None, "", home.venv):
        return []
    from workroot.doctor.summary import first_on_path

    pip = first_on_path("pip", environ.get("PATH", ""))
    wanted = os.path.join(venv_bin(home.venv), "pip")
    if pip != wanted:
        return [
            Finding(
                "warn",
                "path",
                f"`pip` is {pip or 'not on PATH'} in this shell, not {wanted}",
                "open a new shell; if that does not help: setup.sh --user",
            )
        ]
    return [Finding("ok", "path", f"`pip` is {pip}")]


def mend(home: Home, history, base: str, fetch: Callable, say: Callable[[str], None]) -> None:
    """Mend what can be: leftovers and metadata that another one replaced go to the trash, missing files come from the store or are fetched, the shim is renewed."""
    for path in (*leftovers(home), *_replaced(home)):
        target = trash.place(home.path + "/trash", os.path.basename(path))
        files.rename(path, target)
        say(f"moved {path} to {target}")
    _bring_back(home, history, fetch, say)
    for path in shim.renew(home, base):
        say(f"renewed {path}")


def _bring_back(home: Home, history, fetch: Callable, say: Callable[[str], None]) -> None:
    gone = missing(home, packages.read(home.venv))
    if not gone:
        return
    from workroot.history import plans, transaction

    last = history.generations.last()
    plan = plans.restore(history, last.number)
    transaction.carry_out(history, plan, [home.program, "doctor", "--fix"], fetch)
    gone = missing(home, found := packages.read(home.venv))
    if gone and fetch([one for one in found if one.name in gone]):
        history.sync()
        gone = missing(home, packages.read(home.venv))
    say("what was missing is back" if not gone else f"still missing: {some(gone)}")
