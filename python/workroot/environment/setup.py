"""The steps of setup, in order, each idempotent: venv, pip, link, requirements, editables, imports, proof, session files, state."""

import contextlib
import os
from collections.abc import Iterator
from typing import NamedTuple

from workroot import config as configuration
from workroot.config import Config
from workroot.doors import files, locks, trees
from workroot.environment import handles, installation, place, state
from workroot.environment.options import Options, import_paths
from workroot.errors import WorkrootError
from workroot.history import home as homes
from workroot.installers import pip
from workroot.pythons import interpreter
from workroot.pythons import venv as environments
from workroot.pythons.venv import Venv
from workroot.root import Root, check_place
from workroot.session import health, link

_README = """Written by workroot for the directory above. `workroot setup` makes it again, but for what undo needs (history/, snapshots/, store/, venvs/)
and for trash/.
"""


class Result(NamedTuple):
    """What setup left: the venv, its findings, and the sentences about what could not be installed."""

    venv: Venv
    findings: list[health.Finding]
    missing: list[WorkrootError]


def run(root: Root, options: Options) -> Result:
    """Make it so, under the workroot's lock. Raises WorkrootError; whatever was finished stays finished."""
    config = configuration.read(root, options.venv_name)
    _check_paths(config, root)
    _prepare(root)
    with locks.held(root.lock):
        trees.sweep(root.state)
        trees.sweep(root.bin)
        return _steps(root, config, options)


def _check_paths(config: Config, root: Root) -> None:
    check_place(root.path)
    check_place(config.venv.path)
    for path in (*config.repos, *config.paths):
        if not os.path.lexists(path):
            raise WorkrootError(
                f"the repo {path} is not there", f"correct repo or paths in {root.config}"
            )
        if not os.path.isdir(path):
            raise WorkrootError(
                f"the repo {path} is not a directory", f"correct repo or paths in {root.config}"
            )
        if not os.access(path, os.R_OK | os.X_OK):
            raise WorkrootError(
                f"the repo {path} cannot be read", "give yourself read permission on it"
            )
    for path in config.venv.requirements:
        if not os.path.isfile(path):
            raise WorkrootError(
                f"the requirements file {path} is not there",
                f"correct [venv] requirements in {root.config}",
            )
    for path in config.venv.editable:
        if not os.path.isdir(path):
            raise WorkrootError(
                f"the editable package {path} is not there",
                f"correct [venv] editable in {root.config}",
            )


def _prepare(root: Root) -> None:
    files.make_directory(root.bin)
    files.write_if_changed(root.readme, _README)
    files.write_if_changed(os.path.join(root.state, ".gitignore"), "*\n")


def _steps(root: Root, config: Config, options: Options) -> Result:
    recorded = state.recorded(root, config.venv.name)
    venv = place.venv(root, config, options, recorded)
    lines = link.lines(import_paths(config), venv.site, venv.version, root.links)
    link.write(venv.site, import_paths(config), venv.version, root.links)
    fresh = venv.made and state.venv(recorded, venv.path) != venv
    if fresh and homes.of_root(root, config.venv.name).begun:
        pip.put_bundled(venv, options.environ)  # it belongs to no operation
    said, missing = _install(root, config, options, venv, recorded)
    if fresh:
        pip.put_bundled(venv, options.environ)
    _begin_history(root, config, venv)
    arguments = health.settings(config, venv, import_paths(config), lines) + _imports(
        config, missing
    )
    try:
        findings = health.check(arguments, venv, options.environ)
    except WorkrootError:
        before = environments.born(venv.path)
        place.mend(root, config, options, venv)
        if environments.born(venv.path) != before:
            return _steps(root, config, options._replace(force=False))
        findings = health.check(arguments, venv, options.environ)
    if recorded.get("installed") == said["installed"] and any(
        finding.id == "import-failed" for finding in findings
    ):
        said, missing = _install(root, config, options, venv, {})
        findings = health.check(arguments, venv, options.environ)
    gone = uninstalled(said, venv)
    findings = [*configured(config, venv, gone), *findings]
    handles.commands(root, config)
    if not health.failed(findings):
        handles.session(root, config, venv, complete=not missing and not gone)
        state.write(root, config.venv.name, {"venv": state.facts(venv), **said})
    return Result(venv, findings, missing)


def lacking(root: Root, options: Options) -> list[str]:
    """What setup would do, as sentences; none when there is nothing to do. Changes nothing. Raises WorkrootError."""
    config = configuration.read(root, options.venv_name)
    _check_paths(config, root)
    recorded = state.recorded(root, config.venv.name)
    venv = state.venv(recorded, config.venv.path)
    if venv is None or environments.moved_from(venv.path):
        there = environments.state(config.venv.path) != "absent"
        return [
            f"{config.venv.path} {'was not set up here, or has changed' if there else 'is not there'}"
        ]
    wanted = installation.wanted(config)
    changed = [path for path in wanted if recorded.get("installed", {}).get(path) != wanted[path]]
    lines = link.lines(import_paths(config), venv.site, venv.version, root.links)
    stale = (
        []
        if files.read_bytes(link.path(venv.site)) == link.content(lines)
        else [f"{link.path(venv.site)} is not as it should be"]
    )
    findings = health.check(
        health.settings(config, venv, import_paths(config), lines) + _imports(config, []),
        venv,
        options.environ,
    )
    failed = [
        f"{finding.id}: {finding.evidence}" for finding in findings if finding.severity == "fail"
    ]
    gone = [f"{package} is not there any more" for package in uninstalled(recorded, venv)]
    return [
        *(f"{path} is new or has changed" for path in changed),
        *gone,
        *stale,
        *(failed if not stale else []),
    ]


def relink(root: Root, options: Options) -> bool:
    """Renew the link alone, for what a build has made since. Says whether it changed. Raises WorkrootError."""
    config = configuration.read(root, options.venv_name)
    with locks.held(root.lock):
        venv = state.venv(state.recorded(root, config.venv.name), config.venv.path)
        if venv is None:
            raise WorkrootError(
                f"{root.path} was not set up yet, or its venv changed", "workroot setup"
            )
        return link.write(venv.site, import_paths(config), venv.version, root.links)


def _imports(config: Config, missing: list[WorkrootError]) -> list[str]:
    named = [] if missing else [f"import={name}" for name in config.venv.imports]
    return [*named, *(f"optional={name}" for name in config.venv.optional_imports)]


def configured(config: Config, venv: Venv, gone: list[str]) -> list[health.Finding]:
    """What the configuration asks for and the venv does not have, as far as no health check can see it. gone: what is uninstalled."""
    return [*_other_python(config, venv), *_not_there(gone), *_not_built(config)]


def _not_there(gone: list[str]) -> list[health.Finding]:
    evidence = f"setup had installed {', '.join(gone)}, which is not there any more"
    return [health.Finding("warn", "requirements", evidence, "workroot setup")] if gone else []


def uninstalled(recorded: dict, venv: Venv) -> list[str]:
    """What was there when setup had last installed something, and is now gone or in another version."""
    from workroot.pythons import packages

    there = (
        {(one.name, one.version) for one in packages.read(venv.path)}
        if recorded.get("packages")
        else set()
    )
    return [
        f"{name} {version}"
        for name, version in recorded.get("packages", {}).items()
        if (name, version) not in there
    ]


def _other_python(config: Config, venv: Venv) -> list[health.Finding]:
    """A venv that is there is kept, also where workroot.toml asks for another version by now."""
    clauses = interpreter.parse_range(config.venv.python)
    if clauses is None or interpreter.fits(venv.version, clauses):
        return []
    evidence = (
        f"{venv.path} has Python {venv.text}, and workroot.toml asks for {config.venv.python}"
    )
    return [health.Finding("warn", "python-other", evidence, "workroot create --force")]


def _not_built(config: Config) -> list[health.Finding]:
    """The directories of native modules that are not there, where their modules are not named."""
    absent = (
        []
        if config.venv.optional_imports
        else [path for path in config.optional_paths if not os.path.isdir(path)]
    )
    return [
        health.Finding(
            "warn", "optional-missing", f"{path}: not built yet", "build it, or do without it"
        )
        for path in absent
    ]


def _install(
    root: Root, config: Config, options: Options, venv: Venv, recorded: dict
) -> tuple[dict, list[WorkrootError]]:
    """Install what changed since the last time, and unless lenient what is gone. Gives what to record and, when lenient, what could not be."""
    wanted = installation.wanted(config)
    same_venv = state.venv(recorded, config.venv.path) == venv and not options.force
    if (
        same_venv
        and recorded.get("installed") == wanted
        and (options.lenient or not uninstalled(recorded, venv))
    ):
        return {"installed": wanted, "packages": recorded.get("packages", {})}, []
    if not wanted:
        return {"installed": wanted, "packages": {}}, []
    try:
        with _recorded(root, config, options):
            installation.install(root, config, options, venv)
    except WorkrootError as error:
        if not options.lenient:
            raise
        return {"installed": {}, "packages": {}}, [
            WorkrootError(
                f"the requirements are not installed: {error.message}",
                error.hint or "workroot setup",
            )
        ]
    from workroot.pythons import packages

    return {
        "installed": wanted,
        "packages": {
            one.name: one.version for one in packages.read(venv.path) if one.name != "pip"
        },
    }, []


@contextlib.contextmanager
def _recorded(root: Root, config: Config, options: Options) -> Iterator[None]:
    """Record an installation as an operation, in a venv whose history has begun; one that fails leaves the old set."""
    home = homes.of_root(root, config.venv.name)
    if not home.begun:
        yield
        return
    from workroot.history.recording import Recording

    recording = Recording(home, options.say)
    recording.begin(["workroot", "setup"], "install")
    try:
        yield
    except WorkrootError:
        recording.end(1)
        raise
    recording.end(0)


def _begin_history(root: Root, config: Config, venv: Venv) -> None:
    """The baseline of a venv that was just made, so that no later command has to take all of it in."""
    home = homes.of_root(root, config.venv.name)
    if venv.made and not home.begun:
        from workroot.history.recording import opened

        opened(home, lambda sentence: None)
    elif home.begun:
        home.remember()
