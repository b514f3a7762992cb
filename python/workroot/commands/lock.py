"""lock [--check]: the environment there is, pinned and hashed, in the two formats that are read."""

import os
from collections.abc import Sequence
from typing import NamedTuple

from workroot.commands import _arguments, _homes
from workroot.commands._call import Call
from workroot.doors import files, terminal
from workroot.errors import Command, WorkrootError
from workroot.locking import graph, lock, lockfile, releases
from workroot.pythons import packages
from workroot.root import lock_files, venv_python
from workroot.standards import target

_MORE = """
writes two files beside workroot.toml, for this environment (its Python, its system):
  requirements.lock.txt   pip install --no-deps --require-hashes -r requirements.lock.txt
                          uv pip install --require-hashes -r requirements.lock.txt
  pylock.toml             uv pip sync pylock.toml, and whatever else reads the standard format
requirements.txt keeps being yours: it says what you want, the lock says what there is. A file
that lock did not write stays as it is unless --force is given. Editables, directories and
checkouts have no hash: they are named.
exit status: 0 written, or still the same; 1 it differs, or not everything could be locked;
2 could not look
"""


class Compared(NamedTuple):
    """A lock beside what is installed. problem: why they could not be compared, or empty."""

    path: str
    problem: str
    differences: list

    @property
    def same(self) -> bool:
        return not self.problem and not self.differences


def main(call: Call) -> int:
    given = _parser(call).parse_args(call.words)
    home = _homes.meant(call, given)
    paths = _paths(home, given)
    here = target.of(venv_python(home.venv), os.environ)
    found = packages.read(home.venv)
    entries = lock.installed(home.venv, found, graph.read(home.venv, found, here))
    if given.check:
        return _check(call, [_compared(path, entries, here) for path in paths], entries, given)
    # Before the index is asked, which takes seconds.
    _refuse_foreign(paths, given)
    sources = releases.Sources(os.environ, home.venv)
    locked = lock.hashed(entries, sources, here, terminal.progress("looking up"))
    return _write(call, paths, locked, given)


def _parser(call: Call) -> _arguments.Parser:
    made = _arguments.parser(
        call,
        "lock",
        "lock --check",
        "lock --requirements python/requirements.txt --force",
        changes=True,
    )
    made.explain(_MORE)
    made.add_argument(
        "--check",
        action="store_true",
        help="compare the files with what is installed, with no network; write nothing",
    )
    made.add_argument(
        "--force", action="store_true", help="write over files that lock did not write"
    )
    made.add_argument(
        "--partial", action="store_true", help="leave out what cannot be locked, and say so"
    )
    made.add_argument("--requirements", metavar="FILE", help="instead of requirements.lock.txt")
    made.add_argument("--pylock", metavar="FILE", help="instead of pylock.toml")
    return made


def _paths(home, given) -> tuple[str, str]:
    requirements, pylock = lock_files(home.top, home.name)
    requirements = os.path.abspath(given.requirements or requirements)
    pylock = os.path.abspath(given.pylock or pylock)
    if requirements.endswith(".toml"):
        raise WorkrootError(
            f"{requirements}: pip reads requirements from a file that is not called .toml",
            "--requirements requirements.lock.txt",
        )
    # Refuses a name that the standard does not know; of a file without .toml, its name with it.
    lockfile.renderer(pylock if pylock.endswith(".toml") else f"{pylock}.toml")
    return requirements, pylock


def _refuse_foreign(paths: Sequence[str], given) -> None:
    for path in paths:
        text = _read(path)
        if text and not lockfile.ours(text) and not given.force:
            raise WorkrootError(
                f"{path} was not written by workroot lock",
                Command("lock --force   # writes over it"),
            )


def _read(path: str) -> str | None:
    try:
        return files.read_text(path)
    except UnicodeDecodeError as error:
        raise WorkrootError(f"{path} is not UTF-8 (byte {error.start})", "move it away") from error
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise WorkrootError(f"cannot read {path}: {reason}") from error


def _write(call: Call, paths: Sequence[str], locked, given) -> int:
    for sentence in (*locked.notes, *locked.problems):
        terminal.say(sentence)
    # Half a lock would be taken for a whole one by whoever installs from it.
    if locked.problems and not given.partial:
        terminal.say("nothing was written")
        them = "them" if len(locked.problems) > 1 else "it"
        terminal.next_line(call.line(f"lock --partial   # leaves {them} out"))
        if given.output == "json":
            terminal.json(_document(paths, [], locked, given))
        return 1
    changed = [path for path in paths if _written(path, locked, given.dry_run)]
    if given.output == "json":
        terminal.json(_document(paths, changed, locked, given))
    else:
        _say(paths, changed, locked, given)
        terminal.next_line(call.line("lock --check"))
    return 1 if locked.problems else 0


def _written(path: str, locked, dry_run: bool) -> bool:
    """Whether the file was to be changed."""
    text = lockfile.renderer(path)(locked, path)
    if dry_run:
        return _read(path) != text
    return files.write_if_changed(path, text)


def _document(paths: Sequence[str], changed: list[str], locked, given) -> dict:
    return {
        "files": list(paths),
        "changed": changed,
        "packages": len(locked.entries),
        "problems": list(locked.problems),
        "dry_run": given.dry_run,
    }


def _say(paths: Sequence[str], changed: list[str], locked, given) -> None:
    written = "would be written" if given.dry_run else "written"
    for path in paths:
        what = written if path in changed else "already the same"
        terminal.step(f"{path}: {what}, {len(locked.entries)} packages")


def _check(call: Call, found: list[Compared], entries: list, given) -> int:
    same = all(one.same for one in found)
    if given.output == "json":
        terminal.json({"same": same, "files": [_compared_document(one) for one in found]})
    else:
        _show(found)
    if same:
        terminal.step(f"the lock is what is installed: {len(entries)} packages")
        return 0
    terminal.next_line(call.line("lock"))
    return 1


def _compared_document(one: Compared) -> dict:
    differences = [change._asdict() for change in one.differences]
    return {"path": one.path, "problem": one.problem, "differences": differences}


def _compared(path: str, entries: list, here) -> Compared:
    text = _read(path)
    if text is None:
        return Compared(path, f"there is no {path}", [])
    try:
        kept = lockfile.read(path, text, here)
    except lockfile.OtherTarget as error:
        return Compared(path, error.message, [])
    return Compared(path, "", lock.differences(kept, entries))


def _show(found: list[Compared]) -> None:
    first, second = found
    if first[1:] == second[1:]:  # the two say the same of what is installed
        found = [first._replace(path=f"{first.path} and {os.path.basename(second.path)}")]
    for one in found:
        if one.problem:
            terminal.say(one.problem)
        if one.differences:
            terminal.step(f"{one.path}:")
        for change in one.differences:
            terminal.data(terminal.printable(str(change)))
