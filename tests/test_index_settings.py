"""The kit looks where pip looks: the same settings, from the same places, in the same order; and it
keeps a password to its host.
"""

import base64
import http.server
import threading

import pytest
from worlds.shelf import Shelf

from workroot.errors import WorkrootError
from workroot.installers import index

NOWHERE = "http://127.0.0.1:9/"
FILES = {
    "user": "home/.config/pip/pip.conf",
    "old": "home/.pip/pip.conf",
    "venv": "lab/.venv/pip.conf",
    "own": "own.conf",
    "xdg": "xdg/pip/pip.conf",
}


@pytest.fixture(scope="module")
def shelf(tmp_path_factory):
    return Shelf(tmp_path_factory.mktemp("index")).make()


@pytest.fixture
def settle(shelf):
    """Write pip's configuration files, each by its place: section -> what follows index-url's
    host.
    """
    written = []

    def write(**places):
        for place, sections in places.items():
            path = shelf.directory / FILES[place]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(
                "".join(
                    f"[{section}]\nindex-url = {NOWHERE}{name}\n"
                    for section, name in sections.items()
                )
            )
            written.append(path)

    yield write
    for path in written:
        path.unlink()


def of_pip(shelf, environ):
    """The indexes that pip itself says it looks into."""
    outcome = shelf.pip(
        "install", "--retries", "0", "--disable-pip-version-check", "nothing", **environ
    )
    line = next(
        line for line in outcome.out.splitlines() if line.startswith("Looking in indexes: ")
    )
    return [url.rstrip("/") + "/" for url in line.removeprefix("Looking in indexes: ").split(", ")]


@pytest.mark.parametrize(
    ("files", "environ"),
    [
        ({"user": {"global": "a"}}, {}),
        ({"user": {"install": "a", "global": "b"}}, {}),
        ({"user": {"global": "a"}, "old": {"global": "b"}}, {}),
        ({"user": {"install": "a"}, "venv": {"global": "b"}}, {}),
        ({"user": {"install": "a"}, "venv": {"install": "b"}}, {}),
        (
            {"user": {"global": "a"}, "venv": {"global": "b"}, "own": {"global": "c"}},
            {"PIP_CONFIG_FILE": "own.conf"},
        ),
        ({"user": {"install": "a"}, "own": {"global": "c"}}, {"PIP_CONFIG_FILE": "own.conf"}),
        ({"user": {"global": "a"}}, {"PIP_INDEX_URL": NOWHERE + "e"}),
        ({"user": {"global": "a"}}, {"PIP_EXTRA_INDEX_URL": f"{NOWHERE}x {NOWHERE}y/"}),
        (
            {"user": {"global": "a"}},
            {"PIP_CONFIG_FILE": "/dev/null", "PIP_INDEX_URL": NOWHERE + "e"},
        ),
        ({"xdg": {"global": "a"}}, {"XDG_CONFIG_DIRS": "xdg"}),
    ],
)
def test_the_same_indexes_as_pip(shelf, settle, files, environ):
    settle(**files)
    environ = {
        name: str(shelf.directory / value)
        if name in ("PIP_CONFIG_FILE", "XDG_CONFIG_DIRS")
        else value
        for name, value in environ.items()
    }
    assert index.urls(shelf.environ | environ, str(shelf.venv)) == of_pip(shelf, environ)


def test_no_index_means_none(shelf):
    assert index.urls(shelf.environ | {"PIP_NO_INDEX": "1"}) == []


@pytest.fixture
def heard():
    """A server that notes what it is told; gives its address and the notes."""
    notes = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            notes.append(self.headers.get("Authorization"))
            if self.path == "/moved":
                self.send_response(302)
                self.send_header(
                    "Location", f"http://localhost:{self.server.server_address[1]}/there"
                )
            else:
                self.send_response(
                    404 if self.path == "/missing" else 500 if self.path == "/broken" else 200
                )
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *words):
            del words

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"127.0.0.1:{server.server_address[1]}", notes
    server.shutdown()
    thread.join()
    server.server_close()


def test_name_and_password_of_an_address_are_sent_and_not_shown(heard):
    address, notes = heard
    answer = index.fetch(f"http://me:s%40fe@{address}/page", {})
    assert answer.url == f"http://{address}/page"
    assert notes == ["Basic " + base64.b64encode(b"me:s@fe").decode()]


def test_they_are_not_sent_on_to_another_host(heard):
    address, notes = heard
    index.fetch(f"http://me:safe@{address}/moved", {})
    assert notes[1:] == [None]


def test_netrc_is_read(heard, tmp_path):
    address, notes = heard
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login me password safe\n")
    (tmp_path / ".netrc").chmod(0o600)
    index.fetch(f"http://{address}/page", {"HOME": str(tmp_path)})
    assert notes == ["Basic " + base64.b64encode(b"me:safe").decode()]


def test_what_is_missing_is_told_from_what_is_broken(heard):
    address, _ = heard
    with pytest.raises(index.Missing, match="404"):
        index.fetch(f"http://{address}/missing", {})
    with pytest.raises(WorkrootError, match="500") as error:
        index.fetch(f"http://me:safe@{address}/broken", {})
    assert not isinstance(error.value, index.Missing)
    assert "safe" not in error.value.message


@pytest.mark.parametrize(
    "address", ["nothing", "http://", "http://127.0.0.1:9/", "gopher://x/", "file:///nonexistent/"]
)
def test_an_address_that_leads_nowhere_is_named(address):
    with pytest.raises(WorkrootError) as error:
        index.fetch(address, {})
    assert address.partition(":")[0] in error.value.message
