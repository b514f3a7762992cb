"""What the indexes have of a project: its files, read from the simple API as JSON, or as HTML where there is no JSON.

The order of the sources is kept, and of two files with one name the first is meant, as in pip.
"""

import os
import re
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from workroot.doors import files
from workroot.errors import WorkrootError
from workroot.installers import index
from workroot.pythons.packages import sha256_of
from workroot.standards import versions
from workroot.standards.names import normalized

_ACCEPT = "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1"
_SOURCES = (".tar.gz", ".zip", ".tar.bz2", ".tgz", ".tar.xz")
_STRONG = ("sha256", "sha384", "sha512")  # what pip takes for --require-hashes
_WORKERS = 8


class File(NamedTuple):
    """One file of a project. hashes: only those pip trusts; yanked: the reason (or 'yes'), '' when it is not; index: '' for find-links."""

    name: str
    version: str
    url: str
    index: str
    hashes: tuple[tuple[str, str], ...]
    size: int | None
    uploaded: str
    yanked: str
    requires_python: str

    @property
    def is_wheel(self) -> bool:
        return self.name.endswith(".whl")


class Sources:
    """Where pip looks for a venv's packages. It is asked from several threads at once."""

    def __init__(self, environ: Mapping[str, str], venv: str) -> None:
        self.environ = environ
        self.indexes = index.urls(environ, venv)
        self.links = [
            found for place in index.find_links(environ, venv) for found in self._linked(place)
        ]

    def files(self, project: str) -> list[File]:
        """Every file that the sources have of a project, by its normalized name; [] where it is nowhere. Raises WorkrootError."""
        found = [
            file
            for base in self.indexes
            for file in self._page(base + project + "/", project, base)
        ]
        found += [self._local(*link, project) for link in self.links if _version(link[0], project)]
        return list({file.name: file for file in reversed(found)}.values())[::-1]

    def fetch(self, file: File) -> bytes:
        """The content of a file. Raises WorkrootError."""
        return index.fetch(file.url, self.environ).content

    def words(self) -> str:
        """For a sentence."""
        return ", ".join(map(index.without_login, self.indexes)) or "find-links"

    def _page(self, address: str, project: str, base: str) -> list[File]:
        try:
            answer = index.fetch(address, self.environ, _ACCEPT)
        except index.Missing:
            return []
        rows = _json(answer) if answer.kind.endswith("json") else _html(answer)
        return [
            file
            for row in rows
            if (file := _file(row, answer.url, project, index.without_login(base)))
        ]

    def _linked(self, place: str) -> list[tuple[str, str]]:
        """(name, path or URL) of the files of one find-links entry; one that is not there is passed over, as pip does."""
        from urllib.parse import urlsplit
        from urllib.request import url2pathname

        if not index.joined("", place):
            return []
        path = (
            url2pathname(urlsplit(place).path)
            if place.startswith("file:")
            else os.path.expanduser(place)
        )
        if os.path.isdir(path):
            return [
                (name, os.path.join(path, name))
                for name in sorted(os.listdir(path))
                if name.endswith((".whl", *_SOURCES))
            ]
        if not place.startswith(("http:", "https:")):
            return []
        try:
            answer = index.fetch(place, self.environ)
        except index.Missing:
            return []
        return [
            (row["filename"], url)
            for row in _html(answer)
            if (url := index.joined(answer.url, row["url"]))
        ]

    def _local(self, name: str, place: str, project: str) -> File:
        if place.startswith(("http:", "https:")):
            row = {"filename": name, "url": place, "hashes": _fragment(place)}
            return _file(row, place, project, "")
        import pathlib

        content = files.read_bytes(place) or b""
        url = pathlib.Path(os.path.abspath(place)).as_uri()
        return File(
            name,
            _version(name, project),
            url,
            "",
            (("sha256", sha256_of(content)),),
            len(content),
            "",
            "",
            "",
        )


def of_all(
    sources: Sources, projects: Iterable[str], progress: Callable[[int, int], None]
) -> dict[str, list[File] | WorkrootError]:
    """The files of many projects, fetched side by side; a project whose page could not be fetched has the error instead."""
    from concurrent.futures import ThreadPoolExecutor, as_completed

    projects = list(dict.fromkeys(projects))
    found: dict[str, list[File] | WorkrootError] = {}
    pool = ThreadPoolExecutor(_WORKERS)
    try:
        running = {pool.submit(sources.files, project): project for project in projects}
        for done in as_completed(running):
            error = done.exception()
            if error and not isinstance(error, WorkrootError):
                raise error
            found[running[done]] = error or done.result()
            progress(len(found), len(projects))
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    return found


def _json(answer: index.Answer) -> list[dict]:
    import json

    try:
        rows = json.loads(answer.content)["files"]
        return [
            row for row in rows if isinstance(row["filename"], str) and isinstance(row["url"], str)
        ]
    except (ValueError, KeyError, TypeError) as error:
        raise WorkrootError(f"{answer.url} is no page of a package index") from error


def _html(answer: index.Answer) -> list[dict]:
    from html.parser import HTMLParser
    from urllib.parse import unquote, urlsplit

    rows: list[dict] = []

    class Page(HTMLParser):
        base = ""

        def handle_starttag(self, tag: str, attributes: list) -> None:
            said = dict(attributes)
            if tag == "base" and said.get("href"):
                self.base = said["href"]
            if tag == "a" and said.get("href") and (url := index.joined(self.base, said["href"])):
                rows.append(
                    {
                        "filename": unquote(urlsplit(url).path.rpartition("/")[2]),
                        "url": url,
                        "hashes": _fragment(url),
                        "requires-python": said.get("data-requires-python"),
                        "upload-time": said.get("data-upload-time"),
                        "yanked": (said["data-yanked"] or True) if "data-yanked" in said else False,
                    }
                )

    Page().feed(answer.content.decode("utf-8", "replace"))
    return rows


def _fragment(url: str) -> dict[str, str]:
    found = re.fullmatch(r"(\w+)=([0-9a-fA-F]+)", url.partition("#")[2])
    return {found[1]: found[2]} if found else {}


def _file(row: Mapping, page: str, project: str, base: str) -> File | None:
    """What a page says of one file; None for one that is no version of the project or has no address."""
    version, address = (
        _version(row["filename"], project),
        index.joined(page, row["url"].partition("#")[0]),
    )
    if not version or not address:
        return None
    said = row.get("hashes")
    hashes = said if isinstance(said, dict) else {}
    strong = tuple(
        (kind, digest.lower())
        for kind in _STRONG
        if re.fullmatch(r"[0-9a-fA-F]{64,128}", digest := str(hashes.get(kind, "")))
    )
    yanked = row.get("yanked") or ""
    size, uploaded = row.get("size"), str(row.get("upload-time") or "")
    return File(
        row["filename"],
        version,
        index.without_login(address),
        base,
        strong,
        size if isinstance(size, int) else None,
        uploaded,
        "yes" if yanked is True else str(yanked),
        str(row.get("requires-python") or ""),
    )


def _version(filename: str, project: str) -> str:
    """The version in a file name of that project, '' when it is another project's or no package."""
    if filename.endswith(".whl"):
        parts = filename.split("-")
        return (
            parts[1].replace("_", "+")
            if len(parts) >= 5
            and normalized(parts[0]) == project
            and is_version(parts[1].replace("_", "+"))
            else ""
        )
    stem = next((filename[: -len(end)] for end in _SOURCES if filename.endswith(end)), "")
    for dash in (found.start() for found in re.finditer("-", stem)):
        if normalized(stem[:dash]) == project and is_version(stem[dash + 1 :]):
            return stem[dash + 1 :]
    return ""


def is_version(text: str) -> bool:
    """Whether text is a version that can be compared."""
    try:
        versions.parse(text)
    except ValueError:
        return False
    return True
