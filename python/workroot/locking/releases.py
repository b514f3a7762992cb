"""What the indexes have of a project: its files, by the simple API as JSON, else as HTML.

The order of the sources is kept, and of two files with one name the first is meant, as in pip.
"""

import os
import re
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from workroot.doors import documents, files
from workroot.errors import WorkrootError
from workroot.installers import index
from workroot.pythons.packages import sha256_of
from workroot.standards import urls, versions
from workroot.standards.names import normalized

if TYPE_CHECKING:
    from workroot.installers.download import Answer

_ACCEPT = (
    "application/vnd.pypi.simple.v1+json, "
    "application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1"
)
_SOURCES = (".tar.gz", ".zip", ".tar.bz2", ".tgz", ".tar.xz")
_STRONG = ("sha256", "sha384", "sha512")  # what pip takes for --require-hashes
_WORKERS = 8  # pages that are fetched at once


class File(NamedTuple):
    """One file of a project.

    Attributes:
        name: The file name.
        version: As the name spells it.
        url: Where it is, without a login.
        index: The base URL of the index that has it; '' for find-links.
        hashes: (algorithm, hex digits), only those that pip trusts.
        size: In bytes; None where the page does not say.
        uploaded: The time as the page has it, '' for none.
        yanked: The reason (or 'yes'), '' when it is not.
        requires_python: A range of versions, '' for any.
    """

    name: str
    version: str
    url: str
    index: str = ""
    hashes: tuple[tuple[str, str], ...] = ()
    size: int | None = None
    uploaded: str = ""
    yanked: str = ""
    requires_python: str = ""

    @property
    def is_wheel(self) -> bool:
        """Whether it is built already; else it is a source archive."""
        return self.name.endswith(".whl")


class Link(NamedTuple):
    """A file that find-links has.

    Attributes:
        name: The file name.
        place: Its path or URL.
    """

    name: str
    place: str


class Sources:
    """Where pip looks for a venv's packages. It is asked from several threads at once.

    Nothing changes in it once it is made. To make one reads pip's settings, and the pages and
    directories of find-links.

    Args:
        environ: Of whoever asks; PIP_INDEX_URL and the like count as they do for pip.
        venv: The directory of the venv; its pip.conf counts too.
    """

    def __init__(self, environ: Mapping[str, str], venv: str) -> None:
        self.environ = environ
        self.indexes = index.urls(environ, venv)
        self.links: list[Link] = []
        for place in index.find_links(environ, venv):
            self.links += self._linked(place)

    def files(self, project: str) -> list[File]:
        """Every file that the sources have of a project.

        Args:
            project: Its normalized name.

        Returns:
            [] for a project that none has.

        Raises WorkrootError: when an index does not answer, or with what is no page of one.
        """
        found: dict[str, File] = {}
        for base in self.indexes:
            # The first index that has a file of that name is meant.
            for file in self._page(base + project + "/", project, base):
                found.setdefault(file.name, file)
        for link in self.links:
            if link.name not in found and version_in(link.name, project):
                found[link.name] = self._local(link, project)
        return list(found.values())

    def fetch(self, file: File) -> bytes:
        """The content of a file. Raises WorkrootError: when it cannot be had."""
        # The URL has no login any more: where one is needed, .netrc has to have it.
        return index.fetch(file.url, self.environ).content

    def words(self) -> str:
        """The indexes for a sentence, without logins."""
        return ", ".join(map(urls.without_login, self.indexes)) or "find-links"

    def _page(self, address: str, project: str, base: str) -> list[File]:
        """The files of one index; a project that it does not have is no error."""
        try:
            answer = index.fetch(address, self.environ, _ACCEPT)
        except index.Missing:
            return []
        rows = _json(answer) if answer.kind.endswith("json") else _html(answer)
        shown = urls.without_login(base)
        found = []
        for row in rows:
            # Relative links start where a redirect led to, not at the address that was asked.
            file = _file(row, answer.url, project, shown)
            if file is not None:
                found.append(file)
        return found

    def _linked(self, place: str) -> list[Link]:
        """The files of one find-links entry; one that is not there is passed over, as pip does.

        It is a directory, a page of links by http, or nothing that could be listed.
        """
        # An address that no URL library takes apart: pip warns and goes on.
        if not urls.joined("", place):
            return []
        path = urls.local_path(place) or os.path.expanduser(place)
        if os.path.isdir(path):
            names = [name for name in files.names(path) if name.endswith((".whl", *_SOURCES))]
            return [Link(name, os.path.join(path, name)) for name in sorted(names)]
        if not place.startswith(("http:", "https:")):
            return []
        try:
            answer = index.fetch(place, self.environ)
        except index.Missing:
            return []
        found = []
        for row in _html(answer):
            url = urls.joined(answer.url, row["url"])
            if url:
                found.append(Link(row["filename"], url))
        return found

    def _local(self, link: Link, project: str) -> File | None:
        """A find-links file of that project. One on this disk is read for its hash."""
        if link.place.startswith(("http:", "https:")):
            hashes = _fragment(link.place)
            row = {"filename": link.name, "url": link.place, "hashes": hashes}
            return _file(row, link.place, project, "")
        content = files.read_bytes(link.place) or b""
        return File(
            link.name,
            version_in(link.name, project),
            urls.of_path(os.path.abspath(link.place)),
            hashes=(("sha256", sha256_of(content)),),
            size=len(content),
        )


def of_all(
    sources: Sources, projects: Iterable[str], progress: Callable[[int, int], None]
) -> dict[str, list[File] | WorkrootError]:
    """The files of many projects, fetched side by side.

    Args:
        projects: Normalized names; doubled ones are asked for once.
        progress: Called, in this thread, with how many are done and how many there are.

    Returns:
        name -> files; a project whose page could not be fetched has the error instead.
    """
    # threading, logging and queue: half a start, for what asks an index.
    from concurrent.futures import ThreadPoolExecutor, as_completed

    projects = list(dict.fromkeys(projects))
    found: dict[str, list[File] | WorkrootError] = {}
    # No `with`: on an error that would wait for every page that is still on its way.
    pool = ThreadPoolExecutor(_WORKERS)
    try:
        running = {pool.submit(sources.files, project): project for project in projects}
        for done in as_completed(running):
            error = done.exception()
            if error and not isinstance(error, WorkrootError):
                raise error
            # One project that fails must not cost the others: whoever asked decides.
            found[running[done]] = error or done.result()
            progress(len(found), len(projects))
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    return found


def _json(answer: "Answer") -> list[Mapping]:
    """The rows of a page of the simple API as JSON (PEP 691).

    Raises WorkrootError: when the answer is another document.
    """
    try:
        rows = documents.parse(answer.content.decode("utf-8-sig"))["files"]
        return [row for row in rows if _is_text(row["filename"]) and _is_text(row["url"])]
    except (ValueError, KeyError, TypeError) as error:
        raise WorkrootError(f"{answer.url} is no page of a package index") from error


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _html(answer: "Answer") -> list[Mapping]:
    """The rows of a page of the simple API as HTML (PEP 503), in the words of the one in JSON.

    A <base> counts for the links after it; links without an address are passed over.
    """
    from html.parser import HTMLParser  # most indexes answer as JSON

    rows: list[Mapping] = []

    class Page(HTMLParser):
        """Gathers the links as they come; what else is on the page is not looked at."""

        base = ""

        def handle_starttag(self, tag: str, attributes: list) -> None:
            said = dict(attributes)
            address = said.get("href")
            if tag == "base" and address:
                self.base = address
            if tag != "a" or not address:
                return
            url = urls.joined(self.base, address)
            if url:
                rows.append(_row(url, said))

    Page().feed(answer.content.decode("utf-8", "replace"))
    return rows


def _row(url: str, said: Mapping[str, str | None]) -> Mapping:
    """What one link of a page says of a file, under the names that JSON has for it.

    data-yanked without a text means withdrawn without a reason (PEP 592).
    """
    yanked: str | bool = False
    if "data-yanked" in said:
        yanked = said["data-yanked"] or True
    return {
        "filename": urls.file_name(url),
        "url": url,
        "hashes": _fragment(url),
        "requires-python": said.get("data-requires-python"),
        "upload-time": said.get("data-upload-time"),
        "yanked": yanked,
    }


def _fragment(url: str) -> dict[str, str]:
    """The hash that a URL ends in, '#sha256=...'; empty for any other fragment."""
    found = re.fullmatch(r"(\w+)=([0-9a-fA-F]+)", url.partition("#")[-1])
    if not found:
        return {}
    algorithm, digits = found.groups()
    return {algorithm: digits}


def _file(
    row: Mapping,
    page: str,
    project: str,
    base: str,
) -> File | None:
    """What a page says of one file; None for no version of the project, or without an address.

    Args:
        row: In the words of PEP 691.
        page: The URL of the page, for relative links.
        project: The normalized name.
        base: The index, as a lock may name it.
    """
    version = version_in(row["filename"], project)
    address = urls.joined(page, row["url"].partition("#")[0])
    if not version or not address:
        return None
    size = row.get("size")
    yanked = row.get("yanked") or ""
    return File(
        row["filename"],
        version,
        urls.without_login(address),
        index=base,
        hashes=_strong(row.get("hashes")),
        size=size if isinstance(size, int) else None,
        uploaded=str(row.get("upload-time") or ""),
        yanked="yes" if yanked is True else str(yanked),
        requires_python=str(row.get("requires-python") or ""),
    )


def _strong(said: object) -> tuple[tuple[str, str], ...]:
    """The hashes that pip takes for --require-hashes, in lower case, sha256 first."""
    hashes = said if isinstance(said, dict) else {}
    found = []
    for algorithm in _STRONG:
        digest = str(hashes.get(algorithm, ""))
        if re.fullmatch(r"[0-9a-fA-F]{64,128}", digest):
            found.append((algorithm, digest.lower()))
    return tuple(found)


def version_in(filename: str, project: str) -> str:
    """The version in a file name of that project; '' when it is another's, or no package.

    Args:
        filename: Of a wheel or a source archive.
        project: The normalized name.
    """
    if filename.endswith(".whl"):
        return _wheel_version(filename, project)
    stem = ""
    for end in _SOURCES:
        if filename.endswith(end):
            stem = filename[: -len(end)]
            break
    # A project's name may hold dashes: the first one that parts it from a version is meant.
    for found in re.finditer("-", stem):
        name, version = stem[: found.start()], stem[found.end() :]
        if normalized(name) == project and is_version(version):
            return version
    return ""


def _wheel_version(filename: str, project: str) -> str:
    """NAME-VERSION[-BUILD]-PYTHON-ABI-PLATFORM.whl; a '+' of the version is written '_'.

    The name has no dash of its own there (PEP 427), so the first one ends it.
    """
    name, *others = filename.split("-")
    if len(others) < 4:
        return ""
    version = others[0].replace("_", "+")
    return version if normalized(name) == project and is_version(version) else ""


def is_version(text: str) -> bool:
    """Whether text is a version that can be compared (PEP 440)."""
    try:
        versions.parse(text)
    except ValueError:
        return False
    return True
