"""health_check.py, run by real venvs: what it says of a healthy repo, and of each thing that can be
wrong.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

HEALTH_CHECK = Path(__file__).resolve().parents[2] / "python" / "health_check.py"
LINE = re.compile(r"(ok|warn|fail)  ([a-z-]+)  (.+)|    fix: (.+)")
BASE = os.path.realpath(getattr(sys, "_base_executable", None) or sys.executable)
HOSTILE = [
    "with space",
    "it's",
    'say "hi"',
    "$(touch PWNED)",
    "`touch PWNED`",
    "a;b",
    "-dash",
    "#hash",
    "{0} %s {renew}",
    "a\\nb",
    "two  spaces -> fix",
    "trailing ",
    "répo-日本",
    "right\u202eleft",
    "line\u2028end",
    os.fsdecode(b"bad\xff"),
    "import x",
]


def pythons() -> list[str]:
    """Every Python of this machine, one for each minor version and place."""
    places = [
        Path(BASE).parent,
        Path("/usr/bin"),
        *Path(os.path.expanduser("~/.pyenv/versions")).glob("3*/bin"),
    ]
    found = [
        str(file)
        for place in places
        for file in sorted(place.glob("python3.*"))
        if re.fullmatch(r"python3\.\d+", file.name)
    ]
    return sorted(set(found), key=lambda file: (int(file.rpartition(".")[2]), file))


class Finding(NamedTuple):
    severity: str
    evidence: str
    fix: str


class Report(NamedTuple):
    status: int
    findings: list[tuple[str, Finding]]
    errors: str

    def only(self, name: str) -> Finding:
        """The one finding of that id."""
        [finding] = [finding for found, finding in self.findings if found == name]
        return finding

    def ids(self, severity: str) -> list[str]:
        return [name for name, finding in self.findings if finding.severity == severity]


class Place:
    """A repo and a venv linked to it, and the settings that say so."""

    def __init__(
        self,
        room: Path,
        python: str = BASE,
        maker: tuple[str, ...] = ("-m", "venv", "--without-pip"),
    ) -> None:
        self.room, self.repo, self.venv = room, room / "repo", room / "venv"
        room.mkdir(exist_ok=True)
        argv = list(maker) if os.path.isabs(maker[0]) else [python, *maker]
        subprocess.run(
            [*argv, str(self.venv)],
            check=True,
            env=self.environ() | {"PATH": "/usr/bin:/bin"},
            capture_output=True,
        )
        self.python = self.venv / "bin" / "python"
        self.site = next(self.venv.glob("lib/python3*/site-packages"))
        write(
            self.repo,
            {
                "repo_marker.py": "",
                "pipeline.py": "import tools\n",
                "tools/__init__.py": "",
                "data/x.txt": "",
            },
        )
        self.link(self.repo)

    def environ(self) -> dict[str, str]:
        return {"PATH": os.defpath, "HOME": str(self.room), "LC_ALL": "C.UTF-8"}

    def link(self, *lines: str | Path) -> None:
        self.lines = [str(line) for line in lines]
        self.pth.write_bytes(b"".join(os.fsencode(line) + b"\n" for line in self.lines))

    @property
    def pth(self) -> Path:
        return self.site / "repo.pth"

    def settings(self, *paths: Path) -> list[str]:
        lines = [f"link={line}" for line in self.lines]
        return [
            f"prefix={self.venv}",
            f"site={self.site}",
            *lines,
            *(f"path={path}" for path in paths or [self.repo]),
        ]

    def check(
        self,
        *more: str,
        paths: tuple[Path, ...] = (),
        python: str | Path | None = None,
        **environ: str,
    ) -> Report:
        argv = [python or self.python, "-I", "-B", HEALTH_CHECK, *self.settings(*paths), *more]
        return report(run(argv, self.environ() | environ))


def write(top: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_text(text, encoding="utf-8")


def run(argv: list, environ: dict[str, str], **more) -> subprocess.CompletedProcess:
    options = {"stdin": subprocess.DEVNULL, "cwd": "/"} | more
    return subprocess.run(
        [os.fspath(word) for word in argv],
        env=environ,
        capture_output=True,
        timeout=60,
        check=False,
        **options,
    )


def report(done: subprocess.CompletedProcess) -> Report:
    """Read the findings, and hold every run to the form: whole lines, a fix below what is wrong, an
    honest status.
    """
    findings: list[tuple[str, Finding]] = []
    output = done.stdout.decode("latin-1")
    for line in output.split("\n")[:-1]:
        found = LINE.fullmatch(line)
        assert found, f"no finding: {line!r} {done.stderr.decode()}"
        if found[4]:
            assert findings and findings[-1][1].severity != "ok" and not findings[-1][1].fix
            findings[-1] = (findings[-1][0], findings[-1][1]._replace(fix=found[4]))
        else:
            findings.append((found[2], Finding(found[1], found[3], "")))
    assert output.endswith("\n")
    assert all(bool(finding.fix) == (finding.severity != "ok") for _, finding in findings)
    if done.returncode in (0, 1) and findings[-1][0] == "complete":
        assert done.returncode == any(finding.severity == "fail" for _, finding in findings)
    return Report(done.returncode, findings, done.stderr.decode("utf-8", "backslashreplace"))


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


@pytest.fixture(
    scope="module", params=pythons(), ids=lambda file: file.replace("/", "-").strip("-")
)
def any_place(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Place]:
    place = Place(tmp_path_factory.mktemp("any"), request.param)
    yield place
    shutil.rmtree(place.room)


@pytest.fixture(scope="session", params=["C", "C.UTF-8", "ISO-8859-1", "ascii"])
def locale(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, str]:
    if (
        request.param == "ascii"
    ):  # no coercion to UTF-8, as far as a start with -I lets itself be told
        return {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    if request.param != "ISO-8859-1":
        return {"LC_ALL": request.param}
    made = tmp_path_factory.mktemp("locales")
    command = ["localedef", "-i", "en_US", "-f", "ISO-8859-1", str(made / "en_US.ISO-8859-1")]
    if (
        not shutil.which("localedef")
        or subprocess.run(command, capture_output=True, check=False).returncode > 1
    ):
        pytest.skip("no localedef that can make an ISO-8859-1 locale")
    return {"LC_ALL": "en_US.ISO-8859-1", "LOCPATH": str(made)}


# healthy


def test_a_linked_repo_is_healthy_in_every_python_and_locale(
    any_place: Place, locale: dict[str, str]
) -> None:
    any_place.link(any_place.repo)
    seen = any_place.check("marker=repo_marker", "import=pipeline", "import=json", **locale)
    assert (seen.status, seen.ids("warn"), seen.ids("fail"), seen.errors) == (0, [], [], "")
    assert seen.ids("ok") == [
        "prefix",
        "site-packages",
        "link",
        "path",
        "marker",
        "import",
        "import",
        "complete",
    ]
    assert seen.only("path").evidence == f"{any_place.repo}: 3 of 3 top-level modules come from it"


def test_a_hostile_repo_name_is_healthy_and_breaks_no_line(
    any_place: Place, locale: dict[str, str]
) -> None:
    for number, name in enumerate(HOSTILE):
        repo, alias = any_place.room / "hostile" / name, any_place.room / f"alias{number}"
        write(repo, {"repo_marker.py": "", "pipeline.py": "", "random.py": ""})
        alias.exists() or alias.symlink_to(repo)
        plain = str(repo).isascii() and not name.endswith(" ")
        any_place.link(repo if plain else alias)
        seen = any_place.check("marker=repo_marker", paths=(repo,), **locale)
        assert (seen.status, seen.ids("warn")) == (0, ["shadowed"]), (name, seen)
    assert not list(any_place.room.rglob("PWNED"))


@pytest.mark.parametrize("maker", ["uv", "virtualenv", "system-site-packages"])
def test_venvs_of_other_makers_are_healthy(tmp_path: Path, maker: str) -> None:
    uv = (
        shutil.which("uv")
        and subprocess.run(["uv", "python", "dir"], capture_output=True, check=False).returncode
        == 0
    )
    commands = {
        "uv": (shutil.which("uv") or "", "venv", "--offline", "--python", BASE),
        "virtualenv": (sys.executable, "-m", "virtualenv", "--no-download", "--python", BASE),
        "system-site-packages": ("-m", "venv", "--without-pip", "--system-site-packages"),
    }
    if maker == "uv" and not uv:
        pytest.skip("no uv here")
    if maker == "virtualenv":
        pytest.importorskip("virtualenv")
    seen = Place(tmp_path, maker=commands[maker]).check("marker=repo_marker")
    assert (seen.status, seen.ids("warn"), seen.errors) == (0, [], "")


def test_nothing_is_written_anywhere(place: Place) -> None:
    def everything() -> list[tuple[str, float]]:
        return sorted((str(path), path.lstat().st_mtime_ns) for path in place.room.rglob("*"))

    before = everything()
    place.check("marker=pipeline", "import=tools", "optional=absent")
    assert everything() == before


def test_it_imports_nothing_but_sys_and_os() -> None:
    imports = re.findall(r"(?m)^[ \t]*(?:import|from) .*", HEALTH_CHECK.read_text())
    assert imports == [
        "import os",
        "import sys",
    ]
    assert len(HEALTH_CHECK.read_text().splitlines()) < 320


def test_paths_are_the_same_by_their_real_path(place: Place) -> None:
    (place.room / "other").symlink_to(place.room)
    place.link(place.room / "other" / "repo")
    assert place.check("marker=repo_marker").status == 0
    again = Place.settings(place, place.room / "other" / "repo")
    moved = [word.replace(f"{place.room}/venv", f"{place.room}/other/venv") for word in again]
    seen = report(
        run([place.python, "-I", "-B", HEALTH_CHECK, *moved, "marker=repo_marker"], place.environ())
    )
    assert (seen.status, seen.ids("warn")) == (0, [])


def test_several_import_paths_are_taken_in_their_order(place: Place) -> None:
    write(place.room / "second", {"second.py": "", "pipeline.py": ""})
    place.link(place.repo, place.room / "second")
    seen = place.check("marker=repo_marker", paths=(place.repo, place.room / "second"))
    assert (seen.status, seen.ids("warn")) == (0, ["shadowed"])
    assert (
        seen.only("shadowed").evidence
        == f"import pipeline takes {place.repo}/pipeline.py, not {place.room}/second/pipeline.py"
    )


def test_a_path_that_an_earlier_one_covers_whole_is_the_owners_choice(place: Place) -> None:
    write(place.room / "second", {"pipeline.py": ""})
    place.link(place.repo, place.room / "second")
    assert place.check(paths=(place.repo, place.room / "second")).status == 0


def test_a_directory_of_data_or_of_namespaces_is_healthy(place: Place) -> None:
    shutil.rmtree(place.repo)
    names = [
        "space/a.py",
        "2021.py",
        "with-dash.py",
        "a.b.py",
        "x.also",
        "libx.so.1",
        "__main__.py",
        "dir.py/x",
    ]
    write(place.repo, dict.fromkeys(names, ""))
    seen = place.check()
    assert (seen.status, seen.ids("warn")) == (0, [])
    assert seen.only("path").evidence.endswith(": 1 of 1 top-level modules come from it")


def test_a_single_module_repo_and_a_dotted_marker_are_healthy(place: Place) -> None:
    shutil.rmtree(place.repo)
    write(place.repo, {"space/inner/proof.py": "", "only.py": ""})
    assert place.check("marker=space.inner.proof", "import=only").status == 0


# the venv


def test_a_venv_without_its_pyvenv_cfg_is_not_taken_for_one(place: Place) -> None:
    (place.venv / "pyvenv.cfg").unlink()
    seen = place.check("marker=repo_marker")
    assert seen.ids("fail") == [
        "prefix-other",
        "site-packages-unused",
        "path-unlinked",
        "marker-missing",
    ]
    assert str(place.venv) in seen.only("prefix-other").evidence


def test_another_python_is_not_taken_for_the_venvs(any_place: Place) -> None:
    seen = any_place.check(python=BASE)
    assert "prefix-other" in seen.ids("fail")
    assert BASE in seen.only("prefix-other").evidence
    assert seen.only("prefix-other").fix == ". ./bootstrap.sh"


def test_site_packages_of_another_version_are_reported(place: Place) -> None:
    site = place.venv / "lib" / "python3.5" / "site-packages"
    place.site.parent.rename(site.parent)
    place.site = site
    assert place.check().ids("fail") == ["site-packages-unused", "path-unlinked"]


# the link


def test_a_missing_link_is_reported_though_the_repo_is_the_current_directory(place: Place) -> None:
    place.pth.unlink()
    seen = report(
        run(
            [place.python, "-I", "-B", HEALTH_CHECK, *place.settings(), "marker=repo_marker"],
            place.environ(),
            cwd=place.repo,
        )
    )
    assert seen.ids("fail") == ["link-missing", "path-unlinked", "marker-missing"]
    assert (
        seen.only("marker-missing").evidence
        == "repo_marker: ModuleNotFoundError: No module named 'repo_marker'"
    )


@pytest.mark.parametrize("content", [b"/elsewhere\n", b"", b"{0}", b"{0}\n{0}/tools\n", b"{0}\r\n"])
def test_a_link_with_other_bytes_is_reported(place: Place, content: bytes) -> None:
    place.pth.write_bytes(content.replace(b"{0}", os.fsencode(place.repo)))
    seen = place.check()
    assert "link-differs" in seen.ids("fail")
    assert f"not {os.fsencode(place.repo) + bytes([10])!r}" in seen.only("link-differs").evidence


@pytest.mark.parametrize("content", [b"\xef\xbb\xbf{0}\n", "# répo\n{0}\n".encode()])
def test_a_link_that_is_not_ascii_is_reported(place: Place, content: bytes) -> None:
    place.pth.write_bytes(content.replace(b"{0}", os.fsencode(place.repo)))
    seen = place.check()
    assert "link-encoding" in seen.ids("fail")
    assert (
        "\\xc3" in seen.only("link-encoding").evidence
        or "\\xef" in seen.only("link-encoding").evidence
    )


def test_a_utf_8_line_is_right_only_where_python_reads_utf_8_everywhere(any_place: Place) -> None:
    repo = any_place.room / "dépôt"
    write(repo, {"only.py": ""})
    any_place.link(repo)
    seen = any_place.check(paths=(repo,))
    modern = any_place.site.parent.name >= "python3.13" and len(any_place.site.parent.name) == len(
        "python3.13"
    )
    assert seen.ids("fail") == ([] if modern else ["link-encoding"])
    any_place.link(any_place.repo)


@pytest.mark.parametrize("flags", ["st_flags", "st_file_attributes"])
def test_a_hidden_link_is_reported(place: Place, flags: str) -> None:
    """No file system here has the flag, so a start of Python says that this file has it."""
    start = f"""
import os, sys
class Hidden: {flags} = 0x8002
os.lstat, true = (lambda file: Hidden if str(file).endswith('repo.pth') else true(file)), os.lstat
exec(compile(open({str(HEALTH_CHECK)!r}).read(), 'health_check.py', 'exec'))
"""
    seen = report(run([place.python, "-I", "-B", "-c", start, *place.settings()], place.environ()))
    assert seen.ids("fail") == ["link-hidden"]
    assert "nohidden" in seen.only("link-hidden").fix


# the import paths


def test_a_repo_that_is_gone_is_reported(place: Place) -> None:
    place.repo.rename(place.room / "renamed")
    seen = place.check("marker=repo_marker")
    assert seen.ids("fail") == ["path-missing", "marker-missing"]
    assert seen.only("path-missing").evidence == f"{place.repo}: No such file or directory"


def test_a_file_in_the_place_of_the_repo_is_reported(place: Place) -> None:
    shutil.rmtree(place.repo)
    place.repo.write_text("")
    assert place.check().only("path-missing").evidence == f"{place.repo}: Not a directory"


@pytest.mark.skipif(
    os.geteuid() != 0 or not os.path.exists("/usr/bin/python3"), reason="has to become another user"
)
def test_an_unreadable_repo_is_reported(tmp_path_factory: pytest.TempPathFactory) -> None:
    room = Path("/tmp") / f"health-{os.getpid()}"
    try:
        place = Place(room, "/usr/bin/python3")
        check = shutil.copy(HEALTH_CHECK, room)
        place.repo.chmod(0o700)
        seen = report(
            run(
                [place.python, "-I", "-B", check, *place.settings()], place.environ(), user="nobody"
            )
        )
        assert seen.only("path-missing").evidence == f"{place.repo}: Permission denied"
    finally:
        shutil.rmtree(room)


def test_a_path_that_is_not_linked_is_reported(place: Place) -> None:
    write(place.repo, {"src/inner.py": ""})
    seen = place.check(paths=(place.repo, place.repo / "src"))
    assert seen.ids("fail") == ["path-unlinked"]
    assert seen.only("path-unlinked").evidence.startswith(f"{place.repo}/src ")


# shadowing


def test_a_repo_with_names_of_the_standard_library_is_healthy_and_says_so(any_place: Place) -> None:
    repo = any_place.room / "shadowed"
    write(
        repo,
        {"random.py": "", "test/__init__.py": "", "time.py": "", "os.py": "", "pipeline.py": ""},
    )
    any_place.link(repo)
    seen = any_place.check("marker=pipeline", paths=(repo,))
    evidence = [finding.evidence for name, finding in seen.findings if name == "shadowed"]
    assert seen.status == 0
    assert [line.split()[1] for line in evidence] == ["os", "random", "test", "time"]
    assert re.fullmatch(
        rf"import random takes /.*/random\.py, not {re.escape(str(repo))}/random\.py", evidence[1]
    )
    assert evidence[3] == f"import time takes built-in, not {repo}/time.py"
    assert {finding.fix for name, finding in seen.findings if name == "shadowed"} == {
        "rename yours if you need to import it"
    }


def test_an_installed_copy_that_shadows_a_module_is_reported_with_both_files(place: Place) -> None:
    write(place.site, {"pipeline.py": ""})
    seen = place.check("marker=repo_marker")
    assert (seen.status, seen.ids("warn")) == (0, ["shadowed"])
    assert (
        seen.only("shadowed").evidence
        == f"import pipeline takes {place.site}/pipeline.py, not {place.repo}/pipeline.py"
    )
    assert seen.only("shadowed").fix == "python -m pip uninstall pipeline"


# directories without __init__.py


def space(place: Place) -> None:
    """A directory of tests, as many repos have it."""
    write(place.repo, {"tests/helpers.py": ""})


def test_an_installed_package_comes_before_a_directory_of_the_repo(any_place: Place) -> None:
    repo = any_place.room / "with_tests"
    write(repo, {"tests/helpers.py": "", "pipeline.py": ""})
    any_place.link(repo)
    write(any_place.site, {"tests/__init__.py": ""})
    try:
        seen = any_place.check(paths=(repo,))
    finally:
        shutil.rmtree(any_place.site / "tests")
    assert seen.ids("warn") == ["shadowed"]
    taken = f"import tests takes {any_place.site}/tests/__init__.py, not {repo}/tests/"
    assert seen.only("shadowed").evidence == taken
    assert seen.only("path").evidence == f"{repo}: 1 of 2 top-level modules come from it"
    assert any_place.check(paths=(repo,)).ids("warn") == []


def test_an_installed_module_comes_before_a_directory_of_the_repo(place: Place) -> None:
    space(place)
    write(place.site, {"tests.py": ""})
    taken = f"import tests takes {place.site}/tests.py, not {place.repo}/tests/"
    assert place.check().only("shadowed").evidence == taken


def test_a_repo_of_such_directories_alone_that_are_all_taken_has_a_warning(place: Place) -> None:
    shutil.rmtree(place.repo)
    space(place)
    write(place.site, {"tests/__init__.py": ""})
    seen = place.check()
    assert seen.ids("warn") == ["shadowed"]
    assert seen.only("path").evidence.endswith(": 0 of 1 top-level modules come from it")


def test_an_installed_copy_of_every_module_is_a_failure_beside_such_a_directory(
    place: Place,
) -> None:
    shutil.copytree(place.repo, place.site, dirs_exist_ok=True)
    space(place)
    assert place.check().ids("fail") == ["shadowed-all"]


OPEN = {
    "native": "",
    "pkgutil": "__path__ = __import__('pkgutil').extend_path(__path__, __name__)\n",
    "pkg_resources": "__import__('pkg_resources').declare_namespace(__name__)\n",
}


@pytest.mark.parametrize("style", OPEN)
def test_a_namespace_that_is_shared_is_healthy(place: Place, style: str) -> None:
    space(place)
    files = {"tests/installed.py": ""} | ({"tests/__init__.py": OPEN[style]} if OPEN[style] else {})
    write(place.site, files)
    seen = place.check()
    assert (seen.status, seen.ids("warn")) == (0, [])


@pytest.mark.parametrize(("name", "joined"), [("a-nspkg.pth", True), ("x-nspkg.pth", False)])
def test_a_namespace_of_an_nspkg_file_is_what_python_makes_of_it(
    place: Place, name: str, joined: bool
) -> None:
    """What setuptools installs for namespace_packages: a line that makes the module at each start.

    It takes in what comes to sys.path later, so what repo.pth names only where it is read before.
    """
    space(place)
    line = (
        "import sys, types, os;p = os.path.join(sys._getframe(1).f_locals['sitedir'], *('tests',));"
        "importlib = __import__('importlib.util');__import__('importlib.machinery');"
        "m = sys.modules.setdefault('tests', importlib.util.module_from_spec("
        "importlib.machinery.PathFinder.find_spec('tests', [os.path.dirname(p)])));"
        "mp = (m or []) and m.__dict__.setdefault('__path__',[]);(p not in mp) and mp.append(p)\n"
    )
    write(place.site, {"tests/installed.py": "", name: line})
    seen = place.check("import=tests.helpers", "import=tests.installed")
    assert ("import-failed" not in seen.ids("fail")) == joined
    assert seen.ids("warn") == ([] if joined else ["shadowed"])


@pytest.mark.parametrize("name", ["venv/pyvenv.cfg", "json/data.txt", "email/a/b.csv"])
def test_what_no_import_could_take_is_no_matter(place: Place, name: str) -> None:
    write(place.repo, {name: "", "venv/lib/x.py": ""} if "venv" in name else {name: ""})
    assert place.check().ids("warn") == []


def test_no_fix_takes_away_pip(place: Place) -> None:
    write(place.repo, {"pip/__init__.py": ""})
    write(place.site, {"pip/__init__.py": ""})
    finding = place.check("marker=repo_marker").only("shadowed")
    assert "/pip/__init__.py" in finding.evidence and "uninstall" not in finding.fix


def test_an_installed_copy_of_everything_is_a_failure(place: Place) -> None:
    shutil.copytree(place.repo, place.site, dirs_exist_ok=True)
    seen = place.check()
    assert (seen.ids("fail"), len(seen.ids("warn"))) == (["shadowed-all"], 3)


def test_a_venv_inside_the_repo_does_not_make_its_packages_the_repos(tmp_path: Path) -> None:
    place = Place(tmp_path / "repo")
    place.repo = tmp_path / "repo"
    write(place.repo, {"pipeline.py": ""})
    write(place.site, {"pipeline.py": ""})
    place.link(place.repo)
    seen = place.check("marker=pipeline")
    assert seen.ids("fail") == ["shadowed-all", "marker-elsewhere"]


def test_a_finder_of_an_editable_install_that_goes_first_is_seen(place: Place) -> None:
    write(place.room / "older", {"pipeline.py": ""})
    write(
        place.site,
        {
            "aaa.pth": "import finder_of_older\n",
            "finder_of_older.py": f"""
import importlib.machinery, sys
class Finder:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name == 'pipeline':
            return importlib.machinery.PathFinder.find_spec(name, [{str(place.room / "older")!r}])
sys.meta_path.insert(0, Finder)
""",
        },
    )
    assert (
        place.check()
        .only("shadowed")
        .evidence.startswith(f"import pipeline takes {place.room}/older/pipeline.py,")
    )


def test_a_module_in_an_archive_on_the_path_is_asked_for_as_well(place: Place) -> None:
    with zipfile.ZipFile(place.room / "older.zip", "w") as archive:
        archive.writestr("pipeline.py", "")
    write(place.site, {"aaa.pth": f"{place.room}/older.zip\n"})
    assert (
        place.check()
        .only("shadowed")
        .evidence.startswith(f"import pipeline takes {place.room}/older.zip/pipeline.py,")
    )


def test_an_extension_module_for_another_python_is_reported(place: Place) -> None:
    write(place.repo, {"fast.cpython-31-none.so": ""})
    assert (
        place.check()
        .only("unresolved")
        .evidence.startswith(f"no import finds {place.repo}/fast.cpython-31-none.so ")
    )


def test_sitecustomize_in_the_repo_is_reported(any_place: Place) -> None:
    repo = any_place.room / "custom"
    write(repo, {"sitecustomize.py": "", "pipeline.py": ""})
    any_place.link(repo)
    seen = any_place.check(paths=(repo,))
    assert seen.status == 0
    assert seen.only("sitecustomize").evidence.startswith(
        f"{repo}/sitecustomize.py: every start of this Python runs /"
    )


# marker and imports


def test_a_marker_that_comes_from_elsewhere_is_a_failure_naming_both(place: Place) -> None:
    write(place.site, {"repo_marker.py": ""})
    seen = place.check("marker=repo_marker")
    assert (
        seen.only("marker-elsewhere").evidence
        == f"repo_marker comes from {place.site}/repo_marker.py, not from {place.repo}"
    )
    assert seen.ids("fail") == ["marker-elsewhere"]


@pytest.mark.parametrize("marker", ["time", "os", "json", "data"])
def test_a_marker_of_python_itself_or_without_a_file_is_elsewhere(
    place: Place, marker: str
) -> None:
    argv = [place.python, "-I", "-B", HEALTH_CHECK, *place.settings(), f"marker={marker}"]
    for directory in (place.room, place.repo):
        assert report(run(argv, place.environ(), cwd=directory)).ids("fail") == ["marker-elsewhere"]


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("import nowhere", "ModuleNotFoundError: No module named 'nowhere'"),
        ("1 / 0", "ZeroDivisionError: division by zero"),
        ("raise SystemExit('bye')", "SystemExit: bye"),
        ("import sys; sys.exit(0)", "SystemExit: 0"),
        ("raise ValueError('two\\nlines')", r"'ValueError: two\nlines'"),
        ("raise ValueError('\\udcff {0} -> fix')", r"'ValueError: \udcff {0} -> fix'"),
        ("def f(:", "SyntaxError: "),
    ],
)
def test_what_a_marker_or_an_import_raises_is_named(
    any_place: Place, code: str, words: str
) -> None:
    repo = any_place.room / "raising"
    write(repo, {"raising.py": code})
    any_place.link(repo)
    seen = any_place.check("marker=raising", "import=raising", "optional=raising", paths=(repo,))
    assert seen.ids("fail") == ["marker-missing", "import-failed"]
    for name in ("marker-missing", "import-failed", "optional-failed"):
        assert words in seen.only(name).evidence


def test_words_that_the_locale_cannot_spell_are_escaped(
    any_place: Place, locale: dict[str, str]
) -> None:
    repo = any_place.room / "spelled"
    write(repo, {"spelled.py": "raise ValueError('\\xe9 \\u65e5 \\U0001f40d')"})
    any_place.link(repo)
    seen = any_place.check("marker=spelled", "import=spelled", paths=(repo,), **locale)
    assert seen.ids("fail") == ["marker-missing", "import-failed"]
    assert seen.errors == ""


def test_what_is_not_built_yet_is_no_failure(place: Place) -> None:
    seen = place.check("optional=not_there", "optional=tools.not_there", "optional=pipeline")
    assert (seen.status, seen.ids("warn")) == (0, ["optional-failed", "optional-failed"])
    assert "not built yet" in seen.findings[-3][1].evidence


def test_a_marker_is_imported_as_python_would(place: Place) -> None:
    source = (
        "# -*- coding: latin-1 -*-\n"
        "import sys\n"
        "assert sys.modules[__name__].__file__ == __file__\n"
        "name = '\xe9'\n"
        "assert len(name) == 1\n"
    )
    (place.repo / "repo_marker.py").write_bytes(source.encode("latin-1"))
    write(place.repo, {"other.py": "import repo_marker\nassert repo_marker.name\n"})
    assert place.check("marker=repo_marker", "import=other").ids("fail") == []


def test_what_imported_modules_print_goes_to_stderr(any_place: Place) -> None:
    repo = any_place.room / "chatty"
    chatter = (
        "import os, sys\n"
        "print('fail  one  print')\n"
        "os.system('echo fail two child')\n"
        "os.write(1, b'fail  three  bytes')\n"
    )
    write(repo, {"chatty.py": chatter + "import atexit\natexit.register(print, 'at the end')\n"})
    any_place.link(repo)
    seen = any_place.check("marker=chatty", "import=chatty", paths=(repo,))
    assert (seen.status, seen.ids("fail")) == (0, [])
    assert all(
        words in seen.errors for words in ("one  print", "two child", "three  bytes", "at the end")
    )


@pytest.mark.parametrize("code", ["print('said')", "import sys; print('said'); sys.stdout.close()"])
def test_a_word_said_at_the_last_moment_is_not_lost(place: Place, code: str) -> None:
    write(place.repo, {"brief.py": code})
    seen = place.check("import=brief")
    assert (seen.status, seen.errors) == (0, "said\n")
    assert seen.ids("ok")[-1] == "complete"


def test_a_module_that_ends_the_process_is_not_taken_for_health(place: Place) -> None:
    write(place.repo, {"gone.py": "import os\nos._exit(0)\n"})
    seen = place.check("marker=repo_marker", "import=gone")
    assert "marker" in seen.ids("ok") and "complete" not in seen.ids("ok")


def test_what_a_module_made_for_the_while_is_taken_away_again(place: Place) -> None:
    write(
        place.repo,
        {
            "scratch.py": (
                "import tempfile\n"
                "kept = tempfile.TemporaryDirectory()\n"
                "file = tempfile.NamedTemporaryFile()\n"
            )
        },
    )
    (place.room / "tmp").mkdir()
    place.check("import=scratch", TMPDIR=str(place.room / "tmp"))
    assert list((place.room / "tmp").iterdir()) == []


def test_ctrl_c_gets_through(place: Place) -> None:
    write(
        place.repo,
        {
            "slow.py": (
                "import os, signal\n"
                "os.kill(os.getpid(), signal.SIGINT)\n"
                "import time\n"
                "time.sleep(30)\n"
            )
        },
    )
    start = time.monotonic()
    seen = place.check("import=slow")
    assert seen.status in (-signal.SIGINT, 1, 130) and "KeyboardInterrupt" in seen.errors
    assert "complete" not in seen.ids("ok") and time.monotonic() - start < 25


# how it is called


@pytest.mark.parametrize("words", [[], ["--help"], ["prefix"], ["nonsense=1"], ["pre\nfix=\udcff"]])
def test_called_wrongly_it_says_what_it_is(any_place: Place, words: list[str]) -> None:
    done = run(
        [any_place.python, "-I", "-B", HEALTH_CHECK, *words], any_place.environ() | {"LC_ALL": "C"}
    )
    assert (done.returncode, done.stdout) == (2, b"")
    assert (
        b"python -I -B health_check.py KEY=VALUE" in done.stderr and b"Traceback" not in done.stderr
    )


def test_pasted_with_its_settings_it_needs_no_arguments(
    any_place: Place, locale: dict[str, str]
) -> None:
    repo = any_place.room / os.fsdecode("dépôt-日本".encode() + b"\xff")
    write(repo, {"repo_marker.py": ""})
    (any_place.room / "alias").exists() or (any_place.room / "alias").symlink_to(repo)
    any_place.link(any_place.room / "alias")
    settings = [*any_place.settings(repo), "marker=repo_marker"]
    text, count = re.subn(
        r"(?m)^SETTINGS = \[\].*$",
        lambda _: f"SETTINGS = {ascii(settings)}",
        HEALTH_CHECK.read_text(),
    )
    done = run(
        [any_place.python, "-I", "-B", "-"],
        any_place.environ() | locale,
        stdin=None,
        input=text.encode("ascii"),
    )
    assert count == 1
    assert report(done).status == 0


def test_started_without_isolation_it_says_so(place: Place) -> None:
    seen = report(run([place.python, "-B", HEALTH_CHECK, *place.settings()], place.environ()))
    assert (seen.status, seen.ids("warn")) == (0, ["not-isolated"])


def test_without_isolation_no_bytecode_is_left_either(place: Place) -> None:
    run(
        [place.python, HEALTH_CHECK, *place.settings(), "marker=pipeline", "import=tools"],
        place.environ(),
    )
    assert not list(place.repo.rglob("__pycache__"))
