"""A lock as the two files that other tools read: requirements for pip and uv, and pylock.toml.

The same lock gives the same bytes. A file is only ours to write anew when it says so itself.
"""

import os
import re
from collections.abc import Callable, Mapping
from urllib.parse import quote

from workroot.config import toml_string
from workroot.doors import documents
from workroot.errors import WorkrootError
from workroot.locking.lock import Entry, Lock, pinned
from workroot.locking.releases import File
from workroot.standards import requirement
from workroot.standards.names import normalized
from workroot.standards.target import Target
from workroot.standards.urls import local_path

_OURS = "# Written by workroot lock"
_CREATED_BY = "workroot"
_PYLOCK_NAME = re.compile(r"pylock\.([^.]+\.)?toml\Z")
# A time as TOML takes it without quotes; one that is written otherwise is left out.
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z\Z")
# The comments that `requirements` writes for what has no hash.
_NAMED = re.compile(r"# (editable|directory|vcs): ([a-z0-9-]+)(?: (\S+))?")
# One step up, in the spelling of this system.
_UP = os.pardir + os.sep
_HASHED = ("index", "archive")  # the kinds of entries that have hashes


def requirements(lock: Lock, path: str) -> str:
    """The text of a requirements file for `pip install --require-hashes`.

    What has no hash (editables, directories, checkouts) is named in comments: one requirement
    without a hash would make pip refuse the whole file.

    Args:
        path: Where it will be; relative paths start there.
    """
    file = os.path.basename(path)
    lines = [
        f"{_OURS}: the environment there is ({lock.target.words}), nothing resolved, "
        "every file pinned by its hash.",
        "# It is the lock of that environment: another Python or system may need packages that "
        "are not in here.",
        f"# The same again:  pip install --no-deps --require-hashes -r {file}",
        "# Still the same?  workroot lock --check",
    ]
    named = [one for one in lock.entries if one.kind not in _HASHED]
    if named:
        lines += ["#", "# Here as well, but without a hash to give; install them on their own:"]
    for one in named:
        pin = f"{one.pin} " if one.pin else ""
        lines.append(f"# {one.kind}: {one.name} {pin}{_spelled(one, path)}")
    for one in lock.entries:
        if one.kind in _HASHED:
            lines += _requirement(one)
    return "\n".join(lines) + "\n"


def _requirement(one: Entry) -> list[str]:
    """The lines of one entry: the requirement, and a --hash for each file.

    One hash a file: pip accepts a file by any of the hashes that are listed.
    """
    name = one.name
    if one.extras:
        name += f"[{','.join(one.extras)}]"
    start = f"{name}=={one.version}" if one.kind == "index" else f"{name} @ {_address(one)}"
    hashes = set()
    for file in one.files:
        for algorithm, digest in file.hashes[:1]:
            hashes.add(f"    --hash={algorithm}:{digest}")
    return " \\\n".join([start, *sorted(hashes)]).split("\n")


def _address(one: Entry) -> str:
    """The URL of an archive, with what would end a line's word quoted."""
    fragment = f"#subdirectory={quote(one.subdirectory)}" if one.subdirectory else ""
    # A blank would end the URL for pip, a backslash the line.
    return re.sub(r"[\s\\]", lambda found: quote(found[0]), one.place) + fragment


def _spelled(one: Entry, lock_path: str) -> str:
    """Where an entry came from, for a comment; what does not print is escaped."""
    place = one.place if one.kind == "vcs" else _relative(one.place, lock_path)
    words = ""
    for character in place:
        # A line break would end the comment and begin a requirement.
        words += character if character.isprintable() else ascii(character)[1:-1]
    return words


def pylock(lock: Lock, path: str) -> str:
    """The text of a pylock.toml (PEP 751), version 1.0 of the format.

    Args:
        path: Where it will be, which relative paths start from.
    """
    version = lock.target.markers["python_version"]
    lines = [
        f"{_OURS}: the environment there is ({lock.target.words}), nothing resolved.",
        "lock-version = '1.0'",
        f"environments = [{toml_string(lock.target.marker)}]",
        f"requires-python = '>={version}'",
        f"created-by = '{_CREATED_BY}'",
    ]
    if not lock.entries:
        lines.append("packages = []")
    for one in lock.entries:
        lines += _package(one, path)
    return "\n".join(lines) + "\n"


def _package(one: Entry, path: str) -> list[str]:
    """The lines of one [[packages]] table, by the kind of its source."""
    lines = ["", "[[packages]]", f"name = {toml_string(one.name)}"]
    if one.version:
        lines.append(f"version = {toml_string(one.version)}")
    match one.kind:
        case "index":
            return lines + _from_index(one)
        case "archive":
            said = {**_source(one, path), "subdirectory": one.subdirectory}
            hashes = f"hashes = {{ {_hashes(one.files[0])} }}"
            return [*lines, f"archive = {{ {_pairs(said)}, {hashes} }}"]
        case "vcs":
            said = {
                "type": one.vcs,
                **_source(one, path),
                "requested-revision": one.revision,
                "commit-id": one.pin,
                "subdirectory": one.subdirectory,
            }
            return [*lines, f"vcs = {{ {_pairs(said)} }}"]
    editable = ", editable = true" if one.kind == "editable" else ""
    said = {"path": _relative(one.place, path), "subdirectory": one.subdirectory}
    return [*lines, f"directory = {{ {_pairs(said)}{editable} }}"]


def _from_index(one: Entry) -> list[str]:
    """The lines of a package from an index: its sdist and wheels, with hashes.

    requires-python is said where all files agree on it, as the format has one value a package.
    """
    lines = []
    pythons = {file.requires_python for file in one.files}
    # Files of one version may disagree: then none of their ranges is the package's.
    if len(pythons) == 1 and pythons != {""}:
        lines.append(f"requires-python = {toml_string(min(pythons))}")
    bases = [file.index for file in one.files if file.index]
    if bases:
        lines.append(f"index = {toml_string(bases[0])}")
    sources = [file for file in one.files if not file.is_wheel]
    if sources:
        lines.append(f"sdist = {_file(sources[0])}")
    wheels = [file for file in one.files if file.is_wheel]
    if wheels:
        lines += ["wheels = [", *(f"    {_file(file)}," for file in wheels), "]"]
    return lines


def _file(file: File) -> str:
    """A file as an inline table, its keys in the order of PEP 751."""
    parts = [_pairs({"name": file.name})]
    if _TIME.match(file.uploaded):
        parts.append(f"upload-time = {file.uploaded}")
    parts.append(_pairs({"url": file.url}))
    if file.size is not None:
        parts.append(f"size = {file.size}")
    parts.append(f"hashes = {{ {_hashes(file)} }}")
    return f"{{ {', '.join(parts)} }}"


def _hashes(file: File) -> str:
    """The pairs of a `hashes` table."""
    return ", ".join(f"{algorithm} = '{digest}'" for algorithm, digest in file.hashes)


def _source(one: Entry, path: str) -> dict[str, str]:
    """Where an archive or a checkout comes from; a path starts at the lock's directory.

    PEP 751 has `path` for a file on this disk, and `url` for the rest.
    """
    local = local_path(one.place) if one.kind == "archive" else None
    return {"path": _relative(local, path)} if local else {"url": one.place}


def _pairs(said: Mapping[str, str]) -> str:
    """Pairs of an inline table; empty values are left out."""
    pairs = []
    for key, value in said.items():
        if value:
            pairs.append(f"{key} = {toml_string(value)}")
    return ", ".join(pairs)


def _relative(place: str, lock_path: str) -> str:
    """A path from the lock's directory, with '/' between, where the two are near each other.

    Three directories up or more it stays absolute: such a path is of this machine anyway.
    """
    try:
        # ValueError: on Windows the two may be on different drives.
        found = os.path.relpath(place, os.path.dirname(os.path.abspath(lock_path)))
    except ValueError:
        return place
    far = found.startswith(_UP * 3) or found == (_UP * 3).rstrip(os.sep)
    return place if far else found.replace(os.sep, "/")


def ours(text: str) -> bool:
    """Whether a file's text says that workroot wrote it."""
    return text.startswith(_OURS)


def renderer(path: str) -> Callable[[Lock, str], str]:
    """What writes a file of that name: `pylock` for TOML, else `requirements`.

    Raises WorkrootError: for a TOML file that the standard would not find; PEP 751 has
        pylock.toml and pylock.NAME.toml alone.
    """
    if not path.endswith(".toml"):
        return requirements
    if not _PYLOCK_NAME.match(os.path.basename(path)):
        raise WorkrootError(
            f"{path}: a lock in TOML is called pylock.toml or pylock.NAME.toml",
            "--pylock pylock.toml",
        )
    return pylock


def read(path: str, text: str, target: Target) -> dict[str, str]:
    """What a lock has for that Python, to be compared with what is installed.

    Args:
        path: For the sentences, and for its ending: .toml, or a requirements file.
        text: The content of the file.
        target: The Python for which markers are judged.

    Returns:
        name -> what `lock.pinned` gives.

    Raises WorkrootError: when the text is no lock that can be compared; OtherTarget, when it is
        one of another Python or system.
    """
    if path.endswith(".toml"):
        return _read_pylock(path, text, target)
    return _read_requirements(path, text)


def _read_requirements(path: str, text: str) -> dict[str, str]:
    """The pins of a requirements file; our comments count only in a file of ours."""
    found = {}
    # A backslash continues a line: the hashes of a requirement stand on lines of their own.
    for line in text.replace("\\\n", " ").split("\n"):
        named = _NAMED.match(line) if ours(text) else None
        if named:
            kind, name, commit = named.groups()
            found[name] = f"vcs:{commit}" if kind == "vcs" else kind
        elif line.strip() and not line.lstrip().startswith(("#", "--")):
            name, pin = _pin(path, line)
            found[name] = pin
    return found


def _pin(path: str, line: str) -> tuple[str, str]:
    """The name and the pin of one requirement.

    Raises WorkrootError: when it pins no exact version and no hash.
    """
    # Options and comments come after the requirement; '#' without a blank is a URL's fragment.
    words = line.split(" --hash=")[0].split(" #")[0].strip()
    hashes = re.findall(r"--hash=(sha256:[0-9a-f]{64})", line)
    try:
        said = requirement.parse(words)
    except ValueError:
        said = None
    if said and said.specifier.startswith("==") and "," not in said.specifier:
        return said.name, said.specifier.removeprefix("==").strip()
    if said and said.url and hashes:
        return said.name, hashes[0]
    raise WorkrootError(
        f"{path}: {words!r} pins nothing that could be compared",
        "workroot lock --force   # writes it anew from what is installed",
    )


def _read_pylock(path: str, text: str, target: Target) -> dict[str, str]:
    """The pins of a pylock.toml, of this kit or of any other tool."""
    try:
        document = documents.parse_toml(text)
        if str(document["lock-version"]).partition(".")[0] != "1":
            raise WorkrootError(
                f"{path} has the newer format {document['lock-version']}",
                "update this kit, then type the same command again",
            )
        _check_target(path, document, target)
        # What an installer takes when nobody names extras or groups.
        groups = {*document.get("default-groups", [])}
        facts = {**target.markers, "extras": frozenset(), "dependency_groups": groups}
        found = {}
        for said in document["packages"]:
            if requirement.holds(said.get("marker", ""), facts):
                found[normalized(said["name"])] = pinned(_entry(said))
        return found
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise WorkrootError(
            f"{path} is no lock that can be read: {error}",
            "workroot lock --force   # writes it anew from what is installed",
        ) from error


def _check_target(path: str, document: Mapping, target: Target) -> None:
    """Raises OtherTarget: when the lock names environments and this is none of them."""
    environments = document.get("environments", [])
    fits = [requirement.holds(marker, target.markers) for marker in environments]
    # A lock that names no environment is for all of them.
    if environments and not any(fits):
        others = "; ".join(environments)
        raise OtherTarget(
            f"{path} is the lock of another environment ({others}); this is {target.words}",
            "workroot lock",
        )


class OtherTarget(WorkrootError):
    """The lock was made for another Python or system."""


def _entry(said: Mapping) -> Entry:
    """A package of a pylock.toml, as far as what is installed can be compared with it.

    Raises KeyError: when the table lacks what its kind has to have.
    """
    name, version = said["name"], said.get("version", "")
    if "vcs" in said:
        return Entry(name, "", "vcs", said["vcs"]["commit-id"])
    if "directory" in said:
        editable = said["directory"].get("editable")
        return Entry(
            name,
            "",
            "editable" if editable else "directory",
            "",
        )
    if "archive" in said:
        return Entry(
            name,
            version,
            "archive",
            f"sha256:{said['archive']['hashes']['sha256']}",
        )
    return Entry(name, version, "index", version)
