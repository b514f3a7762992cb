"""The package index that pip is configured for.

Which one it is, and how to fetch from it what pip would, by the standard library alone.
"""

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
    """What an address gave.

    Attributes:
        url: where it came from in the end, after redirects.
        kind: the media type, without its parameters.
        content: its bytes, unpacked.
    """

    url: str
    kind: str
    content: bytes


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


def fetch(address: str, environ: Mapping[str, str], accept: str = "*/*") -> Answer:
    """GET an address with pip's certificate, proxy, trusted hosts and credentials.

    Args:
        address: http, https or file; it may have a name and password in it.
        environ: the person's, with pip's settings.
        accept: the media types that are understood.

    Raises:
        Missing: when nothing is there (404, 410, no such file).
        WorkrootError: when it cannot be had for any other reason.
    """
    import urllib.error

    plain, login = _without_login(address)
    if plain.startswith("file:") and plain.endswith("/"):
        plain += "index.html"  # as pip does
    try:
        return _answer(plain, login, environ, accept)
    except urllib.error.HTTPError as error:
        error.close()
        kind = Missing if error.code in (404, 410) else WorkrootError
        raise kind(f"{masked_text(plain)}: {error.code} {error.reason}") from error
    except (OSError, ValueError, EOFError, *_http_errors()) as error:
        reason = getattr(error, "reason", error)
        kind = Missing if isinstance(reason, FileNotFoundError) else WorkrootError
        raise kind(f"{masked_text(plain)}: {reason}") from error


def _answer(plain: str, login: str, environ: Mapping[str, str], accept: str) -> Answer:
    """What an address without a login in it gives. Raises what urllib does.

    login: 'name:password', or '' for what netrc has for the host, as pip takes it.
    """
    from urllib.parse import urlsplit
    from urllib.request import ProxyHandler, Request, build_opener

    headers = {
        "Accept": accept,
        "Accept-Encoding": "gzip",
        "User-Agent": "workroot",
    }
    request = Request(plain, headers=headers)
    login = login or _from_netrc(urlsplit(plain).hostname or "", environ)
    if login:
        import base64

        word = base64.b64encode(login.encode("utf-8")).decode()
        # Unredirected: another server, to which this one may lead, does not get it.
        request.add_unredirected_header("Authorization", f"Basic {word}")
    proxy = setting("proxy", environ)
    proxies = {"http": proxy, "https": proxy} if proxy else None  # None: as variables have it
    opener = build_opener(ProxyHandler(proxies), _https(urlsplit(plain), environ))
    with opener.open(request, timeout=_TIMEOUT) as answer:
        return Answer(answer.geturl(), answer.headers.get_content_type(), _unpacked(answer))


def _unpacked(answer) -> bytes:
    """The content of an answer.

    urllib, unlike pip's own client, leaves gzip to who asks for it.
    """
    content = answer.read()
    if answer.headers.get("Content-Encoding") == "gzip":
        import gzip

        return gzip.decompress(content)
    return content


def joined(page: str, address: str) -> str:
    """An address as a page gives it, made whole; '' for what is none.

    page: where the page came from in the end, which relative addresses start at.
    """
    from urllib.parse import urljoin, urlsplit

    try:
        whole = urljoin(page, address)
        urlsplit(whole)
    except ValueError:
        return ""
    return whole


def without_login(address: str) -> str:
    """The address with no name and password in it, to be written down.

    What is not http or https is given back as it is.
    """
    return _without_login(address)[0]


def shown(address: str) -> str:
    """The address as a sentence may have it: nothing in it lets anybody in.

    For a person to read, not to fetch from.
    """
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
    """The 'name:password' that a person's netrc file has for a host.

    '' where it has none, or cannot be read. The file: NETRC, else .netrc at home.
    """
    import netrc

    home = environ.get("HOME") or environ.get("USERPROFILE") or os.devnull
    path = environ.get("NETRC") or os.path.join(home, ".netrc")
    try:
        found = netrc.netrc(path).authenticators(host) if os.path.isfile(path) else None
    except (netrc.NetrcParseError, OSError, UnicodeDecodeError):
        return ""
    if not found:
        return ""
    name, _, password = found
    return f"{name}:{password}"


def _https(parts, environ: Mapping[str, str]):
    """What speaks to the server of a split address, by pip's certificates and trusted hosts.

    SSL_CERT_FILE counts where pip is told of no certificates.
    """
    from urllib.request import HTTPSHandler

    trusted = (setting("trusted-host", environ) or "").split()
    is_trusted = parts.hostname in trusted or parts.netloc in trusted  # with its port or without
    authorities = setting("cert", environ) or environ.get("SSL_CERT_FILE") or None
    return HTTPSHandler(context=_context(authorities, is_trusted))


@functools.lru_cache
def _context(authorities: str | None, trusted: bool):
    """How a server proves itself.

    authorities: a file of certificates; None for the system's. trusted: it need not prove it.
    Reading the certificates takes longer than most answers, so it is done once.
    """
    import ssl

    context = ssl.create_default_context(cafile=authorities)
    if trusted:
        context.check_hostname = False  # first: without it the next line raises
        context.verify_mode = ssl.CERT_NONE
    return context


def _http_errors() -> tuple[type[Exception], ...]:
    """What a server's nonsense raises besides OSError and ValueError."""
    import http.client
    import zlib

    return http.client.HTTPException, zlib.error


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
