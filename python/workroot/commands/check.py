"""check: the health check, quick and read-only; --snippet prints it as a block to paste."""

import os
from collections.abc import Sequence

from workroot import config as configuration
from workroot.commands import _arguments
from workroot.doors import files, terminal
from workroot.environment import options, owed, state
from workroot.errors import WorkrootError
from workroot.pythons import venv as environments
from workroot.root import HEALTH_CHECK, Root
from workroot.session import health, link

HELP = "the health check: does the repo import, and from where; changes nothing"


def main(argv: list[str]) -> int:
    parser = _arguments.parser(
        "check",
        HELP,
        "workroot check",
        "workroot check --json",
        "workroot check --snippet sh",
        output=True,
    )
    parser.add_argument(
        "--snippet",
        choices=("sh", "powershell", "python"),
        help="print it as a block to paste, this workroot's paths in it",
    )
    given = parser.parse_args(argv)
    root = _arguments.the_root(given)
    venv, arguments, findings = subject(root)
    if given.snippet:
        terminal.data(_snippet(given.snippet, venv.python, arguments))
        return 0
    return show([*findings, *health.check(arguments, venv, os.environ)], given.output)


def show(findings: Sequence[health.Finding], output: str, only_problems: bool = False) -> int:
    """Print findings; status 1 when one of them fails."""
    if output == "json":
        terminal.json(
            {
                "findings": [finding._asdict() for finding in findings],
                "healthy": not health.failed(findings),
            }
        )
    else:
        for finding in findings:
            if only_problems and finding.severity == "ok":
                continue
            terminal.data(f"{finding.severity:4}  {finding.id:16}  {finding.evidence}")
            if finding.fix:
                terminal.data(f"      fix: {finding.fix}")
    return 1 if health.failed(findings) else 0


def subject(root: Root) -> tuple[environments.Venv, list[str], list[health.Finding]]:
    """The venv, the arguments of its health check, and what that cannot see, without changing anything."""
    name = os.environ.get("WORKROOT_VENV", "")
    config = configuration.read(root, name)
    recorded = state.recorded(root, name)
    if environments.state(config.venv.path) == "absent":
        raise WorkrootError(f"there is no venv at {config.venv.path}", "workroot setup")
    venv = state.venv(recorded, config.venv.path) or environments.inspect(
        config.venv.path, os.environ
    )
    paths = options.import_paths(config)
    lines = link.lines(paths, venv.site, venv.version, root.links)
    owing = owed.findings(config, venv, recorded, os.environ)
    arguments = health.settings(config, venv, paths, lines)
    arguments += [f"import={name}" for name in config.venv.imports]
    return venv, arguments, owing


def _snippet(kind: str, python: str, arguments: Sequence[str]) -> str:
    from workroot.session.exports import snippet

    return snippet(kind, files.read_text(HEALTH_CHECK) or "", python, arguments)
