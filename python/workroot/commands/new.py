"""new DIR --repo PATH: make a workroot from a template; new --update DIR: renew the kit that travels with a project."""

import argparse
import os
from collections.abc import Sequence

from workroot.doors import terminal
from workroot.errors import WorkrootError
from workroot.project import templates
from workroot.root import Root

HELP = "make a directory a workroot for a repo, or a project with one environment"
_EXAMPLES = """examples:
  workroot new ~/lab --repo ~/src/pipeline
  workroot new --template project .           # one environment for a whole project; nothing is overwritten
  workroot new --update .                     # renew the kit in tools/workroot
"""


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="workroot new",
        description=HELP,
        epilog=_EXAMPLES,
        allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "directory", metavar="DIR", help="made when missing; nothing in it is overwritten"
    )
    parser.add_argument(
        "--repo", action="append", metavar="PATH", help="the code to import; may be repeated"
    )
    parser.add_argument(
        "--template", choices=("workroot", "project"), default="workroot", help="what to make of it"
    )
    parser.add_argument(
        "--bare",
        action="store_true",
        help="of the project template the environment only, no examples",
    )
    parser.add_argument(
        "--update",
        action="store_true",
        help="renew the kit that travels with the project DIR; local edits are never lost",
    )
    given = parser.parse_args(argv)
    root = Root(given.directory)
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
    templates.new(root, given.repo, terminal.step)
    terminal.next_line(f"cd {_quoted(root.path)} && . ./bootstrap.sh")
    return 0


def _update(root: Root) -> int:
    from workroot.project import kit

    changed = kit.update(root.path)
    terminal.step(
        f"{os.path.join(root.path, kit.PLACE)} {'is renewed' if changed else 'is up to date'}"
    )
    if changed:
        terminal.next_line("python/setup.sh")
    return 0


def _project(root: Root, bare: bool) -> int:
    from workroot.project import project

    written, advice = project.new(root.path, bare)
    terminal.step(
        f"{root.path}: {len(written)} files written"
        if written
        else f"{root.path}: nothing to write"
    )
    _show(advice)
    terminal.next_line(f"cd {_quoted(root.path)} && python/setup.sh")
    return 0


def _show(advice: Sequence) -> None:
    """What stands differently, as data: it is what was asked for."""
    for file, lines in advice:
        terminal.data(f"{terminal.printable(file)} is left as it is; to change:")
        for line in lines:
            terminal.data(f"    {terminal.printable(line)}")


def _quoted(path: str) -> str:
    from workroot.standards.quoting import quote_sh

    return quote_sh(path)
