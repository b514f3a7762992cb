"""The steps of setup, in order, each idempotent.

Venv, pip, link, requirements, editables, imports, proof, session files, state.

What cannot be installed stops none of the others: there is a session that works as far as it can,
and says what it lacks.
"""

import contextlib
import os
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from workroot import config as configuration
from workroot.config import Config
from workroot.doors import files, locks, mounts, trees
from workroot.environment import (
    handles,
    owed,
    place,
    standing,
    state,
    wanted,
)
from workroot.environment.options import Options, import_paths
from workroot.errors import WorkrootError
from workroot.history import home as homes
from workroot.pythons import packages
from workroot.pythons import venv as environments
from workroot.pythons.packages import Distribution
from workroot.pythons.venv import Venv
from workroot.root import Root
from workroot.session import health, link

_README = """\
Written by workroot for the directory above. `workroot setup` makes it again, but for what undo
needs (history/, snapshots/, store/, venvs/) and for trash/.
"""


class Result(NamedTuple):
    """What setup left.

    venv: the one to work with. findings: of the health check, and what the venv lacks.
    missing: why something could not be installed; empty where all of it is there.
    """

    venv: Venv
    findings: list[health.Finding]
    missing: list[WorkrootError]


class _Installed(NamedTuple):
    """What there is to record of an installation, and why it could not be made."""

    digests: dict[str, str]
    packages: dict[str, str]
    problem: WorkrootError | None = None

    @property
    def said(self) -> dict:
        """The keys of it in the state."""
        return {"installed": self.digests, "packages": self.packages}


def run(root: Root, options: Options) -> Result:
    """Make it so, under the workroot's lock; whatever was finished stays finished.

    Where nothing can be written, and beside a command that holds the lock, a session that stands
    already is enough for options.lenient.

    Raises WorkrootError: when there can be no session or, unless lenient, when something could not
    be installed.
    """
    config = configuration.read(root, options.venv_name)
    # First of all: a session without its own `pip` would have somebody else's.
    mounts.check_programs(root.bin)
    try:
        place.check_paths(root, config)
    except WorkrootError as error:
        if _quieted(root, config):
            error.message += "; the link leaves it out until it is back"
        raise
    place.check(root, config, state.recorded(root, config.venv.name), options.force)
    if options.lenient and locks.busy(root.lock):
        # Whoever holds it may wait for an answer of its person; a session that stands need not.
        found = standing.find(root, config, options)
        if found and not owed.refusing(found.findings):
            return Result(found.venv, found.findings, [])
    try:
        result = _locked(root, config, options)
    except WorkrootError as error:
        found = _standing(root, config, options) if standing.is_unwritable(error) else None
        if found is None:
            raise
        result = Result(found.venv, found.findings, [])
    if options.lenient:
        return result
    if result.missing:
        raise result.missing[0]
    return result._replace(findings=[_tried(finding, root) for finding in result.findings])


def _tried(finding: health.Finding, root: Root) -> health.Finding:
    """A finding that setup could not mend, with another way out than a setup."""
    if finding.id != "import-failed":
        return finding
    module = finding.evidence.partition(":")[0]
    fix = (
        f"install what brings {module} (workroot install NAME), or correct imports in {root.config}"
    )
    return finding._replace(fix=fix)


def _locked(
    root: Root,
    config: Config,
    options: Options,
) -> Result:
    """The steps, with nobody else at work in this workroot."""
    _prepare(root)
    with locks.held(root.lock):
        # What a killed setup left half written: nobody is in the middle of a write here now.
        trees.sweep(root.state)
        trees.sweep(root.bin)
        return _steps(root, config, options)


def _standing(
    root: Root,
    config: Config,
    options: Options,
) -> standing.Standing | None:
    """What is there already, where a setup cannot write: enough for a session, or all of it."""
    if options.force:
        return None
    found = standing.find(root, config, options)
    if found is None or options.lenient:
        return found
    return None if lacking(root, options) else found


def _quieted(root: Root, config: Config) -> bool:
    """Take what is not there out of the link. Says whether that changed it, which it does once.

    From Python 3.15 on a path in a .pth that leads nowhere is a line on stderr at every start,
    which programs that read the stderr of a child take for an error of it.
    """
    venv = state.venv(state.recorded(root, config.venv.name), config.venv.path)
    if venv is None or locks.busy(root.lock):
        return False
    there = [path for path in import_paths(config) if os.path.isdir(path)]
    if len(there) == len(import_paths(config)):
        return False  # something else is wrong with a path, and the link names what is there
    try:
        with locks.held(root.lock):
            return link.write(venv.site, there, venv.version, root.links)
    except WorkrootError:
        return False  # where nothing can be written, that the repo is gone is what there is to say


def _prepare(root: Root) -> None:
    """The directories, and a .gitignore by which git leaves .workroot out without being told."""
    files.make_directory(root.bin)
    files.write_if_changed(root.readme, _README)
    files.write_if_changed(os.path.join(root.state, ".gitignore"), "*\n")


def _steps(
    root: Root,
    config: Config,
    options: Options,
) -> Result:
    """Venv, link, packages and the health check, which may ask for a part of that once more."""
    recorded = state.recorded(root, config.venv.name)
    found = place.find(root, config, options, recorded)
    venv = found.venv
    lines = link.lines(import_paths(config), venv.site, venv.version, root.links)
    link.write(venv.site, import_paths(config), venv.version, root.links)
    installed = _packages(root, config, options, venv, recorded)
    if installed.problem and found.put_back:
        found.put_back()
        raise installed.problem
    arguments = health.settings(root, config, venv, import_paths(config), lines)
    arguments += standing.imports(config, only_optional=bool(installed.problem))
    try:
        findings = _checked(arguments, venv, options)
    except WorkrootError:
        # The venv's own Python does not run the check: it is broken, or gone in the meantime.
        before = environments.born(venv.path)
        place.mend(root, config, options, venv)
        if environments.born(venv.path) != before:
            # Another venv by now, and an empty one. It is not to make room once more.
            return _steps(root, config, options._replace(force=False))
        findings = _checked(arguments, venv, options)
    if recorded.get("installed") == installed.digests and _import_failed(findings):
        # It was installed, and something took files of it away since.
        installed = _install(root, config, options, venv, {}, _installing().damaged(venv))
        findings = _checked(arguments, venv, options)
    return _finished(root, config, options, venv, installed, findings)


def _finished(
    root: Root,
    config: Config,
    options: Options,
    venv: Venv,
    installed: _Installed,
    findings: list[health.Finding],
) -> Result:
    """Write the commands and, where there can be a session, its files and the state.

    Args:
        findings: Of the health check alone.
    """
    missing = [installed.problem] if installed.problem else []
    lacking = owed.findings(config, venv, installed.said, options.environ)
    findings = [*lacking, *findings]
    handles.commands(root, config)
    if not owed.refusing(findings):
        whole = not missing and not any(one.id in owed.TOLERATED for one in findings)
        account = health.account(findings, venv, options.environ)
        handles.session(root, config, venv, account, complete=whole)
        # Last of all: its presence says that everything before it was finished.
        given = {"venv": state.facts(venv), "session": handles.digest(root, config, venv)}
        state.write(root, config.venv.name, {**given, **installed.said})
    return Result(venv, findings, missing)


def _checked(
    arguments: list[str],
    venv: Venv,
    options: Options,
) -> list[health.Finding]:
    """The findings of the health check, which imports what workroot.toml names.

    Of large packages that takes seconds the first time.
    """
    with options.during("proving the environment"):
        return health.check(arguments, venv, options.environ)


def _packages(
    root: Root,
    config: Config,
    options: Options,
    venv: Venv,
    recorded: dict,
) -> _Installed:
    """Have the packages in it, and a history that begins with them.

    Args:
        recorded: What the last setup of that venv left in the state.

    Returns:
        What there is to record; an installation that failed is in it and not raised.
    """
    fresh = venv.made and state.venv(recorded, venv.path) != venv
    if fresh and homes.of_root(root, config.venv.name).begun:
        # In a venv made anew pip belongs to no operation: an undo of the first one leaves it.
        _installing().put_pip(venv, options)
    installed = _install(
        root,
        config,
        options,
        venv,
        recorded,
    )
    if fresh:
        _installing().put_pip(venv, options)
    _begin_history(root, config, venv)
    return installed


def _install(
    root: Root,
    config: Config,
    options: Options,
    venv: Venv,
    recorded: dict,
    broken: Sequence[Distribution] = (),
) -> _Installed:
    """Install what changed, what lost files (broken) and, unless lenient, what is gone.

    Args:
        recorded: What the last setup of that venv left in the state; empty to install anew.
        broken: What is installed, and has not all of its files.
    """
    before = recorded.get("packages", {})
    try:
        wanted.check(config)
        digests = wanted.digests(config)
        same_venv = state.venv(recorded, config.venv.path) == venv and not options.force
        done = same_venv and recorded.get("installed") == digests
        # A lenient setup is a session that somebody waits for: what they removed stays removed.
        if done and (options.lenient or not owed.uninstalled(recorded, venv)):
            return _Installed(digests, before)
        if not digests and not broken:
            return _Installed(digests, {})
        with _recorded(root, config, options):
            _installing().install(
                root,
                config,
                options,
                venv,
                broken,
            )
    except WorkrootError as error:
        return _Installed({}, before, error)
    found = {one.name: one.version for one in packages.read(venv.path) if one.name != "pip"}
    return _Installed(digests, found)


# What a session with nothing to install does without: together a tenth of what its proof takes.


def _installing():
    from workroot.environment import installation  # pip, uv and the index

    return installation


def _history():
    from workroot.history import operation  # the ledger, the store and all that they know

    return operation


@contextlib.contextmanager
def _recorded(
    root: Root,
    config: Config,
    options: Options,
) -> Iterator[None]:
    """Record an installation as an operation, in a venv whose history has begun.

    One that fails leaves the old set.
    """
    home = homes.of_root(root, config.venv.name)
    if not home.begun:
        yield  # what is put in belongs to the baseline, where there is to be one
        return
    # One operation whatever the installer is called for: an undo takes all of it back.
    recording = _history().Recording(home, options.say)
    recording.begin(["workroot", "setup"], "install")
    try:
        yield
    except WorkrootError:
        recording.end(1)
        raise
    recording.end(0)


def _begin_history(
    root: Root,
    config: Config,
    venv: Venv,
) -> None:
    """The baseline of a venv that was just made, before a command has to take all of it in."""
    home = homes.of_root(root, config.venv.name)
    if home.begun:
        home.remember()
    elif venv.made:
        _history().opened(home, lambda sentence: None)


def _import_failed(findings: list[health.Finding]) -> bool:
    """Whether a module that workroot.toml names could not be imported."""
    return any(finding.id == "import-failed" for finding in findings)


def lacking(root: Root, options: Options) -> list[str]:
    """What setup would do, as sentences; none when there is nothing to do. Changes nothing.

    Raises WorkrootError: when workroot.toml is wrong, or names what is not there.
    """
    config = configuration.read(root, options.venv_name)
    place.check_paths(root, config)
    wanted.check(config)
    return standing.lacking(root, config, options)


def relink(root: Root, options: Options) -> bool:
    """Renew the link alone, for what a build has made since.

    Returns:
        Whether it changed.

    Raises WorkrootError: when there is no venv that setup has finished, or nothing can be written.
    """
    config = configuration.read(root, options.venv_name)
    with locks.held(root.lock):
        venv = state.venv(state.recorded(root, config.venv.name), config.venv.path)
        if venv is None:
            raise WorkrootError(
                f"{root.path} was not set up yet, or its venv changed", "workroot setup"
            )
        return link.write(venv.site, import_paths(config), venv.version, root.links)
