"""uv: where it is, what its configuration says of the index, and what pip's says in uv's words."""

import os
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from workroot.doors import documents, files, process
from workroot.installers import index
from workroot.pythons.interpreter import which

# The variables by which a person tells uv of the index; where one is set, pip's settings are not.
_INDEX_VARIABLES = (
    "UV_DEFAULT_INDEX",
    "UV_INDEX_URL",
    "UV_INDEX",
    "UV_EXTRA_INDEX_URL",
    "UV_FIND_LINKS",
    "UV_NO_INDEX",
)
_PIP_TO_UV = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "no-index": "UV_NO_INDEX",
}
_TRUE = ("1", "true", "yes", "on", "t", "y")


class Indexes(NamedTuple):
    """Where uv looks.

    Attributes:
        urls: the default index first; none where its configuration names none.
        links: further directories and pages of files (find-links).
        refused: whether it is told to ask no index (no-index).
    """

    urls: list[str]
    links: list[str]
    refused: bool


def find(environ: Mapping[str, str]) -> str | None:
    """The path of the first uv on PATH that runs; None where none does.

    Each is run: a version manager's shim may be there and run nothing.
    """
    for path in which("uv", environ):
        if process.attempt([path, "--version"], env=environ, timeout=20).status == 0:
            return path
    return None


def index_variables(environ: Mapping[str, str]) -> dict[str, str]:
    """What a person told pip of the index, as variables for uv (uv reads none of pip's files).

    None where something was told to uv itself, but for the certificates that pip is told of.
    """
    found = {}
    if "SSL_CERT_FILE" not in environ:
        certificates = index.setting("cert", environ)
        if certificates:
            found["SSL_CERT_FILE"] = certificates
    if any(name in environ for name in _INDEX_VARIABLES):
        return found  # what a person told uv stands
    for pip_name, uv_name in _PIP_TO_UV.items():
        value = index.setting(pip_name, environ)
        if value:
            found[uv_name] = value
    return found


def own_files(environ: Mapping[str, str]) -> dict[str, str]:
    """The variable that has uv leave files in a venv, where it is told to leave links.

    Links into its cache lead nowhere once somebody cleans that. Any other way of its stands.
    """
    said = environ.get("UV_LINK_MODE") or _link_mode_by_file(environ)
    return {"UV_LINK_MODE": "copy"} if said == "symlink" else {}


def _link_mode_by_file(environ: Mapping[str, str]) -> str:
    """The link-mode of the first configuration file that names one; '' where none does."""
    for path in _configurations(environ):
        said = _settings(path)
        if isinstance(said.get("link-mode"), str):
            return said["link-mode"]
    return ""


def indexes(environ: Mapping[str, str]) -> Indexes:
    """What uv's variables say of the index, else its configuration files.

    The first of them that says anything is taken for all. A file that cannot be read is passed
    over.
    """
    said = _by_variables(environ)
    if said.urls or said.links or said.refused:
        return said
    for path in _configurations(environ):
        said = _by_file(path)
        if said.urls or said.links or said.refused:
            return said
    return said


def _by_variables(environ: Mapping[str, str]) -> Indexes:
    """What uv's environment variables say.

    UV_INDEX_URL and UV_EXTRA_INDEX_URL are older names, which uv still takes. Indexes are parted
    by spaces, links by commas.
    """
    urls = []
    default = environ.get("UV_DEFAULT_INDEX") or environ.get("UV_INDEX_URL")
    if default:
        urls.append(_without_name(default))
    for name in ("UV_INDEX", "UV_EXTRA_INDEX_URL"):
        urls += map(_without_name, environ.get(name, "").split())
    links = [link.strip() for link in environ.get("UV_FIND_LINKS", "").split(",") if link.strip()]
    return Indexes(urls, links, environ.get("UV_NO_INDEX", "").lower() in _TRUE)


def _without_name(index_url: str) -> str:
    """An index without the name that uv lets a person put before it: 'corp=https://…'.

    Such a name is of letters, digits, '-' and '_'.
    """
    name, sign, address = index_url.partition("=")
    # A '=' in the query of a URL is no such sign: there is more than a name before it.
    is_name = name.replace("-", "").replace("_", "").isalnum()
    return address if sign and is_name else index_url


def _by_file(path: str) -> Indexes:
    """What one configuration file of uv says; nothing where it cannot be read.

    index-url and extra-index-url are the older spellings of [[index]]; of the tables the one with
    `default = true` takes the public index's place. What is in [pip] is for `uv pip` alone.
    """
    said = _settings(path)
    tables = _tables(said.get("index"))
    defaults = [one.get("url") for one in tables if one.get("default")]
    others = [one.get("url") for one in tables if not one.get("default")]
    urls = [*defaults, said.get("index-url"), *others, *_words(said.get("extra-index-url"))]
    texts = [url for url in urls if isinstance(url, str)]
    return Indexes(texts, _words(said.get("find-links")), said.get("no-index") is True)


def _settings(path: str) -> dict:
    """What a configuration file says to `uv pip`; {} where it cannot be read."""
    try:
        said = documents.parse_toml(files.read_text(path) or "")
    except (ValueError, OSError):
        return {}
    for_pip = said.get("pip")
    # What [pip] says is stronger there.
    return said | for_pip if isinstance(for_pip, dict) else said


def _tables(value: object) -> list[dict]:
    """The tables in what should be an array of them; [] for anything else.

    What is wrong in a file is for uv to say.
    """
    if not isinstance(value, list):
        return []
    return [one for one in value if isinstance(one, dict)]


def _words(value: object) -> list[str]:
    """The texts in what should be an array of them; [] for anything else.

    As with tables, what is none is left out.
    """
    if not isinstance(value, list):
        return []
    return [one for one in value if isinstance(one, str)]


def _configurations(environ: Mapping[str, str]) -> Iterator[str]:
    """uv's configuration files of the person and of the system, the strongest first.

    UV_CONFIG_FILE stands for all of them, and UV_NO_CONFIG for none. They need not be there; a
    project's own are not asked.
    """
    named = environ.get("UV_CONFIG_FILE")
    if named:
        yield named
        return
    if environ.get("UV_NO_CONFIG", "").lower() in _TRUE:
        return
    home = environ.get("HOME") or environ.get("USERPROFILE") or ""
    if os.name == "nt":
        bases = [environ.get("APPDATA", ""), environ.get("PROGRAMDATA", "")]
    else:
        own = environ.get("XDG_CONFIG_HOME") or (home and os.path.join(home, ".config"))
        bases = [own, *environ.get("XDG_CONFIG_DIRS", "/etc/xdg").split(":"), "/etc"]
    for base in bases:
        if base:
            yield os.path.join(base, "uv", "uv.toml")
