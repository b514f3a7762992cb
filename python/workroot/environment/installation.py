"""What workroot.toml wants installed: requirements and editable packages, put into a venv by uv or pip in two commands.

A hash in any requirement means that every one is checked, and that an editable package brings in nothing that is not pinned.
"""

import contextlib
import hashlib
import os
import re
from collections.abc import Iterator

from workroot.config import Config
from workroot.doors import files, process
from workroot.environment.options import Options
from workroot.errors import WorkrootError
from workroot.installers import images, pip
from workroot.installers import requirement_files as requirements
from workroot.pythons import bytecode
from workroot.pythons.venv import Venv
from workroot.root import Root
from workroot.standards.names import normalized

_FACTS = "import sys, sysconfig; print(sys.version, sys.base_prefix, sysconfig.get_platform(), sysconfig.get_config_var('SOABI'), sys.flags.optimize)"
_NAME = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)")
_UNMET = re.compile(r"(?i)requires|has requirement|not installed|incompatible")


def wanted(config: Config) -> dict[str, str]:
    """What should be installed: each requirements file and each editable package, with a hash of what decides its content."""
    listed = {
        path: requirements.digest(requirements.nested([path])) for path in config.venv.requirements
    }
    return listed | {
        path: f"editable {requirements.digest(_declarations(path))}"
        for path in config.venv.editable
    }


def watched(config: Config) -> list[str]:
    """The files that decide what should be installed."""
    declared = [
        path
        for directory in config.venv.editable
        for path in _declarations(directory)
        if os.path.isfile(path)
    ]
    return [*requirements.nested(config.venv.requirements), *declared]


def install(root: Root, config: Config, options: Options, venv: Venv) -> None:
    """Make it so. Raises WorkrootError with the installer's own last words; then the packages are as they were."""
    for path in config.venv.editable:
        if not any(
            os.path.isfile(os.path.join(path, name)) for name in ("pyproject.toml", "setup.py")
        ):
            raise WorkrootError(
                f"{path} cannot be installed: it has no pyproject.toml or setup.py",
                "correct [venv] editable in workroot.toml",
            )
    asked = [path for path in config.venv.requirements if not requirements.empty(path)]
    hashed = requirements.hashed(requirements.nested(asked))
    steps = _Steps(root, config, options, venv)
    if hashed:
        steps.pinned(asked)
        steps.editables(["--no-deps"])
        steps.complete()
    elif asked or config.venv.editable:
        steps.together(asked)


class _Steps:
    """One installation under way."""

    def __init__(self, root: Root, config: Config, options: Options, venv: Venv) -> None:
        self.root, self.config, self.options, self.venv = root, config, options, venv
        self.fresh = venv.made and all(name.startswith("pip-") for name in _distributions(venv))
        self._installer: pip.Installer | None = None

    @property
    def installer(self) -> pip.Installer:
        if self._installer is None:
            self._installer = pip.find(
                self.venv, self.config.venv.installer, self.options.environ, self.options.offline
            )
        return self._installer

    def pinned(self, paths: list[str]) -> None:
        """The hashed requirements: linked from an image when the same were installed before, else installed and kept as one."""
        cache = images.directory(self.options.environ) if self.fresh else None
        key = self.key(paths) if cache else ""
        if images.take(cache, key, self.venv.path):
            self.options.say(f"linked {_names(paths)} from {cache}")
            return
        self.run(paths, ["--require-hashes", *_files(paths)])
        own = pip.own(self.venv)
        images.keep(cache, key, self.venv.path, lambda name: not (own and pip.is_part(name)))

    def together(self, paths: list[str]) -> None:
        """Requirements without hashes and editables in one resolution."""
        editable = self.config.venv.editable
        self.run(
            [*paths, *editable],
            [
                *_files(paths),
                *(word for path in editable for word in ("-e", path)),
                *self.isolation(),
            ],
        )

    def editables(self, arguments: list[str]) -> None:
        editable = self.config.venv.editable
        if editable:
            self.run(
                editable,
                [
                    *arguments,
                    *(word for path in editable for word in ("-e", path)),
                    *self.isolation(),
                ],
            )

    def isolation(self) -> list[str]:
        """No build environment of its own where the venv has every build backend that the editables name."""
        needs = [_backends(path) for path in self.config.venv.editable]
        known = {normalized(name.partition("-")[0]) for name in _distributions(self.venv)}
        return (
            ["--no-build-isolation"]
            if needs and all(found is not None and found <= known for found in needs)
            else []
        )

    def complete(self) -> None:
        """Whether the pinned requirements have all that the editables declare. Raises WorkrootError with what is missing."""
        if not self.config.venv.editable:
            return
        outcome = process.attempt(
            pip.checking(self.installer), env=process.scrubbed(self.options.environ)
        )
        named = [
            re.sub(r"[-_.]+", "[-_.]+", name)
            for name in map(_project_name, self.config.venv.editable)
            if name
        ]
        mine = re.compile(
            "|".join(rf"(?<![\w.-]){name}(?![\w.-])" for name in named), re.IGNORECASE
        )
        lines = [
            line.strip()
            for line in (outcome.output + outcome.errors).splitlines()
            if _UNMET.search(line) and mine.search(line)
        ]
        if outcome.status and lines:
            raise WorkrootError(
                "\n  ".join(
                    [
                        f"{_names(self.config.venv.requirements)} has not all that the editable packages need",
                        *lines,
                    ]
                ),
                "add it to the requirements and pin them anew, then: workroot setup",
            )

    def run(self, what, arguments: list[str]) -> None:
        if self.options.offline:
            arguments = [*arguments, "--offline" if self.installer.kind == "uv" else "--no-index"]
        parallel = self.fresh and self.installer.kind == "pip"
        if parallel:
            arguments = [*arguments, "--no-compile"]
        self.options.say(f"installing {_names(what)} with {self.installer.kind}")
        log = os.path.join(self.root.log, "install.log")
        with _under_way(self.root, self.venv) if self.fresh else contextlib.nullcontext():
            with (
                bytecode.Following(self.venv, self.options.environ)
                if parallel
                else contextlib.nullcontext()
            ):
                pip.install(
                    self.installer,
                    arguments,
                    self.options.environ,
                    log,
                    self.options.show,
                    _names(what),
                )
            if parallel:
                pip.keep(self.venv, self.options.environ)

    def key(self, paths: list[str]) -> str:
        """What decides the content of an image: the requirements, the Python, and who installs."""
        python = process.run(
            [self.venv.python, "-I", "-S", "-c", _FACTS], env=process.scrubbed(self.options.environ)
        )
        kind = self.config.venv.installer
        text = "\0".join(["1", kind, python, requirements.digest(requirements.nested(paths))])
        return hashlib.sha256(text.encode()).hexdigest()


def interrupted(root: Root, venv: str) -> bool:
    """Whether the first installation into that venv was killed: what is in it then is not known."""
    return files.read_bytes(root.installing) == os.fsencode(venv)


@contextlib.contextmanager
def _under_way(root: Root, venv: Venv) -> Iterator[None]:
    files.write(root.installing, os.fsencode(venv.path))
    try:
        yield
    except WorkrootError:
        files.discard(root.installing)
        raise
    files.discard(root.installing)


def _files(paths: list[str]) -> list[str]:
    return [word for path in paths for word in ("-r", path)]


def _names(paths) -> str:
    return ", ".join(os.path.basename(path) for path in paths) or "the requirements"


def _declarations(directory: str) -> list[str]:
    return [os.path.join(directory, name) for name in requirements.DECLARES]


def _distributions(venv: Venv) -> list[str]:
    return [
        name.removesuffix(".dist-info")
        for name in os.listdir(venv.site)
        if name.endswith((".dist-info", ".egg-info"))
    ]


def _backends(directory: str) -> set[str] | None:
    """The distributions that building a package needs, by normalized name; None when that is not written down."""
    named = _pyproject(directory).get("build-system", {}).get("requires")
    return (
        None
        if named is None
        else {normalized(found[1]) for found in map(_NAME.match, named) if found}
    )


def _project_name(directory: str) -> str:
    return _pyproject(directory).get("project", {}).get("name", "")


def _pyproject(directory: str) -> dict:
    import tomllib

    try:
        return tomllib.loads(files.read_text(os.path.join(directory, "pyproject.toml")) or "")
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        return {}  # the installer says what is wrong with it
