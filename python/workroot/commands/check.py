"""check: the health check, quick and read-only; --snippet prints it as a block to paste."""

import os
from collections.abc import Sequence

from workroot import config as configuration
from workroot.commands import _arguments, _findings, _homes
from workroot.commands._call import Call, the_venv
from workroot.doors import files, terminal
from workroot.environment import options, owed, state
from workroot.errors import WorkrootError
from workroot.pythons import venv as environments
from workroot.root import HEALTH_CHECK, Root
from workroot.session import exports, health, link


def main(call: Call) -> int:
    made = _arguments.parser(call, "check", "check --json", "check --snippet sh")
    made.add_argument(
        "--snippet",
        choices=("sh", "powershell", "python"),
        help="print it as a block to paste, this workroot's paths in it",
    )
    given = made.parse_args(call.words)
    venv, arguments, findings = subject(_homes.the_root(call, given))
    if given.snippet:
        terminal.data(_snippet(given.snippet, venv.python, arguments))
        return 0
    checked = health.check(arguments, venv, os.environ)
    return _findings.show([*findings, *checked], given.output)


def subject(root: Root) -> tuple[environments.Venv, list[str], list[health.Finding]]:
    """The venv, the arguments of its health check, and what that cannot see. Changes nothing."""
    name = the_venv()
    config = configuration.read(root, name)
    path = config.venv.path
    if environments.state(path) == "absent":
        raise WorkrootError(f"there is no venv at {path}", "workroot setup")
    # What setup noted of the venv, while it is still that one: else a start of its Python tells.
    recorded = state.recorded(root, name)
    venv = state.venv(recorded, path) or environments.inspect(path, os.environ)
    paths = options.import_paths(config)
    lines = link.lines(paths, venv.site, venv.version, root.links)
    owing = owed.findings(config, venv, recorded, os.environ)
    arguments = health.settings(root, config, venv, paths, lines, _homes.current_directory())
    arguments += [f"import={name}" for name in config.venv.imports]
    return venv, arguments, owing


def account(root: Root) -> list[health.Finding]:
    """All that `check` finds, for who has more to say: what keeps it from looking is a finding."""
    try:
        venv, arguments, findings = subject(root)
        return [*findings, *health.check(arguments, venv, os.environ)]
    except WorkrootError as error:
        fix = error.hint or "correct what the sentence names"
        return [health.Finding("fail", "environment", error.message, fix)]


def _snippet(kind: str, python: str, arguments: Sequence[str]) -> str:
    program = files.read_text(HEALTH_CHECK) or ""
    return exports.snippet(kind, program, python, arguments)
