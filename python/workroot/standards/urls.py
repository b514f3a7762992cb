"""What a URL says, as far as tools agree on it: a path on this machine, a login, a file's name.

urllib.parse is imported where there is one to take apart: most requirements and settings have none,
and a session that is proved anew does without.
"""

import os
import re


def local_path(url: str) -> str | None:
    """The path that a `file:` URL names, its escapes undone.

    None for every other URL and for what is none.
    """
    if url[:5].lower() != "file:":
        return None
    parts = _parts(url)
    if parts is None:
        return None
    if os.name == "nt":
        from urllib.request import url2pathname  # a drive and a share: on Windows alone

        host = f"//{parts.netloc}" if parts.netloc not in ("", "localhost") else ""
        return url2pathname(host + parts.path)
    # A name that is not UTF-8 is escaped byte by byte, and comes back as the system spells it.
    return _urllib().unquote(parts.path, errors="surrogateescape")


def of_path(path: str) -> str:
    """The `file:` URL of an absolute path: what local_path takes back."""
    if os.name == "nt":
        plain = path.replace("\\", "/")
        start = "file:" if plain.startswith("//") else "file:///"  # a share has its host in there
        return start + _urllib().quote(plain, safe="/:")
    return "file://" + _urllib().quote(os.fsencode(path))


def joined(page: str, address: str) -> str:
    """An address as a page gives it, made whole; '' for what is none.

    page: where the page came from in the end, which relative addresses start at.
    """
    try:
        whole = _urllib().urljoin(page, address)
    except ValueError:
        return ""
    return "" if _parts(whole) is None else whole


def file_name(url: str) -> str:
    """The last part of a URL's path, its escapes undone."""
    return _urllib().unquote(_urllib().urlsplit(url).path.rpartition("/")[-1])


def without_login(address: str) -> str:
    """The address with no name and password in it, to be written down.

    What is not http or https is given back as it is.
    """
    parts = _parts(address)
    if parts is None:
        return re.sub(r"//[^/]*@", "//", address)
    if not _has_login(parts):
        return address
    return parts._replace(netloc=parts.netloc.rpartition("@")[-1]).geturl()


def login_of(address: str) -> str:
    """The 'name:password' in an http address, its escapes undone; '' where there is none."""
    parts = _parts(address)
    if parts is None or not _has_login(parts):
        return ""
    login, _, _ = parts.netloc.rpartition("@")
    return _urllib().unquote(login if ":" in login else login + ":")


def _has_login(parts) -> bool:
    return parts.scheme in ("http", "https") and "@" in parts.netloc


def _parts(url: str):
    """What it is made of, as urlsplit has it; None for what is no URL: 'file://[bad'."""
    try:
        return _urllib().urlsplit(url)
    except ValueError:
        return None


def _urllib():
    import urllib.parse

    return urllib.parse
