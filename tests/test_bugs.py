"""A bug says so: an error that is none of ours is kept with all that its mending needs, and said
in one line.
"""

import os
import shutil
from pathlib import Path

import pytest
from worlds.lab import KIT, Lab, Outcome, run

SECRET = "hunter2"
BUG = """
def main(call):
    raise ValueError("no such thing: https://me:hunter2@index.example/simple")
"""


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    """A workroot whose kit has a bug in one command."""
    kit = tmp_path / "kit"
    kit.mkdir()
    for name in ("setup.sh", "bootstrap.sh"):
        shutil.copy(KIT / name, kit)
    shutil.copytree(KIT / "python", kit / "python", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(KIT / "templates", kit / "templates")
    (kit / "python" / "workroot" / "commands" / "version.py").write_text(BUG)
    lab = Lab(tmp_path, kit=kit).make()
    lab.engine("session", str(lab.root)).must()
    lab.environ["TMPDIR"] = str(tmp_path / "tmp")
    (tmp_path / "tmp").mkdir()
    return lab


def reports(directory: Path) -> list[Path]:
    return sorted(directory.glob("crash-*.log"))


def bug(done: Outcome) -> None:
    """One line that says what it is, and the status of what could not be done."""
    assert (done.status, done.out) == (2, "")
    assert "this is a bug (ValueError: no such thing" in done.err and "report it" in done.err
    assert SECRET not in done.err


def test_a_report_lies_in_the_workroot_with_what_its_mending_needs(lab: Lab) -> None:
    words = ["version", "--index-url", f"https://me:{SECRET}@index.example/simple"]
    done = lab.engine(*words, cwd=lab.root)
    bug(done)
    assert len(done.err.splitlines()) == 1
    (report,) = reports(lab.root / ".workroot" / "log")
    assert str(report) in done.err and report.stat().st_mode & 0o077 == 0
    said = report.read_text()
    for part in (
        "workroot: 0.1.0",
        "Python: 3.",
        "command: workroot version",
        "version.py",
        "Error",
    ):
        assert part in said
    assert SECRET not in said and "index.example" in said


def test_the_workroot_that_was_named_gets_it(lab: Lab) -> None:
    bug(lab.engine("version", "-C", str(lab.root), cwd=lab.home))
    assert len(reports(lab.root / ".workroot" / "log")) == 1


def test_the_user_tier_has_a_log_of_its_own(lab: Lab) -> None:
    tier = lab.home / ".local" / "python-packages"
    tier.mkdir(parents=True)
    bug(lab.engine("pyctl", "version", cwd=lab.root))
    assert len(reports(tier / "log")) == 1 and not reports(lab.root / ".workroot" / "log")


def test_elsewhere_it_lies_among_temporary_files(lab: Lab) -> None:
    done = lab.engine("version", cwd=lab.home)
    bug(done)
    (report,) = reports(lab.directory / "tmp")
    assert str(report) in done.err


def test_what_can_be_kept_nowhere_is_said_in_full(lab: Lab) -> None:
    # /proc: a directory in which nobody, not even root, can make a file
    done = run(
        ["sh", "-c", f"sh '{lab.kit}/setup.sh' version"],
        lab.environ | {"TMPDIR": "/proc", "TEMP": "/proc", "TMP": "/proc"},
        lab.home,
    )
    bug(done)
    kept = [path for path in reports(Path("/tmp")) if str(path) in done.err]
    for path in kept:
        path.unlink()
    assert kept or "Traceback" in done.err


def test_a_variable_has_the_traceback_shown(lab: Lab) -> None:
    done = lab.engine("version", cwd=lab.root, WORKROOT_DEBUG="1")
    bug(done)
    assert "Traceback" in done.err and "version.py" in done.err


def test_old_reports_make_room(lab: Lab) -> None:
    log = lab.root / ".workroot" / "log"
    log.mkdir(exist_ok=True)
    for number in range(25):
        (log / f"crash-20200101-0000{number:02}-1.log").write_text("")
    bug(lab.engine("version", cwd=lab.root))
    left = reports(log)
    assert (
        len(left) == 20
        and left[-1].stat().st_size
        and os.path.basename(left[0]) > "crash-20200101-000005"
    )


def test_a_file_that_cannot_be_read_is_no_bug(lab: Lab) -> None:
    lab.config.unlink()
    lab.config.mkdir()
    done = lab.engine("status", cwd=lab.root)
    assert done.status == 2 and "bug" not in done.err and not reports(lab.directory / "tmp")
