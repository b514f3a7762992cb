"""The package set of a venv: the distributions installed in it.

They are read from their metadata directories on disk. Nothing of the venv is imported or run, so
that what is broken in there cannot hide anything.
"""

import os

from workroot.doors import files
from workroot.errors import WorkrootError
from workroot.pythons import configuration
from workroot.standards import record
from workroot.standards.digest import sha256_of
from workroot.standards.names import normalized

LEFTOVERS = "~-"  # what the directories begin with that a killed pip leaves
_OF_NOTHING = "e3b0c44298fc1c14"  # what stands in a key where RECORD has no content (SHA-256)
_LINE_LIMIT = 64 * 1024  # bytes of METADATA that are read: its first lines name it


class Distribution:
    """One installed distribution.

    No NamedTuple: typing is dear to import where a start has to be fast.

    Attributes:
        name: normalized (PEP 503).
        version: as its metadata spells it; '' where nothing says.
        key: tells one installation of it from every other, even of the same wheel.
        directory: its .dist-info, .egg-info or .egg-link, relative to the venv, '/' between.
        requested: whether it was asked for by name (PEP 376's REQUESTED).
        editable: whether it is its project's directory that is imported.
        origin: the URL or directory it came from; '' for an index.
        stamp: see _stamp.
    """

    __slots__ = ("name", "version", "key", "directory", "requested", "editable", "origin", "stamp")

    def __init__(  # noqa: PLR0913  # its fields
        self,
        name: str,
        version: str,
        key: str,
        directory: str,
        requested: bool,
        editable: bool,
        origin: str,
        stamp: tuple,
    ) -> None:
        self.name = name
        self.version = version
        self.key = key
        self.directory = directory
        self.requested = requested
        self.editable = editable
        self.origin = origin
        self.stamp = stamp

    def __repr__(self) -> str:
        return f"{self.name} {self.version}"

    def stamped(self, stamp: tuple) -> "Distribution":
        """The same, as it lies there with this stamp.

        A new one, for the old may be in other sets too.
        """
        return Distribution(
            self.name,
            self.version,
            self.key,
            self.directory,
            self.requested,
            self.editable,
            self.origin,
            stamp,
        )

    @property
    def requirement(self) -> str:
        """The line of a requirements file that asks for just this.

        An editable one by its directory or URL, one of a URL by that (PEP 508), else the version.
        """
        if self.editable:
            return f"-e {self.origin}"
        if self.origin:
            return f"{self.name} @ {self.origin}"
        return f"{self.name}=={self.version}"

    @property
    def lost_record(self) -> bool:
        """Whether it is one of wheels (PEP 376) without a RECORD, or with an empty one."""
        wanted = self.directory.endswith(".dist-info")
        return wanted and self.key.split("-")[-2:-1] == [_OF_NOTHING]

    def document(self) -> dict:
        """For a generation file; what is False or '' of the last three is left out.

        The stamp is left out too: it is true of one place and time.
        """
        said = {
            "name": self.name,
            "version": self.version,
            "key": self.key,
            "directory": self.directory,
        }
        for key in ("requested", "editable", "origin"):
            value = getattr(self, key)
            if value:
                said[key] = value
        return said

    def plain(self) -> tuple:
        """For a cache: every field, in the order in which __init__ takes them."""
        return tuple(getattr(self, name) for name in self.__slots__)


def from_document(said: dict) -> Distribution:
    """The distribution that a generation or snapshot file describes, without a stamp.

    Args:
        said: what document gave, as JSON gives it back; a person may have changed it.

    Raises:
        ValueError: where it has no name, or a word that is no text.
    """
    words = [said.get(key, "") for key in ("name", "version", "key", "directory", "origin")]
    if not all(isinstance(word, str) for word in words) or not words[0]:
        raise ValueError("not a distribution")
    name, version, key, directory, origin = words
    return Distribution(
        name,
        version,
        key,
        directory,
        bool(said.get("requested")),
        bool(said.get("editable")),
        origin,
        (),
    )


class Layout:
    """Where a venv keeps things, as paths relative to it with '/' between.

    Attributes:
        python: 'X.Y' of the interpreter it runs ('3.13t' of a free-threaded one); '' where
            nothing says.
        sites: its site-packages; two where lib64 is a directory of its own.
        spine: the directories that many distributions share, a directory before what is in it.
    """

    __slots__ = ("python", "sites", "spine")

    def __init__(self, python: str, sites: list[str], spine: list[str]) -> None:
        self.python = python
        self.sites = sites
        self.spine = spine


def layout(venv: str) -> Layout:
    """Where the venv at that path keeps things, by what is there.

    lib64 counts where it is a directory, as some systems have it; and one site-packages may be
    there and the other not. On Windows everything is in Lib and Scripts.

    Raises:
        WorkrootError: where there is no venv.
    """
    if not os.path.isfile(os.path.join(venv, "pyvenv.cfg")):
        raise WorkrootError(f"{venv} is not a virtual environment: it has no pyvenv.cfg")
    python = _python_version(venv)
    if os.path.isdir(os.path.join(venv, "Scripts")):
        return Layout(python, ["Lib/site-packages"], ["", "Scripts", "Lib", "Lib/site-packages"])
    # venv links lib64 to lib on 64-bit Linux; where links cannot be made it is a directory.
    roots = ["lib"] if os.path.islink(os.path.join(venv, "lib64")) else ["lib", "lib64"]
    spine = ["", "bin"]
    for root in roots:
        spine += [root, f"{root}/python{python}", f"{root}/python{python}/site-packages"]
    spine = [path for path in spine if os.path.isdir(os.path.join(venv, path))]
    return Layout(python, [path for path in spine if path.endswith("/site-packages")], spine)


def _python_version(venv: str) -> str:
    """X.Y of the interpreter behind the venv; '' where nothing says.

    By the name of the file that bin/python leads to, else by pyvenv.cfg, which an upgrade of the
    system's Python leaves behind.
    """
    real = os.path.basename(os.path.realpath(os.path.join(venv, "bin", "python")))
    by_name = _first_two(real.removeprefix("python").removesuffix(".exe"))
    return by_name or _first_two(configuration.version(venv))


def _first_two(version: str) -> str:
    """X.Y of a longer version; '' of what is none. A free-threaded build is called 3.13t."""
    numbers = version.split(".")[:2]
    if len(numbers) == 2 and all(number.rstrip("t").isdigit() for number in numbers):
        return ".".join(numbers)
    return ""


def read(
    venv: str, known: list[Distribution] = (), only: set[str] | None = None
) -> list[Distribution]:
    """The package set, sorted by name and directory.

    Args:
        venv: the path of the virtual environment.
        known: an earlier set, to take what is the same from: nothing of it is read again.
        only: the directories of what may be another than in known; None where that is not known.

    Raises:
        WorkrootError: where there is no venv.
    """
    found = []
    earlier = {distribution.directory: distribution for distribution in known}
    for site in layout(venv).sites:
        for directory, path in _metadata_entries(venv, site):
            old = earlier.get(directory)
            is_as_before = old and only is not None and directory not in only
            stamp = old.stamp if is_as_before else _stamp(path)
            if old and stamp and old.stamp == stamp:
                found.append(old)
            else:
                found.append(_read_one(directory, path, stamp))
    return sorted((one for one in found if one), key=lambda one: (one.name, one.directory))


def _metadata_entries(venv: str, site: str) -> list[tuple[str, str]]:
    """What describes a distribution in one site-packages: relative to the venv, and as a path.

    In no order. What a killed pip has renamed is none (LEFTOVERS).
    """
    with os.scandir(os.path.join(venv, site)) as entries:
        return [
            (f"{site}/{entry.name}", entry.path)
            for entry in entries
            if entry.name.endswith((".dist-info", ".egg-info", ".egg-link"))
            and entry.name[0] not in LEFTOVERS
        ]


def _stamp(path: str) -> tuple:
    """What changes when the distribution is installed anew; () where that cannot be seen.

    Two calls of lstat, where reading it opens three files.
    """
    try:
        directory = os.lstat(path)
        record = os.lstat(path + "/RECORD")
    except OSError:
        return ()
    return (
        directory.st_mtime_ns,
        directory.st_ino,
        record.st_mtime_ns,
        record.st_ino,
        record.st_size,
    )


def _read_one(directory: str, path: str, stamp: tuple) -> Distribution | None:
    """The distribution that is described there; what its metadata does not say, its name does.

    Args:
        directory: its place relative to the venv.
        path: the same as a path.
        stamp: what _stamp said of it, before it is read: what changes meanwhile is seen next time.
    """
    if path.endswith(".egg-link"):
        return _read_egg_link(directory, path)
    if os.path.isfile(path):  # distutils wrote an .egg-info that is the metadata itself
        metadata = path
    elif path.endswith(".dist-info"):
        metadata = path + "/METADATA"
    else:
        metadata = path + "/PKG-INFO"
    name, version = _name_and_version(metadata)
    stem = os.path.basename(directory).rpartition(".")[0]
    name = normalized(name or stem.partition("-")[0])
    _, _, after_name = stem.partition("-")
    version = version or after_name.partition("-")[0]  # an .egg-info ends in '-py3.8'
    origin, editable = _origin(path)
    return Distribution(
        name,
        version,
        _key(name, version, path),
        directory,
        os.path.lexists(path + "/REQUESTED"),
        editable,
        origin,
        stamp,
    )


def _read_egg_link(directory: str, path: str) -> Distribution:
    """What `setup.py develop` installed: a file that names the project's directory.

    Its version is in the egg-info in there, which setuptools calls by the project's name with '_'
    for '-'. It has no stamp: what changes is not in the venv.
    """
    text = (files.read_bytes(path) or b"").decode("utf-8", "surrogateescape")
    source = text.partition("\n")[0].strip()
    stem = os.path.basename(directory).removesuffix(".egg-link")
    info = stem.replace("-", "_") + ".egg-info"
    _, version = _name_and_version(os.path.join(source, info, "PKG-INFO"))
    name = normalized(stem)
    return Distribution(name, version, _key(name, version, path), directory, True, True, source, ())


def _name_and_version(path: str) -> tuple[str, str]:
    """The two as the head of a METADATA or PKG-INFO has them.

    '' for what is not there; both are '' where the file cannot be read.

    By hand: the email package, whose format it is, would be dear to import.
    """
    said = {"name": "", "version": ""}
    try:
        with open(path, "rb") as file:
            head = file.read(_LINE_LIMIT).decode("utf-8", "replace")
    except OSError:
        return "", ""
    for line in head.split("\n"):
        if not line.strip():  # from here on it is the description
            break
        key, _, value = line.partition(":")
        if key.lower() in said and not said[key.lower()]:
            said[key.lower()] = value.strip()
    return said["name"], said["version"]


def _origin(path: str) -> tuple[str, bool]:
    """Where it was installed from, if not from an index, and whether it is editable (PEP 610)."""
    data = files.read_bytes(path + "/direct_url.json")
    if data is None:
        return "", False
    from workroot.standards import direct_url  # few distributions have one: a file less to open

    return direct_url.read(data)


def _key(name: str, version: str, path: str) -> str:
    """Name, version, hash and time of RECORD, in signs that a file name may have.

    The time, because two installations of one wheel have equal RECORDs, but not equal bytecode.
    Without a RECORD the time is the metadata's own, and the content that of its file, if it is
    one.

    Args:
        name: normalized; the first hundred signs of it are taken.
        version: of this the first sixty.
        path: the metadata's directory, or its file.
    """
    data = files.read_bytes(path + "/RECORD")
    status = os.lstat(path if data is None else path + "/RECORD")
    if data is None and os.path.isfile(path):
        data = files.read_bytes(path)
    called = f"{name[:100]}-{version[:60]}"
    letters = [letter if letter.isalnum() or letter in "._+!-" else "_" for letter in called]
    safe = "".join(letters)
    return f"{safe}-{sha256_of(data or b'')[:16]}-{status.st_mtime_ns:x}"


def recorded_paths(venv: str, distribution: Distribution) -> list[str]:
    """The paths that its RECORD lists, relative to the venv.

    Or its installed-files.txt, which pip wrote for what setuptools installed. They need not be
    there.

    Args:
        venv: the path of the virtual environment.
        distribution: one that is installed in it.

    Returns:
        The paths in their order; [] where there is neither file.
    """
    path = os.path.join(venv, distribution.directory)
    data = files.read_bytes(path + "/RECORD")
    base = distribution.directory.rpartition("/")[0]
    if data is not None:
        return record.paths(data, base)
    data = files.read_bytes(path + "/installed-files.txt") or b""
    # Its paths start at the metadata's own directory, RECORD's at the one above.
    lines = data.decode("utf-8", "surrogateescape").splitlines()
    return [record.inside(distribution.directory, line) for line in lines if line]


class Change:
    """One difference between two package sets.

    old or new is None where there was, or is, none of that name.
    """

    __slots__ = ("name", "old", "new")

    def __init__(self, name: str, old: Distribution | None, new: Distribution | None) -> None:
        self.name = name
        self.old = old
        self.new = new

    def __str__(self) -> str:
        """As a person reads it: '+' came, '-' went, '~' is another than before."""
        if self.old is None:
            # Of a URL nobody knows the version yet.
            return f"+ {self.name} {self.new.version}".rstrip()
        if self.new is None:
            return f"- {self.name} {self.old.version}"
        if self.old.version != self.new.version:
            return f"~ {self.name} {self.old.version} -> {self.new.version}"
        # Pip refuses to touch what has no RECORD; no installer leaves one so.
        if self.new.lost_record and not self.old.lost_record:
            return f"~ {self.name} {self.new.version} (damaged: its RECORD is gone or empty)"
        return f"~ {self.name} {self.old.version} -> {self.new.version} (installed again)"

    def document(self) -> dict:
        """For --json: the versions before and after, null for none."""
        return {
            "name": self.name,
            "old": self.old and self.old.version,
            "new": self.new and self.new.version,
        }


def diff(old: list[Distribution], new: list[Distribution]) -> list[Change]:
    """What became of the old set, sorted by name.

    An installation anew of the same version is a change too.

    Args:
        old: the set before.
        new: the set after; both in any order.

    Returns:
        One Change for each that went, came, or has another key than before. Of several of one
        name, which only a broken venv has, the first is set against the first.
    """
    old_keys, new_keys = {one.key for one in old}, {one.key for one in new}
    gone = _by_name(one for one in old if one.key not in new_keys)
    come = _by_name(one for one in new if one.key not in old_keys)
    changes = []
    for name in sorted({*gone, *come}):
        olds, news = gone.get(name, []), come.get(name, [])
        for at in range(max(len(olds), len(news))):
            before = olds[at] if at < len(olds) else None
            after = news[at] if at < len(news) else None
            changes.append(Change(name, before, after))
    return changes


def _by_name(distributions) -> dict[str, list[Distribution]]:
    """The distributions of each name, in the order in which they come."""
    names: dict[str, list[Distribution]] = {}
    for distribution in distributions:
        names.setdefault(distribution.name, []).append(distribution)
    return names


def requirements(distributions: list[Distribution]) -> str:
    """The text of a requirements file that any pip can read, with exact versions.

    One line for each, in the order of the set.
    """
    return "".join(f"{one.requirement}\n" for one in distributions)
