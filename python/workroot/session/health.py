"""Findings: what the health check has to say of a workroot, as data."""

import os
import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from workroot.config import Config
from workroot.doors import process, shell
from workroot.errors import WorkrootError
from workroot.pythons.venv import Venv
from workroot.root import HEALTH_CHECK, Root
from workroot.session import ahead

_HERE = "here="  # a setting for `check` itself: where a person starts python
_CUT_SHORT = (
    "something that the repo's modules do when they are imported ends Python; take them one by one"
)
_LINE = re.compile(r"(ok|warn|fail)  (\S+)  (.*)")


class Finding(NamedTuple):
    """One thing the health check has to say.

    severity: 'ok', 'warn' or 'fail'. id: a word that stays the same from release to release.
    evidence: what it saw. fix: a line to type or ''.
    """

    severity: str
    id: str
    evidence: str
    fix: str = ""


class Account(NamedTuple):
    """What a session's Python does otherwise than its owner may think, and what that depends on.

    looked_at: what PYTHONPATH names, and the person's own site-packages. lasts: False where a file
    in the workroot itself takes part; outputs come and go there, so that its time is none to
    compare.
    """

    warnings: list[str]
    pythonpath: str
    looked_at: list[str]
    lasts: bool


def settings(
    root: Root,
    config: Config,
    venv: Venv,
    import_paths: Sequence[str],
    lines: Sequence[str],
    current: str | None = None,
) -> list[str]:
    """The arguments of `check` for this workroot, but for the modules of [venv] imports.

    Args:
        import_paths: The directories that imports start from, in their order.
        lines: What repo.pth is to hold, from link.lines.
        current: Where a person is, who may start python there as well as in the workroot.
    """
    return [
        f"prefix={venv.path}",
        f"site={venv.site}",
        *(f"link={line}" for line in lines),
        *(f"path={path}" for path in import_paths),
        *([f"marker={config.marker}"] if config.marker else []),
        f"{_HERE}{root.path}",
        *([f"{_HERE}{current}"] if current else []),
    ]


def of_program(arguments: Sequence[str]) -> list[str]:
    """The settings that health_check.py itself knows."""
    return [word for word in arguments if not word.startswith(_HERE)]


def check(
    arguments: Sequence[str],
    venv: Venv,
    environ: Mapping[str, str],
) -> list[Finding]:
    """The one account of what a session's Python will do with the repo's modules.

    The health check runs in the venv's Python, from outside the repo and without PYTHONPATH, as
    these could hide a broken link. What they change for a session comes behind its findings.

    Args:
        arguments: What `settings` gave, and the modules to import.

    Returns:
        The findings without the last one, which only says that there are no more.

    Raises WorkrootError: when it does not run, or a module that it imports ends Python.
    """
    argv = [venv.python, "-I", "-B", HEALTH_CHECK, *of_program(arguments)]
    outcome = process.attempt(
        argv,
        env=process.scrubbed(environ),
        cwd=os.path.dirname(HEALTH_CHECK),
        timeout=300,
    )
    findings = parse(outcome.output)
    # Of a traceback the last line names the error.
    last = (outcome.errors.strip().splitlines() or ["no answer"])[-1]
    if not findings:
        raise WorkrootError(
            f"the health check did not run in {venv.path}: {last}", "workroot create --force"
        )
    # A module may call os._exit(0) while it is imported: the status alone proves nothing.
    if findings[-1].id != "complete" or outcome.status not in (0, 1):
        where = f"status {outcome.status}, after {findings[-1].id}"
        raise WorkrootError(f"the health check was cut short ({where}): {last}", _CUT_SHORT)
    return [*findings[:-1], *_of_session(arguments, venv, environ)]


def _of_session(
    arguments: Sequence[str],
    venv: Venv,
    environ: Mapping[str, str],
) -> list[Finding]:
    """What the health check does not look at."""
    paths = [word.removeprefix("path=") for word in arguments if word.startswith("path=")]
    started_in = [word.removeprefix(_HERE) for word in arguments if word.startswith(_HERE)]
    shadows = ahead.shadows(paths, started_in, environ) + ahead.hidden(paths, venv.site)
    user_site = ahead.user_site(venv, environ)
    if user_site:
        shadows += ahead.hidden(paths, user_site) + ahead.overtaken(paths, user_site)
    return _findings(shadows)


def in_directory(
    directory: str,
    import_paths: Sequence[str],
    environ: Mapping[str, str],
) -> list[Finding]:
    """What a python that is started there takes from the repo: a part of what `check` finds."""
    return _findings(ahead.shadows(import_paths, [directory], environ))


def _findings(shadows: Sequence[ahead.Shadow]) -> list[Finding]:
    found = []
    for one in shadows:
        evidence = f"import {one.name} takes {one.taken}, not {one.lost}: {one.reason}"
        found.append(Finding("warn", "shadowed", evidence, one.fix))
    return found


def _spelled(fix: str) -> str:
    """A fix for the shell that a person types into: health_check.py is one file, and knows none."""
    own = f". ./bootstrap{shell.spelling().ending}"
    return fix.replace(". ./bootstrap.sh", own)


def parse(output: str) -> list[Finding]:
    """The findings that health_check.py printed: a line each, below it what to type."""
    findings: list[Finding] = []
    for line in output.splitlines():
        found = _LINE.fullmatch(line)
        if found:
            findings.append(Finding(*found.groups()))
        # A way out belongs to the finding above it; any other line is none of the check's.
        elif findings and line.startswith("    fix: "):
            fix = _spelled(line.removeprefix("    fix: "))
            findings[-1] = findings[-1]._replace(fix=fix)
    return findings


def failed(findings: Sequence[Finding]) -> bool:
    """Whether any finding says that the environment does not work."""
    return any(finding.severity == "fail" for finding in findings)


def account(findings: Sequence[Finding], venv: Venv, environ: Mapping[str, str]) -> Account:
    """What a session is proved with, of what a setup found."""
    warned = [finding for finding in findings if finding.severity == "warn"]
    places = [*ahead.entries(environ), ahead.user_site(venv, environ)]
    entries = [entry for entry in places if os.path.exists(entry)]
    return Account(
        warnings=[finding.evidence for finding in warned],
        pythonpath=environ.get("PYTHONPATH", ""),
        looked_at=entries,
        lasts=not any(ahead.STARTED in finding.evidence for finding in warned),
    )
