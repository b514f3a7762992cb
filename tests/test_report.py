"""doctor --report FILE: one page that needs nothing else, with what doctor finds and what stands
behind it; looked at in a real browser.
"""

import os
import re
import shutil
import struct
import zlib
from html.parser import HTMLParser
from pathlib import Path

import pytest
from worlds.lab import Outcome, run
from worlds.workbench import Workbench

HOSTILE = '<script>"x"&$y'
BROWSER = next(filter(shutil.which, ("chromium", "google-chrome")), None)
SCHEMES = {"dark": "0", "light": "1"}  # Blink's numbers of prefers-color-scheme


class Page(HTMLParser):
    """What a reader sees, and what a page could fetch."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.fetched: list[str] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            if name in ("src", "href", "action") and not (value or "").startswith("#"):
                self.fetched.append(value or "")

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Workbench:
    """A repo with an odd name, one of whose modules loses to an installed one; a lost file."""
    bench = Workbench(tmp_path_factory.mktemp("report"), repo=HOSTILE).make()
    bench.wheel("alpha", requires=("beta",))
    bench.wheel("beta")
    bench.pip("install", "alpha").must()
    (bench.site / "beta" / "__init__.py").unlink()
    (bench.repo / "alpha").mkdir()
    (bench.repo / "alpha" / "__init__.py").write_text("")
    return bench


@pytest.fixture(scope="module")
def report(bench: Workbench) -> Path:
    """The page, written where the person stands."""
    bench.workroot("doctor", "--report", "it is.html")
    return bench.root / "it is.html"


@pytest.fixture(scope="module")
def page(report: Path) -> Page:
    return Page(report.read_text(encoding="utf-8"))


def test_it_ends_as_doctor_does_and_writes_that_file_alone(bench: Workbench) -> None:
    before = files_of(bench.root) - {"it is.html"}
    told = bench.workroot("doctor")
    done = bench.workroot("doctor", "--report", "it is.html")
    assert (told.status, done.status, done.out) == (1, 1, "")
    assert files_of(bench.root) - before == {"it is.html"}


def files_of(top: Path) -> set[str]:
    return {str(path.relative_to(top)) for path in top.rglob("*")}


def test_it_has_every_finding_of_doctor(bench: Workbench, page: Page) -> None:
    told = bench.workroot("doctor")
    for line in told.out.splitlines():
        if not line.startswith(" "):
            assert line.split()[1] in page.text


def test_it_shows_who_wins_an_import_who_needs_whom_and_what_was_done(
    bench: Workbench, report: Path
) -> None:
    html = report.read_text(encoding="utf-8")
    assert re.search(r"<s title=\"[^\"]*alpha/__init__.py loses to [^\"]*\">alpha</s>", html)
    assert re.search(r"id=\"package-alpha\".*href=\"#package-beta\"", html)
    assert "+ alpha 1.0" in html and str(bench.venv) in html


def test_it_needs_no_script_and_fetches_nothing(page: Page) -> None:
    assert "script" not in page.tags and page.fetched == []
    assert HOSTILE in page.text


@pytest.mark.parametrize("file", ["no such directory/r.html", "."])
def test_where_it_cannot_be_written_that_is_said(bench: Workbench, file: str) -> None:
    done = bench.workroot("doctor", "--report", file)
    assert done.status == 2 and "Traceback" not in done.err and "workroot: " in done.err


def test_it_is_written_although_the_venvs_python_is_gone(tmp_path: Path) -> None:
    bench = Workbench(tmp_path).make()
    (bench.venv / "bin" / "python").unlink()
    (bench.venv / "bin" / "python").symlink_to("nowhere")
    done = bench.engine("doctor", "--report", str(tmp_path / "r.html"), cwd=bench.root)
    assert done.status == 1 and 'class="fail"' in (tmp_path / "r.html").read_text()


def test_a_damaged_history_is_shown_as_such_and_left(bench: Workbench, tmp_path: Path) -> None:
    path = next((bench.root / ".workroot" / "history").glob("*.json"))
    kept = path.read_text()
    try:
        path.write_text("{")
        bench.workroot("doctor", "--report", str(tmp_path / "r.html"))
        assert f"{path} cannot be read" in Page((tmp_path / "r.html").read_text()).text
        assert path.read_text() == "{"
    finally:
        path.write_text(kept)


# In a browser


def browser(report: Path, *words: str) -> Outcome:
    if BROWSER is None:
        reason = "no chromium is on PATH"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr"]
    home = report.parent / "browser"
    environ = {"PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C.UTF-8"}
    address = report.as_uri()
    return run([BROWSER, *flags, *words, address], environ, report.parent, timeout=120).must()


@pytest.mark.slow
@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_browser_shows_it_in_both_schemes(scheme: str, report: Path, tmp_path: Path) -> None:
    """A browser's start takes a second."""
    picture = tmp_path / "page.png"
    settings = f"--blink-settings=preferredColorScheme={SCHEMES[scheme]}"
    seen = browser(report, settings, "--window-size=900,1200", f"--screenshot={picture}")
    assert ":CONSOLE" not in seen.err
    assert (sum(first_pixel(picture)) < 3 * 128) == (scheme == "dark")


@pytest.mark.slow
def test_a_browser_reads_what_was_written(report: Path, page: Page) -> None:
    """A browser's start takes a second."""
    read = Page(browser(report, "--dump-dom").out)
    assert " ".join(read.text.split()) == " ".join(page.text.split())


def first_pixel(path: Path) -> bytes:
    """Red, green and blue of the upper left corner of a PNG."""
    data = path.read_bytes()
    position, packed = 8, b""
    while position < len(data):
        (length,) = struct.unpack_from(">I", data, position)
        if data[position + 4 : position + 8] == b"IDAT":
            packed += data[position + 8 : position + 8 + length]
        position += length + 12
    # The first row begins with its filter, of which the first pixel of all is the same in each.
    return zlib.decompress(packed)[1:4]
