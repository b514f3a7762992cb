"""lock [--check]: the environment there is, pinned and hashed, as a requirements file and as pylock.toml."""

import os

from workroot.commands import _home
from workroot.doors import terminal
from workroot.errors import WorkrootError

HELP = "the environment there is, pinned and hashed: requirements.lock.txt and pylock.toml; --check: is it still that?"
_MORE = """
writes two files beside workroot.toml, for this environment (its Python, its system):
  requirements.lock.txt   pip install --no-deps --require-hashes -r requirements.lock.txt; uv pip install --require-hashes -r ...
  pylock.toml             uv pip sync pylock.toml, and whatever else reads the standard format
requirements.txt keeps being yours: it says what you want, the lock says what there is. A file that lock did not write stays
as it is unless --force is given. Editables, directories and checkouts have no hash: they are named.
exit status: 0 written, or still the same; 1 it differs, or not everything could be locked; 2 could not look
"""


def main(argv: list[str]) -> int:
    given = _parser().parse_args(argv)
    home = _home.meant(given)
    from workroot.locking import graph, lock
    from workroot.pythons import packages
    from workroot.root import venv_python
    from workroot.standards import target

    paths = _paths(home, given)
    here = target.of(venv_python(home.venv), os.environ)
    found = packages.read(home.venv)
    entries = lock.installed(home.venv, found, graph.read(home.venv, found, here))
    if given.check:
        return _check(paths, entries, here, given)
    _refuse_foreign(paths, given)
    return _write(home, paths, entries, here, given)


def _parser():
    made = _home.parser(
        "lock",
        HELP,
        "lock",
        "lock --check",
        "lock --requirements python/requirements.txt --force",
        changes=True,
    )
    made.description += "\n" + _MORE
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
    from workroot.locking import lockfile
    from workroot.root import lock_files

    requirements, pylock = lock_files(home.top, home.name)
    paths = (
        os.path.abspath(given.requirements or requirements),
        os.path.abspath(given.pylock or pylock),
    )
    if paths[0].endswith(".toml"):
        raise WorkrootError(
            f"{paths[0]}: pip reads requirements from a file that is not called .toml",
            "--requirements requirements.lock.txt",
        )
    lockfile.renderer(paths[1] if paths[1].endswith(".toml") else paths[1] + ".toml")
    return paths


def _refuse_foreign(paths: tuple[str, str], given) -> None:
    from workroot.locking import lockfile

    for path in paths:
        text = _read(path)
        if text and not lockfile.ours(text) and not given.force:
            raise WorkrootError(
                f"{path} was not written by workroot lock",
                f"{_home.program()} lock --force   # writes over it",
            )


def _read(path: str) -> str | None:
    from workroot.doors import files

    try:
        return files.read_text(path)
    except UnicodeDecodeError as error:
        raise WorkrootError(f"{path} is not UTF-8 (byte {error.start})", "move it away") from error
    except OSError as error:
        raise WorkrootError(
            f"cannot read {path}: {(error.strerror or str(error)).lower()}"
        ) from error


def _write(home, paths: tuple[str, str], entries: list, here, given) -> int:
    from workroot.doors import files
    from workroot.locking import lock, lockfile, releases

    sources = releases.Sources(os.environ, home.venv)
    locked = lock.hashed(entries, sources, here, terminal.progress("looking up"))
    for sentence in (*locked.notes, *locked.problems):
        terminal.say(sentence)
    if locked.problems and not given.partial:
        terminal.say("nothing was written")
        terminal.next_line(
            f"{_home.program()} lock --partial   # leaves {'them' if len(locked.problems) > 1 else 'it'} out"
        )
        _say(paths, [], locked, given) if given.output == "json" else None
        return 1
    changed = []
    for path in paths:
        text = lockfile.renderer(path)(locked, path)
        if given.dry_run:
            changed += [path] if _read(path) != text else []
        elif files.write_if_changed(path, text):
            changed.append(path)
    _say(paths, changed, locked, given)
    return 1 if locked.problems else 0


def _say(paths: tuple[str, str], changed: list[str], locked, given) -> None:
    if given.output == "json":
        terminal.json(
            {
                "files": list(paths),
                "changed": changed,
                "packages": len(locked.entries),
                "problems": list(locked.problems),
                "dry_run": given.dry_run,
            }
        )
        return
    would = "would be " if given.dry_run else ""
    for path in paths:
        terminal.step(
            f"{path}: {would + 'written' if path in changed else 'already the same'}, {len(locked.entries)} packages"
        )
    terminal.next_line(f"{_home.program()} lock --check")


def _check(paths: tuple[str, str], entries: list, here, given) -> int:
    found = [_compared(path, entries, here) for path in paths]
    if given.output == "json":
        terminal.json(
            {
                "same": not any(problem or changes for problem, changes in found),
                "files": [
                    {
                        "path": path,
                        "problem": problem,
                        "differences": [change._asdict() for change in changes],
                    }
                    for path, (problem, changes) in zip(paths, found)
                ],
            }
        )
    else:
        _show(paths, found)
    if not any(problem or changes for problem, changes in found):
        terminal.step(f"the lock is what is installed: {len(entries)} packages")
        return 0
    terminal.next_line(f"{_home.program()} lock")
    return 1


def _compared(path: str, entries: list, here) -> tuple[str, list]:
    from workroot.locking import lock, lockfile

    text = _read(path)
    if text is None:
        return f"there is no {path}", []
    try:
        return "", lock.differences(lockfile.read(path, text, here), entries)
    except lockfile.OtherTarget as error:
        return error.message, []


def _show(paths: tuple[str, str], found: list[tuple[str, list]]) -> None:
    same = len(found) > 1 and found[0] == found[1]
    for path, (problem, changes) in list(zip(paths, found))[: 1 if same else None]:
        if problem:
            terminal.say(problem)
        if changes:
            terminal.step(f"{path}{' and ' + os.path.basename(paths[1]) if same else ''}:")
            for change in changes:
                terminal.data(terminal.printable(str(change)))
