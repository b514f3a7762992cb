"""The index that pip is configured for, as a machine without any pip meets it: a page on this
machine, served while the test runs.
"""

import base64
import contextlib
import os
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from worlds.interpreters import bare
from worlds.lab import BASE, Lab
from worlds.proving import healthy, refused, session, workroot
from worlds.wheels import make_wheel

WHEEL = "pip-25.0.1-py3-none-any.whl"
PAGE = f'<a href="../../files/{WHEEL}#sha256=c46e">{WHEEL}</a>'
SETUP = ("setup", "-C")


class Index:
    """A server. pages: path -> content; asked: what was asked for, with the Authorization header if
    there was one.
    """

    def __init__(self, pages: dict[str, bytes]) -> None:
        self.asked: list[tuple[str, str | None]] = []
        asked = self.asked

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append((self.path, self.headers.get("Authorization")))
                self.send_response(200 if self.path in pages else 404)
                self.end_headers()
                self.wfile.write(pages.get(self.path, b""))

            def log_message(self, *words: object) -> None:
                """Said by nobody."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.host = f"127.0.0.1:{self.server.server_port}"

    def url(self, login: str = "") -> str:
        return f"http://{login}{self.host}/simple"


@contextlib.contextmanager
def served(pages: dict[str, bytes]) -> Iterator[Index]:
    index = Index(pages)
    thread = threading.Thread(target=index.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield index
    finally:
        index.server.shutdown()
        thread.join()
        index.server.server_close()


@pytest.fixture
def index() -> Iterator[Index]:
    """An index whose pip has another content than the one that the kit names."""
    with served({"/simple/pip/": PAGE.encode(), f"/files/{WHEEL}": b"not that wheel"}) as found:
        yield found


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    """A workroot that needs a pip, on a machine whose only Python has none; uv is not there
    either.
    """
    python = bare(tmp_path / "bare")
    lab = workroot(Lab(tmp_path))
    lab.environ |= {
        "PATH": "/usr/bin:/bin",
        "WORKROOT_PYTHON": BASE,
        "PIP_NO_PROXY": "*",
        "NO_PROXY": "*",
    }
    make_wheel(str(tmp_path / "wheels"), "gadget")
    (lab.root / "needs.txt").write_text(f"--no-index\n--find-links {tmp_path / 'wheels'}\ngadget\n")
    lab.config.write_text(
        f"repo = '{lab.repo}'\n"
        "[venv]\n"
        f"python = '{python}'\n"
        "requirements = ['needs.txt']\n"
        "installer = 'pip'\n"
    )
    return lab


def test_a_wheel_with_another_content_is_refused_and_nothing_of_it_kept(
    lab: Lab, index: Index
) -> None:
    refused(
        lab.engine(*SETUP, str(lab.root), PIP_INDEX_URL=index.url()),
        "has another content than the one that the kit names",
    )
    assert [path for path, _ in index.asked] == ["/simple/pip/", f"/files/{WHEEL}"]
    assert not list(lab.venv.rglob("*.whl")) and not (lab.site / "pip").exists()


def test_a_session_starts_without_a_pip_and_says_what_is_not_installed(
    lab: Lab, index: Index
) -> None:
    said = session(lab, PIP_INDEX_URL=index.url()).must()
    assert (
        "the requirements are not installed: there is no pip and no uv here, "
        "and fetching one failed" in said.err
    )
    assert "apt install python3-venv" in said.err
    healthy(lab)


def test_offline_nothing_is_asked(lab: Lab, index: Index) -> None:
    refused(
        lab.engine(*SETUP, str(lab.root), "--offline", PIP_INDEX_URL=index.url()),
        "--offline forbids to fetch one",
    )
    assert index.asked == []


def test_a_link_alone_needs_no_index(lab: Lab, index: Index) -> None:
    (lab.root / "needs.txt").write_text("")
    assert "not installed" not in session(lab, PIP_INDEX_URL=index.url()).must().err
    assert index.asked == []
    healthy(lab)


def test_an_index_without_that_wheel_is_named(lab: Lab) -> None:
    with served({"/simple/pip/": b"<a href='pip-1.0.tar.gz'>old</a>"}) as index:
        refused(
            lab.engine(*SETUP, str(lab.root), PIP_INDEX_URL=index.url()),
            f"{index.host}/simple/pip/ has no {WHEEL}",
        )


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:1/simple",
        "not an address",
        "http://[bad",
        "ftp://127.0.0.1:1/",
        "file:///nonexistent",
    ],
)
def test_an_index_that_does_not_answer_is_named(lab: Lab, address: str) -> None:
    refused(lab.engine(*SETUP, str(lab.root), PIP_INDEX_URL=address), "fetching one failed: ")


def test_a_name_and_a_password_are_sent_and_never_said(lab: Lab, index: Index) -> None:
    outcome = lab.engine(*SETUP, str(lab.root), PIP_INDEX_URL=index.url("me:s%40cret@"))
    assert index.asked[0][1] == "Basic " + base64.b64encode(b"me:s@cret").decode()
    assert (
        outcome.status == 2
        and "s%40cret" not in outcome.out + outcome.err
        and "s@cret" not in outcome.out + outcome.err
    )


def test_a_password_is_not_said_when_the_page_lacks_the_wheel(lab: Lab) -> None:
    with served({"/simple/pip/": b""}) as index:
        outcome = lab.engine(*SETUP, str(lab.root), PIP_INDEX_URL=index.url("me:s%40cret@"))
    assert outcome.status == 2 and "s%40cret" not in outcome.out + outcome.err


def test_pips_configuration_files_name_the_index(lab: Lab, index: Index) -> None:
    (lab.home / ".config" / "pip").mkdir(parents=True)
    (lab.home / ".config" / "pip" / "pip.conf").write_text(f"[global]\nindex-url = {index.url()}\n")
    refused(lab.engine(*SETUP, str(lab.root)), "has another content")
    assert index.asked


def test_a_configuration_file_that_cannot_be_read_is_passed_over(lab: Lab, index: Index) -> None:
    (lab.home / ".pip").mkdir()
    (lab.home / ".pip" / "pip.conf").write_bytes(b"\xff[broken")
    refused(lab.engine(*SETUP, str(lab.root), PIP_INDEX_URL=index.url()), "has another content")


def test_the_variable_is_stronger_than_the_files_and_no_file_is_read_where_pip_reads_none(
    lab: Lab, index: Index
) -> None:
    own = lab.home / "own.conf"
    own.write_text("[install]\nindex-url = http://127.0.0.1:1/simple\n")
    refused(
        lab.engine(*SETUP, str(lab.root), PIP_CONFIG_FILE=str(own), PIP_INDEX_URL=index.url()),
        "has another content",
    )
    (lab.home / ".pip").mkdir()
    own.rename(lab.home / ".pip" / "pip.conf")
    refused(
        lab.engine(*SETUP, str(lab.root), PIP_CONFIG_FILE=os.devnull, PIP_INDEX_URL=index.url()),
        "has another content",
    )


def test_a_page_with_a_link_that_is_no_address_has_no_wheel(lab: Lab) -> None:
    with served(
        {"/simple/pip/": f"<a href='http://[bad/{WHEEL}'>{WHEEL}</a>".replace("'", '"').encode()}
    ) as index:
        refused(
            lab.engine(*SETUP, str(lab.root), PIP_INDEX_URL=index.url()),
            f"{index.host}/simple/pip/ has no {WHEEL}",
        )
