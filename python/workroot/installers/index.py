"""The package index that pip is configured for: which one it is, and how to fetch from it what pip would."""

import configparser
import contextlib
import functools
import os
import re
import sys
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from workroot.doors.credentials import masked_text
from workroot.errors import WorkrootError

_DEFAULT = "https://pypi.org/simple"
_ELSEWHERE = ("target", "prefix", "root", "user", "python")
_TRUE = ("1", "true", "yes", "on", "t", "y")  # as pip reads a switch
_TIMEOUT = 60  # seconds without a byte


class Answer(NamedTuple):
    """What an address gave. url: where it came from in the end; kind: the media type, without its parameters."""

    url: str
    kind: str
    content: bytes


class Missing(WorkrootError):
    """The server is there and has nothing at that address."""


def named(environ: Mapping[str, str]) -> bool:
    """Whether pip is told of any index; else it takes the public one."""
    return bool(setting("index-url", environ) or setting("extra-index-url", environ))


def refused(environ: Mapping[str, str], venv: str | None = None) -> bool:
    """Whether pip is told to ask no index."""
    return (setting("no-index", environ, venv) or "0").lower() in _TRUE


def urls(environ: Mapping[str, str], venv: str | None = None) -> list[str]:
    """Every index that pip would look into, each ending in one '/'; none with no-index."""
    if refused(environ, venv):
        return []
    found = [
        setting("index-url", environ, venv) or _DEFAULT,
        *(setting("extra-index-url", environ, venv) or "").split(),
    ]
    return list(dict.fromkeys(address.rstrip("/") + "/" for address in found))


def find_links(environ: Mapping[str, str], venv: str | None = None) -> list[str]:
    """The further directories and pages that pip looks for files in."""
    return (setting("find-links", environ, venv) or "").split()


def setting(name: str, environ: Mapping[str, str], venv: str | None = None) -> str | None:
    """One of pip's settings: its environment variable, else [install], else [global] of its configuration files, each file before the last."""
    value = environ.get(f"PIP_{name.upper().replace('-', '_')}")
    if value:
        return value
    return _configured(environ, venv).get(name)


def into_venv(environ: Mapping[str, str]) -> dict[str, str]:
    """The variables that keep pip's configuration files from sending packages elsewhere; none where no file does."""
    configured = _configured(environ, None)
    if not any(name in configured for name in _ELSEWHERE):
        return {}
    kept = {
        f"PIP_{name.upper().replace('-', '_')}": value
        for name, value in configured.items()
        if name not in _ELSEWHERE
    }
    return {name: value for name, value in kept.items() if name not in environ} | {
        "PIP_CONFIG_FILE": os.devnull
    }


def _configured(environ: Mapping[str, str], venv: str | None) -> dict[str, str]:
    """What pip's configuration files say for an install; one that cannot be read is passed over."""
    parser = configparser.RawConfigParser()
    for path in _configurations(environ, venv):
        with contextlib.suppress(configparser.Error, OSError, UnicodeDecodeError):
            parser.read(path, encoding="utf-8")
    return {
        name: value
        for section in ("global", "install")
        if section in parser
        for name, value in parser.items(section)
        if value
    }


def fetch(address: str, environ: Mapping[str, str], accept: str = "*/*") -> Answer:
    """GET an address with pip's certificate, proxy, trusted hosts and credentials. Raises Missing, else WorkrootError."""
    import urllib.error
    from urllib.parse import urlsplit
    from urllib.request import ProxyHandler, Request, build_opener

    plain, login = _without_login(address)
    plain += "index.html" if plain.startswith("file:") and plain.endswith("/") else ""
    try:
        request = Request(
            plain, headers={"Accept": accept, "Accept-Encoding": "gzip", "User-Agent": "workroot"}
        )
        login = login or _from_netrc(urlsplit(plain).hostname or "", environ)
        if login:
            import base64

            request.add_unredirected_header(
                "Authorization", "Basic " + base64.b64encode(login.encode("utf-8")).decode()
            )
        proxy = setting("proxy", environ)
        opener = build_opener(
            ProxyHandler({"http": proxy, "https": proxy} if proxy else None),
            _https(urlsplit(plain), environ),
        )
        with opener.open(request, timeout=_TIMEOUT) as answer:
            return Answer(answer.geturl(), answer.headers.get_content_type(), _unpacked(answer))
    except urllib.error.HTTPError as error:
        error.close()
        kind = Missing if error.code in (404, 410) else WorkrootError
        raise kind(f"{masked_text(plain)}: {error.code} {error.reason}") from error
    except (OSError, ValueError, EOFError, *_http_errors()) as error:
        reason = getattr(error, "reason", error)
        raise (Missing if isinstance(reason, FileNotFoundError) else WorkrootError)(
            f"{masked_text(plain)}: {reason}"
        ) from error


def _unpacked(answer) -> bytes:
    content = answer.read()
    if answer.headers.get("Content-Encoding") == "gzip":
        import gzip

        return gzip.decompress(content)
    return content


def joined(page: str, address: str) -> str:
    """An address as a page gives it, made whole; '' for what is none."""
    from urllib.parse import urljoin, urlsplit

    try:
        whole = urljoin(page, address)
        urlsplit(whole)
    except ValueError:
        return ""
    return whole


def without_login(address: str) -> str:
    """The address with no name and password in it, to be written down."""
    return _without_login(address)[0]


def shown(address: str) -> str:
    """The address as a sentence may have it: nothing in it lets anybody in."""
    return masked_text(without_login(address))


def _without_login(address: str) -> tuple[str, str]:
    """An http address without its 'name:password', and that, its escapes undone."""
    from urllib.parse import unquote, urlsplit

    try:
        parts = urlsplit(address)
    except ValueError:
        return re.sub(r"//[^/]*@", "//", address), ""
    if parts.scheme not in ("http", "https") or "@" not in parts.netloc:
        return address, ""
    login, _, host = parts.netloc.rpartition("@")
    return parts._replace(netloc=host).geturl(), unquote(login if ":" in login else login + ":")


def _from_netrc(host: str, environ: Mapping[str, str]) -> str:
    import netrc

    path = environ.get("NETRC") or os.path.join(
        environ.get("HOME") or environ.get("USERPROFILE") or os.devnull, ".netrc"
    )
    try:
        found = netrc.netrc(path).authenticators(host) if os.path.isfile(path) else None
    except (netrc.NetrcParseError, OSError, UnicodeDecodeError):
        return ""
    return f"{found[0]}:{found[2]}" if found else ""


def _https(parts, environ: Mapping[str, str]):
    from urllib.request import HTTPSHandler

    trusted = (setting("trusted-host", environ) or "").split()
    return HTTPSHandler(
        context=_context(
            setting("cert", environ) or environ.get("SSL_CERT_FILE") or None,
            parts.hostname in trusted or parts.netloc in trusted,
        )
    )


@functools.lru_cache
def _context(authorities: str | None, trusted: bool):
    """Reading the certificates takes longer than most answers, so it is done once."""
    import ssl

    context = ssl.create_default_context(cafile=authorities)
    if trusted:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _http_errors() -> tuple[type[Exception], ...]:
    import http.client
    import zlib

    return http.client.HTTPException, zlib.error


def _configurations(environ: Mapping[str, str], venv: str | None = None) -> Iterator[str]:
    """pip's configuration files, the strongest last."""
    own = environ.get("PIP_CONFIG_FILE")
    if own == os.devnull:
        return
    home = environ.get("HOME") or environ.get("USERPROFILE") or ""
    if sys.platform == "win32":
        roots = [
            os.path.join(environ.get(name, ""), "pip", "pip.ini")
            for name in ("PROGRAMDATA", "APPDATA")
            if environ.get(name)
        ]
        yield from [
            *roots,
            *([] if own and os.path.exists(own) else [os.path.join(home, "pip", "pip.ini")]),
        ]
    else:
        for directory in environ.get("XDG_CONFIG_DIRS", "/etc/xdg").split(":"):
            yield os.path.join(directory, "pip", "pip.conf")
        yield "/etc/pip.conf"
        if home and not (own and os.path.exists(own)):
            yield os.path.join(home, ".pip", "pip.conf")
            yield os.path.join(
                environ.get("XDG_CONFIG_HOME") or os.path.join(home, ".config"), "pip", "pip.conf"
            )
    if venv:
        yield os.path.join(venv, "pip.ini" if sys.platform == "win32" else "pip.conf")
    if own:
        yield own
