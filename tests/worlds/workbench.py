"""A workroot whose venv the kit made, with a pip in it, and the session that a person works in: pip
sees the test's own wheels alone.
"""

import json
import os
import shutil
from pathlib import Path

from worlds import wheels
from worlds.environment import picture
from worlds.lab import PATH, Lab, Outcome, make_repo, run


class Workbench(Lab):
    """installer: 'pip' or 'uv', what `workroot install` runs."""

    def __init__(self, directory: Path, installer: str = "pip", **names: str) -> None:
        super().__init__(directory, **names)
        self.installer, self.wheels = installer, directory / "wheels"
        self.wheels.mkdir(parents=True)
        self.environ |= alone(self.wheels)

    def make(self) -> "Workbench":
        """The repo, the workroot, and its venv with pip, as `setup` leaves them."""
        return self.make_with(None)

    def make_with(self, python: str | None, table: str = "[venv]", *lines: str) -> "Workbench":
        """The same with another Python, or further configuration."""
        make_repo(self.repo)
        self.engine("new", str(self.root), "--repo", str(self.repo)).must()
        self.configure(
            "[venv]",
            f"installer = '{self.installer}'",
            *([f"python = '{python}'"] if python else []),
        )
        if lines:
            self.configure(table, *lines)
        self.engine("setup", cwd=self.root).must()
        return self

    def configure(self, table: str, *lines: str) -> None:
        """Put lines into a table of workroot.toml."""
        text = self.config.read_text()
        head, found, tail = text.partition(f"\n{table}\n")
        added = "".join(f"{line}\n" for line in lines)
        self.config.write_text(
            f"{head}{found}{added}{tail}" if found else f"{text}\n{table}\n{added}"
        )

    @property
    def session(self) -> dict[str, str]:
        """The environment of a program that runs in the session."""
        path = os.pathsep.join([*self.entries, PATH])
        return self.environ | {
            "PATH": path,
            "VIRTUAL_ENV": str(self.venv),
            "WORKROOT": str(self.root),
            "PYTHONDONTWRITEBYTECODE": "1",
        }

    def run(self, *argv: str, timeout: float = 120, **environ: str) -> Outcome:
        """A program by its name, in the session."""
        found = shutil.which(argv[0], path=self.session["PATH"])
        assert found, f"no {argv[0]} in the session"
        return run([found, *argv[1:]], self.session | environ, self.root, timeout)

    def pip(self, *arguments: str, **environ: str) -> Outcome:
        return self.run("pip", *arguments, **environ)

    def workroot(self, *arguments: str, **environ: str) -> Outcome:
        return self.run("workroot", *arguments, **environ)

    def behind(self, *arguments: str) -> None:
        """A pip that nobody records."""
        self.run("python", "-m", "pip", *arguments).must()

    def history(self) -> list[dict]:
        """The operations, the oldest first."""
        return json.loads(self.workroot("history", "--json").must().out)["operations"][::-1]

    def kinds(self) -> list[str]:
        return [operation["kind"] for operation in self.history()]

    def packages(self) -> set[str]:
        """What is installed, by the names of the metadata directories."""
        return {path.name.removesuffix(".dist-info") for path in self.site.glob("*.dist-info")} - {
            path.name.removesuffix(".dist-info") for path in self.site.glob("pip-*.dist-info")
        }

    def wheel(self, name: str, version: str = "1.0", **content) -> str:
        return wheels.make_wheel(str(self.wheels), name, version, **content)

    def picture(self) -> dict[str, tuple]:
        return picture(self.venv)


def fresh(directory: Path) -> Workbench:
    """A workbench as its setup leaves it."""
    return Workbench(directory).make()


def worked(directory: Path) -> Workbench:
    """A workbench with alpha 1, then alpha 2 and beta: operations 2 and 3."""
    bench = Workbench(directory).make()
    for name, version in (("alpha", "1"), ("alpha", "2"), ("beta", "1"), ("gamma", "1")):
        bench.wheel(name, version)
    bench.pip("install", "alpha==1").must()
    bench.pip("install", "alpha==2", "beta").must()
    return bench


def alone(directory: Path) -> dict[str, str]:
    """Variables that keep pip and uv to the wheels in a directory."""
    pip = {
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(directory),
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }
    return pip | {
        "UV_NO_INDEX": "1",
        "UV_FIND_LINKS": str(directory),
        "UV_OFFLINE": "1",
        "PIP_NO_INPUT": "1",
    }
