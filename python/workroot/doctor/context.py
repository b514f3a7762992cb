"""What the checks look at: one home and the world around it, each fact found out once.

Nothing here writes, waits for a lock or asks a network.
"""

import json
import os
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from workroot import config as configuration
from workroot.config import Config
from workroot.doctor import damage, programs
from workroot.doctor.damage import Damage
from workroot.doors import process
from workroot.errors import WorkrootError
from workroot.history.home import Home
from workroot.pythons import packages
from workroot.pythons import venv as environments
from workroot.pythons.packages import Distribution, Layout
from workroot.pythons.venv import Venv
from workroot.root import Root, venv_python

# What a check needs before it can say anything: the levels follow on each other.
ANYTHING, DIRECTORY, PYTHON, START = range(4)
_PATIENCE = 15  # seconds for a start of Python: a .pth may hang it, a busy machine may delay it


class Start(NamedTuple):
    """How a plain start of the venv's Python went. said: its lines on stderr."""

    works: bool
    said: list[str]


class Surroundings(NamedTuple):
    """What only the layers above know, asked for when a check needs it.

    Attributes:
        health: The findings of the health check, which runs in the venv's Python.
        startup: The troubles of startup files.
    """

    health: Callable[[], Sequence]
    startup: Callable[[], Sequence]


class Context:
    """One look at one home. A heal that changed something needs a new one.

    Args:
        home: What is looked at.
        environ: Of the shell that asked.
        surroundings: What only the layers above know.
        say: How a heal speaks to a person.
    """

    def __init__(
        self,
        home: Home,
        environ: Mapping[str, str],
        surroundings: Surroundings,
        say: Callable[[str], None],
    ) -> None:
        self.home = home
        self.environ = environ
        self.surroundings = surroundings
        self.say = say

    @property
    def program(self) -> str:
        """What a person types: workroot or pyctl."""
        return self.home.program

    @property
    def venv_path(self) -> str:
        """The directory of the venv, which may not be there."""
        return self.home.venv

    @property
    def ours(self) -> bool:
        """Whether the kit made this venv."""
        return environments.state(self.venv_path) == "ours"

    @property
    def typed(self) -> list[str]:
        """The command as the history keeps it."""
        return [self.program, "doctor", "--fix"]

    @cached_property
    def level(self) -> int:
        """How far this venv works."""
        if not os.path.isfile(os.path.join(self.venv_path, "pyvenv.cfg")):
            return ANYTHING
        if isinstance(self.inspected, WorkrootError):
            return DIRECTORY
        return START if self.start.works else PYTHON

    @cached_property
    def inspected(self) -> Venv | WorkrootError:
        """What the venv's Python says of itself, or why it says nothing."""
        try:
            return environments.inspect(self.venv_path, self.environ)
        except WorkrootError as error:
            return error

    @property
    def venv(self) -> Venv:
        """The venv, in checks that need PYTHON.

        Raises WorkrootError: where its Python does not answer.
        """
        if isinstance(self.inspected, WorkrootError):
            raise self.inspected
        return self.inspected

    @cached_property
    def start(self) -> Start:
        """How a plain start went; what hangs is ended after a while, and has not worked."""
        # Isolated, from the top of the disk: the current directory takes no part.
        argv = [venv_python(self.venv_path), "-I", "-B", "-c", "pass"]
        outcome = process.attempt(
            argv,
            env=process.scrubbed(self.environ),
            cwd=os.sep,
            timeout=_PATIENCE,
        )
        return Start(outcome.status == 0, outcome.errors.strip().splitlines())

    def ask(
        self,
        program: str,
        *arguments: str,
        site: bool = True,
    ) -> process.Outcome:
        """Run one of programs/ by the venv's Python, apart from the person's variables.

        Args:
            program: Its name, without .py.
            arguments: Its words.
            site: With the packages of the venv, and so with its .pth files.
        """
        flags = ["-I", "-B"] if site else ["-I", "-S", "-B"]
        argv = [venv_python(self.venv_path), *flags, programs.path(program), *arguments]
        env = process.scrubbed(self.environ)
        return process.attempt(
            argv,
            env=env,
            cwd=os.sep,
            timeout=_PATIENCE,
        )

    def ask_as_session(self, program: str, *arguments: str) -> process.Outcome:
        """Run one of them as the session's `python` runs: with the person's own variables.

        In the current directory, which such a Python has first on sys.path.
        """
        argv = [venv_python(self.venv_path), "-B", programs.path(program), *arguments]
        # With PYTHONHOME no venv finds its standard library; every session unsets it.
        home = {name: value for name, value in self.environ.items() if name != "PYTHONHOME"}
        return process.attempt(argv, env=home, timeout=_PATIENCE)

    @cached_property
    def layout(self) -> Layout:
        """Where this venv has its packages."""
        return packages.layout(self.venv_path)

    @cached_property
    def sites(self) -> list[str]:
        """The full paths of site-packages."""
        return [os.path.join(self.venv_path, site) for site in self.layout.sites]

    @cached_property
    def packages(self) -> list[Distribution]:
        return packages.read(self.venv_path)

    @cached_property
    def listed(self) -> list[tuple[Distribution, list[str]]]:
        """Each distribution with the full paths that its RECORD lists."""
        found = []
        for one in self.packages:
            paths = packages.recorded_paths(self.venv_path, one)
            found.append((one, [os.path.join(self.venv_path, path) for path in paths]))
        return found

    @cached_property
    def owners(self) -> dict[str, Distribution]:
        """Full path -> the distribution whose RECORD lists it."""
        owners: dict[str, Distribution] = {}
        for one, paths in self.listed:
            owners.update(dict.fromkeys(paths, one))
        return owners

    def owner(self, path: str) -> Distribution | None:
        return self.owners.get(path)

    @cached_property
    def damages(self) -> list[Damage]:
        """The distributions that are not as their RECORD says."""
        return damage.of(self.venv_path, self.packages)

    @cached_property
    def python_facts(self) -> dict:
        """What only the venv's Python knows: programs/facts.py says what.

        Empty where it does not say.
        """
        # Where a .pth file ends each start, Python still answers without site.
        outcome = self.ask("facts", site=self.level >= START)
        try:
            return json.loads(outcome.output)
        except ValueError:
            return {}

    @cached_property
    def root(self) -> Root | None:
        """The workroot; None for the user tier."""
        return Root(self.home.top) if self.home.tier == "workroot" else None

    @cached_property
    def config(self) -> Config | None:
        """What workroot.toml says; None for the user tier."""
        return configuration.read(self.root, self.home.name) if self.root else None

    @property
    def repos(self) -> tuple[str, ...]:
        """The repos of workroot.toml; none for the user tier."""
        return self.config.repos if self.config else ()

    @property
    def import_paths(self) -> tuple[str, ...]:
        """The directories of the repos that imports start from; none for the user tier."""
        return self.config.paths if self.config else ()

    @property
    def in_session(self) -> bool:
        """Whether the shell that asks has this venv for its environment."""
        return self.environ.get("VIRTUAL_ENV") == self.venv_path

    @cached_property
    def health(self) -> Sequence:
        """The findings of the health check."""
        return self.surroundings.health()
