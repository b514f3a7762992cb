"""A session that is shown to hold by reading alone, and kept nowhere.

Where nothing can be written (a read-only disk, a full one, somebody else's workroot), and beside a
command that holds the lock: what setup left is compared with what it would leave now.
"""

import errno
import os
from typing import NamedTuple

from workroot.config import Config
from workroot.doors import files
from workroot.environment import handles, owed, state, wanted
from workroot.environment.options import Options, import_paths
from workroot.errors import WorkrootError
from workroot.pythons import venv as environments
from workroot.pythons.venv import Venv
from workroot.root import Root
from workroot.session import health, link

_CANNOT_WRITE = (errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOSPC, errno.EDQUOT)


class Standing(NamedTuple):
    """A session that needs no setup, and what there is to say of it: findings, good ones too."""

    venv: Venv
    findings: list[health.Finding]


def is_unwritable(problem: WorkrootError) -> bool:
    """Whether an error is one of a place where nothing can be written.

    The system's reason is its cause: a door raises its sentence from the OSError.
    """
    cause = problem.__cause__
    return isinstance(cause, OSError) and cause.errno in _CANNOT_WRITE


def find(
    root: Root,
    config: Config,
    options: Options,
) -> Standing | None:
    """What a setup would leave, found by reading and by the health check, which writes nothing.

    Returns:
        None where a setup would have to change something that a session needs.

    Raises WorkrootError: when the health check does not run, or the state is of another kit.
    """
    recorded = state.recorded(root, config.venv.name)
    venv = state.venv(recorded, config.venv.path)
    if venv is None or environments.moved_from(venv.path):
        return None
    # The cheap questions first: a health check is a start of the venv's Python.
    lines = link.lines(import_paths(config), venv.site, venv.version, root.links)
    linked = files.read_bytes(link.path(venv.site)) == link.content(lines)
    if not linked or not _rendered(root, config, venv, recorded):
        return None
    arguments = health.settings(root, config, venv, import_paths(config), lines)
    arguments += [f"import={name}" for name in config.venv.imports]
    found = health.check(arguments, venv, options.environ)
    # What is not installed ends no session by itself: the caller asks owed.refusing.
    lacking = owed.findings(config, venv, recorded, options.environ)
    return Standing(venv, [*lacking, *found])


def lacking(
    root: Root,
    config: Config,
    options: Options,
) -> list[str]:
    """What is not as a setup would leave it, as sentences."""
    recorded = state.recorded(root, config.venv.name)
    venv = state.venv(recorded, config.venv.path)
    if venv is None or environments.moved_from(venv.path):
        there = environments.state(config.venv.path) != "absent"
        words = "was not set up here, or has changed" if there else "is not there"
        return [f"{config.venv.path} {words}"]
    digests = wanted.digests(config)
    # Each file by itself, to say which of them changed.
    done = recorded.get("installed", {})
    sentences = [
        f"{path} is new or has changed" for path in digests if done.get(path) != digests[path]
    ]
    sentences += [f"{one} is not there any more" for one in owed.uninstalled(recorded, venv)]
    lines = link.lines(import_paths(config), venv.site, venv.version, root.links)
    if files.read_bytes(link.path(venv.site)) != link.content(lines):
        return [*sentences, f"{link.path(venv.site)} is not as it should be"]
    arguments = health.settings(root, config, venv, import_paths(config), lines)
    arguments += imports(config)
    for finding in health.check(arguments, venv, options.environ):
        if finding.severity == "fail":
            sentences.append(f"{finding.id}: {finding.evidence}")
    return sentences


def imports(config: Config, only_optional: bool = False) -> list[str]:
    """The settings of the health check that import modules.

    only_optional: where an installation failed; a module that is missing for that reason would be
    said twice.
    """
    optional = [f"optional={name}" for name in config.venv.optional_imports]
    if only_optional:
        return optional
    return [*(f"import={name}" for name in config.venv.imports), *optional]


def _rendered(
    root: Root,
    config: Config,
    venv: Venv,
    recorded: dict,
) -> bool:
    """Whether the session files are there, and give what they would if written now.

    Two of them stand for all, as all are written together.
    """
    there = all(os.access(root.session(ending), os.R_OK) for ending in ("sh", "ps1"))
    return there and recorded.get("session") == handles.digest(root, config, venv)
