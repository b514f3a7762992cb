"""What setup does where there may be something to do, or to look at."""

import os

from workroot import config as configuration
from workroot.commands import _arguments, _findings, _homes, _kit_tests, _wishes
from workroot.commands._call import Call, the_venv
from workroot.doors import shell, terminal
from workroot.environment import setup
from workroot.project import migration
from workroot.root import Root
from workroot.session import proof

# Named here for their help alone: setup hands them to _tier before this parser is asked.
_TIERS = {
    "--user": "your own packages, with pip and pyctl",
    "--system": "pyctl for every user of this machine",
}


def main(call: Call) -> int:
    words, of_the_tests = _split(call.words)
    given = _parser(call).parse_args(words)
    if given.test is not None:
        return _kit_tests.run(of_the_tests)
    root = _homes.the_root(call, given)
    options = _wishes.options(offline=given.offline, python=given.python)
    if given.check:
        # Both are asked, so that all there is to do is said at once.
        return max(_check(root, options), _left(root, given.migrate))
    result = setup.run(root, options)
    status = _findings.show(result.findings, "text", only_problems=True)
    if status:
        return status
    if given.migrate:
        # Only now: the old environment goes when the new one is known to work.
        _migrate(root, given.migrate, result.venv.path)
    terminal.step("ready")
    terminal.next_line(_line_to_source(root))
    return 0


def _split(words: list[str]) -> tuple[list[str], list[str]]:
    """Our words, and what stands behind --test: those are pytest's, options included."""
    if "--test" not in words:
        return words, []
    at = words.index("--test") + 1
    return words[:at], words[at:]


def _parser(call: Call) -> _arguments.Parser:
    made = _arguments.parser(
        call,
        "setup",
        "setup --check   # anything to do? 0 no, 1 yes",
        "setup --python 3.12",
        output=False,
    )
    made.add_argument(
        "--check",
        action="store_true",
        help="change nothing; status 1 when there is something to do",
    )
    made.add_argument("--offline", action="store_true", help="use no network")
    made.add_argument(
        "--python",
        metavar="P",
        help="a range, a command or a path, instead of [venv] python, for a venv that is made now",
    )
    made.add_argument(
        "--migrate",
        action="append",
        default=[],
        metavar="OLD",
        help="move an old environment to .workroot/trash; lists what names it",
    )
    for flag, summary in _TIERS.items():
        made.add_argument(flag, action="store_true", help=f"{summary}; --remove takes it away")
    made.add_argument(
        "--test",
        nargs="*",
        metavar="PYTEST-ARGUMENT",
        help="set the kit itself up and run its tests",
    )
    return made


def _check(root: Root, options) -> int:
    """Whether anything is to do: by the last proof, and where that no longer stands by looking."""
    lacking = []
    if not proof.holds(root.proof, options.venv_name):
        lacking = setup.lacking(root, options)
    for sentence in lacking:
        terminal.data(f"to do: {terminal.printable(sentence)}")
    if lacking:
        terminal.next_line("workroot setup")
        return 1
    terminal.step("nothing to do")
    return 0


def _migrate(root: Root, old: list[str], venv: str) -> None:
    """Move the old environments to the trash, now that the new one works.

    What still names them is listed.
    """
    for path in old:
        terminal.step(migration.retire(root, path, venv))
    _list(migration.references_of(root, old, venv))


def _left(root: Root, old: list[str]) -> int:
    """With --check: 1 while an old environment is there or a line names one."""
    if not old:
        return 0
    venv = configuration.read(root, the_venv()).venv.path
    there = [path for path in old if os.path.lexists(migration.place(root, path, venv))]
    for path in there:
        terminal.data(f"to do: {terminal.printable(path)} is still there")
    references = migration.references_of(root, old, venv)
    _list(references)
    return 1 if there or references else 0


def _list(references: list) -> None:
    for file, line, text, instead in references:
        terminal.data(f"{terminal.printable(file)}:{line}: {terminal.printable(text)}")
        terminal.data(f"    instead: {terminal.printable(instead)}")
    count = len(references)
    if count:
        lines = "1 line" if count == 1 else f"{count} lines"
        terminal.step(f"{lines} to change; `setup --check --migrate ...` says when none is left")


def _line_to_source(root: Root) -> str:
    words = shell.spelling()
    line = f". ./bootstrap{words.ending}"
    if os.path.realpath(os.curdir) == root.path:
        return line
    return words.enter(root.path, line)
