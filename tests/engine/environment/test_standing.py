"""What only reads works where nothing can be written, and beside whoever holds the lock."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from worlds.again import again
from worlds.lab import PATH, Lab, Outcome, make_repo, run

MOUNTS = pytest.mark.skipif(
    os.geteuid() != 0 or not shutil.which("unshare"), reason="mounts need root"
)
SHELLS = ("bash", "dash", "zsh", "ksh93", "mksh")
SHOWN = 'printf "%s\\n" "$VIRTUAL_ENV" "$(command -v python)" "$(command -v workroot)"'


def made(directory: Path) -> Lab:
    lab = Lab(directory)
    make_repo(lab.repo)
    lab.engine("new", str(lab.root), "--repo", str(lab.repo)).must()
    lab.engine("setup", cwd=lab.root).must()
    return lab


@pytest.fixture
def lab() -> Lab:
    """A workroot as the last step of an image leaves it: set up once, with a wheel-less venv."""
    return again(made)


def read_only(lab: Lab, script: str) -> Outcome:
    """Run a script of sh in the workroot, on a disk that cannot be written."""
    top = str(lab.directory)
    remount = f"mount --bind '{top}' '{top}' && mount -o remount,ro,bind '{top}' && cd '{lab.root}'"
    words = ["unshare", "-m", "sh", "-c", f"{remount} && {script}"]
    return run(words, lab.environ | {"PATH": f"{PATH}:/usr/sbin:/sbin"}, "/")


def given(lab: Lab) -> list[str]:
    return [str(lab.venv), str(lab.venv / "bin/python"), str(lab.root / ".workroot/bin/workroot")]


@MOUNTS
@pytest.mark.parametrize("shell", SHELLS)
def test_on_a_read_only_disk_there_is_the_session_that_setup_left(lab: Lab, shell: str) -> None:
    if not shutil.which(shell):
        pytest.skip(f"{shell} is not on PATH")
    # By the proof that setup left, which may be too young to last, and by reading all of it.
    for proved_anew in ("", "1"):
        lab.environ["WORKROOT_CHECK"] = proved_anew
        done = read_only(lab, f"{shell} -c '. ./bootstrap.sh && {SHOWN}'").must()
        assert done.out.splitlines() == given(lab) and done.err == ""


@MOUNTS
def test_on_a_read_only_disk_what_only_reads_works(lab: Lab) -> None:
    for command in ("setup", "setup --check", "check", "status", "env --format sh"):
        read_only(lab, f"sh {lab.kit}/setup.sh {command}").must()
    assert read_only(lab, f"sh {lab.kit}/setup.sh create --force").status == 2


@MOUNTS
def test_on_a_read_only_disk_what_setup_would_change_is_no_session(lab: Lab) -> None:
    lab.config.write_text(lab.config.read_text() + "\n[session.env]\nDATA = '/elsewhere'\n")
    refused = read_only(lab, "bash -c '. ./bootstrap.sh'")
    assert refused.status == 1 and "read-only file system" in refused.err


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_somebody_elses_workroot_gives_a_session_and_is_left_as_it_is() -> None:
    directory = Path(f"/tmp/workroot-standing-{os.getpid()}")
    try:
        lab = Lab(directory)
        lab.environ["PATH"] = "/usr/bin:/bin"
        make_repo(lab.repo)
        lab.engine("new", str(lab.root), "--repo", str(lab.repo)).must()
        lab.engine("setup", cwd=lab.root).must()
        words = ["setpriv", "--reuid=23456", "--clear-groups", "bash", "-c"]
        environ = lab.environ | {"WORKROOT_CHECK": "1"}
        done = run([*words, f". ./bootstrap.sh && {SHOWN}"], environ, lab.root).must()
        assert done.out.splitlines() == given(lab)
    finally:
        shutil.rmtree(directory, ignore_errors=True)


HOLDER = """
import fcntl, sys
file = open(sys.argv[1], 'ab')
fcntl.flock(file, fcntl.LOCK_EX)
print('held', flush=True)
sys.stdin.read()
"""


def test_a_session_that_stands_does_not_wait_for_who_holds_the_lock(lab: Lab) -> None:
    words = [sys.executable, "-c", HOLDER, str(lab.root / ".workroot" / "lock")]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout.readline() == b"held\n"
        words = ["bash", "-c", f". ./bootstrap.sh && {SHOWN}"]
        done = run(words, lab.environ | {"WORKROOT_CHECK": "1"}, lab.root, timeout=60).must()
        holder.stdin.close()
    assert done.out.splitlines() == given(lab)
