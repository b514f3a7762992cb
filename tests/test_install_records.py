"""`pip` typed in a session is pip as ever, and every change is in the history; so is what came from
elsewhere.
"""

import fcntl
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from worlds import wheels
from worlds.again import again
from worlds.environment import difference, find_uv
from worlds.lab import run
from worlds.terminal import Terminal
from worlds.workbench import Workbench, fresh

STRACE = shutil.which("strace")
NASTY = "a lab's $(touch pwned) \u00e9"


@pytest.fixture
def bench() -> Workbench:
    return again(fresh)


def test_pip_in_a_session_is_the_recording_one(bench: Workbench) -> None:
    done = run(
        ["bash", "-c", ". ./bootstrap.sh && command -v pip pip3 workroot"],
        bench.environ,
        bench.root,
    ).must()
    assert done.out.split() == [
        f"{bench.root}/.workroot/bin/{name}" for name in ("pip", "pip3", "workroot")
    ]


def test_setup_leaves_a_baseline(bench: Workbench) -> None:
    assert [
        (one["number"] if "number" in one else one["operation"], one["kind"])
        for one in bench.history()
    ] == [(1, "baseline")]
    assert (bench.root / ".workroot" / "snapshots" / "baseline.txt").is_file()


def test_an_install_is_recorded_with_its_words_time_and_status(bench: Workbench) -> None:
    bench.wheel("alpha")
    bench.pip("install", "alpha").must()
    last = bench.history()[-1]
    assert (last["kind"], last["argv"], last["status"]) == (
        "install",
        ["pip", "install", "alpha"],
        0,
    )
    assert last["changes"] == [{"name": "alpha", "old": None, "new": "1.0"}]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", last["time"]) and last["seconds"] > 0


@pytest.mark.parametrize("name", ["pip", "pip3", f"pip{sys.version_info[0]}.{sys.version_info[1]}"])
def test_every_name_of_pip_records(bench: Workbench, name: str) -> None:
    bench.wheel("alpha")
    bench.run(name, "install", "alpha").must()
    assert bench.kinds() == ["baseline", "install"]


def test_a_pip_that_lost_its_right_to_run_gets_it_again(bench: Workbench) -> None:
    script = bench.root / ".workroot" / "bin" / "pip"
    script.chmod(0o644)
    bench.engine("setup", cwd=bench.root).must()
    assert script.stat().st_mode & 0o777 == 0o755
    assert bench.pip("list").must()


def test_a_python_that_is_given_the_script_runs_pip_too(bench: Workbench) -> None:
    script = str(bench.root / ".workroot" / "bin" / "pip")
    assert bench.run("python", script, "--version").must().out.startswith("pip ")


def test_the_difference_is_shown_on_stderr(bench: Workbench) -> None:
    for name, version in (("alpha", "1"), ("alpha", "2"), ("beta", "1")):
        bench.wheel(name, version)
    first = bench.pip("install", "alpha==1", "beta").must()
    assert "+ alpha 1\n+ beta 1\n" in first.err and "+ alpha" not in first.out
    assert "~ alpha 1 -> 2\n" in bench.pip("install", "-U", "alpha").err
    assert "- beta 1\n" in bench.pip("uninstall", "-y", "beta").err


def test_the_difference_is_not_shown_where_that_is_said(bench: Workbench) -> None:
    bench.configure("[history]", "show_diff_after_install = false")
    bench.wheel("alpha")
    assert bench.pip("install", "alpha").must().err == ""
    assert bench.kinds() == ["baseline", "install"]


def test_nothing_is_recorded_where_that_is_said(bench: Workbench) -> None:
    bench.configure("[history]", "auto_snapshot = false")
    bench.wheel("alpha")
    bench.pip("install", "alpha").must()
    assert len(list((bench.root / ".workroot" / "history").glob("*.json"))) == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["--version"],
        ["list"],
        ["freeze"],
        ["show", "pip"],
        ["check"],
        ["--help"],
        ["config", "list"],
        [],
    ],
)
def test_what_changes_nothing_is_passed_on_and_leaves_no_trace(
    bench: Workbench, arguments: list[str]
) -> None:
    before = {path: path.stat().st_mtime_ns for path in (bench.root / ".workroot").rglob("*")}
    mine, theirs = bench.pip(*arguments), bench.run(f"{bench.venv}/bin/pip", *arguments)
    assert (mine.status, mine.out, mine.err) == (theirs.status, theirs.out, theirs.err)
    assert {
        path: path.stat().st_mtime_ns for path in (bench.root / ".workroot").rglob("*")
    } == before


@pytest.mark.parametrize(
    "arguments",
    [
        ["install"],
        ["install", "--no-such-option"],
        ["install", "nonesuch"],
        ["nonsense"],
        ["uninstall"],
    ],
)
def test_the_status_is_pips_own(bench: Workbench, arguments: list[str]) -> None:
    assert bench.pip(*arguments).status == bench.run("python", "-m", "pip", *arguments).status != 0


@pytest.mark.parametrize("redirection", [">&-", "2>&-", ">/dev/full"])
def test_an_install_is_recorded_where_nothing_can_be_printed(
    bench: Workbench, redirection: str
) -> None:
    bench.wheel("alpha")
    done = bench.run("sh", "-c", f"{bench.root}/.workroot/bin/pip install -q alpha {redirection}")
    assert done.status == 0 and bench.kinds() == ["baseline", "install"], done


def test_a_failing_pip_leaves_the_old_set_and_says_so(bench: Workbench) -> None:
    bench.wheel("alpha")
    bench.pip("install", "alpha").must()
    before = bench.picture()
    done = bench.pip("install", "nonesuch")
    assert done.status == 1 and "the packages are as they were" in done.err
    assert difference(before, bench.picture()) == []


def test_what_a_failing_pip_had_changed_is_taken_back(bench: Workbench) -> None:
    """alpha goes in, then beta finds a directory where its file should go."""
    bench.wheel("alpha")
    bench.wheel("beta", files={"zz/taken.py": "x = 1\n"})
    (bench.site / "zz" / "taken.py").mkdir(parents=True)
    before = bench.picture()
    done = bench.pip("install", "alpha", "beta")
    assert done.status != 0 and bench.packages() == set(), repr(done)
    assert difference(before, bench.picture()) == []


def test_python_m_pip_is_noticed_at_the_next_command(bench: Workbench) -> None:
    bench.wheel("alpha")
    bench.behind("install", "alpha")
    done = bench.workroot("history").must()
    assert "+ alpha 1.0" in done.err
    assert bench.kinds() == ["baseline", "external"]


def test_what_came_from_elsewhere_is_recorded_apart_from_the_pip_that_follows(
    bench: Workbench,
) -> None:
    bench.wheel("alpha")
    bench.wheel("beta")
    bench.behind("install", "alpha")
    bench.pip("install", "beta").must()
    assert [
        (one["kind"], [change["name"] for change in one["changes"]]) for one in bench.history()[1:]
    ] == [("external", ["alpha"]), ("install", ["beta"])]


@pytest.mark.skipif(not find_uv(), reason="no uv here")
def test_uv_is_noticed_too(bench: Workbench) -> None:
    bench.wheel("alpha")
    run(
        [find_uv(), "pip", "install", "-q", "alpha"],
        bench.session | {"UV_CACHE_DIR": str(bench.home / "uv")},
        bench.root,
    ).must()
    assert bench.kinds() == ["baseline", "external"]


def test_a_pip_of_another_venv_is_that_ones_own(bench: Workbench) -> None:
    bench.wheel("alpha")
    other = bench.directory / "other"
    run(
        [str(bench.python), "-m", "venv", "--without-pip", str(other)], bench.environ, bench.root
    ).must()
    bench.pip("--python", str(other / "bin" / "python"), "install", "alpha").must()
    assert bench.kinds() == ["baseline"] and bench.packages() == set()


def test_pip_called_by_a_build_does_not_wait_for_itself(bench: Workbench) -> None:
    bench.wheel("alpha")
    project = wheels.make_project(str(bench.directory / "project"), "gamma")
    backend = Path(project, "backend.py")
    backend.write_text(
        "import subprocess\nsubprocess.run(['pip', 'install', 'alpha'], check=True)\n"
        + backend.read_text()
    )
    bench.pip("install", "--no-build-isolation", project).must()
    assert bench.packages() == {"alpha-1.0", "gamma-1.0"}
    assert [change["name"] for change in bench.history()[-1]["changes"]] == ["alpha", "gamma"]


def test_words_are_passed_on_as_they_are(bench: Workbench) -> None:
    odd = bench.directory / "odd $(touch pwned) 'dir' \"x\" é"
    wheels.make_wheel(str(odd), "alpha")
    bench.pip("install", "--find-links", str(odd), "alpha").must()
    assert bench.history()[-1]["argv"] == ["pip", "install", "--find-links", str(odd), "alpha"]
    assert not (bench.root / "pwned").exists()


def test_a_password_in_an_address_is_not_kept(bench: Workbench) -> None:
    bench.wheel("alpha")
    bench.pip("install", "--extra-index-url", "http://me:secret@127.0.0.1:9/simple", "alpha").must()
    texts = [path.read_bytes() for path in (bench.root / ".workroot").rglob("*.json")]
    assert not any(b"secret" in text for text in texts)


def test_everything_works_at_a_nasty_path(tmp_path: Path) -> None:
    bench = Workbench(tmp_path, root=NASTY).make()
    bench.wheel("alpha")
    before = bench.picture()
    bench.pip("install", "alpha").must()
    bench.workroot("undo").must()
    assert difference(before, bench.picture()) == [] and not list(tmp_path.rglob("pwned"))


def test_the_session_may_forbid_bytecode_and_pip_still_compiles(bench: Workbench) -> None:
    bench.wheel("alpha")
    bench.pip("install", "alpha").must()
    assert list((bench.site / "alpha" / "__pycache__").glob("*.pyc"))


def test_pip_upgrades_itself(bench: Workbench) -> None:
    version = next(bench.site.glob("pip-*.dist-info")).name.split("-")[1].removesuffix(".dist")
    fake = {
        "pip/__init__.py": "",
        "pip/_internal/__init__.py": "",
        "pip/_internal/cli/__init__.py": "",
        "pip/_internal/cli/main.py": "def main(): print('new pip')\n",
    }
    bench.wheel("pip", "99.0", files=fake)
    before = bench.picture()
    bench.pip("install", "-U", "pip").must()
    assert bench.pip("list").out == "new pip\n"
    bench.workroot("undo").must()
    assert version in bench.pip("--version").out and difference(before, bench.picture()) == []


@pytest.mark.parametrize("command", ["pip", "workroot"])
def test_a_venv_without_a_pip_gets_one_at_the_first_use(bench: Workbench, command: str) -> None:
    """In one line, recorded by itself, and what was typed goes on."""
    bench.wheel("alpha")
    before = bench.picture()
    bench.pip("uninstall", "-y", "pip").must()
    version = next(iter(bench.history()[-1]["changes"]))["old"]
    done = bench.run(command, "install", "-q", "alpha").must()
    line = f"there is no pip in {bench.venv} yet: taking pip {version}, which Python "
    assert done.err.startswith(f"workroot: {line}") and done.err.count("no pip") == 1
    assert [(one["argv"][-2:], one["kind"]) for one in bench.history()[2:]] == [
        (["install", "pip"], "install"),
        (["-q", "alpha"], "install"),
    ]
    bench.workroot("undo", "3").must()
    assert difference(before, bench.picture()) == []


def test_a_pip_that_only_looks_gets_one_too_and_prints_what_it_prints(bench: Workbench) -> None:
    bench.behind("uninstall", "-y", "pip")
    done = bench.pip("list", "--format", "freeze").must()
    assert done.out.startswith("pip==") and bench.kinds() == ["baseline", "external", "install"]


WATCH = """
import os, sys
installed, note = False, os.environ["NOTE"]

def importer():
    frame = sys._getframe(2)
    names = []
    while frame:
        names.append(frame.f_code.co_filename)
        frame = frame.f_back
    return names

def watch(event, words):
    global installed
    if event == "os.rename" and str(words[1]).endswith(".dist-info/RECORD"):
        installed = True
    if event == "import" and installed and not any("/pip/" in name for name in importer()):
        with open(note, "a") as file:
            file.write(words[0] + chr(10))

sys.addaudithook(watch)
"""


@pytest.mark.skipif(sys.version_info < (3, 11), reason="an older Python runs pip as a child")
@pytest.mark.parametrize("end", ["done", "taken back"])
def test_nothing_is_imported_once_pip_has_installed(bench: Workbench, end: str) -> None:
    """It could be what was just installed: pip 26.2 names such an import, pip 26.3 warns of it."""
    (bench.directory / "watch").mkdir()
    (bench.directory / "watch" / "sitecustomize.py").write_text(WATCH)
    bench.wheel("alpha")
    bench.wheel("beta", files={"zz/taken.py": "x = 1\n"}, requires=("alpha",))
    if end == "taken back":
        (bench.site / "zz" / "taken.py").mkdir(parents=True)
    note = bench.directory / "note"
    note.write_text("")
    watched = {"PYTHONPATH": str(bench.directory / "watch"), "NOTE": str(note)}
    done = bench.pip("install", "alpha", "beta", **watched)
    assert (done.status == 0) is (end == "done") and note.read_text() == "", done


def test_without_the_kit_pip_is_plain_pip(tmp_path: Path) -> None:
    import shutil

    kit = tmp_path / "kit"
    shutil.copytree(
        Workbench(tmp_path / "a").kit,
        kit,
        ignore=shutil.ignore_patterns(".git", "tests", ".venv", ".workroot", "__pycache__"),
    )
    bench = Workbench(tmp_path / "b", kit=kit).make()
    shutil.rmtree(kit)
    bench.wheel("alpha")
    bench.pip("install", "alpha").must()
    assert bench.packages() == {"alpha-1.0"}


def test_ctrl_c_ends_pip_and_leaves_the_old_set(bench: Workbench) -> None:
    project = wheels.make_project(str(bench.directory / "project"), "gamma")
    backend = Path(project, "backend.py")
    backend.write_text(
        "import time\nprint('building', flush=True)\nopen('started', 'w').close()\ntime.sleep(60)\n"
        + backend.read_text()
    )
    before = bench.picture()
    with Terminal("bash", bench.session, bench.root) as terminal:
        terminal.send(f"pip install --no-build-isolation -v {project}; echo status=$?")
        assert terminal.until(lambda: "  building" in terminal.said)
        terminal.interrupt()
        assert terminal.until(lambda: "status=1" in terminal.said), terminal.said
    assert "the packages are as they were" in terminal.said
    assert difference(before, bench.picture()) == [] and bench.kinds() == ["baseline"]


def test_a_question_of_pip_reaches_the_person(bench: Workbench) -> None:
    bench.wheel("alpha")
    bench.pip("install", "alpha").must()
    with Terminal("bash", bench.session | {"PIP_NO_INPUT": "0"}, bench.root) as terminal:
        terminal.send("pip uninstall alpha")
        assert terminal.until(lambda: "Proceed (Y/n)?" in terminal.said)
        terminal.type("n")
    assert bench.packages() == {"alpha-1.0"} and bench.kinds() == ["baseline", "install"]


@pytest.mark.skipif(not STRACE, reason="no strace")
def test_kill_9_of_a_recorded_pip_is_taken_back_at_the_next_command(bench: Workbench) -> None:
    """The old version is uninstalled and the new one half there when the kill comes."""
    for version in ("1.0", "2.0"):
        bench.wheel("wide", version)
    bench.pip("install", "wide==1.0").must()
    before = bench.picture()
    inject = [
        STRACE,
        "-f",
        "-qq",
        "-o",
        "/dev/null",
        "-P",
        f"{bench.site}/wide-2.0.dist-info",
        "-e",
        "inject=mkdir:signal=KILL",
    ]
    killed = subprocess.run(
        [*inject, f"{bench.root}/.workroot/bin/pip", "install", "-U", "wide"],
        env=bench.session,
        cwd=bench.root,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=120,
    )
    assert (
        killed.returncode in (-signal.SIGKILL, 128 + signal.SIGKILL)
        and "wide-1.0" not in bench.packages()
    ), repr(killed)
    assert "was interrupted" in bench.workroot("history").must().err
    assert difference(before, bench.picture()) == []
    assert bench.kinds()[-2:] == ["install", "undo"]


def test_eight_at_once_lose_no_record(bench: Workbench) -> None:
    for number in range(8):
        bench.wheel(f"alpha{number}")
    commands = [
        [f"{bench.root}/.workroot/bin/pip", "install", "-q", f"alpha{number}"]
        for number in range(8)
    ]
    pips = [
        subprocess.Popen(
            command,
            env=bench.session,
            cwd=bench.root,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for command in commands
    ]
    assert [(pip.communicate(timeout=240), pip.returncode)[1] for pip in pips] == [0] * 8
    operations = bench.history()[1:]
    assert sorted(change["name"] for one in operations for change in one["changes"]) == [
        f"alpha{number}" for number in range(8)
    ]
    assert [one["kind"] for one in operations] == ["install"] * 8 and bench.packages() == {
        f"alpha{number}-1.0" for number in range(8)
    }


def test_one_that_has_to_wait_says_so(bench: Workbench) -> None:
    bench.wheel("alpha")
    with open(bench.root / ".workroot" / "lock", "ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        pip = subprocess.Popen(
            [f"{bench.root}/.workroot/bin/pip", "install", "alpha"],
            env=bench.session,
            cwd=bench.root,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        assert b"waiting for it to end" in pip.stderr.readline()
    assert pip.communicate(timeout=60) and pip.returncode == 0


def test_a_history_from_a_newer_kit_is_named_and_pip_not_started(bench: Workbench) -> None:
    bench.wheel("alpha")
    path = bench.root / ".workroot" / "history" / "0001.json"
    text = json.loads(path.read_text())
    path.write_text(json.dumps(text | {"version": 99}))
    done = bench.pip("install", "alpha")
    assert done.status == 2 and "newer kit" in done.err and bench.packages() == set()
    assert json.loads(path.read_text())["version"] == 99


def test_an_old_python_records_by_a_child(tmp_path: Path) -> None:
    """The engine needs 3.11; a venv of an older Python has its pip run beside it."""
    from worlds.interpreters import every, minor

    old = next((python for python in every() if 8 <= minor(python) < 11), None)
    if old is None:
        pytest.skip("no Python between 3.8 and 3.10 here")
    bench = Workbench(tmp_path)
    bench.make_with(old)
    bench.wheel("alpha")
    before = bench.picture()
    assert "+ alpha 1.0" in bench.pip("install", "alpha").must().err
    assert bench.pip("install", "nonesuch").status == 1
    bench.workroot("undo").must()
    assert difference(before, bench.picture()) == []


@pytest.mark.parametrize(
    "installer",
    ["pip", pytest.param("uv", marks=pytest.mark.skipif(not find_uv(), reason="no uv here"))],
)
def test_workroot_install_and_uninstall_are_recorded(tmp_path: Path, installer: str) -> None:
    bench = Workbench(tmp_path, installer)
    bench.environ["PATH"] = os.pathsep.join(
        [os.path.dirname(find_uv() or "/x"), bench.environ["PATH"]]
    )
    bench.make()
    bench.wheel("alpha")
    before = bench.picture()
    path = {"PATH": os.pathsep.join([*bench.entries, bench.environ["PATH"]])}
    bench.workroot("install", "alpha", **path).must()
    bench.workroot("uninstall", *(["-y"] if installer == "pip" else []), "alpha", **path).must()
    assert bench.kinds() == ["baseline", "install", "uninstall"]
    bench.workroot("undo", "2").must()
    assert difference(before, bench.picture()) == []


def test_install_alone_installs_the_requirements(bench: Workbench) -> None:
    assert "name what to install" in bench.workroot("install").err
    bench.wheel("alpha")
    (bench.root / "requirements.txt").write_text("alpha\n")
    bench.configure("[venv]", "requirements = ['requirements.txt']")
    bench.workroot("install").must()
    assert bench.packages() == {"alpha-1.0"}


def test_setup_records_what_it_installs_later(bench: Workbench) -> None:
    bench.wheel("alpha")
    (bench.root / "requirements.txt").write_text("alpha\n")
    bench.configure("[venv]", "requirements = ['requirements.txt']")
    bench.workroot("setup").must()
    assert [(one["kind"], one["argv"]) for one in bench.history()[1:]] == [
        ("install", ["workroot", "setup"])
    ]


def test_max_entries_holds(bench: Workbench) -> None:
    bench.configure("[history]", "max_entries = 3")
    for number in range(5):
        bench.wheel(f"alpha{number}")
        bench.pip("install", f"alpha{number}").must()
    assert len(bench.history()) == 3
    bench.workroot("restore", "baseline").must()
    assert bench.packages() == set()


def test_no_baseline_where_that_is_said(tmp_path: Path) -> None:
    bench = Workbench(tmp_path)
    bench.make_with(None, "[snapshots]", "auto_baseline = false")
    assert json.loads(bench.workroot("list-snapshots", "--json").must().out)["snapshots"] == []


def test_each_venv_has_a_history_of_its_own(bench: Workbench) -> None:
    bench.configure("[venvs.two]", "path = '.second'")
    bench.engine("setup", cwd=bench.root, WORKROOT_VENV="two").must()
    bench.wheel("alpha")
    bench.pip(
        "install", "alpha", VIRTUAL_ENV=str(bench.root / ".second"), WORKROOT_VENV="two"
    ).must()
    assert bench.kinds() == ["baseline"] and bench.packages() == set()
    assert [
        one["kind"]
        for one in json.loads(bench.workroot("history", "--json", WORKROOT_VENV="two").out)[
            "operations"
        ]
    ] == ["install", "baseline"]
