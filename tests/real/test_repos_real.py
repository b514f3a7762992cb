"""Published packages as repos: each gets a workroot, is imported and used from it in every shell,
and stays as it was committed.
"""

import hashlib
import io
import json
import os
import tarfile
from typing import NamedTuple

import pytest
from worlds import index
from worlds.lab import BASE, KIT, Lab, git, run
from worlds.shells import EVERY, Posix

pytestmark = pytest.mark.real

# Writes a file of the index that pip is configured for to stdout: project, file.
FETCH = """import os, re, sys
from urllib.parse import urljoin
from workroot.installers import index
for url in index.urls(os.environ):
    page = index.fetch(f"{url}{sys.argv[1]}/", os.environ)
    for link in re.findall(r'href="([^"#]+)', page.content.decode()):
        if link.endswith("/" + sys.argv[2]):
            sys.stdout.buffer.write(index.fetch(urljoin(page.url, link), os.environ).content)
            sys.exit(0)
sys.exit("no " + sys.argv[2])
"""


class Published(NamedTuple):
    """A source distribution. below: the file, in the repo, that an import takes; use: an expression
    that must give result.
    """

    name: str
    version: str
    sha256: str
    below: str
    use: str
    result: object


PACKAGES = [
    Published(  # one module
        "six",
        "1.17.0",
        "ff70335d468e7eb6ec65b95b99d3a2836546063f63acc5171de367e834932a81",
        "six.py",
        "[six.ensure_str(b'text'), six.moves.urllib.parse.quote('a b')]",
        ["text", "a%20b"],
    ),
    Published(  # a package at the top
        "idna",
        "3.10",
        "12f65c9b470abda6dc35cf8e63cc574b1c52b11df2c86030af0ac09b01b13ea9",
        "idna/__init__.py",
        "[idna.encode('\\u65e5\\u672c.example').decode(), idna.decode('xn--wgv71a')]",
        ["xn--wgv71a.example", "日本"],
    ),
    Published(  # a package below src
        "itsdangerous",
        "2.2.0",
        "e0050c0b7da1eea53ffaf149c0cfbb5c6e2e2b69c4bef22c81fa6eb73e5f6173",
        "src/itsdangerous/__init__.py",
        "itsdangerous.URLSafeSerializer('key').loads("
        "itsdangerous.URLSafeSerializer('key').dumps([1, 'two']))",
        [1, "two"],
    ),
    Published(  # an extension in C that nobody built
        "msgpack",
        "1.1.0",
        "dd432ccc2c72b914e4cb77afce64aab761c1137cc698be3984eee260bcb2896e",
        "msgpack/__init__.py",
        "[msgpack.unpackb(msgpack.packb({'a': [1, 2.5]})), msgpack.Packer.__module__]",
        [{"a": [1, 2.5]}, "msgpack.fallback"],
    ),
]
SCRIPT = """import json, os, {name}
with open("result.json", "w") as file:
    json.dump({use}, file)
print(os.path.realpath({name}.__file__))
"""


@pytest.fixture(scope="module", params=PACKAGES, ids=lambda package: package.name)
def published(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Lab, Published]:
    """A workroot for one of them, and which one it is."""
    package: Published = request.param
    lab = Lab(tmp_path_factory.mktemp(package.name), repo=f"{package.name}-{package.version}")
    unpack(download(package, lab), lab)
    for words in (
        ["init", "-q"],
        ["add", "."],
        ["-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-qm", "published"],
    ):
        git(lab.repo, *words)
    lab.engine("new", str(lab.root), "--repo", str(lab.repo)).must()
    (lab.root / "use_it.py").write_text(SCRIPT.format(name=package.name, use=package.use))
    return lab, package


def download(package: Published, lab: Lab) -> bytes:
    file = lab.directory / "sdist"
    fetch = [
        BASE,
        "-S",
        "-B",
        "-c",
        FETCH,
        package.name,
        f"{package.name}-{package.version}.tar.gz",
    ]
    run(
        ["sh", "-c", 'out=$1; shift; exec "$@" >"$out"', "sh", str(file), *fetch],
        index.environ(str(lab.home), PYTHONPATH=str(KIT / "python")),
        "/",
        timeout=300,
    ).must()
    content = file.read_bytes()
    assert hashlib.sha256(content).hexdigest() == package.sha256
    return content


def unpack(content: bytes, lab: Lab) -> None:
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        archive.extractall(lab.directory, filter="data")


@pytest.mark.parametrize("shell", EVERY, ids=lambda shell: shell.name)
def test_it_is_imported_and_used_from_the_workroot_and_stays_clean(
    published: tuple[Lab, Published], shell: Posix
) -> None:
    lab, package = published
    (lab.root / "result.json").unlink(missing_ok=True)
    steps = "\n".join([shell.source(), shell.program("python", "use_it.py")])
    outcome = run(
        [*shell.argv, steps], lab.environ | {"WORKROOT_QUIET": "1"}, lab.root, timeout=120
    ).must()
    assert outcome.out.strip() == str(lab.repo / package.below)
    assert json.loads((lab.root / "result.json").read_text()) == package.result
    assert git(lab.repo, "status", "--porcelain", "--ignored") == "" and not list(
        lab.repo.rglob("__pycache__")
    )


def test_it_is_run_without_a_session_too(published: tuple[Lab, Published]) -> None:
    lab, package = published
    outcome = lab.engine("run", "-C", str(lab.root), "use_it.py", cwd=lab.root).must()
    assert str(lab.repo / package.below) in outcome.out
    assert git(lab.repo, "status", "--porcelain", "--ignored") == ""


def test_its_health_check_fails_nothing(published: tuple[Lab, Published]) -> None:
    lab, _ = published
    lab.engine("session", str(lab.root)).must()
    answer = json.loads(lab.engine("check", "--json", "-C", str(lab.root)).must().out)
    assert answer["healthy"] and os.path.isdir(lab.venv)
