"""new DIR --repo PATH: make a workroot from a template; --update: renew a project's own kit."""

import os
from collections.abc import Sequence

from workroot.commands import _arguments
from workroot.commands._call import Call
from workroot.doors import shell, terminal
from workroot.errors import WorkrootError
from workroot.project import kit, project, templates
from workroot.root import KIT, Root


def main(call: Call) -> int:
    parser = _parser(call)
    given, rest = parser.take(call.words)
    if rest:
        _refuse(parser, given, rest)
    # PowerShell leaves a ~ to the program that it calls.
    root = Root(os.path.expanduser(given.directory))
    if given.update:
        return _update(root)
    if given.template == "project":
        if given.repo:
            raise WorkrootError("a project is its own repo", "leave --repo out")
        return _project(root, given.bare)
    if not given.repo:
        raise WorkrootError(
            "--repo is missing: the code to import",
            "workroot new DIR --repo PATH, or: workroot new --template project DIR",
        )
    left = templates.new(root, given.repo, terminal.step, given.force)
    _show(left)
    words = shell.spelling()
    own = f"bootstrap{words.ending}"
    bootstrap = f"./{own}"
    if left:
        repos = " ".join(f"--repo {words.quote(repo)}" for repo in given.repo)
        terminal.step("--force puts the kit's there, and keeps yours in .workroot/trash:")
        terminal.next_line(f"workroot new {words.quote(root.path)} {repos} --force")
        if any(one.file == own for one in left):
            bootstrap = words.quote(os.path.join(KIT, own))
    terminal.next_line(words.enter(root.path, f". {bootstrap}"))
    return 0


def _parser(call: Call) -> _arguments.Parser:
    made = _arguments.parser(
        call,
        "new ~/lab --repo ~/src/pipeline",
        "new --template project .   # one environment for a whole project; overwrites nothing",
        "new --update .             # renew the kit in tools/workroot",
        output=False,
        directory=False,
    )
    made.add_argument(
        "directory", metavar="DIR", help="made when missing; nothing in it is overwritten"
    )
    made.add_argument(
        "--repo", action="append", metavar="PATH", help="the code to import; may be repeated"
    )
    made.add_argument(
        "--template", choices=("workroot", "project"), default="workroot", help="what to make of it"
    )
    made.add_argument(
        "--bare",
        action="store_true",
        help="of the project template the environment only, no examples",
    )
    made.add_argument(
        "--force",
        action="store_true",
        help="put the kit's bootstraps there; those of your own go to .workroot/trash",
    )
    made.add_argument(
        "--update",
        action="store_true",
        help="renew the kit that travels with the project DIR; local edits are never lost",
    )
    return made


def _refuse(parser: _arguments.Parser, given, rest: list[str]) -> None:
    """`new DIR REPO` is what people type first."""
    options = [word for word in rest if word.startswith("-")]
    # With --repo, or an option that there is not, it is something else that was meant.
    if given.repo or options:
        parser.refuse(rest)
    quote = shell.spelling().quote
    directory, repos = quote(given.directory), " ".join(map(quote, rest))
    raise WorkrootError(
        f"the repo is named behind --repo: {' '.join(rest)}",
        f"workroot new {directory} --repo {repos}",
    )


def _update(root: Root) -> int:
    changed = kit.update(root.path)
    place = os.path.join(root.path, kit.PLACE)
    terminal.step(f"{place} is renewed" if changed else f"{place} is up to date")
    if changed:
        terminal.next_line(f"python/setup{shell.spelling().setup_ending}")
    return 0


def _project(root: Root, bare: bool) -> int:
    written, advice = project.new(root.path, bare)
    what = f"{len(written)} files written" if written else "nothing to write"
    terminal.step(f"{root.path}: {what}")
    _show(advice)
    words = shell.spelling()
    terminal.next_line(words.enter(root.path, f"python/setup{words.setup_ending}"))
    return 0


def _show(advice: Sequence) -> None:
    """What stands differently, as data: it is what was asked for."""
    for file, lines in advice:
        terminal.data(f"{terminal.printable(file)} is left as it is; to change:")
        for line in lines:
            terminal.data(f"    {terminal.printable(line)}")
