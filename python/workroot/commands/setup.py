"""setup: make it so: venv, link, requirements, editables, import checks; only what is missing."""

import os

from workroot import root
from workroot.doors import terminal
from workroot.session import proof

HELP = "make it so: venv, link, requirements, import checks; only what is missing"


def main(argv: list[str]) -> int:
    if argv in ([], ["--check"], ["-q"], ["--quiet"]) and _nothing_to_do():
        terminal.quiet = terminal.quiet or argv in (["-q"], ["--quiet"])
        terminal.step("nothing to do")
        return 0
    if _is_tier(argv):
        from workroot.commands import _tier

        return _tier.main(argv)
    return _with_arguments(argv)


def _is_tier(argv: list[str]) -> bool:
    """Whether this is not about a workroot."""
    own = argv[: argv.index("--test")] if "--test" in argv else argv
    return any(
        word.lower().lstrip("-") in ("user", "system", "remove")
        for word in own
        if word.startswith("-")
    )


def _nothing_to_do() -> bool:
    """The answer for the price of a Python start, before anything dear is imported."""
    found = root.find(None, os.environ.get("WORKROOT"))
    return proof.holds(found.proof, os.environ.get("WORKROOT_VENV", ""))


def _with_arguments(argv: list[str]) -> int:
    from workroot.commands import _arguments, check
    from workroot.environment import setup

    parser = _arguments.parser(
        "setup",
        HELP,
        "workroot setup",
        "workroot setup --check   # anything to do? 0 no, 1 yes",
        "workroot setup --python 3.12",
    )
    parser.add_argument(
        "--check",
        action="store_true",
        help="change nothing; status 1 when there is something to do",
    )
    parser.add_argument("--offline", action="store_true", help="use no network")
    parser.add_argument(
        "--python",
        metavar="P",
        help="a range, a command or a path, instead of [venv] python, for a venv that is made now",
    )
    parser.add_argument(
        "--migrate",
        action="append",
        default=[],
        metavar="OLD",
        help="move an old environment to .workroot/trash; lists what names it",
    )
    parser.add_argument(
        "--user",
        action="store_true",
        help="your own packages, with pip and pyctl; --remove takes it away",
    )
    parser.add_argument(
        "--system",
        action="store_true",
        help="pyctl for every user of this machine; --remove takes it away",
    )
    parser.add_argument(
        "--test",
        nargs="*",
        metavar="PYTEST-ARGUMENT",
        help="set the kit itself up and run its tests",
    )
    arguments = argv[: argv.index("--test") + 1] if "--test" in argv else argv
    given = parser.parse_args(arguments)
    if given.test is not None:
        from workroot.commands import _kit_tests

        return _kit_tests.run(argv[len(arguments) :])
    found = _arguments.the_root(given)
    options = _arguments.options(offline=given.offline, python=given.python)
    if given.check:
        return _check(found, options) | _left(found, given.migrate)
    result = setup.run(found, options)
    status = check.show(result.findings, "text", only_problems=True)
    if status == 0 and given.migrate:
        _migrate(found, given.migrate, result.venv.path)
    return status or _done(found)


def _check(found: root.Root, options) -> int:
    """Whether anything is to do: by the last proof, and where that no longer stands by looking."""
    from workroot.environment import setup

    lacking = [] if proof.holds(found.proof, options.venv_name) else setup.lacking(found, options)
    for sentence in lacking:
        terminal.data(f"to do: {terminal.printable(sentence)}")
    if lacking:
        terminal.next_line("workroot setup")
        return 1
    terminal.step("nothing to do")
    return 0


def _migrate(found: root.Root, old: list[str], venv: str) -> None:
    """Move the old environments to the trash, now that the new one works, and list the lines that still name them."""
    from workroot.project import migration

    for path in old:
        terminal.step(migration.retire(found, path, venv))
    _list(migration.references_of(found, old, venv))


def _left(found: root.Root, old: list[str]) -> int:
    """With --check: 1 while an old environment is there or a line names one."""
    if not old:
        return 0
    from workroot import config as configuration
    from workroot.project import migration

    venv = configuration.read(found, os.environ.get("WORKROOT_VENV", "")).venv.path
    there = [path for path in old if os.path.lexists(migration.place(found, path, venv))]
    for path in there:
        terminal.data(f"to do: {terminal.printable(path)} is still there")
    lines = migration.references_of(found, old, venv)
    _list(lines)
    return 1 if there or lines else 0


def _list(references: list) -> None:
    for file, line, text, instead in references:
        terminal.data(f"{terminal.printable(file)}:{line}: {terminal.printable(text)}")
        terminal.data(f"    instead: {terminal.printable(instead)}")
    if references:
        terminal.step(
            f"{len(references)} {'line' if len(references) == 1 else 'lines'} to change; `setup --check --migrate ...` says when none is left"
        )


def _done(found: root.Root) -> int:
    from workroot.standards.quoting import quote_sh

    terminal.step("ready")
    terminal.next_line(
        ". ./bootstrap.sh"
        if os.path.realpath(os.curdir) == found.path
        else f"cd {quote_sh(found.path)} && . ./bootstrap.sh"
    )
    return 0
