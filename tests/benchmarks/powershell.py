"""What a session costs a PowerShell beside a venv's own Activate.ps1, each measured in PowerShell.

python tests/benchmarks/powershell.py [ROUNDS]

A person pays the first use once a terminal, and the user tier at every start. Goals, in one run:
first session 0.2, user tier 0.06, warm rounds 0.2, and no process that is started.
"""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import paired

KIT = Path(__file__).resolve().parents[2]
HOUR = 3600
WARM = 300  # rounds in one process
# The clock itself is used once before, so that its own first use is not counted.
FIRST = "$w = [Diagnostics.Stopwatch]::StartNew(); $w.Stop(); $w.Restart(); . '{file}'; $w.Stop()"
ROUNDS = (
    ". '{file}'; deactivate; $w = [Diagnostics.Stopwatch]::StartNew(); "
    "for ($i = 0; $i -lt {count}; $i++) {{ . '{file}'; deactivate }}; $w.Stop()"
)
TOLD = "; $w.Elapsed.TotalMilliseconds"


class Place:
    """A proved workroot, a plain venv with its Activate.ps1, and a home with a user tier."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.root = directory / "lab"
        self.home = directory / "home"
        self.home.mkdir()
        self.pwsh = shutil.which("pwsh") or sys.exit("there is no pwsh on PATH")
        self.environ = paired.ENVIRON | {"HOME": str(self.home)}
        self.activate = directory / "plain" / "bin" / "Activate.ps1"

    def make(self) -> "Place":
        repo = self.directory / "src"
        repo.mkdir()
        (repo / "repo_marker.py").write_text("")
        self.run(sys.executable, "-m", "venv", "--without-pip", str(self.activate.parents[1]))
        self.run("sh", str(KIT / "setup.sh"), "new", str(self.root), "--repo", str(repo))
        for _ in range(2):  # what is younger than two seconds is not proved to last
            self.run("sh", str(KIT / "setup.sh"), "session", str(self.root))
            self.age(self.root, repo)
        self.run("sh", str(KIT / "setup.sh"), "session", str(self.root))
        startup = self.home / ".local" / "share" / "workroot" / "templates" / "user" / "startup.ps1"
        startup.parent.mkdir(parents=True)
        shutil.copy(KIT / "templates" / "user" / "startup.ps1", startup)
        python = self.home / ".local" / "python-packages" / "venv" / "bin" / "python"
        python.parent.mkdir(parents=True)
        python.symlink_to(sys.executable)
        line = 'if ([IO.File]::Exists("$HOME/{0}")) {{ . "$HOME/{0}" }}\n'
        self.profile.write_text(line.format(startup.relative_to(self.home)))
        return self

    @property
    def session(self) -> Path:
        return self.root / "bootstrap.ps1"

    @property
    def profile(self) -> Path:
        return self.home / "profile.ps1"

    def run(self, *argv: str) -> str:
        done = subprocess.run(
            argv, env=self.environ, cwd=self.home, capture_output=True, text=True, check=True
        )
        return done.stdout

    def age(self, *tops: Path) -> None:
        for top in tops:
            for directory, names, files in os.walk(top):
                for path in (directory, *(os.path.join(directory, one) for one in names + files)):
                    then = os.lstat(path).st_mtime - HOUR
                    os.utime(path, (then, then), follow_symlinks=False)

    def milliseconds(self, script: str) -> float:
        argv = [self.pwsh, "-NoProfile", "-NonInteractive", "-Command", script + TOLD]
        return float(self.run(*argv).split()[-1])

    def processes(self) -> int:
        """How many a session that holds starts, PowerShell itself left out."""
        trace = self.directory / "trace"
        strace = ["strace", "-f", "-qq", "-e", "trace=execve,fork,vfork", "-o", str(trace)]
        steps = f". '{self.session}'; deactivate"
        self.run(*strace, self.pwsh, "-NoProfile", "-NonInteractive", "-Command", steps)
        return len(trace.read_text().splitlines()) - 1


def row(what: str, place: Place, files: tuple[Path, Path], script: str, goal: float) -> paired.Row:
    """Own and peer in turns, each in a fresh process."""
    own, peer = [], []
    for _ in range(rounds()):
        for file, seen in zip(files, (own, peer), strict=True):
            seen.append(place.milliseconds(script.format(file=file, count=WARM)))
    ratio = statistics.median(mine / theirs for mine, theirs in zip(own, peer, strict=True))
    return paired.Row(
        what, "Activate.ps1", statistics.median(own), statistics.median(peer), ratio, goal
    )


def rounds() -> int:
    _, *words = sys.argv
    return int(words[0]) if words else 9


def main() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        place = Place(Path(scratch)).make()
        session, profile = (place.session, place.activate), (place.profile, place.activate)
        paired.show(
            [
                row("first session of a PowerShell", place, session, FIRST, 0.2),
                row("user tier at a start", place, profile, FIRST, 0.06),
                row(f"{WARM} warm rounds, in and out", place, session, ROUNDS, 0.2),
            ]
        )
        if shutil.which("strace"):
            print(f"processes that a warm session starts: {place.processes()}")


if __name__ == "__main__":
    main()
