"""workroot.toml: its schema and defaults; what is wrong in it is said with file, line and key, and nothing is guessed."""

import os
import re
from typing import NamedTuple

from workroot.errors import WorkrootError
from workroot.root import Root

_STR, _BOOL, _INT, _LIST = str, bool, int, list
_VENV = {
    "path": _STR,
    "python": _STR,
    "requirements": _LIST,
    "editable": _LIST,
    "imports": _LIST,
    "optional_imports": _LIST,
    "installer": _STR,
}
_TOP = {"repo": (_STR, _LIST), "paths": _LIST, "optional_paths": _LIST, "marker": _STR}
_TABLES = {
    "venv": _VENV,
    "session": {"bytecode": _STR},
    "history": {"auto_snapshot": _BOOL, "max_entries": _INT, "show_diff_after_install": _BOOL},
    "snapshots": {"auto_baseline": _BOOL},
    "ui": {"color": (_STR, _BOOL)},
}
_CHOICES = {
    "installer": ("auto", "uv", "pip"),
    "bytecode": ("off", "workroot", "on"),
    "color": ("auto", True, False),
}
_KINDS = {
    _STR: "a string",
    _BOOL: "true or false",
    _INT: "a whole number",
    _LIST: "a list of strings",
}
_KEY = re.compile(r"""\s*((?:"[^"]*"|'[^']*'|[A-Za-z0-9_.-])+)\s*=""")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_OURS = ("PATH", "REPO", "WORKROOT", "VIRTUAL_ENV", "VIRTUAL_ENV_PROMPT", "PYTHONHOME", "PS1")
_BYTECODE = ("PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX")
_NAME = re.compile(r"\w[\w.-]*")


class Venv(NamedTuple):
    """What the configuration says of one virtual environment. name is '' for [venv], else that of [venvs.NAME]."""

    name: str
    path: str
    python: str
    requirements: tuple[str, ...]
    editable: tuple[str, ...]
    imports: tuple[str, ...]
    optional_imports: tuple[str, ...]
    installer: str


class Config(NamedTuple):
    """A workroot.toml, its paths made absolute."""

    repos: tuple[str, ...]
    paths: tuple[str, ...]
    optional_paths: tuple[str, ...]
    marker: str | None
    venv: Venv
    bytecode: str
    variables: tuple[tuple[str, str], ...]
    history: dict
    snapshots: dict
    ui: dict


def read(root: Root, venv_name: str = "") -> Config:
    """The configuration of a workroot, for the virtual environment of that name. Raises WorkrootError."""
    text = _text(root)
    tables = _parse(root, text)
    _Schema(root, text).check(tables)
    return _config(root, tables, _venv(root, tables, venv_name))


def read_user(path: str) -> dict:
    """The tables of the user tier's config.toml: [venv] python and installer, [history], [snapshots], [ui]. Raises WorkrootError."""
    file = _File(path)
    text = _text(file)
    tables = _parse(file, text)
    _Schema(file, text).check_user(tables)
    return tables


class _File(NamedTuple):
    config: str


def _text(root: "Root | _File") -> str:
    try:
        with open(root.config, encoding="utf-8-sig") as file:
            return file.read()
    except UnicodeDecodeError as error:
        raise WorkrootError(
            f"{root.config} is not UTF-8 (byte {error.start})", "save it as UTF-8"
        ) from error
    except OSError as error:
        raise WorkrootError(
            f"cannot read {root.config}: {(error.strerror or str(error)).lower()}"
        ) from error


def _parse(root: "Root | _File", text: str) -> dict:
    import tomllib

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"\(at (line (\d+)), column \d+\)|\(at end of document\)", str(error))
        line = int(place[2]) if place and place[2] else len(text.splitlines())
        problem = str(error)[: place.start()].strip() if place else str(error)
        key = _key_near(text, line)
        raise WorkrootError(
            f"{root.config}, line {line}{key}: {problem[:1].lower()}{problem[1:]}",
            "put Windows paths and other odd text between 'single quotes'",
        ) from error


def _key_near(text: str, line: int) -> str:
    lines = text.splitlines()[max(0, line - 1) : line]
    found = re.match(_KEY, lines[0]) if lines else None
    return f", key {found[1]}" if found else ""


class _Schema:
    """The check of one document against the tables above; every complaint names file, line and key."""

    def __init__(self, root: "Root | _File", text: str) -> None:
        self.file, self.lines = root.config, text.splitlines()

    def check(self, tables: dict) -> None:
        known = {**_TOP, **dict.fromkeys((*_TABLES, "venvs"), dict)}
        self.table("", {k: v for k, v in tables.items()}, known)
        for name, keys in _TABLES.items():
            self.table(name, tables.get(name, {}), keys, {"env"} if name == "session" else set())
        for name, keys in tables.get("venvs", {}).items():
            if not _NAME.fullmatch(name):
                self.fail(
                    "venvs",
                    name,
                    "cannot name an environment",
                    "take letters, digits, '.', '_' and '-', first a letter, a digit or '_'",
                )
            self.kind(f"venvs.{name}", name, keys, dict)
            self.table(f"venvs.{name}", keys, _VENV)
        for name, value in tables.get("session", {}).get("env", {}).items():
            self.variable(name, value)
        if not tables.get("repo"):
            self.fail("", "repo", "name the repo", "repo = '~/src/pipeline'")

    def check_user(self, tables: dict) -> None:
        known = {
            "venv": {"python": _STR, "installer": _STR},
            **{name: _TABLES[name] for name in ("history", "snapshots", "ui")},
        }
        self.table("", tables, dict.fromkeys(known, dict))
        for name, keys in known.items():
            self.table(name, tables.get(name, {}), keys)

    def table(self, table: str, values: dict, known: dict, more: set = frozenset()) -> None:
        for key, value in values.items():
            if key in more:
                self.kind(table, key, value, dict)
            elif key not in known:
                self.fail(
                    table,
                    key,
                    f"unknown key{_nearest(key, [*known, *more])}",
                    "correct or remove that line",
                )
            else:
                self.kind(table, key, value, known[key])
                self.choice(table, key, value)

    def kind(self, table: str, key: str, value: object, kinds: object) -> None:
        kinds = kinds if isinstance(kinds, tuple) else (kinds,)
        fits = any(type(value) is kind for kind in kinds)
        if fits and isinstance(value, list):
            fits = all(isinstance(item, str) and item for item in value)
        if not fits or value == "" or (isinstance(value, str) and "\0" in value):
            wanted = " or ".join(_KINDS.get(kind, "a table") for kind in kinds)
            self.fail(table, key, f"must be {wanted}", "correct that line")

    def choice(self, table: str, key: str, value: object) -> None:
        if key in _CHOICES and table != "session.env" and value not in _CHOICES[key]:
            self.fail(
                table,
                key,
                f"must be one of {', '.join(map(str, _CHOICES[key]))}",
                "correct that line",
            )
        if key == "max_entries" and value < 0:
            self.fail(table, key, "must be 0 (no limit) or more", "correct that line")
        if key == "marker" and not all(part.isidentifier() for part in str(value).split(".")):
            self.fail(table, key, "must be the name of a module", "marker = 'repo_marker'")

    def variable(self, name: str, value: object) -> None:
        if name in _BYTECODE:
            self.fail(
                "session.env",
                name,
                "is set by [session] bytecode",
                "remove that line, and choose: bytecode = 'off', 'workroot' or 'on'",
            )
        if not _VARIABLE.match(name) or name in _OURS:
            self.fail(
                "session.env", name, "is no name that a session may set", "choose another name"
            )
        if not isinstance(value, str) or "\0" in value:
            self.fail(
                "session.env", name, "must be a string", "put the value between 'single quotes'"
            )

    def fail(self, table: str, key: str, problem: str, hint: str) -> None:
        line = self.line(table, key)
        place = f", line {line}" if line else ""
        raise WorkrootError(
            f"{self.file}{place}, key {f'{table}.' if table else ''}{key}: {problem}", hint
        )

    def line(self, table: str, key: str) -> int | None:
        """The line, from 1, on which that key of that table stands; None when it is nowhere."""
        inside = ""
        for number, line in enumerate(self.lines, 1):
            header = re.match(r"\s*\[([^\[\]]+)\]", line)
            if header:
                inside = re.sub(r"[\s\"']", "", header[1])
                if inside == re.sub(r"[\s\"']", "", f"{table}.{key}" if table else key):
                    return number
            found = re.match(_KEY, line)
            if (
                found
                and key == re.sub(r"[\"']", "", found[1]).split(".")[-1]
                and table.startswith(inside)
            ):
                return number
        return None


def _nearest(key: str, known: list[str]) -> str:
    import difflib

    near = difflib.get_close_matches(key, known, 1)
    return f"; did you mean {near[0]}?" if near else ""


def _venv(root: Root, tables: dict, name: str) -> Venv:
    others = tables.get("venvs", {})
    if name and name not in others:
        known = ", ".join(sorted(others)) or "none"
        raise WorkrootError(
            f"WORKROOT_VENV={name}: no [venvs.{name}] in {root.config} (there: {known})",
            "unset WORKROOT_VENV",
        )
    values = others[name] if name else tables.get("venv", {})
    return Venv(
        name=name,
        path=absolute(root.path, values.get("path", f".venvs/{name}" if name else ".venv")),
        python=values.get("python", ">=3.8"),
        requirements=tuple(absolute(root.path, file) for file in values.get("requirements", [])),
        editable=tuple(absolute(root.path, directory) for directory in values.get("editable", [])),
        imports=tuple(values.get("imports", [])),
        optional_imports=tuple(values.get("optional_imports", [])),
        installer=values.get("installer", "auto"),
    )


def _config(root: Root, tables: dict, venv: Venv) -> Config:
    repos = tables["repo"] if isinstance(tables["repo"], list) else [tables["repo"]]
    repos = tuple(absolute(root.path, repo) for repo in repos)
    session = tables.get("session", {})
    return Config(
        repos=repos,
        paths=_existing(repos, tables.get("paths", ["."])),
        optional_paths=tuple(
            os.path.normpath(os.path.join(repo, p))
            for repo in repos
            for p in tables.get("optional_paths", [])
        ),
        marker=tables.get("marker"),
        venv=venv,
        bytecode=session.get("bytecode", "off"),
        variables=_variables(session.get("env", {}), {"{workroot}": root.path, "{repo}": repos[0]}),
        history={
            "auto_snapshot": True,
            "max_entries": 100,
            "show_diff_after_install": True,
            **tables.get("history", {}),
        },
        snapshots={"auto_baseline": True, **tables.get("snapshots", {})},
        ui={"color": "auto", **tables.get("ui", {})},
    )


def _variables(values: dict[str, str], places: dict[str, str]) -> tuple[tuple[str, str], ...]:
    """places: what stands for which path; a path may have such a word in it."""
    words = re.compile("|".join(map(re.escape, places)))
    return tuple(
        (name, words.sub(lambda found: places[found[0]], value)) for name, value in values.items()
    )


def _existing(repos: tuple[str, ...], paths: list[str]) -> tuple[str, ...]:
    """Every import path, repo by repo; with several repos one that has not all of the layouts is no error."""
    wanted = [os.path.normpath(os.path.join(repo, path)) for repo in repos for path in paths]
    there = [path for path in wanted if os.path.isdir(path)]
    return tuple(there if len(repos) > 1 and there else wanted)


def absolute(base: str, path: str) -> str:
    """A path of the configuration: '~' is the home directory, a relative one starts at base. Links are kept as spelled."""
    expanded = os.path.expanduser(path)
    if expanded.startswith("~") and path.startswith(("~/", "~\\")) or path == "~" == expanded:
        raise WorkrootError(
            f"{path}: HOME is not set, so '~' means nothing", "set HOME, or spell the path out"
        )
    return os.path.normpath(os.path.join(base, expanded))


def toml_string(text: str) -> str:
    """A TOML literal for text: single quotes where they do, so that backslashes stay as they are."""
    if "'" not in text and text.isprintable():
        return f"'{text}'"
    return '"' + "".join(_escaped(c) for c in text) + '"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    return character if character.isprintable() else f"\\U{ord(character):08x}"
