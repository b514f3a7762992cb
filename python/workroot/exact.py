"""Exact versions, fetched by pip or uv: for what the store no longer has, and for the package set of another machine."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from workroot import documents, files, generations, packages, process
from workroot.errors import WorkrootError
from workroot.home import Home
from workroot.packages import Distribution

_KEPT = ("pip",)


class Wanted(NamedTuple):
    """One package of a set: its name as tools compare it, its version where it is known, and the requirement for just this."""

    name: str
    version: str | None
    requirement: str


class Way(NamedTuple):
    """install: requirements that are not met. remove: names that the set does not have."""

    install: list[str]
    remove: list[str]


def read(path: str) -> list[Wanted]:
    """The set that a snapshot file, or a requirements file of exact versions, names. Raises WorkrootError."""
    data = files.read_bytes(path)
    if data is None:
        raise WorkrootError(f"there is no file {path}", "list-snapshots")
    if data.lstrip()[:1] == b"{":
        try:
            snapshot = generations.read_snapshot(path)
        except documents.Damaged as error:
            raise WorkrootError(f"{path} is no snapshot file, or is damaged") from error
        return [Wanted(one.name, one.version, one.requirement) for one in snapshot.packages]
    lines = data.decode("utf-8", "replace").replace("\\\n", " ").splitlines()
    return [_line(path, number, line) for number, line in enumerate(lines, 1) if line.strip() and not line.lstrip().startswith("#")]


def _line(path: str, number: int, line: str) -> Wanted:
    words = line.partition(" #")[0].partition(" --hash")[0].strip()
    name, equals, version = words.partition(";")[0].partition("==")
    if equals and "@" not in name:
        return Wanted(packages.normalized(name.partition("[")[0].strip()), version.strip(" ="), words)
    name, at, _ = words.partition(" @ ")
    if at:
        return Wanted(packages.normalized(name.partition("[")[0].strip()), None, words)
    raise WorkrootError(f"{path}, line {number}: {words} names no exact version", "take a file that `pip freeze` or a snapshot wrote")


def generation_of(history, wanted: list[Wanted]) -> int | None:
    """An operation after which just this was installed, so that the store has it."""
    want = {(one.name, one.version) for one in wanted}
    for generation in history.entries():
        if {(one.name, one.version) for one in generation.after} == want:
            return generation.number
    return None


def way(present: list[Distribution], wanted: list[Wanted]) -> Way:
    """What it takes from the present set to the wanted one. pip stays where the set says nothing of it."""
    there = {one.name: one.version for one in present}
    names = {one.name for one in wanted}
    install = [one.requirement for one in wanted if one.name not in there or one.version not in (None, there[one.name])]
    return Way(install, sorted(name for name in there if name not in names and name not in _KEPT))


def go(home: Home, way: Way, environ: Mapping[str, str]) -> bool:
    """Whether all of it worked. The installer speaks to the person itself."""
    if way.install and not _run(home, environ, "install", ["--no-deps", *_arguments(way.install)]):
        return False
    return not way.remove or _run(home, environ, "uninstall", way.remove)


def fetching(home: Home, environ: Mapping[str, str], say: Callable[[str], None]) -> Callable[[list[Distribution]], bool]:
    """What History calls to get distributions that its store lacks."""

    def fetch(missing: list[Distribution]) -> bool:
        say(f"fetching what the store no longer has: {', '.join(one.requirement for one in missing)}")
        return _run(home, environ, "install", ["--no-deps", *_arguments([one.requirement for one in missing])])

    return fetch


def _arguments(requirements: list[str]) -> list[str]:
    return [word for one in requirements for word in (("-e", one.removeprefix("-e ")) if one.startswith("-e ") else (one,))]


def _run(home: Home, environ: Mapping[str, str], verb: str, arguments: list[str]) -> bool:
    argv = installer(home, environ, verb)
    return process.passthrough([*argv, *arguments], env=process.scrubbed(environ), stdout=2) == 0


def installer(home: Home, environ: Mapping[str, str], verb: str) -> list[str]:
    """The command line of pip or uv for this home, without a question asked. verb: 'install' or 'uninstall'."""
    from workroot import pip
    from workroot import venv as environments

    found = pip.find(environments.inspect(home.venv, environ), home.settings["installer"], environ)
    at = found.argv.index("install")
    if verb == "install":
        return list(found.argv)
    if found.kind == "uv":
        return [*found.argv[:at], "uninstall", "--python", environments.venv_python(home.venv)]
    return [*found.argv[:at], "uninstall", "--yes", "--disable-pip-version-check"]
