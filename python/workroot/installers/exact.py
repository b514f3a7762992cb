"""Exact versions: the set that a file of another machine names.

And pip or uv to fetch what the store does not have.
"""

import configparser
import os
import re
from collections.abc import Callable, Mapping

from workroot.doors import documents, files, process
from workroot.doors.credentials import masked_text
from workroot.errors import Command, WorkrootError
from workroot.history import generations
from workroot.history.home import Home
from workroot.installers import requirement_files
from workroot.installers.requirement_files import Statement
from workroot.pythons import venv as environments
from workroot.pythons.packages import Distribution
from workroot.root import venv_python
from workroot.standards import requirement, target, urls, versions
from workroot.standards.names import normalized

# An option, what parts it from its value, and that.
_OPTION = re.compile(r"(--?[A-Za-z-]+?)(=|\s+|\Z|(?<=\A-[A-Za-z])(?!-))(.*)\Z")
_LINKS = ("-f", "--find-links")
_WHERE = ("-i", "--index-url", "--extra-index-url", "--no-index", "--trusted-host", *_LINKS)
_ASKS_EDITABLE = ("-e", "--editable")
_EDITABLE = re.compile(r"(?:-e|--editable[=\s])\s*(.+)")


class Pinned(Distribution):
    """One that a file asks for, which need not be installed anywhere.

    hashes: 'algorithm:hex' of the files that it may be installed from; empty for any.
    options: the lines of its file that say where installers look; the same for all of one set.
    """

    __slots__ = ("hashes", "options")

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
        self.options: list[str] = []


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
        return _snapshot(path, data, home)
    markers = target.of(venv_python(home.venv), environ).markers
    said = requirement_files.walked(path, requirement_files.decoded(data, path))
    limits = _limits(said, markers)
    found, options = [], []
    for statement in said:
        if statement.constrains:
            continue
        if statement.line.startswith("-") and not statement.line.startswith(_ASKS_EDITABLE):
            options += _looking(statement)
            continue
        one = _line(statement, markers, limits)
        if one:
            one.options = options
            found.append((statement, one))
    return _once(found)


def _snapshot(path: str, data: bytes, home: Home) -> list[Distribution]:
    """The set of a snapshot. Raises WorkrootError where it is none.

    Args:
        path: the file that it was read from, or a pipe, which has been read by now.
        data: what was in it.
        home: has the copy for a moment.
    """
    copy = files.temporary(f"{home.path}/given.json")
    files.write(copy, data)
    try:
        return generations.read_snapshot(copy).packages
    except documents.Damaged as error:
        raise WorkrootError(f"{path} is no snapshot file, or is damaged") from error
    finally:
        files.discard(copy)


def _limits(said: list[Statement], markers: Mapping[str, str]) -> dict[str, Pinned]:
    """The exact versions that constraints give to what is asked for without one, by name.

    A constraint that names no exact version says nothing of what it was to be, and is passed over.
    """
    found = {}
    for statement in said:
        if not statement.constrains or statement.line.startswith("-"):
            continue
        try:
            one = _line(statement, markers, {})
        except WorkrootError:
            continue
        if one:
            found[one.name] = one
    return found


def _looking(statement: Statement) -> list[str]:
    """An option line that says where installers look, as a line of any other file.

    Everything else that pip takes there is about how it resolves or builds: a set needs none of
    that, and nothing is made of it.
    """
    parts = _OPTION.match(statement.line)
    if not parts or parts[1] not in _WHERE:
        return []
    option, sign, value = parts.groups()
    local = os.path.join(statement.directory, value)
    # As pip has it: a directory beside the file, where there is one.
    if option in _LINKS and "://" not in value and os.path.exists(local):
        value = os.path.abspath(local)
    return [f"{option}{sign}{value}"]


def _once(found: list[tuple[Statement, Pinned]]) -> list[Distribution]:
    """Each of them once. Raises WorkrootError where one name stands for two.

    found: each with its line, in the order of the files.
    """
    first: dict[str, tuple[Statement, Pinned]] = {}
    for here, one in found:
        there, other = first.setdefault(one.name, (here, one))
        if not _same(one, other):
            elsewhere = "" if there.path == here.path else f"{there.path}, "
            raise WorkrootError(
                f"{here.path}, line {here.number}: {one.name} is {_said(one)} here"
                f" and {_said(other)} in {elsewhere}line {there.number}",
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
    return one.version or masked_text(one.origin)


def _line(
    statement: Statement, markers: Mapping[str, str], limits: Mapping[str, Pinned]
) -> Pinned | None:
    """What one line asks for; None where its marker does not hold here.

    Args:
        statement: the line, without comments.
        markers: the facts of the Python that it is read for.
        limits: the exact versions of what may be asked for without one.

    Raises:
        WorkrootError: when it names no exact version and no URL. A login in it is not shown.
    """
    path, number, _, line, _ = statement
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
        if found.name in limits:
            return limits[found.name]
        raise unclear
    hashes = re.findall(r"\s--hash[= ]\s*(\S+)", line)
    return Pinned(found.name, version[1] if version else "", found.url, False, hashes)


def _editable(path: str, number: int, line: str, given: str) -> Pinned:
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
    is_url = place[:5].lower() == "file:"
    local = urls.local_path(place) if is_url else place
    if local is None:
        return ""
    if os.path.isdir(local):  # a directory's name may end in brackets: then those are no extras
        return local
    return re.sub(r"\[[^\[\]]*\]\Z", "", local)


def _name_in(directory: str) -> str:
    """The name that a project gives itself; '' where it gives none that can be read.

    By its pyproject.toml, else its setup.cfg: setup.py would have to be run. Where one of the two
    is damaged the other is not asked either.
    """
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
        return not plain or _install_plain(home, environ, plain)

    return fetch


def _options(missing: list[Distribution]) -> list[str]:
    """The lines that say where their file looks; [] of what no file asks for."""
    for one in missing:
        if isinstance(one, Pinned):
            return one.options
    return []


def _install_plain(home: Home, environ: Mapping[str, str], plain: list[Distribution]) -> bool:
    """Install those that have no hashes. Says whether it succeeded."""
    options = _options(plain)
    if not options:
        return _install(home, environ, _words(plain))
    return _with_file(
        home, options, lambda path: _install(home, environ, [*_words(plain), "-r", path])
    )


def _with_file(home: Home, lines: list[str], install: Callable[[str], bool]) -> bool:
    """What install(path) gives, of a requirements file with these lines that is there meanwhile.

    Not on the command line, which anybody on the machine may read: a URL may have a password.
    """
    path = files.temporary(home.path + "/requirements.txt")
    files.write(path, "".join(f"{line}\n" for line in lines), 0o600)
    try:
        return install(path)
    finally:
        files.discard(path)


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

    By a file: on a command line no requirement can have a hash.
    """
    lines = list(_options(hashed))
    for one in hashed:
        digests = [f"--hash={digest}" for digest in one.hashes]
        lines.append(" ".join([_exactly(one), *digests]))
    return _with_file(
        home, lines, lambda path: _install(home, environ, ["--require-hashes", "-r", path])
    )


def _install(home: Home, environ: Mapping[str, str], arguments: list[str]) -> bool:
    """Run the installer on the venv of a home. Says whether it succeeded.

    Its words go to stderr, for a person who waits. Raises WorkrootError where there is no
    installer to be had.
    """
    from workroot.installers import pip  # uv and the index: a restore from the store needs neither

    venv = environments.inspect(home.venv, environ)
    found = pip.find(venv, home.settings["installer"], environ)
    # --no-deps: the set is whole, and what else a package asks for is not wanted.
    argv = [*found.argv, "--no-deps", *arguments]
    status = process.passthrough(argv, env=pip.variables(found, environ, "off"), stdout=2)
    return status == 0
