"""What an address gives, by the standard library alone, as pip would have it.

Whatever speaks to a server is imported here, for as much as five Python starts: who asks an index
imports this file where it does so. It knows no settings; who calls it says them.
"""

import base64
import functools
import gzip
import http.client
import netrc
import os
import ssl
import urllib.error
import zlib
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit
from urllib.request import HTTPSHandler, ProxyHandler, Request, build_opener

from workroot.doors.credentials import masked_text
from workroot.standards.urls import login_of, without_login

_TIMEOUT = 60  # seconds without a byte
# What a server's nonsense raises: the last two are neither OSError nor ValueError.
_NONSENSE = (OSError, ValueError, EOFError, http.client.HTTPException, zlib.error)


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


class Way(NamedTuple):
    """How to come to a server.

    Attributes:
        proxy: the address of one; None for what variables say.
        authorities: a file of certificates; None for the system's.
        trusted: hosts, with or without a port, that need not prove who they are.
    """

    proxy: str | None
    authorities: str | None
    trusted: list[str]


class Unanswered(Exception):
    """Nothing came, and why; nowhere: the server is there and has nothing at that address."""

    def __init__(self, reason: str, nowhere: bool) -> None:
        super().__init__(reason)
        self.nowhere = nowhere


def get(
    address: str,
    way: Way,
    environ: Mapping[str, str],
    accept: str,
) -> Answer:
    """GET an address.

    Args:
        address: http, https or file; it may have a name and password in it.
        way: how to come to its server.
        environ: of the person, who may have a netrc file.
        accept: the media types that are understood.

    Raises Unanswered.
    """
    plain, login = without_login(address), login_of(address)
    if plain.startswith("file:") and plain.endswith("/"):
        plain += "index.html"  # as pip does
    try:
        return _answer(plain, login or _from_netrc(plain, environ), way, accept)
    except urllib.error.HTTPError as error:
        error.close()
        reason = f"{masked_text(plain)}: {error.code} {error.reason}"
        raise Unanswered(reason, nowhere=error.code in (404, 410)) from error
    except _NONSENSE as error:
        reason = getattr(error, "reason", error)
        nowhere = isinstance(reason, FileNotFoundError)
        raise Unanswered(f"{masked_text(plain)}: {reason}", nowhere) from error


def _answer(plain: str, login: str, way: Way, accept: str) -> Answer:
    """What an address without a login in it gives. Raises what urllib does.

    login: 'name:password', or ''.
    """
    headers = {
        "Accept": accept,
        "Accept-Encoding": "gzip",
        "User-Agent": "workroot",
    }
    request = Request(plain, headers=headers)
    if login:
        word = base64.b64encode(login.encode("utf-8")).decode()
        # Unredirected: another server, to which this one may lead, does not get it.
        request.add_unredirected_header("Authorization", f"Basic {word}")
    proxies = {"http": way.proxy, "https": way.proxy} if way.proxy else None
    opener = build_opener(ProxyHandler(proxies), _https(urlsplit(plain), way))
    with opener.open(request, timeout=_TIMEOUT) as answer:
        return Answer(answer.geturl(), answer.headers.get_content_type(), _unpacked(answer))


def _unpacked(answer) -> bytes:
    """The content of an answer.

    urllib, unlike pip's own client, leaves gzip to who asks for it.
    """
    content = answer.read()
    if answer.headers.get("Content-Encoding") == "gzip":
        return gzip.decompress(content)
    return content


def _from_netrc(plain: str, environ: Mapping[str, str]) -> str:
    """The 'name:password' that a person's netrc file has for the host of an address.

    '' where it has none, or cannot be read. The file: NETRC, else .netrc at home.
    """
    home = environ.get("HOME") or environ.get("USERPROFILE") or os.devnull
    path = environ.get("NETRC") or os.path.join(home, ".netrc")
    host = urlsplit(plain).hostname or ""
    try:
        found = netrc.netrc(path).authenticators(host) if os.path.isfile(path) else None
    except (netrc.NetrcParseError, OSError, UnicodeDecodeError):
        return ""
    if not found:
        return ""
    name, _, password = found
    return f"{name}:{password}"


def _https(parts: SplitResult, way: Way) -> HTTPSHandler:
    """What speaks to the server of a split address."""
    is_trusted = parts.hostname in way.trusted or parts.netloc in way.trusted
    return HTTPSHandler(context=_context(way.authorities, is_trusted))


@functools.lru_cache
def _context(authorities: str | None, trusted: bool) -> ssl.SSLContext:
    """How a server proves itself.

    authorities: a file of certificates; None for the system's. trusted: it need not prove it.
    Reading the certificates takes longer than most answers, so it is done once.
    """
    context = ssl.create_default_context(cafile=authorities)
    if trusted:
        context.check_hostname = False  # first: without it the next line raises
        context.verify_mode = ssl.CERT_NONE
    return context
