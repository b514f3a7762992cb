"""Files of packages brought back as their RECORDs say: from the store, else by an installation.

A content counts by its hash alone, so it does not matter under which name, or for which
installation, the store has it. An installation is of the exact version, over whatever is there,
and judged by what it left.
"""

import os
from collections.abc import Iterator

from workroot.doctor import damage
from workroot.doctor.context import Context
from workroot.doctor.damage import Damage
from workroot.doctor.healing import aside
from workroot.doors import files, process
from workroot.errors import WorkrootError, some
from workroot.history.store import Store
from workroot.installers import pip, provision
from workroot.pythons import packages
from workroot.pythons import venv as environments
from workroot.pythons.packages import Distribution
from workroot.standards.quoting import quote_sh
from workroot.standards.record import hashes

_FORCED = {
    "pip": ["--force-reinstall", "--ignore-installed", "--no-deps"],
    "uv": ["--reinstall", "--no-deps"],
}


def back(context: Context, damages: list[Damage]) -> None:
    """Make these distributions whole, with no network where the store has what it takes.

    Args:
        damages: What `damage.of` found.

    Raises WorkrootError: with the names of those that still are not whole.
    """
    for one in damages:
        for path in one.incomplete:
            _clear_the_way(context, path)
        _from_store(context, one)
    left = _still(context, damages)
    # An installation needs an index, and takes a second: only for what the store did not have.
    if left:
        _installed_again(context, left)
        left = _still(context, damages)
    if left:
        names = some(str(one.distribution) for one in left)
        raise WorkrootError(f"still not as it was installed: {names}")
    context.say(f"brought back {some(str(one.distribution) for one in damages)}")


def by_hand(one: Distribution) -> str:
    """The line that installs a distribution again, over whatever is there.

    An uninstallation first would need the RECORD that may be what is damaged.
    """
    words = ["-e", one.origin] if one.editable else [one.requirement]
    line = " ".join(map(quote_sh, words))
    return f"python -m pip install --force-reinstall --ignore-installed --no-deps {line}"


def _still(context: Context, damages: list[Damage]) -> list[Damage]:
    """Those that are not whole, as it is now.

    One that has become another version is not whole either.
    """
    found = packages.read(context.venv_path)
    # Anew from disk: the context has what was there before the heal.
    there = {one.name: one for one in found}
    broken = {one.distribution.name: one for one in damage.of(context.venv_path, found)}
    left = []
    for old in damages:
        name = old.distribution.name
        if name in broken:
            left.append(broken[name])
        elif name not in there or there[name].version != old.distribution.version:
            left.append(old)
    return left


def installed(context: Context, found: list[Distribution]) -> None:
    """Install distributions again, in the version that they have.

    The caller looks at what came of it: an installer that fails raises nothing here.
    """
    for one in found:
        _install(context, one)


# From the store


def _from_store(context: Context, one: Damage) -> None:
    """Put back what the store has the right content of; the rest stays as it is."""
    kept = _Kept(context, one.distribution)
    # RECORD first: only with it is known which content each of the other files should have.
    record = f"{one.distribution.directory}/RECORD"
    if record in one.metadata:
        source = kept.record()
        if source is None:
            return
        _put(context, source, record)
        one = _again(context, one.distribution)
    said = damage.hashes(context.venv_path, one.distribution)
    for path in dict.fromkeys([*one.gone, *one.unreadable, *one.changed, *one.metadata]):
        source = kept.with_hash(said[path]) if path in said else None
        if source:
            _put(context, source, path)


def _again(context: Context, one: Distribution) -> Damage:
    """What is damaged of it, as it is now."""
    for found in damage.of(context.venv_path, [one]):
        return found
    return Damage(one, [], [], [], [])


def _clear_the_way(context: Context, path: str) -> None:
    """A link above that leads nowhere, or a directory in the place of a file, makes room."""
    target = os.path.join(context.venv_path, path)
    above = os.path.dirname(target)
    # A directory of the package may be a link into a cache that was cleaned.
    while above != context.venv_path:
        if os.path.islink(above) and not os.path.exists(above):
            aside.move(context, above)
        above = os.path.dirname(above)
    if os.path.isdir(target) and not os.path.islink(target):
        aside.move(context, target)


def _put(context: Context, source: str, path: str) -> None:
    """A copy of a kept file, in one step: what shares the inode of the old one stays."""
    target = os.path.join(context.venv_path, path)
    status = os.stat(source)
    if os.path.isfile(target):
        aside.copy(context, target)
    files.make_directory(os.path.dirname(target))
    neighbour = files.temporary(target)
    files.discard(neighbour)  # of a killed process with the same number
    files.copy(
        source,
        neighbour,
        status.st_mode,
        status.st_mtime_ns,
    )
    files.rename(neighbour, target)


class _Kept:
    """The files that the store has of any installation of one version.

    For hashes they are read once, at the first question.
    """

    def __init__(self, context: Context, one: Distribution) -> None:
        self.distribution = one
        self.store = Store(context.home.path + "/store")
        self._by_hash: dict[str, str] | None = None

    def _files(self) -> Iterator[str]:
        """Their full paths, over all installations that the store keeps."""
        # A key ends in the hash and the time of RECORD: any installation of this version will do.
        start = f"{self.distribution.key.rpartition('-')[0].rpartition('-')[0]}-"
        for key in files.names(self.store.path):
            if key.startswith(start):
                directory = os.path.join(self.store.path, key)
                yield from (os.path.join(directory, name) for name in files.names(directory))

    def with_hash(self, wanted: str) -> str | None:
        """A file with this content; None where the store has none.

        Args:
            wanted: sha256 in hex.
        """
        if self._by_hash is None:
            self._by_hash = {damage.sha256_of_file(path): path for path in self._files()}
        return self._by_hash.get(wanted)

    def record(self) -> str | None:
        """A RECORD of this version all of whose files the store has, or the venv: the newest.

        None where there is none; then an installation has to bring it.
        """
        site, _, name = self.distribution.directory.rpartition("/")
        row = f"{name}/RECORD".encode()
        # The store numbers its files: which one is a RECORD only its content says.
        found = [path for path in self._files() if row in (files.read_bytes(path) or b"")]
        for path in sorted(found, key=lambda one: os.stat(one).st_mtime_ns, reverse=True):
            if f"{site}/{name}/METADATA" in hashes(files.read_bytes(path) or b"", site):
                return path
        return None


# By an installation


def _installed_again(context: Context, damages: list[Damage]) -> None:
    """Install them again; what that left is judged by the caller.

    Raises WorkrootError: where no installer runs.
    """
    for one in damages:
        for path in one.changed:
            aside.copy(context, os.path.join(context.venv_path, path))
        if one.metadata:
            # No installer takes out what has no RECORD; without that directory it is not installed.
            directory = os.path.join(context.venv_path, one.distribution.directory)
            if os.path.isdir(directory):
                aside.move(context, directory)
    named = {one.distribution.name: one.distribution for one in damages}
    if "pip" in named:
        _pip_again(context)
    for name, one in named.items():
        if name != "pip" or not _is_there(context, one):
            _install(context, one)


def install(context: Context, requirements: list[str]) -> None:
    """Install what is not there yet. The caller looks at what came of it.

    Args:
        requirements: As pip takes them on its command line.

    Raises WorkrootError: where no installer runs.
    """
    context.say(f"installing {' '.join(requirements)}")
    installer = _installer(context)
    _run(context, [*installer.argv, *requirements])


def _install(context: Context, one: Distribution) -> None:
    """One distribution again, in its exact version or from its directory."""
    installer = _installer(context)
    words = ["-e", one.origin] if one.editable else [_exactly(one, installer.kind)]
    context.say(f"installing {one} again")
    _run(context, [*installer.argv, *_FORCED[installer.kind], *words])


def _installer(context: Context) -> pip.Installer:
    """What workroot.toml asks for, else what is there. Raises WorkrootError: for none."""
    return pip.find(
        context.venv,
        context.home.settings["installer"],
        context.environ,
    )


def _run(context: Context, argv: list[str]) -> None:
    """Run an installer; what it says goes to stderr, as stdout is the doctor's own."""
    # Links into a cache would go where the cache goes.
    env = {**process.scrubbed(context.environ), "UV_LINK_MODE": "copy"}
    process.passthrough(argv, env=env, stdout=2)


def _exactly(one: Distribution, kind: str) -> str:
    """For pip `==1.0` is 1.0+cpu too; `===` is the version as it is written. uv has it not."""
    if kind == "pip" and not one.origin:
        return f"{one.name}==={one.version}"
    return one.requirement


def _pip_again(context: Context) -> None:
    """A damaged pip cannot install itself: the one that the base Python brings comes first."""
    for site in context.sites:
        for name in files.names(site):
            if name == "pip" or (name.startswith("pip-") and name.endswith(".dist-info")):
                aside.move(context, os.path.join(site, name))
    provision.put_bundled(environments.inspect(context.venv_path, context.environ), context.environ)


def _is_there(context: Context, one: Distribution) -> bool:
    """Whether that very version is installed now."""
    found = packages.read(context.venv_path)
    return any((other.name, other.version) == (one.name, one.version) for other in found)
