"""An undo that cannot be done is refused before anything moves, in one sentence, and leaves nothing
to finish: the next command works, and once the obstacle is gone so does the undo.
"""

import json
import os
import re
import shutil
import stat
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from worlds.environment import Environment, difference
from worlds.members import Members, members

ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="needs root")


@pytest.fixture
def plain() -> Iterator[Members]:
    """A plain user's venv, with alpha 1.0, then 2.0 in it."""
    with members() as made:
        made.place("alpha", files={"alpha/__init__.py": "one\n", "alpha/data/x.txt": "x\n"})
        made.place("alpha", "2.0", files={"alpha/__init__.py": "two\n", "alpha/data/y.txt": ""})
        yield made


@pytest.fixture
def env(tmp_path: Path) -> Environment:
    """Root's own venv, with alpha in it."""
    environment = Environment(tmp_path / "env", small=True)
    environment.do("baseline")
    environment.place("alpha", files={"alpha/__init__.py": "one\n", "alpha/data/x.txt": "x\n"})
    return environment


def by_root(*argv: object) -> None:
    subprocess.run([str(word) for word in argv], check=True, capture_output=True)


@contextmanager
def owned_by_root(path: Path, mode: int = 0o755) -> Iterator[None]:
    """As `sudo` leaves what it made in somebody's venv."""
    before = os.lstat(path)
    os.chown(path, 0, 0)
    os.chmod(path, mode)
    yield
    os.chown(path, before.st_uid, before.st_gid)
    os.chmod(path, stat.S_IMODE(before.st_mode))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


# where -> what is root's
TAKEN = {
    "a package": "alpha",
    "a directory in it": "alpha/data",
    "its metadata": "alpha-2.0.dist-info",
    "all of site-packages": ".",
}


@ROOT
@pytest.mark.parametrize("where", TAKEN.values(), ids=TAKEN)
def test_what_root_owns_refuses_the_undo_and_stops_nothing_else(plain: Members, where: str) -> None:
    plain.do("sync")
    with owned_by_root(plain.site / where):
        before = plain.picture()
        answer = plain.tell("undo", "2")
        if "error" not in answer:
            pytest.skip("this file system lets it be moved")
        assert str(plain.site / where) in answer["error"].replace("/.", "/."), answer
        assert not difference(plain.picture(), before)
        assert plain.left_unfinished() == []
        assert "error" not in plain.tell("sync")
    plain.do("undo", "2")
    assert not (plain.site / "alpha").exists()


@ROOT
def test_a_file_of_roots_is_moved_where_its_directory_allows_it(plain: Members) -> None:
    plain.do("sync")
    with owned_by_root(plain.site / "alpha" / "__init__.py", 0o644):
        plain.do("undo")
        assert (plain.site / "alpha" / "__init__.py").read_text() == "one\n"
        plain.do("redo")
        assert (plain.site / "alpha" / "__init__.py").read_text() == "two\n"


@ROOT
def test_what_nobody_may_read_stops_no_command(plain: Members) -> None:
    """Of what cannot be read the history can keep nothing; that is said, and all else works."""
    secret = plain.site / "alpha" / "secret.bin"
    secret.write_text("root's own\n")
    os.chmod(secret, 0o600)
    answer = plain.tell("sync")
    assert "error" not in answer and str(secret) in " ".join(answer["notices"]), answer
    plain.place("beta")
    plain.do("undo")
    assert secret.exists() and not (plain.site / "beta").exists()


@ROOT
def test_what_a_sticky_directory_keeps_for_its_owner_is_known_beforehand(plain: Members) -> None:
    plain.do("sync")
    os.chown(plain.site, 0, 0)
    os.chmod(plain.site, 0o1777)
    os.chown(plain.site / "alpha", 0, 0)
    os.chmod(plain.site / "alpha", 0o777)
    before = plain.picture()
    answer = plain.tell("undo", "2")
    assert str(plain.site / "alpha") in answer["error"], answer
    assert not difference(plain.picture(), before) and plain.left_unfinished() == []


@contextmanager
def flagged(path: Path, flag: str) -> Iterator[None]:
    if subprocess.run(["chattr", f"+{flag}", str(path)], capture_output=True).returncode:
        pytest.skip("this file system has no such flag")
    try:
        yield
    finally:
        by_root("chattr", f"-{flag}", path)


@ROOT
@pytest.mark.parametrize("flag", ["i", "a"])
@pytest.mark.parametrize("where", ["alpha", "alpha-1.0.dist-info", "."])
def test_what_may_not_be_changed_by_anybody_is_known_beforehand(
    env: Environment, where: str, flag: str
) -> None:
    with flagged(env.site / where, flag):
        before = env.picture()
        answer = env.tell("undo")
        assert "chattr" in answer["hint"] and str(env.site) in answer["error"]
        assert not difference(env.picture(), before)
        assert not (env.home / "journal").exists() and "error" not in env.tell("sync")
    assert env.do("undo")["changes"] == ["- alpha 1.0"]


@contextmanager
def mounted(path: Path, kind: str, source: Path) -> Iterator[None]:
    if kind == "bind":
        source.mkdir()
        argv = ["mount", "--bind", str(source), str(path)]
    else:
        argv = ["mount", "-t", "tmpfs", "none", str(path)]
    if subprocess.run(argv, capture_output=True).returncode:
        pytest.skip("nothing can be mounted here")
    try:
        yield
    finally:
        by_root("umount", "-l", path)


@ROOT
@pytest.mark.parametrize("kind", ["bind", "tmpfs"])
@pytest.mark.parametrize("where", ["alpha", "alpha/data"])
def test_what_something_is_mounted_on_is_known_beforehand(
    env: Environment, where: str, kind: str
) -> None:
    """A cache on a disk of its own, inside of a package: it would go along, or be in the way."""
    with mounted(env.site / where, kind, env.directory / "other"):
        before = env.picture()
        answer = env.tell("undo")
        assert str(env.site / where) in answer["error"] and "mount" in answer["error"], answer
        assert not difference(env.picture(), before)
        assert not (env.home / "journal").exists() and "error" not in env.tell("sync")


def test_an_undo_into_a_venv_without_a_python_is_refused(env: Environment) -> None:
    for path in (env.venv / "bin").glob("python*"):
        path.unlink()
    env.do("sync")
    before = env.picture()
    answer = env.tell("undo")
    assert "cannot be run" in answer["error"] and answer["hint"] == "doctor --fix"
    assert not difference(env.picture(), before) and not (env.home / "journal").exists()


STRACE = shutil.which("strace")
# What changes anything on a disk. (A program that cannot open files does not even start.)
CALLS = ("rename", "mkdir", "chmod", "utimensat", "unlink", "link", "write")
CALL = r"(?:\d+ +)?(%s)(?:at2?)?\("


def strace(env: Environment, call: str, *more: str) -> tuple[dict | None, list[str]]:
    """An undo watched at calls of this name: its answer, and the calls."""
    log = env.directory / "log"
    watched = [STRACE, "-f", "-qq", "-o", str(log), "-e", f"trace=/^{call}(at2?)?$", *more]
    done = subprocess.run(
        [*watched, *env.command("undo")],
        env=env.environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert "Traceback" not in done.stderr, done.stderr
    calls = re.findall(rf"(?m)^{CALL % call}", log.read_text(errors="replace"))
    return json.loads(done.stdout.splitlines()[-1]), calls


def without_times(picture: dict[str, tuple]) -> dict[str, tuple]:
    """A directory's time is best effort: that its entries are right is more."""
    return {path: entry[:2] for path, entry in picture.items()}


@pytest.mark.thorough
@pytest.mark.skipif(not STRACE, reason="no strace")
@pytest.mark.parametrize("reason", ["EPERM", "ENOSPC"])
@pytest.mark.parametrize("call", CALLS)
def test_a_refusal_at_any_call_leaves_the_old_set_or_the_new_one(
    env: Environment, call: str, reason: str
) -> None:
    """Each call of this name is refused once, in an undo of its own: half a second a call."""
    for version in ("1.5", "2.0"):
        tool = {"tool.sh": f"#!/bin/sh\necho {version}\n"}
        data = {"alpha/__init__.py": version, f"alpha/new{version}/y.txt": ""}
        env.wheel("alpha", version, scripts=tool, files=data)
    env.install("alpha==1.5")
    env.install("alpha==2.0")
    there = without_times(env.picture())
    _park(env)
    answer, calls = strace(env, call)
    gone = without_times(env.picture())
    assert "error" not in answer and calls
    last = len(calls) - (call == "write")  # that is the answer itself
    for when in range(1, last + 1):
        env.do("redo")
        assert without_times(env.picture()) == there
        _park(env)
        answer, _ = strace(env, call, "-e", f"inject=/^{call}(at2?)?$:error={reason}:when={when}")
        wanted = there if "error" in answer else gone
        assert without_times(env.picture()) == wanted, (when, answer)
        assert not (env.home / "journal").exists(), (when, answer)
        after = env.tell("sync")
        assert "error" not in after and after["result"] is None, (when, answer, after)
        if "error" in answer:
            env.do("undo")
        assert without_times(env.picture()) == gone


def _park(env: Environment) -> None:
    """From here on it has to come out of the store, which takes more calls."""
    shutil.rmtree(env.home / "park", ignore_errors=True)


# what is root's of a plain user's history
KEPT = {"all of it": ".", "the history": "history", "the store": "store", "the park": "park"}


@ROOT
@pytest.mark.parametrize("where", KEPT.values(), ids=KEPT)
def test_what_could_not_be_recorded_is_not_begun(plain: Members, where: str) -> None:
    plain.do("undo")
    plain.do("redo")
    before = plain.picture()
    with owned_by_root(plain.home / where):
        wheel = {"files": {"beta/__init__.py": "beta\n"}}
        for answer in (plain.try_to_place("beta", **wheel), plain.tell("undo")):
            assert "cannot write" in answer["error"], answer
            assert not difference(plain.picture(), before)
            assert plain.left_unfinished() == []
        assert plain.tell("sync").get("result") is None
    plain.do("undo")
    assert (plain.site / "alpha-1.0.dist-info").exists()
