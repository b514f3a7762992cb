"""A project with one environment, made for one test: its packages are local wheels, its person has
nothing but a Python.
"""

import functools
import hashlib
import os
import shlex
import shutil
from pathlib import Path

from worlds import wheels
from worlds.base import kept
from worlds.environment import find_uv
from worlds.lab import BASE, KIT, Lab, Outcome, git, make_repo, run

SH = "/usr/bin:/bin"


class Project:
    """directory: of everything; the project itself is in `project`. uv: whether one is on PATH."""

    def __init__(self, directory: Path, uv: bool = False, name: str = "project") -> None:
        self.directory, self.path = directory, directory / name
        self.wheels, self.home = directory / "wheels", directory / "home"
        for made in (self.path, self.wheels):
            made.mkdir(parents=True, exist_ok=True)
        if not self.home.exists():
            # Unpacking and compiling pip takes two seconds: the person has done that before.
            shutil.copytree(with_a_pip(), self.home / ".cache" / "workroot")
        path = f"{os.path.dirname(find_uv() or '')}:{SH}" if uv else SH
        self.environ = {
            "HOME": str(self.home),
            "PATH": path,
            "LANG": "C.UTF-8",
            "WORKROOT_PYTHON": BASE,
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(self.wheels),
            "UV_CACHE_DIR": str(directory / "uv"),
            "UV_LINK_MODE": "copy",
        }
        self.python = self.path / "python" / ".venv" / "bin" / "python"

    def write(self, name: str, text: str) -> Path:
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def configure(self, lines: str = "", top: str = "") -> "Project":
        self.write(
            "workroot.toml",
            f"repo = '.'\n{top}\n[venv]\npath = 'python/.venv'\npython = '{BASE}'\n{lines}\n",
        )
        return self

    def wheel(self, name: str, version: str = "1.0", **content) -> str:
        """A local wheel; gives the pinned, hashed requirement for it."""
        path = wheels.make_wheel(str(self.wheels), name, version, **content)
        return (
            f"{name}=={version} "
            f"--hash=sha256:{hashlib.sha256(Path(path).read_bytes()).hexdigest()}\n"
        )

    def setup(self, *arguments: str, cwd: Path | None = None, **environ: str) -> Outcome:
        return run(
            ["sh", str(KIT / "setup.sh"), "setup", *arguments],
            self.environ | environ,
            cwd or self.path,
            timeout=300,
        )

    def command(self, *arguments: str) -> Outcome:
        """The project's own `workroot`, as a person types it there."""
        command = str(self.path / ".workroot" / "bin" / "workroot")
        return run([command, *arguments], self.environ, self.path, timeout=300)

    def source(self, script: str, **environ: str) -> Outcome:
        """A shell that sources the bootstrap and goes on with a script."""
        if not (self.path / "bootstrap.sh").exists():
            bootstrap = (KIT / "templates" / "project" / "bootstrap.sh").read_text()
            line = "_workroot_kit=tools/workroot"
            assert line in bootstrap
            text = bootstrap.replace(line, f"_workroot_kit={shlex.quote(str(KIT))}")
            self.write("bootstrap.sh", text)
        words = ["bash", "-c", f". ./bootstrap.sh && {{ {script}; }}"]
        return run(words, self.environ | environ, self.path, timeout=300)

    def sees(self, code: str) -> Outcome:
        """What the environment's Python makes of that code, from outside the project."""
        return run([str(self.python), "-I", "-B", "-c", code], {"PATH": SH}, "/")

    def commit(self) -> None:
        git(self.path, "init", "-q")
        git(self.path, "add", "-A")
        git(
            self.path, "-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-qm", "all"
        )

    def worktree(self, name: str) -> "Project":
        """A second tree of the same project, for the same person."""
        git(self.path, "worktree", "add", "-q", str(self.directory / name))
        other = Project(self.directory, name=name)
        other.environ = self.environ
        return other

    def copy(self, name: str) -> "Project":
        shutil.copytree(self.path, self.directory / name, symlinks=True)
        other = Project(self.directory, name=name)
        other.environ = self.environ
        return other


@functools.cache
def with_a_pip() -> Path:
    """The cache of a person whose only venv so far has nothing but a pip."""
    lab = Lab(kept())
    lab.environ["XDG_CACHE_HOME"] = str(lab.directory / "cache")
    make_repo(lab.repo)
    lab.engine("new", str(lab.root), "--repo", str(lab.repo)).must()
    lab.engine("setup", cwd=lab.root).must()
    return lab.directory / "cache" / "workroot"


def versions(project: Project) -> str:
    """The package set of the environment as pip lists it, without pip itself."""
    code = (
        "import importlib.metadata as m; "
        "print(sorted(f'{d.name}=={d.version}' for d in m.distributions() if d.name != 'pip'))"
    )
    return project.sees(code).must().out.strip()
