"""workroot.toml: its schema and defaults.

What is wrong in it is said with file, line and key, and nothing is guessed. The whole schema is
known from the first release on: a key whose feature is not there yet is accepted.
"""

import os
import re
from typing import NamedTuple

from workroot.doors import documents
from workroot.errors import WorkrootError, did_you_mean
from workroot.root import Root, spelling

_STR, _BOOL, _INT, _LIST = str, bool, int, list
_KINDS = {
    _STR: "a string",
    _BOOL: "true or false",
    _INT: "a whole number",
    _LIST: "a list of strings",
}
_TOP = {"repo": (_STR, _LIST), "paths": _LIST, "optional_paths": _LIST, "marker": _STR}
_VENV = {
    "path": _STR,
    "python": _STR,
    "requirements": _LIST,
    "editable": _LIST,
    "imports": _LIST,
    "optional_imports": _LIST,
    "installer": _STR,
}
_SESSION = {
    "bytecode": _STR,
    "track_use": _BOOL,
    "tidy": _BOOL,
    "paths_first": _BOOL,
    "env": dict,
}
_HISTORY = {"auto_snapshot": _BOOL, "max_entries": _INT, "show_diff_after_install": _BOOL}
_TABLES = {
    "venv": _VENV,
    "session": _SESSION,
    "doctor": {"checks": _LIST},
    "history": _HISTORY,
    "snapshots": {"auto_baseline": _BOOL},
    "ui": {"color": (_STR, _BOOL), "verbose": _BOOL},
}
# The user tier has no repo, and one venv, whose place is known.
_USER_TABLES = {**_TABLES, "venv": {"python": _STR, "installer": _STR}}
_CHOICES = {
    "installer": ("auto", "uv", "pip"),
    "bytecode": ("off", "workroot", "on"),
    "color": ("auto", True, False),
}
# A key at the start of a line, bare or quoted, dotted or not; and the header of a table.
_KEY = re.compile(r"""\s*((?:"[^"]*"|'[^']*'|[A-Za-z0-9_.-])+)\s*=""")
_HEADER = re.compile(r"\s*\[([^\[\]]+)\]")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
# What a session sets or unsets by itself, and the prompt.
_OURS = ("PATH", "REPO", "WORKROOT", "VIRTUAL_ENV", "VIRTUAL_ENV_PROMPT", "PYTHONHOME", "PS1")
# Set or unset by [session] bytecode: to allow both would leave open which one holds.
_BYTECODE = ("PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX")
_NAME = re.compile(r"\w[\w.-]*")
_CORRECT = "correct that line"


class Venv(NamedTuple):
    """What the configuration says of one virtual environment.

    name: '' for [venv], else that of [venvs.NAME].
    """

    name: str
    path: str
    python: str
    requirements: tuple[str, ...]
    editable: tuple[str, ...]
    imports: tuple[str, ...]
    optional_imports: tuple[str, ...]
    installer: str


class Config(NamedTuple):
    """A workroot.toml, its paths made absolute, and what is not in it by its default.

    paths: the import paths, in order. optional_paths: those that a build makes. marker: a module
    that must come from one of them. venv: of the environment that was asked for. variables: name
    and value of each. checks: the project's own, for doctor. history, snapshots, ui: the tables.
    """

    repos: tuple[str, ...]
    paths: tuple[str, ...]
    optional_paths: tuple[str, ...]
    marker: str | None
    venv: Venv
    bytecode: str
    track_use: bool
    tidy: bool
    paths_first: bool
    variables: tuple[tuple[str, str], ...]
    checks: tuple[str, ...]
    history: dict
    snapshots: dict
    ui: dict


def read(root: Root, venv_name: str = "") -> Config:
    """The configuration of a workroot, for one of its environments.

    Args:
        venv_name: '' for that of [venv], else NAME of [venvs.NAME].

    Raises WorkrootError: when there is no such file or environment, or something in it is wrong.
    """
    text = _text(root.config)
    tables = _parse(root.config, text)
    _Schema(root.config, text).check(tables)
    return _Reading(root, tables).config(venv_name)


def read_user(path: str) -> dict:
    """The tables of the user tier's config.toml, with the same keys, as they stand.

    Raises WorkrootError: when it cannot be read, or something in it is wrong.
    """
    text = _text(path)
    tables = _parse(path, text)
    _Schema(path, text).check_user(tables)
    return tables


def _text(path: str) -> str:
    """The text of a configuration. Raises WorkrootError when it is not UTF-8, or not there."""
    try:
        # With its byte order mark, where an editor on Windows put one.
        with open(path, encoding="utf-8-sig") as file:
            return file.read()
    except UnicodeDecodeError as error:
        raise WorkrootError(
            f"{path} is not UTF-8 (byte {error.start})", "save it as UTF-8"
        ) from error
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise WorkrootError(f"cannot read {path}: {reason}") from error


def _parse(path: str, text: str) -> dict:
    """The tables of a TOML text. Raises WorkrootError with the line, and the key on it."""
    try:
        return documents.parse_toml(text)
    except ValueError as error:
        # "... (at line 3, column 7)", the only way to learn the line before Python 3.14.
        problem, _, place = str(error).partition(" (at ")
        # Of a text that ends too early it says "(at end of document)".
        found = re.match(r"line (\d+),", place)
        line = int(found[1]) if found else len(text.splitlines())
        where = f"{path}, line {line}{_key_near(text, line)}"
        raise WorkrootError(
            f"{where}: {problem[:1].lower()}{problem[1:]}",
            "put Windows paths and other odd text between 'single quotes'",
        ) from error


def _key_near(text: str, line: int) -> str:
    """The key on a line, from 1, as the end of a place; '' where none is to be seen there."""
    lines = text.splitlines()
    if not 0 < line <= len(lines):
        return ""
    found = _KEY.match(lines[line - 1])
    return f", key {found[1]}" if found else ""


class _Schema:
    """The check of one document against the tables above."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.lines = text.splitlines()

    def check(self, tables: dict) -> None:
        """Every key known, of its kind and among its choices. Raises WorkrootError at the first."""
        # The tables themselves first: what is below would take a string for a table.
        self.table(
            "",
            tables,
            {**_TOP, **dict.fromkeys((*_TABLES, "venvs"), dict)},
        )
        for name, keys in _TABLES.items():
            self.table(
                name,
                tables.get(name, {}),
                keys,
            )
        for name, keys in tables.get("venvs", {}).items():
            self.venv(name, keys)
        self.variables(tables)
        if not tables.get("repo"):
            self.fail(
                "",
                "repo",
                "name the repo",
                "repo = '~/src/pipeline'",
            )

    def check_user(self, tables: dict) -> None:
        """The same for the user tier, which names no repo. Raises WorkrootError."""
        self.table(
            "",
            tables,
            dict.fromkeys(_USER_TABLES, dict),
        )
        for name, keys in _USER_TABLES.items():
            self.table(
                name,
                tables.get(name, {}),
                keys,
            )
        self.variables(tables)

    def table(
        self,
        table: str,
        values: dict,
        known: dict,
    ) -> None:
        for key, value in values.items():
            if key not in known:
                near = did_you_mean(key, known)
                self.fail(
                    table,
                    key,
                    f"unknown key{near}",
                    "correct or remove that line",
                )
            self.kind(
                table,
                key,
                value,
                known[key],
            )
            self.choice(
                table,
                key,
                value,
            )

    def venv(self, name: str, keys: object) -> None:
        if not _NAME.fullmatch(name):
            self.fail(
                "venvs",
                name,
                "cannot name an environment",
                "take letters, digits, '.', '_' and '-', first a letter, a digit or '_'",
            )
        self.kind(
            f"venvs.{name}",
            name,
            keys,
            dict,
        )
        self.table(
            f"venvs.{name}",
            keys,
            _VENV,
        )

    def kind(
        self,
        table: str,
        key: str,
        value: object,
        kinds: object,
    ) -> None:
        kinds = kinds if isinstance(kinds, tuple) else (kinds,)
        # type and not isinstance: true is no number.
        fits = any(type(value) is kind for kind in kinds)
        if isinstance(value, list):
            fits = fits and all(isinstance(item, str) and item for item in value)
        elif isinstance(value, str):
            fits = fits and value != "" and "\0" not in value
        if not fits:
            wanted = " or ".join(_KINDS.get(kind, "a table") for kind in kinds)
            self.fail(
                table,
                key,
                f"must be {wanted}",
                _CORRECT,
            )

    def choice(
        self,
        table: str,
        key: str,
        value: object,
    ) -> None:
        if key in _CHOICES and value not in _CHOICES[key]:
            # Where a key of that name is in two tables, it means the same in both.
            choices = ", ".join(map(_spelled, _CHOICES[key]))
            self.fail(
                table,
                key,
                f"must be one of {choices}",
                _CORRECT,
            )
        if key == "max_entries" and value < 0:
            self.fail(
                table,
                key,
                "must be 0 (no limit) or more",
                _CORRECT,
            )
        if key == "marker" and not all(part.isidentifier() for part in str(value).split(".")):
            self.fail(
                table,
                key,
                "must be the name of a module",
                "marker = 'repo_marker'",
            )

    def variables(self, tables: dict) -> None:
        for name, value in tables.get("session", {}).get("env", {}).items():
            self.variable(name, value)

    def variable(self, name: str, value: object) -> None:
        table = "session.env"
        if name in _BYTECODE:
            way_out = "remove that line, and choose: bytecode = 'off', 'workroot' or 'on'"
            self.fail(
                table,
                name,
                "is set by [session] bytecode",
                way_out,
            )
        if not _VARIABLE.match(name) or name in _OURS:
            self.fail(
                table,
                name,
                "is no name that a session may set",
                "choose another name",
            )
        if not isinstance(value, str) or "\0" in value:
            self.fail(
                table,
                name,
                "must be a string",
                "put the value between 'single quotes'",
            )

    def fail(
        self,
        table: str,
        key: str,
        problem: str,
        hint: str,
    ) -> None:
        line = self.line(table, key)
        place = f"{self.path}, line {line}" if line else self.path
        full_key = f"{table}.{key}" if table else key
        raise WorkrootError(f"{place}, key {full_key}: {problem}", hint)

    def line(self, table: str, key: str) -> int | None:
        """The line, from 1, on which that key of that table stands; None when it is nowhere.

        tomllib keeps no places, so it is looked for: what a text in many lines holds may mislead
        it, and then only the number that is said is wrong.
        """
        full_key = _plain(f"{table}.{key}" if table else key)
        inside = ""
        for number, line in enumerate(self.lines, 1):
            header = _HEADER.match(line)
            if header:
                inside = _plain(header[1])
                if inside == full_key:  # the key is a table, with a header of its own
                    return number
            found = _KEY.match(line)
            # `a.b = 1` stands for a key of a table, wherever in the tables above that is written.
            if found and _unquoted(found[1]).split(".")[-1] == key and table.startswith(inside):
                return number
        return None


def _plain(header: str) -> str:
    """A table's name, however it was quoted and spaced."""
    return re.sub(
        r"\s",
        "",
        _unquoted(header),
    )


def _unquoted(key: str) -> str:
    """A key without the quotes that TOML allows around each of its parts."""
    return re.sub(
        r"[\"']",
        "",
        key,
    )


def _spelled(value: object) -> str:
    """As TOML spells it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


class _Reading:
    """A checked document, its paths made absolute, and {repo} and {workroot} put in."""

    def __init__(self, root: Root, tables: dict) -> None:
        self.root = root
        self.tables = tables
        self.places = {"{workroot}": root.path}
        # {repo} only once the repos are known: in the path of one it would mean nothing.
        repos = tables["repo"] if isinstance(tables["repo"], list) else [tables["repo"]]
        self.repos = self.paths(repos)
        self.places["{repo}"] = self.repos[0]

    def config(self, venv_name: str) -> Config:
        """All of it, defaults put in. Raises WorkrootError where there is no such environment."""
        session = self.tables.get("session", {})
        return Config(
            repos=self.repos,
            paths=self._import_paths(),
            optional_paths=tuple(self._below_repos("optional_paths", [])),
            marker=self.tables.get("marker"),
            venv=self._venv(venv_name),
            bytecode=session.get("bytecode", "off"),
            track_use=session.get("track_use", True),
            tidy=session.get("tidy", True),
            paths_first=session.get("paths_first", False),
            variables=tuple(
                (name, self.filled(value)) for name, value in session.get("env", {}).items()
            ),
            checks=self.paths(self.tables.get("doctor", {}).get("checks", [])),
            history={
                "auto_snapshot": True,
                "max_entries": 100,
                "show_diff_after_install": True,
                **self.tables.get("history", {}),
            },
            snapshots={"auto_baseline": True, **self.tables.get("snapshots", {})},
            ui={"color": "auto", "verbose": False, **self.tables.get("ui", {})},
        )

    def _venv(self, name: str) -> Venv:
        """One environment; nothing of [venv] holds for those of [venvs.NAME]."""
        others = self.tables.get("venvs", {})
        if name and name not in others:
            known = ", ".join(sorted(others)) or "none"
            raise WorkrootError(
                f"WORKROOT_VENV={name}: no [venvs.{name}] in {self.root.config} (there: {known})",
                spelling().unset("WORKROOT_VENV"),
            )
        values = others[name] if name else self.tables.get("venv", {})
        usual = f".venvs/{name}" if name else ".venv"
        return Venv(
            name=name,
            path=self.path(values.get("path", usual)),
            python=self.filled(values.get("python", ">=3.8")),
            requirements=self.paths(values.get("requirements", [])),
            editable=self.paths(values.get("editable", [])),
            imports=tuple(values.get("imports", [])),
            optional_imports=tuple(values.get("optional_imports", [])),
            installer=values.get("installer", "auto"),
        )

    def _import_paths(self) -> tuple[str, ...]:
        """Every import path, repo by repo.

        With several repos, one that has not all of the layouts is no error.
        """
        wanted = self._below_repos("paths", ["."])
        there = [path for path in wanted if os.path.isdir(path)]
        return tuple(there if len(self.repos) > 1 and there else wanted)

    def _below_repos(self, key: str, usual: list[str]) -> list[str]:
        """The directories of a key in every repo, the first repo's before the second's."""
        names = [self.filled(name) for name in self.tables.get(key, usual)]
        return [os.path.normpath(os.path.join(repo, name)) for repo in self.repos for name in names]

    def paths(self, values: list[str]) -> tuple[str, ...]:
        return tuple(self.path(value) for value in values)

    def path(self, value: str) -> str:
        return absolute(self.root.path, self.filled(value))

    def filled(self, value: str) -> str:
        """In one pass: a path that is put in may hold such a word itself."""
        words = "|".join(map(re.escape, self.places))
        return re.sub(
            words,
            lambda found: self.places[found[0]],
            value,
        )


def absolute(base: str, path: str) -> str:
    """A path of the configuration: '~' is the home directory, a relative one starts at base.

    Links are kept as spelled.

    Raises WorkrootError: when it starts with '~' and HOME is not set.
    """
    expanded = os.path.expanduser(path)
    own_home = path == "~" or path.startswith(("~/", "~\\"))
    if own_home and expanded.startswith("~"):
        raise WorkrootError(
            f"{path}: HOME is not set, so '~' means nothing", "set HOME, or spell the path out"
        )
    return os.path.normpath(os.path.join(base, expanded))


def toml_string(text: str) -> str:
    """A TOML literal for text: single quotes where they do, so that backslashes stay."""
    if "'" not in text and text.isprintable():
        return f"'{text}'"
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(character: str) -> str:
    """One character of a TOML string in double quotes: \\UXXXXXXXX writes any of them."""
    if character in '"\\':
        return "\\" + character
    if character.isprintable():
        return character
    return f"\\U{ord(character):08x}"
