"""pip's own wheels on the index: the newest one for each Python, pinned by its hash.

What an index answers decides nothing: another content than the pinned one is refused, whoever
serves it.
"""

import hashlib
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from workroot.doors import files
from workroot.errors import WorkrootError
from workroot.installers import images, index, uv
from workroot.standards import urls


class Pinned(NamedTuple):
    """One release of pip. oldest: the first Python that it runs on."""

    oldest: tuple[int, int]
    version: str
    sha256: str

    @property
    def filename(self) -> str:
        """What every index calls the wheel.

        It is pure: the tags are the same for all of them.
        """
        return f"pip-{self.version}-py3-none-any.whl"


# The newest first; each of the others is the last one for the Pythons that those above it refuse.
# 25.0.1 has known vulnerabilities that were mended for newer Pythons only: nothing but 3.8 gets it.
_WHEELS = (
    Pinned((3, 10), "26.3", "f3b60b20ffaadd4415ed7957212a38ac63fa4c5fa375bd0f4a797777940fad13"),
    Pinned((3, 9), "26.0.1", "bdb1b08f4274833d62c1aa29e20907365a2ceb950410df15fc9521bad440122b"),
    Pinned((3, 8), "25.0.1", "c46efd13b6aa8279f33f2864459c8ce587ea6a1a59ee20de055868d8f7688f7f"),
)


def for_python(version: Sequence[int]) -> Pinned:
    """The newest pip that runs on that Python, which is 3.8 or newer.

    version: its numbers; only the first two are looked at.
    """
    for wheel in _WHEELS:
        if tuple(version[:2]) >= wheel.oldest:
            return wheel
    return _WHEELS[-1]


def pages(environ: Mapping[str, str]) -> list[str]:
    """Where it is looked for: what pip's configuration names, else uv's, else the public index.

    Returns:
        Directories of wheels, and addresses of pages with links to them (PEP 503), in the order
        in which they are asked. Empty where pip or uv is told to ask no index and has no links.
    """
    links = index.find_links(environ)
    if index.refused(environ):
        return links
    indexes = index.urls(environ) if index.named(environ) else []
    if not indexes:
        theirs = uv.indexes(environ)
        links = [*links, *theirs.links]
        if theirs.refused:
            return links
        indexes = theirs.urls or index.urls(environ)
    return [*links, *(f"{address.rstrip('/')}/pip/" for address in indexes)]


def kept(wheel: Pinned, environ: Mapping[str, str]) -> str | None:
    """The path of that wheel where it was fetched before, its content checked.

    None where it was not, or is another file by now.
    """
    path = _place(wheel, environ)
    if path and _is(wheel, files.read_bytes(path) or b""):
        return path
    return None


def fetch(wheel: Pinned, environ: Mapping[str, str], otherwise: str) -> str:
    """Fetch that wheel from the first place that has it with the pinned content.

    Args:
        wheel: which one.
        environ: the person's, with what leads to an index.
        otherwise: a directory for it where the user's cache cannot be written.

    Returns:
        Its path.

    Raises:
        WorkrootError: when none has it; it says what each of the places answered.
    """
    answers = []
    for page in pages(environ):
        try:
            content = _from(page, wheel, environ)
        except WorkrootError as error:
            answers.append(error.message)
            continue
        if _is(wheel, content):
            return _write(wheel, content, environ, otherwise)
        answers.append(
            f"{wheel.filename} from {index.shown(page)} has another content than the one"
            " that the kit names"
        )
    raise WorkrootError("; ".join(answers) or "pip's configuration names no index (no-index)")


def _place(wheel: Pinned, environ: Mapping[str, str]) -> str | None:
    """Where it is kept for the next venv; None where the user has no cache.

    It need not be there.
    """
    base = images.cache(environ)
    return base and os.path.join(base, "wheels", wheel.filename)


def _is(wheel: Pinned, content: bytes) -> bool:
    return hashlib.sha256(content).hexdigest() == wheel.sha256


def _write(wheel: Pinned, content: bytes, environ: Mapping[str, str], otherwise: str) -> str:
    """Write it down, in the user's cache or else in a directory; gives its path.

    Raises WorkrootError where neither can be written.
    """
    place = _place(wheel, environ)
    # Its hash is right by now; kept looks at it again all the same, when it is taken from there.
    try:
        if place:
            files.make_directory(os.path.dirname(place))
            files.write(place, content)
            return place
    except WorkrootError:
        pass  # a home that cannot be written, as in many containers: the venv itself can
    path = os.path.join(otherwise, wheel.filename)
    files.write(path, content)
    return path


def _from(page: str, wheel: Pinned, environ: Mapping[str, str]) -> bytes:
    """What a page or a directory has under the wheel's name.

    Args:
        page: one of pages.
        wheel: which one.
        environ: the person's.

    Raises:
        WorkrootError: where that is nothing, or cannot be had.
    """
    directory = page if os.path.isdir(page) else urls.local_path(page)
    if directory and os.path.isdir(directory):
        content = files.read_bytes(os.path.join(directory, wheel.filename))
        if content is not None:
            return content
    # A `file:` URL of a directory may have an index.html, as a page of a server has links.
    address = _address(page, wheel, environ) if directory != page else ""
    if not address:
        raise WorkrootError(f"{index.shown(page)} has no {wheel.filename}")
    return index.fetch(address, environ).content


def _address(page: str, wheel: Pinned, environ: Mapping[str, str]) -> str:
    """The address of the wheel that a page links to; '' where it links to none of that name.

    Raises WorkrootError where the page cannot be had.
    """
    text = index.fetch(page, environ).content.decode("utf-8", "replace")
    for link in _links(text):
        path = link.partition("#")[0].partition("?")[0]  # '#sha256=...' is the index's own word
        if path.rpartition("/")[-1] == wheel.filename:
            return urls.joined(page, link.partition("#")[0])
    return ""


def _links(text: str) -> Iterator[str]:
    """The addresses that a page links to, however they are quoted.

    By pattern: what a link in a comment leads to is held against the hash like any other.
    """
    import html  # the names of two thousand characters, for a page of an index alone

    for found in re.finditer(r"""href\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))""", text):
        in_double, in_single, bare = found.groups()
        yield html.unescape(in_double or in_single or bare or "")
