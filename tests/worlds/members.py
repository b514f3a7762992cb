"""A venv and its history in a directory of plain users: whoever is asked to does the next thing.

Root makes the place, and plays the users one after the other (setpriv). The Python is the system's,
as nobody else may read root's own.
"""

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from worlds import wheels
from worlds.environment import RECORDER, difference, picture
from worlds.lab import KIT

SYSTEM = "/usr/bin/python3"
ONE, OTHER = 64101, 64102  # users without a passwd entry
GROUP = 64100
UNPACK = "import sys, zipfile; zipfile.ZipFile(sys.argv[1]).extractall(sys.argv[2])"


class Members:
    """directory: of everything. user: whose place it is. group: it is a group's, whose members all
    may write: setgid on every directory, umask 002.
    """

    def __init__(self, directory: Path, user: int = ONE, group: bool = False) -> None:
        self.directory = directory
        self.user = user
        self.umask = 0o002 if group else 0o022
        self.group = GROUP if group else user
        self.venv, self.home = directory / "place" / ".venv", directory / "place" / ".workroot"
        self.wheels = directory / "wheels"
        self.wheels.mkdir()
        self.venv.parent.mkdir()
        os.chown(self.venv.parent, user, self.group)
        os.chmod(self.venv.parent, 0o2775 if group else 0o755)
        made = self.run(SYSTEM, "-m", "venv", "--without-pip", str(self.venv))
        assert made.returncode == 0, made.stderr
        self.do("baseline")

    @property
    def site(self) -> Path:
        return next((self.venv / "lib").glob("python*")) / "site-packages"

    def run(self, *argv: str, by: int | None = None) -> subprocess.CompletedProcess:
        """A program of one of the users, by default of the one whose place it is."""
        user = by or self.user
        groups = [f"--groups={self.group}"] if self.group != user else ["--clear-groups"]
        prefix = ["setpriv", f"--reuid={user}", f"--regid={user}", *groups]
        return subprocess.run(
            [*prefix, *argv],
            env={"HOME": "/nonexistent", "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
            cwd="/",
            umask=self.umask,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
        )

    def tell(self, *words: str, by: int | None = None) -> dict:
        """What the history answers, whatever it is."""
        argv = [SYSTEM, "-I", "-S", str(RECORDER), str(KIT), str(self.home), str(self.venv)]
        done = self.run(*argv, *words, by=by)
        assert done.returncode in (0, 3), done.stdout + done.stderr
        return json.loads(done.stdout.splitlines()[-1])

    def do(self, *words: str, by: int | None = None):
        """The result of a call that must succeed."""
        answer = self.tell(*words, by=by)
        assert "error" not in answer, answer
        return answer["result"]

    def place(self, name: str, version: str = "1.0", by: int | None = None, **content):
        """An install that is recorded: the old version is taken out, and the wheel unpacked."""
        answer = self.try_to_place(name, version, by, **content)
        assert "error" not in answer, answer
        return answer["result"]

    def try_to_place(self, name: str, version: str = "1.0", by: int | None = None, **content):
        """The same, whatever the history answers."""
        wheel = wheels.make_wheel(str(self.wheels), name, version, **content)
        program = (
            "import shutil, sys, pathlib\n"
            "site, name = pathlib.Path(sys.argv[2]), sys.argv[3]\n"
            "[shutil.rmtree(one) for one in [*site.glob(name), *site.glob(name + '-*')]]\n"
        )
        argv = [SYSTEM, "-I", "-S", "-c", program + UNPACK, wheel, str(self.site), name]
        return self.tell("record", *argv, by=by)

    def picture(self) -> dict[str, tuple]:
        return picture(self.venv)

    def contents(self) -> dict[str, tuple]:
        """The picture without the times of directories, which only their owners can set."""
        found = self.picture()
        for path, (mode, content, _) in found.items():
            if (self.venv / path).is_dir():
                found[path] = (mode, content, 0)
        return found

    def left_unfinished(self) -> list[str]:
        """What the next command would have to finish."""
        paths = [self.home / "journal", self.home / "history" / "pending"]
        return [str(path) for path in paths if path.exists()]


@contextmanager
def members(**options) -> Iterator[Members]:
    """Where root may play plain users; elsewhere the test is skipped."""
    if os.geteuid() != 0 or not shutil.which("setpriv"):
        pytest.skip("needs root and setpriv")
    known = "import sys; sys.exit(sys.version_info < (3, 11))"
    if not os.path.exists(SYSTEM) or subprocess.run([SYSTEM, "-c", known]).returncode:
        pytest.skip("needs a system Python 3.11")
    # Not in pytest's own directories, which nobody but root may enter.
    with tempfile.TemporaryDirectory(prefix="workroot-members-") as directory:
        os.chmod(directory, 0o755)
        yield Members(Path(directory), **options)


__all__ = ["ONE", "OTHER", "Members", "difference", "members"]
