"""A machine whose Python comes without a pip: where one is taken from, and what is said where
none is to be had.

The index is a page on this machine, served while the test runs.
"""

import base64
import contextlib
import os
import shutil
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from worlds.interpreters import bare
from worlds.lab import BASE, Lab, Outcome, run
from worlds.proving import healthy, refused, session, workroot
from worlds.wheels import make_wheel

from workroot.installers import pinned

WHEEL = pinned.for_python(sys.version_info).filename
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
        f"the requirements are not installed: there is no pip in {lab.venv} and no uv here, and"
        " fetching one failed" in said.err
    )
    assert ("apt install python3-venv" in said.err) is bool(shutil.which("apt-get"))
    assert "or install uv" in said.err
    assert "needs.txt is not installed" in lab.engine("check", "-C", str(lab.root)).out
    run([str(lab.python), "-B", "-c", "import pipeline"], lab.environ, "/").must()


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


# which one


@pytest.mark.parametrize(
    ("version", "pip"),
    [((3, 8, 18), "25.0.1"), ((3, 9, 2), "26.0.1"), ((3, 10, 0), "26.3"), ((3, 15, 2), "26.3")],
)
def test_each_python_has_the_newest_pip_that_runs_on_it(version: tuple, pip: str) -> None:
    assert pinned.for_python(version).version == pip


def index_line(lab: Lab, text: str) -> str:
    """What uv's configuration file of that text makes the first `pip` say of the index."""
    place = lab.home / ".config" / "uv" / "uv.toml"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text)
    return setup(lab).err


def setup(lab: Lab, **environ: str) -> Outcome:
    return lab.engine(*SETUP, str(lab.root), **environ)


UV_FILES = [
    "index-url = '{url}'",
    "[[index]]\nurl = 'http://127.0.0.1:1/'\n[[index]]\nurl = '{url}'\ndefault = true",
    "[pip]\nindex-url = '{url}'",
    "find-links = ['{url}/pip/']\nno-index = true",
]


@pytest.mark.parametrize("text", UV_FILES)
def test_uvs_configuration_names_the_index_where_pips_names_none(
    lab: Lab, index: Index, text: str
) -> None:
    assert "another content" in index_line(lab, text.format(url=index.url()))


@pytest.mark.parametrize("name", ["UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_FIND_LINKS"])
def test_uvs_variables_are_stronger_than_its_files(lab: Lab, index: Index, name: str) -> None:
    (lab.home / ".config" / "uv").mkdir(parents=True)
    (lab.home / ".config" / "uv" / "uv.toml").write_text("index-url = 'http://127.0.0.1:1/'\n")
    url = f"{index.url()}/pip/" if name == "UV_FIND_LINKS" else index.url()
    said = setup(lab, **{name: url, "UV_NO_INDEX": "1" if "LINKS" in name else "0"}).err
    assert "another content" in said


def test_pips_own_index_is_stronger_than_uvs(lab: Lab, index: Index) -> None:
    said = setup(lab, PIP_INDEX_URL=index.url(), UV_DEFAULT_INDEX="http://127.0.0.1:1/").err
    assert "another content" in said and index.asked


def test_a_directory_of_wheels_is_looked_into_and_its_content_checked(lab: Lab) -> None:
    shelf = lab.directory / "shelf"
    shelf.mkdir()
    (shelf / WHEEL).write_bytes(b"not that wheel")
    for place in (str(shelf), shelf.as_uri()):
        said = setup(lab, PIP_FIND_LINKS=place, PIP_NO_INDEX="1").err
        assert f"{WHEEL} from {place} has another content" in said


def test_where_pip_is_told_to_ask_no_index_that_is_said(lab: Lab) -> None:
    refused(setup(lab, PIP_NO_INDEX="1"), "pip is told to ask no index (no-index)")


def test_what_an_index_fetched_for_is_said_before(lab: Lab, index: Index) -> None:
    said = setup(lab, PIP_INDEX_URL=index.url("me:s%40cret@")).err
    version = WHEEL.split("-")[1]
    line = f"there is no pip in {lab.venv} yet: fetching pip {version} from {index.url()}/pip/"
    assert line in said


# a pip that the base has


def test_the_pip_of_the_base_is_taken_before_any_index(lab: Lab, index: Index) -> None:
    lend_pip(lab)
    (lab.root / "needs.txt").write_text("")
    session(lab, PIP_INDEX_URL=index.url()).must()
    done = typed(lab, "pip install -q gadget && python -c 'import gadget'", index)
    assert "+ gadget 1.0" in done.must().err
    version = typed(lab, "pip --version", index).out.split()[1]
    assert f"no pip in {lab.venv} yet: using pip {version} of {lab.directory / 'bare'}/" in done.err
    assert ("/simple/pip/", None) not in index.asked and not (lab.site / "pip").exists()
    typed(lab, "workroot undo", index).must()
    assert not (lab.site / "gadget").exists()


def lend_pip(lab: Lab) -> None:
    """Give the bare Python the pip that this one brings."""
    donor = lab.directory / "donor"
    run([BASE, "-I", "-m", "venv", str(donor)], lab.environ, "/").must()
    [site] = (donor / "lib").glob("python*/site-packages")
    [library] = (lab.directory / "bare" / "lib").glob("python*")
    for part in site.glob("pip*"):
        shutil.copytree(part, library / "site-packages" / part.name)


def typed(lab: Lab, line: str, index: Index) -> Outcome:
    """A line in a shell with the session; pip knows the test's wheels and that index."""
    environ = lab.environ | {
        "PIP_INDEX_URL": index.url(),
        "PIP_FIND_LINKS": str(lab.directory / "wheels"),
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_RETRIES": "0",
    }
    return run(["bash", "-c", f". ./bootstrap.sh && {line}"], environ, lab.root)


# what is typed where none is to be had


@pytest.mark.parametrize(
    "line", ["pip install gadget", "pip list", "workroot install gadget", "pip --version"]
)
def test_a_pip_that_cannot_be_had_is_one_sentence_with_two_ways_out(
    lab: Lab, index: Index, line: str
) -> None:
    (lab.root / "needs.txt").write_text("")
    session(lab).must()
    done = typed(lab, line, index)
    assert done.status == 2 and done.out == ""
    fetching, sentence, ways = done.err.splitlines()
    assert fetching.startswith(f"workroot: there is no pip in {lab.venv} yet: fetching pip ")
    assert sentence.startswith(f"workroot: there is no pip in {lab.venv}, and fetching one failed")
    assert ways.endswith("or set PIP_INDEX_URL to an index that can be reached; then type it again")


def test_a_refused_pip_leaves_the_history_as_it_was(lab: Lab, index: Index) -> None:
    (lab.root / "needs.txt").write_text("")
    session(lab).must()
    typed(lab, "pip install gadget", index)
    assert "baseline" in typed(lab, "workroot history", index).out.splitlines()[0]
