"""Exact versions: the set that a file of another machine names, and pip or uv to fetch what the store does not have."""

import re
from collections.abc import Callable, Mapping

from workroot import documents, files, generations, process, requirement, target
from workroot.errors import WorkrootError
from workroot.home import Home
from workroot.packages import Distribution
from workroot.root import venv_python


def read(path: str, home: Home, environ: Mapping[str, str]) -> list[Distribution]:
    """The set that a snapshot file, or a requirements file of exact versions, names for the Python of a home. Raises WorkrootError.

    A distribution that is asked for by its URL alone has no version.
    """
    data = files.read_bytes(path)
    if data is None:
        raise WorkrootError(f"there is no file {path}", "list-snapshots")
    if data.lstrip()[:1] == b"{":
        try:
            return generations.read_snapshot(path).packages
        except documents.Damaged as error:
            raise WorkrootError(f"{path} is no snapshot file, or is damaged") from error
    lines = data.decode("utf-8", "replace").replace("\\\n", " ").splitlines()
    markers = target.of(venv_python(home.venv), environ).markers
    found = [_line(path, number, line, markers) for number, line in enumerate(lines, 1) if line.strip() and not line.lstrip().startswith("#")]
    return [one for one in found if one]


def _line(path: str, number: int, line: str, markers: Mapping[str, str]) -> Distribution | None:
    """None where its marker does not hold here."""
    words = line.partition(" #")[0].partition(" --hash")[0].strip()
    unclear = WorkrootError(f"{path}, line {number}: {words} names no exact version", "take a file that `pip freeze` or a snapshot wrote")
    try:
        found = requirement.parse(words)
        applies = requirement.holds(found.marker, markers)
    except ValueError as error:
        raise unclear from error
    if not applies:
        return None
    version = re.fullmatch(r"={2,3}\s*([^\s,*]+)", found.specifier)
    if not version and not found.url:
        raise unclear
    return Distribution(found.name, version[1] if version else "", "", "", True, False, found.url, ())


def fetching(home: Home, environ: Mapping[str, str], say: Callable[[str], None]) -> Callable[[list[Distribution]], bool]:
    """What gets distributions that the store does not have."""

    def fetch(missing: list[Distribution]) -> bool:
        say(f"fetching what the store does not have: {', '.join(one.requirement for one in missing)}")
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
