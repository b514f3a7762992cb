"""Exact versions: the set that a file of another machine names.

And pip or uv to fetch what the store does not have.
"""

import os
import re
from collections.abc import Callable, Mapping

from workroot.doors import documents, files, process
from workroot.doors.credentials import masked_text
from workroot.errors import Command, WorkrootError
from workroot.history import generations
from workroot.history.home import Home
from workroot.installers import requirement_files
from workroot.pythons.packages import Distribution
from workroot.root import venv_python
from workroot.standards import requirement, target, versions
from workroot.standards.names import normalized

_EDITABLE = re.compile(r"(?:-e|--editable[=\s])\s*(.+)")


class Pinned(Distribution):
    """One that a file asks for, which need not be installed anywhere.

    hashes: 'algorithm:hex' of the files that it may be installed from; empty for any.
    """

    __slots__ = ("hashes",)

    def __init__(
        self,
        name: str,
        version: str,
        origin: str,
        editable: bool,
        hashes: list[str],
    ) -> None:
        # No key, directory and stamp: those are of one that is installed.
        super().__init__(name, version, "", "", True, editable, origin, ())
        self.hashes = hashes


def read(path: str, home: Home, environ: Mapping[str, str]) -> list[Distribution]:
    """The set that a file names for the Python of a home.

    A distribution that is asked for by its URL or directory alone has no version.

    Args:
        path: a snapshot file, or a requirements file of exact versions.
        home: its venv's Python is what markers are judged by.
        environ: the person's.

    Raises:
        WorkrootError: when there is no such file, it is damaged, a line of it names no exact
            version, or two of its lines contradict each other.
    """
    data = files.read_bytes(path)
    if data is None:
        raise WorkrootError(f"there is no file {path}", Command("list-snapshots"))
    if data.lstrip()[:1] == b"{":  # no requirement begins like that
        if not os.path.isfile(path):  # a pipe has been read by now
            raise WorkrootError(f"a snapshot is read from a file, and {path} is none")
        try:
            return generations.read_snapshot(path).packages
        except documents.Damaged as error:
            raise WorkrootError(f"{path} is no snapshot file, or is damaged") from error
    markers = target.of(venv_python(home.venv), environ).markers
    found = []
    for number, line in requirement_files.statements(requirement_files.decoded(data, path)):
        one = _line(path, number, line, markers)
        if one:
            found.append((number, one))
    return _once(path, found)


def _once(path: str, found: list[tuple[int, Distribution]]) -> list[Distribution]:
    """Each of them once. Raises WorkrootError where one name stands for two.

    Args:
        path: the file, for the sentence.
        found: each with the number of its line, in the file's order.
    """
    first: dict[str, tuple[int, Distribution]] = {}
    for number, one in found:
        line, other = first.setdefault(one.name, (number, one))
        if not _same(one, other):
            raise WorkrootError(
                f"{path}, line {number}: {one.name} is {_said(one)} here"
                f" and {_said(other)} in line {line}",
                "remove one of the two",
            )
    return [one for _, one in first.values()]


def _same(one: Distribution, other: Distribution) -> bool:
    """Whether both lines ask for one thing: by version, '1.0' and '1' being one, and origin.

    Hashes are not compared: the first line's are taken. Of what is no version by PEP 440, the
    texts are.
    """
    try:
        equal = versions.parse(one.version) == versions.parse(other.version)
    except ValueError:
        equal = one.version == other.version
    return equal and one.origin == other.origin


def _said(one: Distribution) -> str:
    """What a line says of it, for a sentence: its version or, where it has none, its origin."""
    return one.version or one.origin


def _line(path: str, number: int, line: str, markers: Mapping[str, str]) -> Distribution | None:
    """What one line asks for; None where its marker does not hold here.

    Args:
        path: the file, for the sentence when the line is wrong.
        number: the line's, for the same.
        line: a statement, without comments.
        markers: the facts of the Python that it is read for.

    Raises:
        WorkrootError: when it names no exact version and no URL. A login in it is not shown.
    """
    editable = _EDITABLE.match(line)
    if editable:
        return _editable(path, number, line, editable[1])
    words = re.split(r"\s--", line, maxsplit=1)[0].strip()  # options, as --hash, come after it
    unclear = WorkrootError(
        f"{path}, line {number}: {masked_text(words)} names no exact version",
        "take a file that `pip freeze` or a snapshot wrote",
    )
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
    hashes = re.findall(r"\s--hash[= ]\s*(\S+)", line)
    return Pinned(
        found.name,
        version[1] if version else "",
        found.url,
        False,
        hashes,
    )


def _editable(path: str, number: int, line: str, given: str) -> Distribution:
    """What an editable line asks for. Raises WorkrootError where that has no name.

    given: a URL or a directory, in quotes or, as `pip freeze` writes it, without.
    """
    quoted = re.fullmatch(r"""(["'])(?P<inside>.*)\1""", given)
    place = quoted["inside"] if quoted else given.replace("\\ ", " ")
    named = re.findall(r"[#&]egg=([A-Za-z0-9._-]+)", place)
    directory = _directory(place)
    name = normalized(named[-1] if named else _name_in(directory))
    is_path = directory and "://" not in directory
    if not name and is_path and not os.path.isdir(directory):
        raise WorkrootError(
            f"{path}, line {number}: {line} cannot be had: the directory {directory} is not there",
            "correct that line, or take it out",
        )
    if not name:
        raise WorkrootError(
            f"{path}, line {number}: {masked_text(line)} does not say of which package",
            "write it as a URL that ends in #egg=NAME",
        )
    return Pinned(name, "", place, True, [])


def _directory(place: str) -> str:
    """What a URL or path names on this machine, without extras; '' for what is no URL.

    A URL of another machine is given back as it is.
    """
    from urllib.parse import urlsplit
    from urllib.request import url2pathname

    try:
        local = url2pathname(urlsplit(place).path) if place.startswith("file:") else place
    except ValueError:
        return ""
    if os.path.isdir(local):  # a directory's name may end in brackets: then those are no extras
        return local
    return re.sub(r"\[[^\[\]]*\]\Z", "", local)


def _name_in(directory: str) -> str:
    """The name that a project gives itself; '' where it gives none that can be read.

    By its pyproject.toml, else its setup.cfg: setup.py would have to be run. Where one of the two
    is damaged the other is not asked either.
    """
    import configparser

    pyproject = files.text_by_hand(os.path.join(directory, "pyproject.toml")) or ""
    setup_cfg = files.text_by_hand(os.path.join(directory, "setup.cfg")) or ""
    settings = configparser.RawConfigParser()
    try:
        settings.read_string(setup_cfg)
        name = documents.parse_toml(pyproject).get("project", {}).get("name")
        name = name or settings.get("metadata", "name", fallback="")
    except (ValueError, configparser.Error, AttributeError):
        return ""
    return name if isinstance(name, str) else ""


def fetching(
    home: Home, environ: Mapping[str, str], say: Callable[[str], None]
) -> Callable[[list[Distribution]], bool]:
    """What gets distributions that the store does not have: into the venv of a home.

    Args:
        home: its settings say which installer it is.
        environ: the person's.
        say: told what is fetched.

    Returns:
        A function of the missing ones; it says whether all could be installed.
    """

    def fetch(missing: list[Distribution]) -> bool:
        names = ", ".join(one.requirement for one in missing)
        say("fetching what the store does not have: " + masked_text(names))
        hashed = [one for one in missing if isinstance(one, Pinned) and one.hashes]
        plain = [one for one in missing if one not in hashed]
        # Two runs: with one hash in it, pip asks for the hash of every other one as well.
        if hashed and not _install_hashed(home, environ, hashed):
            return False
        return not plain or _install(home, environ, _words(plain))

    return fetch


def _words(missing: list[Distribution]) -> list[str]:
    """The arguments that ask for them on a command line.

    missing: without hashes, which have no place there.
    """
    words = []
    for one in missing:
        words += ["-e", one.origin] if one.editable else [_exactly(one)]
    return words


def _exactly(one: Distribution) -> str:
    """The requirement that just this version meets.

    By '===': '==' takes one with a local part as well, and would rather have that. What has an
    origin is asked for by that alone.
    """
    if one.origin or not one.version:
        return one.requirement
    try:
        return f"{one.name}{versions.exactly(one.version)}"
    except ValueError:  # none of the standard's: there is no other clause for it
        return one.requirement


def _install_hashed(home: Home, environ: Mapping[str, str], hashed: list[Pinned]) -> bool:
    """Install those that have hashes. Says whether it succeeded.

    By a file: on a command line no requirement can have a hash. It is removed afterwards.
    """
    path = files.temporary(home.path + "/requirements.txt")
    lines = []
    for one in hashed:
        options = [f"--hash={digest}" for digest in one.hashes]
        lines.append(" ".join([_exactly(one), *options]) + "\n")
    files.write(path, "".join(lines))
    try:
        return _install(home, environ, ["--require-hashes", "-r", path])
    finally:
        files.discard(path)


def _install(home: Home, environ: Mapping[str, str], arguments: list[str]) -> bool:
    """Run the installer on the venv of a home. Says whether it succeeded.

    Its words go to stderr, for a person who waits. Raises WorkrootError where there is no
    installer to be had.
    """
    from workroot.installers import pip
    from workroot.pythons import venv as environments

    venv = environments.inspect(home.venv, environ)
    found = pip.find(venv, home.settings["installer"], environ)
    # --no-deps: the set is whole, and what else a package asks for is not wanted.
    argv = [*found.argv, "--no-deps", *arguments]
    status = process.passthrough(argv, env=process.scrubbed(environ), stdout=2)
    return status == 0
