"""The kit that travels with a project, so that a clean clone needs nothing but a Python.

It is a copy with a manifest of hashes. Nothing of a person's is lost: a copy with edits is not
renewed, and neither a submodule nor anything else at that place is touched.
"""

import hashlib
import os

from workroot.doors import files, trees
from workroot.errors import WorkrootError
from workroot.root import BOOTSTRAPS, KIT, MANIFEST, STATE, TEMPLATES, VERSION, setup_line

PLACE = "tools/workroot"
_TOP = (".gitattributes", ".gitignore", "LICENSE", *BOOTSTRAPS, "setup.ps1", "setup.sh")
_LEFT_OUT = ("__pycache__", ".venv", STATE)  # directories of a kit that are made, not written
_README = f"""# workroot {VERSION}

The kit that makes this project's Python environment; `python/README.md` says how to use it.
It is a copy: do not edit it, a newer kit renews it by `KIT/setup.sh new --update PROJECT`.
`MANIFEST` has the hash of every file; `sha256sum -c MANIFEST` compares.
"""

Contents = dict[str, bytes]  # the files of a copy, by their path in it


def travel(project: str) -> str | None:
    """Put the kit into a project that has none.

    Returns:
        None where it is there now, or is a submodule; a sentence where another version of it is.

    Raises WorkrootError: where something else lies at that place, or this kit is no whole one.
    """
    _check_whole()
    target = os.path.join(project, PLACE)
    if is_submodule(target):
        return None
    if files.names(target) or (os.path.lexists(target) and not os.path.isdir(target)):
        return _another_version(project, target)
    # Written beside and renamed: a kill leaves no half of a kit at its place.
    neighbour = files.temporary(target)
    trees.remove(neighbour)
    try:
        _write(neighbour, _contents())
        files.rename(neighbour, target)
    finally:
        trees.remove(neighbour)
    return None


def _another_version(project: str, target: str) -> str | None:
    """What is to be said of something at the kit's place; None for the very same copy.

    Raises WorkrootError: where it is no kit.
    """
    kept = files.read_bytes(os.path.join(target, MANIFEST))
    if kept is None:
        raise WorkrootError(
            f"{target} is there and is no kit", "move it away, then type the same command again"
        )
    if kept == _manifest(_contents()):
        return None
    return f"another version of the kit; {setup_line()} new --update {project}"


def update(project: str) -> bool:
    """Renew a project's kit.

    Returns:
        Whether anything changed.

    Raises WorkrootError: before it writes, where edits would be lost; for a submodule, which git
        renews; where there is no kit.
    """
    _check_whole()
    target = os.path.join(project, PLACE)
    if is_submodule(target):
        raise WorkrootError(
            f"{target} is a git submodule", f"git submodule update --remote {PLACE}"
        )
    old = manifest(target)
    new = _contents()
    edits = edited(target, old, new)
    if edits:
        raise WorkrootError(
            f"{target} has local edits: {', '.join(edits)}",
            "move them elsewhere or restore those files; nothing was changed",
        )
    return _renew(target, old, new)


def put(target: str) -> bool:
    """A whole copy of this kit at target, templates too, that needs the kit no more.

    Returns:
        Whether anything changed; False too where target is this kit.

    Raises WorkrootError: where this kit is one that travels and has no templates.
    """
    if os.path.realpath(target) == os.path.realpath(KIT):
        return False
    _check_whole()
    contents = _contents()
    for name in _listing(KIT, "templates"):
        contents[name] = files.read_bytes(os.path.join(KIT, name)) or b""
    old = manifest(target) if os.path.lexists(target) else {}
    return _renew(target, old, contents)


def _renew(target: str, old: dict[str, str], new: Contents) -> bool:
    """Make a copy what it should be.

    Args:
        old: Its manifest, for the files that the new one has no more.
        new: What it is to hold.

    Returns:
        Whether anything changed.
    """
    same = files.read_bytes(os.path.join(target, MANIFEST)) == _manifest(new)
    whole = all(os.path.lexists(os.path.join(target, name)) for name in new)
    # An equal manifest alone would hide that one of the files was removed.
    if same and whole:
        return False
    # Only what the old manifest names: a file of a person's own stays.
    for name in set(old) - set(new):
        files.discard(os.path.join(target, name))
    _write(target, new)
    return True


def manifest(target: str) -> dict[str, str]:
    """The hash of each file of a travelling kit: path in it -> sha256 in hex.

    Raises WorkrootError: where there is no kit.
    """
    text = files.read_text(os.path.join(target, MANIFEST))
    if text is None:
        raise WorkrootError(
            f"there is no kit at {target}",
            f"{setup_line()} new --template project DIR puts one there",
        )
    found = {}
    for line in text.splitlines():
        digest, _, name = line.partition("  ")
        found[name] = digest
    return found


def edited(target: str, old: dict[str, str], new: Contents) -> list[str]:
    """The files that are neither as they came nor as they would become, and those from elsewhere.

    Args:
        old: The manifest of the copy that is there.
        new: What the copy would be.

    Returns:
        Paths in the copy, sorted. A file that an interrupted update wrote is no edit.
    """
    found = []
    for name in _listing(target):
        if name == MANIFEST:
            continue
        content = files.read_bytes(os.path.join(target, name))
        digest = _digest(content or b"")
        becomes = _digest(new[name]) if name in new else None
        if digest not in (old.get(name), becomes):
            found.append(name)
    return sorted(found)


def is_submodule(target: str) -> bool:
    """Whether a checkout of its own stands there, or the place for one.

    A submodule that was not yet fetched is an empty directory, which only .gitmodules tells.
    """
    if os.path.lexists(os.path.join(target, ".git")):
        return True
    project = os.path.dirname(os.path.dirname(target))
    # The line is as `git submodule add` writes it.
    modules = files.read_text(os.path.join(project, ".gitmodules")) or ""
    return f"path = {PLACE}\n" in modules + "\n"


def _check_whole() -> None:
    """Raises WorkrootError: where this kit travels with a project, and cannot make another."""
    if not os.path.isdir(TEMPLATES):
        raise WorkrootError(
            f"{KIT} is a kit that travels with a project; it has no templates",
            "call the setup.sh of a whole kit",
        )


def _contents() -> Contents:
    """Every file of the copy but the manifest: path in it -> content.

    VERSION and README.md are made; the rest is copied as it is.
    """
    # What is hidden there is some tool's.
    names = [name for name in _listing(KIT, "python") if "/." not in name]
    names += [name for name in _TOP if os.path.isfile(os.path.join(KIT, name))]
    contents = {}
    for name in names:
        contents[name] = files.read_bytes(os.path.join(KIT, name)) or b""
    contents["VERSION"] = f"{VERSION}\n".encode()
    contents["README.md"] = _README.encode()
    return contents


def _manifest(contents: Contents) -> bytes:
    """The lines that sha256sum reads."""
    lines = []
    for name in sorted(contents):
        digest = _digest(contents[name])
        lines.append(f"{digest}  {name}\n")
    return "".join(lines).encode()


def _write(target: str, contents: Contents) -> None:
    """The manifest comes last: without it the copy is not finished."""
    for name, content in contents.items():
        path = os.path.join(target, name)
        files.make_directory(os.path.dirname(path))
        # The others are sourced, or run by setup.sh.
        mode = 0o755 if name == "setup.sh" else 0o644
        files.write_if_changed(path, content, mode)
    files.write(os.path.join(target, MANIFEST), _manifest(contents), 0o644)


def _listing(base: str, below: str = "") -> list[str]:
    """The files below a directory, by their path from base, without those that are made."""
    found = []
    entries = os.scandir(os.path.join(base, below))
    for entry in sorted(entries, key=lambda entry: entry.name):
        name = f"{below}/{entry.name}" if below else entry.name
        if entry.is_dir(follow_symlinks=False):
            if entry.name not in _LEFT_OUT:
                found += _listing(base, name)
        elif not entry.name.endswith((".pyc", ".tmp")):
            found.append(name)
    return found


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
