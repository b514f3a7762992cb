"""The package index that pip is configured for.

Which one it is, by pip's own settings, and what it gives.
"""

import configparser
import contextlib
import os
import sys
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from workroot.doors.credentials import masked_text
from workroot.errors import WorkrootError
from workroot.standards.urls import without_login

if TYPE_CHECKING:
    from workroot.installers.download import Answer

_DEFAULT = "https://pypi.org/simple"
_ELSEWHERE = ("target", "prefix", "root", "user", "python")
_TRUE = ("1", "true", "yes", "on", "t", "y")  # as pip reads a switch


class Missing(WorkrootError):
    """The server is there and has nothing at that address: 404, 410, or no such file."""


def named(environ: Mapping[str, str]) -> bool:
    """Whether pip is told of any index; else it takes the public one.

    By its variables, or the configuration files of the system and the person.
    """
    return bool(setting("index-url", environ) or setting("extra-index-url", environ))


def refused(environ: Mapping[str, str], venv: str | None = None) -> bool:
    """Whether pip is told to ask no index.

    venv: one whose own configuration file counts too.
    """
    return (setting("no-index", environ, venv) or "0").lower() in _TRUE


def urls(environ: Mapping[str, str], venv: str | None = None) -> list[str]:
    """Every index that pip would look into, each once and ending in one '/'; none with no-index.

    venv: one whose own pip.conf counts too, as it does for the pip in it.
    """
    if refused(environ, venv):
        return []
    first = setting("index-url", environ, venv) or _DEFAULT
    others = (setting("extra-index-url", environ, venv) or "").split()
    return list(dict.fromkeys(address.rstrip("/") + "/" for address in (first, *others)))


def find_links(environ: Mapping[str, str], venv: str | None = None) -> list[str]:
    """The further directories and pages that pip looks for files in (find-links).

    They count with no-index too: they are what is left then.
    """
    return (setting("find-links", environ, venv) or "").split()


def setting(name: str, environ: Mapping[str, str], venv: str | None = None) -> str | None:
    """One of pip's settings, as `pip install` takes it.

    Its environment variable, else [install], else [global] of its configuration files; of two
    files that say it in one section, the stronger one.

    Args:
        name: as it is in a file: 'index-url'.
        environ: the person's.
        venv: one whose own configuration file counts too; None for none.

    Returns:
        The text; None where nothing says it.
    """
    value = environ.get(f"PIP_{name.upper().replace('-', '_')}")
    if value:
        return value
    return _configured(environ, venv).get(name)


def into_venv(environ: Mapping[str, str]) -> dict[str, str]:
    """The variables that keep pip's configuration files from sending packages elsewhere.

    None where no file does.
    """
    configured = _configured(environ, None)
    if not any(name in configured for name in _ELSEWHERE):
        return {}
    # pip is to read none of the files then; what else they say, variables say.
    variables = {}
    for name, value in configured.items():
        variable = f"PIP_{name.upper().replace('-', '_')}"
        if name not in _ELSEWHERE and variable not in environ:
            variables[variable] = value
    variables["PIP_CONFIG_FILE"] = os.devnull
    return variables


def _configured(environ: Mapping[str, str], venv: str | None) -> dict[str, str]:
    """What pip's configuration files say for an install, by the names of settings.

    One that cannot be read is passed over: pip itself will say what is wrong with it.
    """
    parser = configparser.RawConfigParser()
    for path in _configurations(environ, venv):
        with contextlib.suppress(configparser.Error, OSError, UnicodeDecodeError):
            parser.read(path, encoding="utf-8")
    said = {}
    for section in ("global", "install"):  # the stronger one last
        if section in parser:
            said.update((name, value) for name, value in parser.items(section) if value)
    return said


def fetch(address: str, environ: Mapping[str, str], accept: str = "*/*") -> "Answer":
    """GET an address with pip's certificate, proxy, trusted hosts and credentials.

    Args:
        address: http, https or file; it may have a name and password in it.
        environ: the person's, with pip's settings.
        accept: the media types that are understood.

    Raises:
        Missing: when nothing is there (404, 410, no such file).
        WorkrootError: when it cannot be had for any other reason.
    """
    # http, ssl and their like, for as much as five Python starts: most commands ask no index.
    from workroot.installers import download

    trusted = (setting("trusted-host", environ) or "").split()
    # SSL_CERT_FILE counts where pip is told of no certificates.
    authorities = setting("cert", environ) or environ.get("SSL_CERT_FILE") or None
    way = download.Way(setting("proxy", environ), authorities, trusted)
    try:
        return download.get(address, way, environ, accept)
    except download.Unanswered as error:
        kind = Missing if error.nowhere else WorkrootError
        raise kind(str(error)) from error


def shown(address: str) -> str:
    """The address as a sentence may have it: nothing in it lets anybody in.

    For a person to read, not to fetch from.
    """
    return masked_text(without_login(address))


def _configurations(environ: Mapping[str, str], venv: str | None = None) -> Iterator[str]:
    """pip's configuration files, the strongest last.

    As pip has them: the system's, the person's, the venv's, and the one of PIP_CONFIG_FILE. Where
    that one is there the person's are not read.
    """
    own = environ.get("PIP_CONFIG_FILE")
    if own == os.devnull:
        return
    home = environ.get("HOME") or environ.get("USERPROFILE") or ""
    has_own = own and os.path.exists(own)
    if sys.platform == "win32":
        for name in ("PROGRAMDATA", "APPDATA"):
            root = environ.get(name)
            if root:
                yield os.path.join(root, "pip", "pip.ini")
        if not has_own:
            yield os.path.join(home, "pip", "pip.ini")
    else:
        for directory in environ.get("XDG_CONFIG_DIRS", "/etc/xdg").split(":"):
            yield os.path.join(directory, "pip", "pip.conf")
        yield "/etc/pip.conf"
        if home and not has_own:
            settings = environ.get("XDG_CONFIG_HOME") or os.path.join(home, ".config")
            yield os.path.join(home, ".pip", "pip.conf")  # of old; the next one is stronger
            yield os.path.join(settings, "pip", "pip.conf")
    if venv:
        yield os.path.join(venv, "pip.ini" if sys.platform == "win32" else "pip.conf")
    if own:
        yield own
