"""Installed sets kept per user: the next tree with the same pins is linked, not installed again.

An image is what one install put into an empty venv: a tree, and a list with each file's size and
time. It is taken only when every file is still as the list says, and dropped otherwise; metadata
is linked last, so what is interrupted is no installed package.
"""

import contextlib
import os
import re
import sys
from collections.abc import Callable, Mapping
from typing import NamedTuple

from workroot.doors import files, trees
from workroot.errors import WorkrootError
from workroot.root import SCRIPTS
from workroot.standards import record

_KEPT = 12  # images; the longest unused go first
_LIST, _TREE = "list", "tree"
# A path that stands in a script's first line as it is.
_PLAIN = re.compile(r"[A-Za-z0-9/._+@-]{1,100}\Z")
# What is in a venv before anything is installed, and what a session adds to it.
_OURS = re.compile(
    r"pyvenv\.cfg|workroot-venv|\.gitignore|\.lock|CACHEDIR\.TAG|lib64"
    r"|(bin|Scripts)/(python[0-9.]*w?(\.exe)?|[\u03c0\U0001d70b]thon|[Aa]ctivate.*|deactivate.*)"
    r"|([Ll]ib/)(python[0-9.]+/)?site-packages/repo\.pth"
)
_README = (
    "Installed package sets, kept by workroot so that a second environment with the same pins"
    " is made by linking. It may be deleted.\n"
)
_TAG = (
    "Signature: 8a477f597d28d172789f06886806bc55\n# This directory is a cache made by workroot.\n"
)


class _File(NamedTuple):
    """One file of an image, as it was when it was kept.

    Attributes:
        name: its path in the venv, '/' between.
        size: in bytes.
        mtime_ns: its time of change.
    """

    name: str
    size: int
    mtime_ns: int


def directory(environ: Mapping[str, str]) -> str | None:
    """Where images are kept; None where there is no place of this user's own.

    It need not be there: keep makes it.
    """
    base = cache(environ)
    return base and os.path.join(base, "images")


def cache(environ: Mapping[str, str]) -> str | None:
    """The directory of what the kit keeps for all of a user's environments.

    WORKROOT_CACHE, else 'workroot' where the system has caches: by the XDG rules on Linux. None
    where no variable says where that is.
    """
    named = environ.get("WORKROOT_CACHE")
    if named:
        return os.path.abspath(named)
    home = environ.get("HOME") or environ.get("USERPROFILE")
    if sys.platform == "win32":
        base = environ.get("LOCALAPPDATA")
    elif sys.platform == "darwin":
        base = home and os.path.join(home, "Library", "Caches")
    else:
        base = environ.get("XDG_CACHE_HOME") or (home and os.path.join(home, ".cache"))
    return os.path.join(base, "workroot") if base and os.path.isabs(base) else None


def take(cache: str | None, key: str, venv: str) -> bool:
    """Link an image into a venv that has no packages.

    Args:
        cache: the directory of images, or None.
        key: the image's name in it: a hash of all that decides what it holds.
        venv: the path of the virtual environment.

    Returns:
        Whether there was one to take. One that is damaged is removed.
    """
    image = os.path.join(cache or "", key)
    if not cache or not _PLAIN.match(venv) or not _own(image):
        return False
    found = _read(image)
    if found is None or not _intact(image, found[1]):
        trees.remove(image)
        return False
    old, listed = found
    # A pip that came meanwhile is not mixed with another one.
    pips = [file.name for file in listed if file.name.endswith("/pip/__init__.py")]
    if any(os.path.lexists(os.path.join(venv, name)) for name in pips):
        return False
    _lay(os.path.join(image, _TREE), venv, old, listed)
    files.touch(image)  # its time says when it was last of use: see _prune
    return True


def keep(cache: str | None, key: str, venv: str, part: Callable[[str], bool]) -> None:
    """Keep what was installed into a venv that was empty.

    Where that cannot be, nothing is kept and nothing is said: it only saves time.

    Args:
        cache: the directory of images, or None.
        key: the image's name in it.
        venv: the path of the virtual environment.
        part: whether a file, by its path in the venv, belongs to the image.
    """
    if not cache or not _PLAIN.match(venv) or os.path.lexists(os.path.join(cache, key)):
        return
    found = _files(venv)
    if found is None:
        return
    found = [file for file in found if part(file.name)]
    neighbour = files.temporary(os.path.join(cache, key))
    try:
        _describe(cache)
        trees.remove(neighbour)
        _link(venv, os.path.join(neighbour, _TREE), found)
        # The venv's path comes first: scripts name it, and are corrected for the next one.
        lines = [venv, *(f"{file.size} {file.mtime_ns} {file.name}" for file in found)]
        files.write(os.path.join(neighbour, _LIST), "\n".join(lines) + "\n")
        if not os.path.lexists(os.path.join(cache, key)):  # another install may have been faster
            files.rename(neighbour, os.path.join(cache, key))
        _prune(cache)
    except (WorkrootError, OSError):
        pass  # a full or read-only disk: the next setup installs again
    finally:
        _forget(neighbour)


def _own(image: str) -> bool:
    """Whether an image is there and this user's: what another one put there is not run.

    On Windows nobody is asked: there is no such number of a user.
    """
    try:
        return not hasattr(os, "geteuid") or os.lstat(image).st_uid == os.geteuid()
    except OSError:
        return False


def _read(image: str) -> tuple[str, list[_File]] | None:
    """An image's list: the path of the venv it was kept from, and its files.

    None where the list is not there or damaged: then nothing else is looked at.
    """
    try:
        venv, *lines = (files.read_text(os.path.join(image, _LIST)) or "").splitlines()
        rows = [line.split(" ", 2) for line in lines]
        return venv, [_File(name, int(size), int(mtime)) for size, mtime, name in rows]
    except ValueError:
        return None


def _intact(image: str, listed: list[_File]) -> bool:
    """Whether each file is as it was kept.

    Someone may have edited one in place through a venv that shares it. Size and time are looked
    at, not the content: reading it all would cost what linking saves.

    Args:
        image: its directory.
        listed: what its list says.
    """
    for file in listed:
        try:
            status = os.lstat(os.path.join(image, _TREE, file.name))
        except OSError:
            return False
        if status.st_size != file.size or status.st_mtime_ns != file.mtime_ns:
            return False
    return True


def _files(venv: str) -> list[_File] | None:
    """What came into a venv since it was made, metadata last.

    None when it holds a link, or a name that would not stay on its line of a list: a set like
    that is installed each time.

    Returns:
        Its files, in the order in which they are linked; no directories, so an empty one is lost.
    """
    found: list[_File] = []
    pending = [""]
    while pending:
        below = pending.pop()
        for entry in os.scandir(os.path.join(venv, below)):
            name = f"{below}/{entry.name}" if below else entry.name
            if _OURS.fullmatch(name):
                continue
            if entry.is_symlink() or not name.isprintable():
                return None
            if entry.is_dir():
                pending.append(name)
            else:
                status = entry.stat()
                found.append(_File(name, status.st_size, status.st_mtime_ns))
    return sorted(found, key=lambda file: (file.name.endswith("/METADATA"), file.name))


def _lay(tree: str, venv: str, old: str, listed: list[_File]) -> None:
    """Link the image's files into the venv.

    Those that name the venv they were installed in are written anew, and their row in RECORD.

    Args:
        tree: the image's.
        venv: the one that gets them.
        old: the path of the one that they were kept from.
        listed: the image's files.
    """
    scripts = {file.name for file in listed if file.name.startswith(f"{SCRIPTS}/")}
    records = {file.name for file in listed if file.name.endswith(".dist-info/RECORD")}
    renewed = {}
    for name in scripts:
        content = files.read_bytes(os.path.join(tree, name)) or b""
        if os.fsencode(old) in content:
            renewed[name] = content.replace(os.fsencode(old), os.fsencode(venv))
    written = dict(renewed)
    for name in records if renewed else ():
        content = _respelled(os.path.join(tree, name), renewed)
        if content is not None:
            written[name] = content
    _link(
        tree,
        venv,
        [file for file in listed if file.name not in written],
        before_metadata=lambda: _write(venv, written, scripts),
    )


def _write(venv: str, written: dict[str, bytes], scripts: set[str]) -> None:
    """Write files into the venv.

    Args:
        venv: its path.
        written: the path in it of each file -> its content.
        scripts: the paths of those that are to be programs.
    """
    for name, content in written.items():
        files.make_directory(os.path.dirname(os.path.join(venv, name)))
        files.write(os.path.join(venv, name), content, 0o755 if name in scripts else None)


def _respelled(record_path: str, renewed: dict[str, bytes]) -> bytes | None:
    """A RECORD with the rows of its renewed scripts corrected; None when it has none.

    Args:
        record_path: the image's own, which is only read: other venvs share it.
        renewed: the path of each script in the venv -> its new content.

    Returns:
        Its bytes. The other rows are kept letter by letter.
    """
    text = files.read_text(record_path) or ""
    lines, changed = text.splitlines(keepends=True), False
    for number, line in enumerate(lines):
        path = line.partition(",")[0]
        name = f"{SCRIPTS}/{path.rpartition('/')[-1]}"
        if path.startswith("../") and f"/{SCRIPTS}/" in path and name in renewed:
            lines[number] = record.row(path, renewed[name])
            changed = True
    return "".join(lines).encode() if changed else None


def _link(source: str, target: str, listed: list[_File], before_metadata=lambda: None) -> None:
    """Give files of one tree a second name in another, METADATA last.

    before_metadata: called when all but those are there: without its METADATA no distribution is
    taken for installed.
    """
    made = {target}
    files.make_directory(target)
    for file in listed:
        parent = os.path.dirname(os.path.join(target, file.name))
        if parent not in made:
            files.make_directory(parent)
            made.add(parent)
    metadata = [file for file in listed if file.name.endswith("/METADATA")]
    content = [file for file in listed if not file.name.endswith("/METADATA")]
    _second_names(source, target, content)
    before_metadata()
    _second_names(source, target, metadata)


def _second_names(source: str, target: str, listed: list[_File]) -> None:
    """Link each file, or copy it where the file system would not: onto another disk, say.

    A copy has the time and the mode of what it was made from, as a link has by itself.

    Args:
        source: the tree that has them.
        target: the tree that gets them; the directories are there.
        listed: which ones.
    """
    pairs = [(os.path.join(source, file.name), os.path.join(target, file.name)) for file in listed]
    for number in trees.link_all(pairs) if pairs else []:
        one, other = pairs[number]
        files.copy(one, other, os.stat(one).st_mode, listed[number].mtime_ns)


def _describe(cache: str) -> None:
    """Say in the directory itself what it is.

    Programs that make backups pass over one with such a tag (bford.info/cachedir).
    """
    files.make_directory(cache)
    files.write_if_changed(os.path.join(cache, "README"), _README)
    files.write_if_changed(os.path.join(cache, "CACHEDIR.TAG"), _TAG)


def _prune(cache: str) -> None:
    """Remove what killed runs left, and the images above _KEPT that were of no use for longest.

    What is linked from them stays: a file is gone when its last name is.
    """
    trees.sweep(cache)
    images = []
    for entry in os.scandir(cache):
        if entry.is_dir(follow_symlinks=False) and re.fullmatch(r"[0-9a-f]{64}", entry.name):
            images.append(entry)
    images.sort(key=lambda entry: entry.stat().st_mtime_ns, reverse=True)
    for entry in images[_KEPT:]:
        trees.remove(entry.path)


def _forget(neighbour: str) -> None:
    """Remove what keep has not put into place, if that can be.

    neighbour: where it was built; it is gone where all went well.
    """
    # A cache that is no directory, or on a disk that went away, is none of the person's concern.
    with contextlib.suppress(WorkrootError, OSError):
        trees.remove(neighbour)
