"""Where a workroot is, and the paths inside it.

What lies in a history is spelled by who keeps it.
"""

import os
import sys

from workroot.errors import WorkrootError

VERSION = "0.1.0"
CONFIG = "workroot.toml"
STATE = ".workroot"
BOOTSTRAP_SH = "bootstrap.sh"
BOOTSTRAPS = (BOOTSTRAP_SH, "bootstrap.fish", "bootstrap.ps1")
KIT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
ENGINE = os.path.join(
    KIT,
    "python",
    "workroot",
)
MAIN = os.path.join(ENGINE, "__main__.py")
HEALTH_CHECK = os.path.join(
    KIT,
    "python",
    "health_check.py",
)
VENV_MARKER = "workroot-venv"  # in a virtual environment that the kit made
# What makes room for a venv and cannot go to the trash without being copied: in its place where
# that is a volume, beside it where that is on another disk than the workroot.
ASIDE = ".workroot-aside"
MANIFEST = "MANIFEST"  # in a kit that travels with a project: the hash of each of its files
TEMPLATES = os.path.join(KIT, "templates")
SETUP_SH = os.path.join(KIT, "setup.sh")
SCRIPTS = "Scripts" if os.name == "nt" else "bin"
EXE = ".exe" if os.name == "nt" else ""


class Root:
    """One workroot, named by the real path of its directory."""

    def __init__(self, directory: str) -> None:
        self.path = os.path.realpath(directory)
        self.config = self.inside(CONFIG)
        self.state = self.inside(STATE)
        self.readme = self.inside(STATE, "README")
        self.bin = self.inside(STATE, "bin")
        self.command = self.inside(
            STATE,
            "bin",
            "workroot",
        )
        self.proof = self.inside(STATE, "proof")
        self.state_json = self.inside(STATE, "state.json")
        self.python = self.inside(STATE, "python")
        self.lock = self.inside(STATE, "lock")
        self.links = self.inside(STATE, "links")
        self.trash = self.inside(STATE, "trash")
        self.log = self.inside(STATE, "log")
        self.installing = self.inside(STATE, "installing")
        self.pycache = self.inside(STATE, "pycache")
        self.bootstrap_sh = self.inside("bootstrap.sh")
        self.bootstrap_fish = self.inside("bootstrap.fish")
        self.bootstrap_ps1 = self.inside("bootstrap.ps1")

    def home(self, venv_name: str) -> str:
        """Where the history of one of the virtual environments is kept."""
        return self.inside(STATE, "venvs", venv_name) if venv_name else self.state

    def session(self, ending: str) -> str:
        """One of the files that the bootstraps source."""
        return self.inside(STATE, f"session.{ending}")

    def inside(self, *parts: str) -> str:
        """The path of something in this workroot."""
        return os.path.join(self.path, *parts)

    @property
    def exists(self) -> bool:
        """Whether the directory has a workroot.toml."""
        return os.path.lexists(self.config)


class UserTier:
    """The places of the user tier, below a person's home directory."""

    def __init__(self, home_directory: str) -> None:
        self.home = home_directory
        self.path = os.path.join(
            home_directory,
            ".local",
            "python-packages",
        )
        self.venv = os.path.join(self.path, "venv")
        self.config = os.path.join(self.path, "config.toml")
        self.command = os.path.join(
            home_directory,
            ".local",
            "bin",
            "pyctl",
        )
        self.kit = os.path.join(
            home_directory,
            ".local",
            "share",
            "workroot",
        )
        self.made = os.path.join(self.path, "made.json")


class SystemTier:
    """The places of the system tier, below DESTDIR where a package is being built."""

    def __init__(self, destination: str) -> None:
        base = destination.rstrip("/") if destination else ""
        self.command = base + "/usr/local/bin/pyctl"
        self.pip = base + "/usr/local/bin/pip"
        self.kit = base + "/usr/local/lib/workroot"
        self.directory = base + "/opt/system-python"
        self.venv = base + "/opt/system-python/venv"


def find(
    start: str | None,
    session: str | None = None,
    own: str | None = None,
) -> Root:
    """The workroot of a directory: itself or the nearest one above it.

    Args:
        start: The directory; None is the current one, and only then the others are asked.
        session: The workroot of the session, which stands in where there is none.
        own: The one whose own command was typed, which comes before both.

    Raises WorkrootError: when there is none, or the directory is gone.
    """
    if not start and own and Root(own).exists:
        return Root(own)
    try:
        directory = os.path.realpath(start or os.curdir)
    except FileNotFoundError as error:
        raise WorkrootError("the current directory is gone", "cd to one that is there") from error
    if not os.path.isdir(directory):
        raise WorkrootError(f"the directory {start} is not there")
    while True:
        if os.path.lexists(os.path.join(directory, CONFIG)):
            return Root(directory)
        above = os.path.dirname(directory)
        if above == directory:
            break
        directory = above
    if not start and session and Root(session).exists:
        return Root(session)
    raise WorkrootError(
        f"no {CONFIG} in {os.path.realpath(start or os.curdir)} or above it",
        f"cd to a workroot, or make one: {setup_line()} new DIR --repo PATH",
    )


def check_place(path: str) -> None:
    """Whether a session could be had with a workroot or venv at that path.

    Raises WorkrootError: when PATH cannot hold it, or it is not UTF-8.
    """
    if os.pathsep in path:
        raise WorkrootError(
            f"{path} has a {os.pathsep!r} in it, which PATH cannot hold",
            "rename it, or choose another place",
        )
    try:
        path.encode("utf-8")
    except UnicodeEncodeError as error:
        raise WorkrootError(
            f"{path} has a name that is not UTF-8, which no venv can have",
            "rename it, or choose another place",
        ) from error


def setup_line() -> str:
    """How a person calls the kit from here, spelled for their shell."""
    spelled = spelling()
    return spelled.call(os.path.join(KIT, f"setup{spelled.setup_ending}"))


def spelling():
    """How a person's shell spells what they are told to type: a Spelling of doors.shell."""
    from workroot.doors import shell  # for sentences that are seldom said, as a way out

    return shell.spelling()


def engine_file(*parts: str) -> str:
    """A file of the engine that is no module of it: a template, or another Python's program."""
    return os.path.join(ENGINE, *parts)


def own_python() -> str:
    """The base Python of the interpreter that runs the engine; nothing is started for it."""
    return getattr(sys, "_base_executable", None) or sys.executable


def venv_python(venv: str) -> str:
    """The Python of a virtual environment."""
    return os.path.join(
        venv,
        SCRIPTS,
        f"python{EXE}",
    )


def venv_bin(venv: str) -> str:
    """The directory of a virtual environment's programs."""
    return os.path.join(venv, SCRIPTS)


def lock_files(top: str, venv_name: str = "") -> tuple[str, str]:
    """The two locks of an environment: a requirements file, and one by the pylock standard.

    Args:
        top: The directory in which they lie.
        venv_name: '' for the environment of [venv], whose locks have no name in theirs.

    Returns:
        Two paths. The second's form is PEP 751's.
    """
    # That standard allows no dot in a name, and asks for this form: pylock.NAME.toml.
    part = f"{venv_name.replace('.', '-').lower()}." if venv_name else ""
    requirements = os.path.join(top, f"requirements.{part}lock.txt")
    return requirements, os.path.join(top, f"pylock.{part}toml")
