"""A kit, a repo and a workroot beside each other, made for one test. Nothing in it comes from the
developer's own environment.

A lab's venv is a copy of one that `python -m venv --without-pip` made, so making a lab is cheap and
the kit adopts it.
"""

import ast
import functools
import os
import re
import shutil
import subprocess
import time
from pathlib import Path

from worlds.base import BASE, kept

KIT = Path(__file__).resolve().parents[2]
REPORT = Path(__file__).resolve().parent / "reporter.py"
PATH = f"{os.path.dirname(BASE)}:/usr/bin:/bin"
HOUR = 3600
# A PowerShell asks nobody for news and starts in three quarters of the time (7.6: 290 ms of 390).
QUICK_POWERSHELL = {
    "POWERSHELL_TELEMETRY_OPTOUT": "1",
    "POWERSHELL_UPDATECHECK": "Off",
    "DOTNET_TieredPGO": "0",
    "DOTNET_EnableDiagnostics": "0",
    "DOTNET_gcConcurrent": "0",
}
MODULE = '"""A module of the test repo."""\nANSWER = 42\n'


_PLAIN = re.compile(r"[A-Za-z0-9/._-]+")


class Lab:
    """Paths of one kit, repo and workroot, and the environment that a person there would have."""

    def __init__(
        self, directory: Path, *, root: str = "lab", repo: str = "src", kit: Path = KIT
    ) -> None:
        self.directory, self.kit = directory, kit
        self.root, self.repo, self.home = directory / root, directory / repo, directory / "home"
        self.environ = {
            "HOME": str(self.home),
            "PATH": PATH,
            "LANG": "C.UTF-8",
            "XDG_CACHE_HOME": cache(),
            **QUICK_POWERSHELL,
        }
        self.home.mkdir(parents=True, exist_ok=True)

    @property
    def venv(self) -> Path:
        return self.root / ".venv"

    @property
    def config(self) -> Path:
        return self.root / "workroot.toml"

    @property
    def python(self) -> Path:
        return self.venv / "bin" / "python"

    @property
    def site(self) -> Path:
        return next((self.venv / "lib").glob("python*")) / "site-packages"

    @property
    def entries(self) -> list[str]:
        """What a session puts first on PATH."""
        return [str(self.root / ".workroot" / "bin"), str(self.venv / "bin")]

    def make(self) -> "Lab":
        """The repo, the workroot and a venv that works; no session yet."""
        make_repo(self.repo)
        if self.kit == KIT and _PLAIN.fullmatch(f"{self.repo}{self.root.name}"):
            self._copy_workroot()
        else:
            self.engine("new", str(self.root), "--repo", str(self.repo)).must()
        copy_venv(self.venv)
        return self

    def prove(self) -> "Lab":
        """A session whose proof lasts: of a link and a repo that are an hour old."""
        if _PLAIN.fullmatch(str(self.repo)):
            (self.site / "repo.pth").write_text(f"{self.repo}\n")
        else:
            self.engine("session", str(self.root)).must()
        self.age()
        self.engine("session", str(self.root)).must()
        assert (self.root / ".workroot" / "proof" / "list").is_file(), "the proof does not last"
        return self

    def _copy_workroot(self) -> None:
        """What `workroot new` makes, for another repo."""
        made = _workroot()
        shutil.copytree(made / "root", self.root)
        self.config.write_text(self.config.read_text().replace(str(made / "repo"), str(self.repo)))

    def age(self) -> None:
        """Make everything in the workroot and the repo an hour old."""
        for top in (self.root, self.repo):
            age(top)

    def engine(self, *arguments: str, cwd: Path | None = None, **environ: str) -> "Outcome":
        """The engine, as setup.sh runs it."""
        return run(
            ["sh", str(self.kit / "setup.sh"), *arguments],
            self.environ | environ,
            cwd or self.directory,
        )

    def git(self, *arguments: str) -> str:
        """git in the repo, with no configuration of the developer's."""
        return git(self.repo, *arguments)


class Outcome:
    """What a program left; out and err are text, undecodable bytes as surrogates."""

    def __init__(self, done: subprocess.CompletedProcess) -> None:
        self.status = done.returncode
        self.out, self.err = (os.fsdecode(stream) for stream in (done.stdout, done.stderr))

    def must(self) -> "Outcome":
        assert self.status == 0, f"status {self.status}\n{self.out}\n{self.err}"
        return self

    def __repr__(self) -> str:
        return f"status {self.status}\n--- stdout\n{self.out}\n--- stderr\n{self.err}"


def run(argv: list[str], environ: dict[str, str], cwd: Path | str, timeout: float = 180) -> Outcome:
    """Run a program to its end, with exactly this environment and no terminal."""
    return Outcome(
        subprocess.run(
            argv,
            env=environ,
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=timeout,
            check=False,
        )
    )


def reports(outcome: Outcome) -> dict[str, dict]:
    """What reporter.py printed, by label."""
    lines = [
        line.partition("@report ")[2] for line in outcome.out.splitlines() if "@report " in line
    ]
    return {report["label"]: report for report in map(ast.literal_eval, lines)}


def make_repo(repo: Path) -> None:
    """A git repo with a module, a package and everything committed."""
    repo.parent.mkdir(parents=True, exist_ok=True)
    shutil.copytree(_repo(), repo)


@functools.cache
def _repo() -> Path:
    repo = kept() / "repo"
    (repo / "pipeline").mkdir(parents=True)
    (repo / "repo_marker.py").write_text(MODULE)
    (repo / "pipeline" / "__init__.py").write_text(MODULE)
    git(repo, "init", "-q")
    git(repo, "add", ".")
    git(repo, "-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-qm", "first")
    return repo


def git(repo: Path, *arguments: str) -> str:
    environ = {"PATH": PATH, "HOME": "/nonexistent", "GIT_CONFIG_NOSYSTEM": "1"}
    return run(["git", "-c", "safe.directory=*", *arguments], environ, repo).must().out


@functools.cache
def _workroot() -> Path:
    directory = kept()
    make_repo(directory / "repo")
    Lab(directory, root="root", repo="repo").engine(
        "new", str(directory / "root"), "--repo", str(directory / "repo")
    ).must()
    return directory


def copy_venv(path: Path, base: str = BASE) -> None:
    """A venv at path, as `python -m venv --without-pip` makes it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copytree(_venv(base), path, symlinks=True)


@functools.cache
def _venv(base: str) -> Path:
    venv = kept() / "venv"
    run([base, "-I", "-m", "venv", "--without-pip", str(venv)], {"PATH": PATH}, "/").must()
    return venv


@functools.cache
def cache() -> str:
    """One cache for all labs of a process: a venv's pip is unpacked and compiled once, not for each
    of them, which takes two seconds.
    """
    return str(kept() / "cache")


def age(top: Path, seconds: float = HOUR) -> None:
    """Make a directory and all below it that old; links themselves, never what they lead to."""
    then = time.time() - seconds
    for directory, names, files in os.walk(top, topdown=False):
        for name in (*names, *files):
            os.utime(os.path.join(directory, name), (then, then), follow_symlinks=False)
    os.utime(top, (then, then))
