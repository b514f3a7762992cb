"""The kit that travels with a project, so that a clean clone needs nothing but a Python: a copy with a manifest of hashes.

Nothing of a person's is lost: a copy with edits is not renewed, and neither a submodule nor anything else at that place is touched.
"""

import hashlib
import os

from workroot.doors import files, trees
from workroot.errors import WorkrootError
from workroot.root import BOOTSTRAPS, KIT, MANIFEST, STATE, TEMPLATES, VERSION, setup_line

PLACE = "tools/workroot"
_TOP = (".gitattributes", ".gitignore", "LICENSE", *BOOTSTRAPS, "setup.ps1", "setup.sh")
_README = f"""# workroot {VERSION}

The kit that makes this project's Python environment; `python/README.md` says how to use it. It is a copy: do not edit it, a newer
kit renews it by `KIT/setup.sh new --update PROJECT`. `MANIFEST` has the hash of every file; `sha256sum -c MANIFEST` compares.
"""


def travel(project: str) -> str | None:
    """Put the kit into a project that has none. Gives a sentence when another one is there. Raises WorkrootError."""
    _whole()
    target = os.path.join(project, PLACE)
    if is_submodule(target):
        return None
    if os.path.lexists(target) and not (os.path.isdir(target) and not os.listdir(target)):
        if files.read_bytes(os.path.join(target, MANIFEST)) is None:
            raise WorkrootError(
                f"{target} is there and is no kit", "move it away, then type the same command again"
            )
        same = files.read_bytes(os.path.join(target, MANIFEST)) == _manifest(_contents())
        return (
            None if same else f"another version of the kit; {setup_line()} new --update {project}"
        )
    neighbour = files.temporary(target)
    trees.remove(neighbour)
    try:
        _write(neighbour, _contents())
        files.rename(neighbour, target)
    finally:
        trees.remove(neighbour)
    return None


def update(project: str) -> bool:
    """Renew a project's kit; says whether anything changed. Raises WorkrootError, before it writes, when edits would be lost."""
    _whole()
    target = os.path.join(project, PLACE)
    if is_submodule(target):
        raise WorkrootError(
            f"{target} is a git submodule", f"git submodule update --remote {PLACE}"
        )
    old, new = manifest(target), _contents()
    edits = edited(target, old, new)
    if edits:
        raise WorkrootError(
            f"{target} has local edits: {', '.join(edits)}",
            "move them elsewhere or restore those files; nothing was changed",
        )
    if files.read_bytes(os.path.join(target, MANIFEST)) == _manifest(new) and not _missing(
        target, new
    ):
        return False
    for name in set(old) - set(new):
        files.discard(os.path.join(target, name))
    _write(target, new)
    return True


def put(target: str) -> bool:
    """A whole copy of this kit at target, templates too, that needs the kit no more. Says whether anything changed. Raises WorkrootError."""
    if os.path.realpath(target) == os.path.realpath(KIT):
        return False
    _whole()
    contents = {
        **_contents(),
        **{
            name: files.read_bytes(os.path.join(KIT, name)) or b""
            for name in _listing(KIT, "templates")
        },
    }
    if os.path.lexists(target):
        old = manifest(target)
        if files.read_bytes(os.path.join(target, MANIFEST)) == _manifest(contents) and not _missing(
            target, contents
        ):
            return False
        for name in set(old) - set(contents):
            files.discard(os.path.join(target, name))
    _write(target, contents)
    return True


def manifest(target: str) -> dict[str, str]:
    """The hash of each file of a travelling kit. Raises WorkrootError where none is."""
    text = files.read_text(os.path.join(target, MANIFEST))
    if text is None:
        raise WorkrootError(
            f"there is no kit at {target}",
            f"{setup_line()} new --template project DIR puts one there",
        )
    return {
        name: digest for digest, _, name in (line.partition("  ") for line in text.splitlines())
    }


def edited(target: str, old: dict[str, str], new: dict[str, bytes]) -> list[str]:
    """The files that are neither as they came nor as they would become, and those that came from elsewhere."""
    fresh = {name: _digest(content) for name, content in new.items()}
    there = {
        name: _digest(files.read_bytes(os.path.join(target, name)) or b"")
        for name in _listing(target)
        if name != MANIFEST
    }
    return sorted(
        name for name, digest in there.items() if digest not in (old.get(name), fresh.get(name))
    )


def is_submodule(target: str) -> bool:
    """Whether a checkout of its own stands there, or the place for one."""
    modules = (
        files.read_text(os.path.join(os.path.dirname(os.path.dirname(target)), ".gitmodules")) or ""
    )
    return os.path.lexists(os.path.join(target, ".git")) or f"path = {PLACE}\n" in modules + "\n"


def _whole() -> None:
    if not os.path.isdir(TEMPLATES):
        raise WorkrootError(
            f"{KIT} is a kit that travels with a project; it has no templates",
            "call the setup.sh of a whole kit",
        )


def _missing(target: str, contents: dict[str, bytes]) -> bool:
    return any(not os.path.lexists(os.path.join(target, name)) for name in contents)


def _contents() -> dict[str, bytes]:
    """Every file of the copy but the manifest, by its path in the copy."""
    names = [name for name in _listing(KIT, "python") if "/." not in name] + [
        name for name in _TOP if os.path.isfile(os.path.join(KIT, name))
    ]
    contents = {name: files.read_bytes(os.path.join(KIT, name)) or b"" for name in names}
    return {**contents, "VERSION": f"{VERSION}\n".encode(), "README.md": _README.encode()}


def _manifest(contents: dict[str, bytes]) -> bytes:
    return "".join(f"{_digest(contents[name])}  {name}\n" for name in sorted(contents)).encode()


def _write(target: str, contents: dict[str, bytes]) -> None:
    """The manifest comes last: without it the copy is not finished."""
    for name, content in contents.items():
        path = os.path.join(target, name)
        files.make_directory(os.path.dirname(path))
        files.write_if_changed(path, content, 0o755 if name == "setup.sh" else 0o644)
    files.write(os.path.join(target, MANIFEST), _manifest(contents), 0o644)


def _listing(base: str, below: str = "") -> list[str]:
    """The files below a directory, by their path from base; compiled ones and environments are left out."""
    found = []
    for entry in sorted(os.scandir(os.path.join(base, below)), key=lambda entry: entry.name):
        name = f"{below}/{entry.name}" if below else entry.name
        if entry.is_dir(follow_symlinks=False):
            found += (
                _listing(base, name) if entry.name not in ("__pycache__", ".venv", STATE) else []
            )
        elif not entry.name.endswith((".pyc", ".tmp")):
            found.append(name)
    return found


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
