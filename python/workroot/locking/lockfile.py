"""A lock as the two files that other tools read: requirements for pip and uv, pylock.toml for whatever knows the standard.

The same lock gives the same bytes. A file is only ours to write anew when it says so itself.
"""

import os
import re
from collections.abc import Callable, Mapping
from urllib.parse import quote

from workroot.config import toml_string
from workroot.errors import WorkrootError
from workroot.locking.lock import Entry, Lock, pinned
from workroot.locking.releases import File
from workroot.standards import requirement
from workroot.standards.names import normalized
from workroot.standards.target import Target

_OURS = "# Written by workroot lock"
_CREATED_BY = "workroot"
_PYLOCK_NAME = re.compile(r"pylock\.([^.]+\.)?toml\Z")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z\Z")
_NAMED = re.compile(r"# (editable|directory|vcs): ([a-z0-9-]+)(?: (\S+))?")
_UP = os.pardir + os.sep


def requirements(lock: Lock, path: str) -> str:
    """The text of a requirements file for `pip install --require-hashes`. path: where it will be."""
    lines = [
        f"{_OURS}: the environment there is ({lock.target.words}), nothing resolved, every file pinned by its hash.",
        "# It is the lock of that environment: another Python or system may need packages that are not in here.",
        f"# The same again:  pip install --no-deps --require-hashes -r {os.path.basename(path)}",
        "# Still the same?  workroot lock --check",
    ]
    named = [one for one in lock.entries if one.kind not in ("index", "archive")]
    if named:
        lines += ["#", "# Here as well, but without a hash to give; install them on their own:"]
        lines += [
            f"# {one.kind}: {one.name} {f'{one.pin} ' if one.pin else ''}{_spelled(one, path)}"
            for one in named
        ]
    return "\n".join([*lines, *(line for one in lock.entries for line in _requirement(one))]) + "\n"


def _requirement(one: Entry) -> list[str]:
    if one.kind not in ("index", "archive"):
        return []
    name = f"{one.name}[{','.join(one.extras)}]" if one.extras else one.name
    start = f"{name}=={one.version}" if one.kind == "index" else f"{name} @ {_address(one)}"
    hashes = sorted(
        {f"--hash={kind}:{digest}" for file in one.files for kind, digest in file.hashes[:1]}
    )
    return [f"{start} \\", *(f"    {word} \\" for word in hashes[:-1]), f"    {hashes[-1]}"]


def _address(one: Entry) -> str:
    fragment = f"#subdirectory={quote(one.subdirectory)}" if one.subdirectory else ""
    return re.sub(r"[\s\\]", lambda found: quote(found[0]), one.place) + fragment


def _spelled(one: Entry, lock_path: str) -> str:
    place = one.place if one.kind == "vcs" else _relative(one.place, lock_path)
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in place)


def pylock(lock: Lock, path: str) -> str:
    """The text of a pylock.toml. path: where it will be, which relative paths start from."""
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
    return (
        "\n".join([*lines, *(line for one in lock.entries for line in _package(one, path))]) + "\n"
    )


def _package(one: Entry, path: str) -> list[str]:
    lines = ["", "[[packages]]", f"name = {toml_string(one.name)}"]
    if one.version:
        lines.append(f"version = {toml_string(one.version)}")
    match one.kind:
        case "index":
            return lines + _from_index(one)
        case "archive":
            hashes = ", ".join(f"{kind} = '{digest}'" for kind, digest in one.files[0].hashes)
            said = {**_source(one, path), "subdirectory": one.subdirectory}
            return [*lines, f"archive = {{ {_pairs(said)}, hashes = {{ {hashes} }} }}"]
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
    bases, pythons = (
        [file.index for file in one.files if file.index],
        {file.requires_python for file in one.files},
    )
    lines = (
        [f"requires-python = {toml_string(min(pythons))}"]
        if len(pythons) == 1 and pythons != {""}
        else []
    )
    lines += [f"index = {toml_string(bases[0])}"] if bases else []
    sources = [file for file in one.files if not file.is_wheel]
    lines += [f"sdist = {_file(sources[0])}"] if sources else []
    wheels = [file for file in one.files if file.is_wheel]
    return (
        [*lines, "wheels = [", *(f"    {_file(file)}," for file in wheels), "]"]
        if wheels
        else lines
    )


def _file(file: File) -> str:
    parts = [_pairs({"name": file.name})]
    parts += [f"upload-time = {file.uploaded}"] if _TIME.match(file.uploaded) else []
    parts += [_pairs({"url": file.url})]
    parts += [f"size = {file.size}"] if file.size is not None else []
    hashes = ", ".join(f"{kind} = '{digest}'" for kind, digest in file.hashes)
    return f"{{ {', '.join(parts)}, hashes = {{ {hashes} }} }}"


def _source(one: Entry, path: str) -> dict[str, str]:
    if one.place.startswith("file:") and one.kind == "archive":
        from urllib.parse import urlsplit
        from urllib.request import url2pathname

        return {"path": _relative(url2pathname(urlsplit(one.place).path), path)}
    return {"url": one.place}


def _pairs(said: Mapping[str, str]) -> str:
    return ", ".join(f"{key} = {toml_string(value)}" for key, value in said.items() if value)


def _relative(place: str, lock_path: str) -> str:
    """A path from the lock's directory where the two are near each other, with '/' between; else as it is."""
    try:
        found = os.path.relpath(place, os.path.dirname(os.path.abspath(lock_path)))
    except ValueError:
        return place
    return (
        place
        if found.startswith(_UP * 3) or found == (_UP * 3).rstrip(os.sep)
        else found.replace(os.sep, "/")
    )


def ours(text: str) -> bool:
    """Whether a file's text says that workroot wrote it."""
    return text.startswith(_OURS)


def renderer(path: str) -> Callable[[Lock, str], str]:
    """What writes a file of that name. Raises WorkrootError for a TOML file that the standard would not find."""
    if not path.endswith(".toml"):
        return requirements
    if not _PYLOCK_NAME.match(os.path.basename(path)):
        raise WorkrootError(
            f"{path}: a lock in TOML is called pylock.toml or pylock.NAME.toml",
            "--pylock pylock.toml",
        )
    return pylock


def read(path: str, text: str, target: Target) -> dict[str, str]:
    """name -> what lock.pinned gives, for the packages that a lock has for that Python. Raises WorkrootError."""
    return (
        _read_pylock(path, text, target)
        if path.endswith(".toml")
        else _read_requirements(path, text)
    )


def _read_requirements(path: str, text: str) -> dict[str, str]:
    found = {}
    for line in text.replace("\\\n", " ").split("\n"):
        named = _NAMED.match(line)
        if named and ours(text):
            found[named[2]] = f"vcs:{named[3]}" if named[1] == "vcs" else named[1]
        elif line.strip() and not line.lstrip().startswith(("#", "--")):
            name, pin = _pin(path, line)
            found[name] = pin
    return found


def _pin(path: str, line: str) -> tuple[str, str]:
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
    import tomllib

    try:
        document = tomllib.loads(text)
        if str(document["lock-version"]).partition(".")[0] != "1":
            raise WorkrootError(
                f"{path} has the newer format {document['lock-version']}",
                "update this kit, then type the same command again",
            )
        _check_target(path, document, target)
        groups = {*document.get("default-groups", [])}
        facts = {**target.markers, "extras": frozenset(), "dependency_groups": groups}
        here = [
            said
            for said in document["packages"]
            if requirement.holds(said.get("marker", ""), facts)
        ]
        return {normalized(said["name"]): pinned(_entry(said)) for said in here}
    except (tomllib.TOMLDecodeError, KeyError, TypeError, AttributeError, ValueError) as error:
        raise WorkrootError(
            f"{path} is no lock that can be read: {error}",
            "workroot lock --force   # writes it anew from what is installed",
        ) from error


def _check_target(path: str, document: Mapping, target: Target) -> None:
    environments = document.get("environments", [])
    if environments and not any(
        requirement.holds(marker, target.markers) for marker in environments
    ):
        raise OtherTarget(
            f"{path} is the lock of another environment ({'; '.join(environments)}); this is {target.words}",
            "workroot lock",
        )


class OtherTarget(WorkrootError):
    """The lock was made for another Python or system."""


def _entry(said: Mapping) -> Entry:
    name, version = said["name"], said.get("version", "")
    if "vcs" in said:
        return Entry(name, "", "vcs", said["vcs"]["commit-id"])
    if "directory" in said:
        return Entry(name, "", "editable" if said["directory"].get("editable") else "directory", "")
    if "archive" in said:
        return Entry(name, version, "archive", f"sha256:{said['archive']['hashes']['sha256']}")
    return Entry(name, version, "index", version)
