"""A venv with a real pip and the home of its history, made for one test, and the exact picture of
its tree.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

from worlds import wheels
from worlds.lab import BASE, KIT, PATH

RECORDER = Path(__file__).resolve().parent / "recorder.py"
PIP = ("--no-input", "--disable-pip-version-check", "-q", "--no-index")


class Environment:
    """directory: of everything. The wheels that a test makes lie in `wheels`; a pip here sees
    nothing else.

    small: with nothing in the venv at all; the pip that serves it lies elsewhere.
    """

    def __init__(self, directory: Path, name: str = ".venv", small: bool = False) -> None:
        self.directory = directory
        self.venv, self.home, self.wheels = (
            directory / name,
            directory / ".workroot",
            directory / "wheels",
        )
        self.environ = {
            "HOME": str(directory),
            "PATH": PATH,
            "LANG": "C.UTF-8",
            "TMPDIR": str(directory / "tmp"),
        }
        (directory / "tmp").mkdir(parents=True)
        self.wheels.mkdir()
        shutil.copytree(
            template("--without-pip") if small else template(), self.venv, symlinks=True
        )
        self.pip_words = (
            [self.python, "-I", runner()]  # what `pip --python` starts after a start of its own
            if small
            else [self.python, "-Im", "pip"]
        )

    @property
    def site(self) -> Path:
        return next((self.venv / "lib").glob("python*")) / "site-packages"

    @property
    def python(self) -> str:
        return str(self.venv / "bin" / "python")

    def wheel(self, name: str, version: str = "1.0", **content) -> str:
        return wheels.make_wheel(str(self.wheels), name, version, **content)

    def pip(self, verb: str, *arguments: str) -> list[str]:
        """The words of a pip command. Not run yet."""
        more = [*PIP, "--find-links", str(self.wheels)] if verb == "install" else ["-q", "-y"]
        return [*self.pip_words, verb, *more, *arguments]

    def run(self, *argv: str) -> None:
        done = subprocess.run(
            argv,
            env=self.environ,
            cwd=self.directory,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def behind(self, verb: str, *arguments: str) -> None:
        """A pip command that nobody records."""
        self.run(*self.pip(verb, *arguments))

    def command(self, *words: str) -> list[str]:
        return [BASE, "-I", "-S", str(RECORDER), str(KIT), str(self.home), str(self.venv), *words]

    def tell(self, *words: str) -> dict:
        """What the history answers, whatever it is: {'result': ..., 'notices': ...} or {'error':
        ...}.
        """
        done = subprocess.run(
            self.command(*words),
            env=self.environ,
            cwd=self.directory,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert done.returncode in (0, 3), done.stdout + done.stderr
        return json.loads(done.stdout.splitlines()[-1])

    def do(self, *words: str):
        """The result of a call that must succeed."""
        answer = self.tell(*words)
        assert "error" not in answer, answer
        return answer["result"]

    def install(self, *arguments: str) -> dict | None:
        return self.do("record", *self.pip("install", *arguments))

    def place(self, name: str, version: str = "1.0", **content) -> dict | None:
        """An install that is recorded but needs no pip: the wheel is unpacked as it is."""
        wheel = self.wheel(name, version, **content)
        program = "import sys, zipfile; zipfile.ZipFile(sys.argv[1]).extractall(sys.argv[2])"
        return self.do("record", BASE, "-I", "-S", "-c", program, wheel, str(self.site))

    def uninstall(self, *names: str) -> dict | None:
        return self.do("record", *self.pip("uninstall", *names))

    def picture(self) -> dict[str, tuple]:
        return picture(self.venv)

    def store_file(self, path: Path) -> Path:
        """The file of the store that is the same as this one."""
        inode = path.lstat().st_ino
        return next(one for one in (self.home / "store").rglob("*") if one.lstat().st_ino == inode)


def picture(top: Path) -> dict[str, tuple]:
    """Relative path -> all that makes it what it is: kind and mode, content or target, mtime to the
    nanosecond.
    """
    found = {}
    for directory, names, files in os.walk(top):
        status = os.lstat(directory)
        found[os.path.relpath(directory, top)] = (oct(status.st_mode), "", status.st_mtime_ns)
        for name in [
            *files,
            *(name for name in names if os.path.islink(os.path.join(directory, name))),
        ]:
            path = os.path.join(directory, name)
            status = os.lstat(path)
            content = (
                os.readlink(path)
                if os.path.islink(path)
                else hashlib.sha256(Path(path).read_bytes()).hexdigest()
            )
            found[os.path.relpath(path, top)] = (oct(status.st_mode), content, status.st_mtime_ns)
    return found


def difference(one: dict[str, tuple], other: dict[str, tuple]) -> list[str]:
    """For a message: the paths that differ."""
    return sorted(path for path in one.keys() | other.keys() if one.get(path) != other.get(path))


@cache
def template(*options: str) -> str:
    """One venv, made once in a run, to be copied."""
    directory = tempfile.mkdtemp(prefix="workroot-venv-")
    import atexit

    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    subprocess.run(
        [BASE, "-m", "venv", *options, f"{directory}/venv"],
        check=True,
        env={"PATH": PATH, "HOME": directory},
        capture_output=True,
    )
    return f"{directory}/venv"


def runner() -> str:
    """The program by which a pip works on the Python that runs it."""
    return str(next(Path(template()).glob("lib/python*/site-packages/pip/__pip-runner__.py")))


def find_uv() -> str | None:
    """A uv that runs (a version manager's shim may not)."""
    for directory in [
        os.path.dirname(sys.executable),
        *os.environ.get("PATH", "").split(os.pathsep),
    ]:
        path = os.path.join(directory, "uv")
        if (
            os.access(path, os.X_OK)
            and subprocess.run([path, "--version"], capture_output=True).returncode == 0
        ):
            return path
    return None
