"""A home: one virtual environment with the history, snapshots and store that belong to it, in a
workroot or in the user tier.

What the configuration says of it is kept beside the history, so that a command need not parse TOML
to know it; the copy counts only while the file is the one that was read.
"""

import os
import time
from _collections_abc import Callable

from workroot.doors import documents, files
from workroot.errors import WorkrootError
from workroot.pythons import packages
from workroot.root import ASIDE, VENV_MARKER, Root, UserTier

_VERSION = 1
# Of FAT, whose times are the coarsest: two seconds.
_TICK_NS = 2_000_000_000
_DEFAULTS = {
    "max_entries": 100,
    "auto_snapshot": True,
    "show_diff_after_install": True,
    "auto_baseline": True,
    "color": "auto",
    "verbose": False,
}


class Home:
    """One virtual environment, and where everything lies that belongs to it.

    Attributes:
        tier: 'workroot' or 'user'.
        top: the workroot's directory, or the tier's.
        name: of the venv among those of a workroot; '' for the one without a name, and in the user
            tier.
        path: of the directory that holds history/, snapshots/ and store/.
        lock: the file that whoever changes the venv locks.
        config: the configuration file.
        settings: what that says, with the defaults for what it does not say.
        venv: full path of the virtual environment.
    """

    # Called from of_root and of_user only, which have all of these at hand.
    def __init__(  # noqa: PLR0913
        self,
        tier: str,
        top: str,
        name: str,
        path: str,
        lock: str,
        config: str,
        settings: dict,
        read_from: list | None,
    ) -> None:
        """Nothing of the venv is read but where a link to it leads.

        Args:
            read_from: the identity of the configuration that was read; None where it was
                remembered, or there is none.
        """
        self.tier = tier
        self.top = top
        self.name = name
        self.path = path
        self.lock = lock
        self.config = config
        self.settings = {**_DEFAULTS, **settings}
        self._settings, self._read_from = settings, read_from
        # A link to a venv is followed: what is kept and renamed lies in what it leads to.
        spelled = self.settings["venv"]
        self.venv = os.path.realpath(spelled) if os.path.islink(spelled) else spelled

    @property
    def begun(self) -> bool:
        """Whether there is a history yet."""
        return os.path.isdir(self.path + "/history")

    @property
    def program(self) -> str:
        """The command that a person types to change it."""
        return "pyctl" if self.tier == "user" else "workroot"

    def keep_out(self) -> tuple[str, ...]:
        """Paths in the venv that are the kit's: no operation records or changes them.

        In the user tier that is also its `pip`, which records; in a workroot the link to the repo.

        Raises WorkrootError: when there is no venv.
        """
        # Asked each time: the venv may be made again with another Python meanwhile.
        layout = packages.layout(self.venv)
        if self.tier == "user":
            return (
                VENV_MARKER,
                ASIDE,
                *(f"{layout.spine[1]}/{name}" for name in pip_names(layout.python)),
            )
        return (VENV_MARKER, ASIDE, *(f"{site}/repo.pth" for site in layout.sites))

    def remember(self) -> None:
        """Keep the settings for the commands that follow.

        Only what was read of a file that can no longer change within the same tick of its file
        system.
        """
        # A second edit within one tick could have the same time and size, and would be missed.
        if self._read_from and self._read_from[1] < time.time_ns() - _TICK_NS:
            document = {"version": _VERSION, "of": self._read_from, "settings": self._settings}
            try:
                files.write(self.path + "/settings.json", documents.text(document))
            except WorkrootError:
                return  # a full disk: the file is read the next time as well


def pip_names(python: str) -> tuple[str, ...]:
    """What pip is called in a venv: pip, pip3 and pip3.12.

    Args:
        python: X.Y.
    """
    ending = ".exe" if os.name == "nt" else ""
    return tuple(
        name + ending for name in ("pip", f"pip{python.partition('.')[0]}", f"pip{python}")
    )


def of_root(
    root: Root,
    name: str,
) -> Home:
    """That of one of a workroot's venvs.

    Raises WorkrootError: when the configuration is wrong.
    """
    path = root.home(name)
    settings = _settings(
        path,
        root.config,
        lambda: _read_workroot(root, name),
    )
    return Home(
        "workroot",
        root.path,
        name,
        path,
        root.lock,
        root.config,
        *settings,
    )


def of_user(places: UserTier) -> Home:
    """The user tier; whether it was made yet is not asked.

    Raises WorkrootError: when its configuration is wrong.
    """
    settings = _settings(
        places.path,
        places.config,
        lambda: {**_read_user(places), "venv": places.venv},
    )
    return Home(
        "user",
        places.path,
        "",
        places.path,
        places.path + "/lock",
        places.config,
        *settings,
    )


def _settings(
    path: str,
    config: str,
    read: Callable[[], dict],
) -> tuple[dict, list | None]:
    """The settings, and the identity of the file where they had to be read.

    Args:
        path: of the home, which may have them from an earlier command.
        config: the file that they are of.
        read: reads that file.
    """
    identity = _identity(config)
    settings = _remembered(path, identity)
    return (settings, None) if settings is not None else (read(), identity)


def _read_workroot(
    root: Root,
    name: str,
) -> dict:
    """The settings as workroot.toml says them. Raises WorkrootError where that is wrong."""
    config = _configuration().read(root, name)
    return {
        "venv": config.venv.path,
        "installer": config.venv.installer,
        "requirements": list(config.venv.requirements),
        "editable": list(config.venv.editable),
        **_tables(
            config.history,
            config.snapshots,
            config.ui,
        ),
    }


def _configuration():
    from workroot import config  # with re, typing and TOML a whole start; most read what is kept

    return config


def _read_user(places: UserTier) -> dict:
    """The settings as the configuration of the user tier says them; it need not be there."""
    if not os.path.lexists(places.config):
        return {"installer": "auto", "requirements": [], "editable": []}
    tables = _configuration().read_user(places.config)
    venv = tables.get("venv", {})
    said = {
        "python": venv.get("python"),
        "installer": venv.get("installer", "auto"),
        "requirements": [],
        "editable": [],
    }
    return {
        **said,
        **_tables(
            tables.get("history", {}),
            tables.get("snapshots", {}),
            tables.get("ui", {}),
        ),
    }


def _tables(*tables: dict) -> dict:
    """The settings in these tables that have a default here; the rest is for others to read."""
    return {key: value for table in tables for key, value in table.items() if key in _DEFAULTS}


def _remembered(
    path: str,
    identity: list | None,
) -> dict | None:
    """The settings that an earlier command kept; None where the file is another by now."""
    # Damaged, of a newer kit or not readable: then the configuration is read instead.
    try:
        said = documents.load(path + "/settings.json", _VERSION)
        return said["settings"] if said and identity and said["of"] == identity else None
    except (WorkrootError, KeyError, OSError):
        return None


def _identity(config: str) -> list | None:
    """What tells a configuration file from what it was: [path, mtime in ns, size]; None without
    one.
    """
    try:
        status = os.stat(config)
    except OSError:
        return None
    # The path too: a workroot that was moved has the same file at another place.
    return [config, status.st_mtime_ns, status.st_size]
