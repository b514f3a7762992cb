"""What workroot.toml wants installed, put into a venv by uv or pip.

A lock as it stands, anything else in one resolution.

A lock is installed without asking what its packages need: an index that has moved on, or a pip that
wants a pin for every extra, cannot change what it gives. Whether it is whole is asked afterwards.
"""

import contextlib
import hashlib
import os
import re
from collections.abc import Iterator, Sequence

from workroot.config import Config
from workroot.doors import files, process, trees
from workroot.environment import wanted
from workroot.environment.options import Options
from workroot.errors import WorkrootError
from workroot.installers import images, pip, provision
from workroot.installers import requirement_files as requirements
from workroot.pythons import bytecode, packages
from workroot.pythons.packages import Distribution
from workroot.pythons.venv import Venv
from workroot.root import ASIDE, Root, engine_file
from workroot.standards.names import normalized

_NAME = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)")
# What is said of a package by `pip check` ("alpha 1.0 requires beta, which is not installed",
# "alpha 1.0 has requirement beta<2, but you have beta 2.0") and by `uv pip check`
# ("The package `alpha` requires `beta`, but it's not installed").
_UNMET = re.compile(
    r"(?:The package `)?([A-Za-z0-9][A-Za-z0-9._-]*)`?(?: \S+)? (?:requires|has requirement) "
)


def install(
    root: Root,
    config: Config,
    options: Options,
    venv: Venv,
    broken: Sequence[Distribution] = (),
) -> None:
    """Install what the configuration names into a venv.

    Args:
        broken: What is installed and lost files. It is installed anew, in just its version.

    Raises WorkrootError: with the installer's own last words, or when a lock has not all that its
    packages need.
    """
    steps = _Steps(root, config, options, venv)
    with _forgotten(venv, broken):
        _carry_out(steps, config, broken)


def _carry_out(
    steps: "_Steps",
    config: Config,
    broken: Sequence[Distribution],
) -> None:
    """Hashed and editable packages one after the other, anything else in one resolution."""
    asked = [path for path in config.venv.requirements if not requirements.empty(path)]
    exactly = [one.requirement for one in broken if not one.editable]
    if requirements.hashed(requirements.nested(asked)):
        # A hash in any requirement means that every one is checked. An editable cannot have one, so
        # it is put in by itself, without anything that is not pinned.
        steps.hashed(asked)
        steps.editables()
        steps.exactly(asked, broken)
        steps.complete(asked)
    elif asked or config.venv.editable or exactly:
        steps.together(asked, exactly)


def damaged(venv: Venv) -> list[Distribution]:
    """What is installed and lost files that its RECORD lists; bytecode comes and goes.

    pip is none of it: the kit puts that in, and no requirement asks for it.
    """
    found = []
    for one in packages.read(venv.path):
        if one.name == "pip":
            continue
        recorded = packages.recorded_paths(venv.path, one)
        listed = [path for path in recorded if not path.endswith(".pyc")]
        paths = [os.path.join(venv.path, path) for path in listed]
        if not all(map(os.path.lexists, paths)):
            found.append(one)
    return found


@contextlib.contextmanager
def _forgotten(venv: Venv, broken: Sequence[Distribution]) -> Iterator[None]:
    """Have an installer take these for not installed: told that they are, it does nothing.

    Their metadata is put aside, within the venv, and comes back where the installation fails.
    """
    aside = os.path.join(venv.path, ASIDE, f"broken-{os.getpid()}")
    moves = [(os.path.join(venv.path, one.directory), f"{aside}/{one.name}") for one in broken]
    if moves:
        files.make_directory(aside)
    for source, target in moves:
        files.rename(source, target)
    try:
        yield
    except BaseException:
        for source, target in moves:
            trees.remove(source)  # what the installer may have put there before it failed
            files.rename(target, source)
        raise
    finally:
        if moves:
            trees.remove(aside)
            files.remove_empty(os.path.dirname(aside))


class _Steps:
    """One installation under way.

    fresh: whether the venv is ours and has nothing in it but pip. Only such a one is linked from an
    image or kept as one.
    """

    def __init__(
        self,
        root: Root,
        config: Config,
        options: Options,
        venv: Venv,
    ) -> None:
        self.root = root
        self.config = config
        self.options = options
        self.venv = venv
        self.fresh = venv.made and all(name.startswith("pip-") for name in _distributions(venv))
        self._installer: pip.Installer | None = None
        self._image = ""  # the key of the image that this installation was kept as
        self._linked = False

    @property
    def installer(self) -> pip.Installer:
        """Found when it is needed: what is linked from an image needs none."""
        if self._installer is None:
            wanted_one = self.config.venv.installer
            options = self.options
            self._installer = pip.find(
                self.venv,
                wanted_one,
                options.environ,
                options.offline,
                options.say,
            )
        return self._installer

    def hashed(self, paths: list[str]) -> None:
        """Linked from an image when the same were installed before, else kept as one.

        Args:
            paths: Requirements files, a hash in at least one of them. pip and uv then want one for
                each requirement.

        Raises WorkrootError: when the installer fails.
        """
        cache = images.directory(self.options.environ) if self.fresh else None
        key = self.key(paths) if cache else ""
        if images.take(cache, key, self.venv.path):
            self.options.say(f"linked {_names(paths)} from {cache}")
            self._linked = True
            return
        arguments = ["--require-hashes", *_files(paths)]
        if wanted.is_lock(wanted.wishes(paths)):
            # Whether it has all that its packages need is asked afterwards, by `complete`.
            arguments.insert(0, "--no-deps")
        self.run(paths, arguments)
        own = provision.own(self.venv)

        def belongs(name: str) -> bool:
            # The pip that the kit put in is no part of the set: each venv gets its own.
            return not (own and provision.is_part(name))

        images.keep(cache, key, self.venv.path, belongs)
        self._image = os.path.join(cache, key) if cache else ""

    def together(self, paths: list[str], exactly: list[str]) -> None:
        """Requirements without hashes and editables in one resolution.

        Args:
            paths: Requirements files that ask for something.
            exactly: Requirements of one version each, of what lost files.
        """
        editable = self.config.venv.editable
        arguments = [
            *_files(paths),
            *_editables(editable),
            *exactly,
            *self.isolation(),
        ]
        self.run([*paths, *editable, *exactly], arguments)

    def exactly(self, paths: list[str], broken: Sequence[Distribution]) -> None:
        """What lost files and is in no lock, in just its version and by itself.

        Args:
            paths: Requirements files, whose packages are back already.
        """
        locked = {wish.name for wish in wanted.wishes(paths)}
        words = []
        for one in broken:
            if one.name not in locked and not one.editable:
                words.append(one.requirement)
        if words:
            self.run(words, ["--no-deps", *words])

    def editables(self) -> None:
        """The editable packages, where their needs are the lock's to name."""
        editable = self.config.venv.editable
        if editable:
            arguments = ["--no-deps", *_editables(editable), *self.isolation()]
            self.run(editable, arguments)

    def isolation(self) -> list[str]:
        """No build environment of its own where the venv has every backend that is named.

        One of its own is taken from an index, which an offline machine does not have.
        """
        names = [name.partition("-")[0] for name in _distributions(self.venv)]
        there = set(map(normalized, names))
        for directory in self.config.venv.editable:
            needs = _backends(directory)
            if needs is None or not needs <= there:
                return []
        return ["--no-build-isolation"] if self.config.venv.editable else []

    def complete(self, paths: list[str]) -> None:
        """Whether the lock has all that its packages and the editables need.

        Raises WorkrootError with what is missing.
        """
        editable = {wanted.project_name(path) for path in self.config.venv.editable}
        if self._linked and not editable:
            return  # an image is of a set that was whole
        locked = {wish.name for wish in wanted.wishes(paths)}
        argv = pip.checking(self.installer)
        outcome = process.attempt(argv, env=process.scrubbed(self.options.environ))
        if outcome.status == 0:
            return
        lines = [line.strip() for line in (outcome.output + outcome.errors).splitlines()]
        for names, whose in ((locked, "its packages"), (editable, "the editable packages")):
            said = [line for line in lines if _lacking(line) in names - {""}]
            if said:
                raise self._not_whole(whose, said)

    def _not_whole(self, whose: str, lines: Sequence[str]) -> WorkrootError:
        if self._image and whose == "its packages":
            trees.remove(self._image)  # the next tree is not to take it for a whole one
        sentence = f"{_names(self.config.venv.requirements)} has not all that {whose} need"
        return WorkrootError(
            "\n  ".join([sentence, *lines]),
            "add it to the requirements and pin them anew, then: workroot setup",
        )

    def run(self, what: Sequence[str], arguments: list[str]) -> None:
        """Have the installer install.

        Args:
            what: Files, directories or requirements, for the sentence that names them.
            arguments: The words after `install`.

        Raises WorkrootError: with the installer's own last words.
        """
        if self.options.offline:
            arguments = [*arguments, "--offline" if self.installer.kind == "uv" else "--no-index"]
        # pip compiles with one core, after it is done: a process beside it does so meanwhile.
        parallel = self.fresh and self.installer.kind == "pip"
        if parallel:
            arguments = [*arguments, "--no-compile"]
        self.options.say(f"installing {_names(what)} with {self.installer.kind}")
        with contextlib.ExitStack() as around:
            if self.fresh:
                # What a kill leaves of a first installation is made anew, not mended.
                around.enter_context(_under_way(self.root, self.venv))
            if parallel:
                around.enter_context(bytecode.Following(self.venv, self.options.environ))
            log = "" if self.options.show else os.path.join(self.root.log, "install.log")
            run = pip.Run(_names(what), log, self.config.bytecode)
            pip.install(self.installer, arguments, self.options.environ, run)
        if parallel:
            provision.keep(self.venv, self.options.environ)

    def key(self, paths: list[str]) -> str:
        """What decides the content of an image: the requirements, the Python, and who installs.

        Returns:
            A SHA-256 in hex. The 1 in it is the form of images, for another to find none of these.
        """
        identity = engine_file("environment", "programs", "identity.py")
        argv = [self.venv.python, "-I", "-S", identity]
        python = process.run(argv, env=process.scrubbed(self.options.environ))
        content = requirements.digest(requirements.nested(paths))
        text = "\0".join(["1", self.config.venv.installer, python, content])
        return hashlib.sha256(text.encode()).hexdigest()


def put_pip(venv: Venv, options: Options) -> None:
    """The pip that the base Python brings, into a venv that was just made; none where there is."""
    provision.put_bundled(venv, options.environ)


@contextlib.contextmanager
def _under_way(root: Root, venv: Venv) -> Iterator[None]:
    """Note that the first installation goes on; only a kill or a Ctrl-C leaves the note."""
    files.write(root.installing, os.fsencode(venv.path))
    try:
        yield
    except WorkrootError:
        files.discard(root.installing)
        raise
    files.discard(root.installing)


def _files(paths: Sequence[str]) -> list[str]:
    """The words by which pip and uv take requirements files."""
    return [word for path in paths for word in ("-r", path)]


def _editables(paths: Sequence[str]) -> list[str]:
    """The words by which pip and uv take editable packages."""
    return [word for path in paths for word in ("-e", path)]


def _names(paths: Sequence[str]) -> str:
    """Files and directories as a sentence names them, each by its last part."""
    return ", ".join(os.path.basename(path) for path in paths) or "the requirements"


def _lacking(line: str) -> str | None:
    """The normalized name of the package of which a line of a check speaks.

    None for any other line.
    """
    found = _UNMET.match(line)
    return normalized(found[1]) if found else None


def _distributions(venv: Venv) -> list[str]:
    """NAME-VERSION of what is in site-packages, from the names of its metadata alone."""
    endings = (".dist-info", ".egg-info")
    names = [name for name in os.listdir(venv.site) if name.endswith(endings)]
    return [name.removesuffix(".dist-info") for name in names]


def _backends(directory: str) -> set[str] | None:
    """The distributions that building a package needs, by normalized name.

    PEP 518: they stand in pyproject.toml, in build-system.requires. None when they do not.
    """
    named = wanted.pyproject(directory).get("build-system", {}).get("requires")
    if named is None:
        return None
    return {normalized(found[1]) for found in map(_NAME.match, named) if found}
