"""What recording and undoing cost beside plain pip and uv: ratios of whole processes run in turns,
each with its goal.

    python tests/benchmarks/undo.py [ROUNDS [SIZE...]]

Packages are small local wheels; the venvs hold SIZE of them, made and filled by the kit's own
commands.
"""

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from paired import Row, in_turns, seconds, show
from worlds import wheels
from worlds.environment import find_uv
from worlds.lab import BASE, PATH
from worlds.workbench import Workbench

ROUNDS, SIZES, CHANGED = 7, (100, 300), 16


class Filled(Workbench):
    """A workroot with so many packages in its venv, all of them recorded."""

    def __init__(self, directory: Path, size: int) -> None:
        super().__init__(directory)
        self.size = size
        self.environ["UV_CACHE_DIR"] = str(directory / "uv")
        self.make()
        for number in range(size):
            wheels.make_wide_wheel(str(self.wheels), f"package{number}", modules=20, packages=4)
        for number in range(CHANGED):
            wheels.make_wide_wheel(str(self.wheels), f"change{number}", modules=130, packages=10)
        self.wheel("tiny")
        self.fill()

    def fill(self) -> None:
        self.run(
            "pip",
            "install",
            "-q",
            *(f"package{number}" for number in range(self.size)),
            timeout=900,
        ).must()
        self.workroot(
            "history"
        ).must()  # workroot.toml is old enough now for a copy of what it says to be kept

    @property
    def recorded(self) -> str:
        return f"{self.root}/.workroot/bin/pip"

    @property
    def workroot_command(self) -> str:
        return f"{self.root}/.workroot/bin/workroot"

    @property
    def plain(self) -> list[str]:
        return [str(self.venv / "bin" / "pip")]

    def seconds(self, *argv: str) -> float:
        here = os.getcwd()
        os.chdir(self.root)
        try:
            return seconds(argv, self.session)
        finally:
            os.chdir(here)

    def turns(  # noqa: PLR0913  # a row has that many columns
        self,
        what: str,
        own: list[str],
        peer: str,
        other: list[str],
        goal: float,
        rounds: int,
        before: Callable[[], object],
    ) -> Row:
        def timed(argv: list[str]) -> float:
            before()
            return self.seconds(*argv)

        pairs = [(timed(other), timed(own))[::-1] for _ in range(rounds + 1)][1:]
        return Row(
            what,
            peer,
            median(own for own, _ in pairs) * 1e3,
            median(peer for _, peer in pairs) * 1e3,
            median(own / peer for own, peer in pairs),
            goal,
        )


def recording(bench: Filled, rounds: int) -> list[Row]:
    """One small install, the case in which recording weighs most, and a real one of 16
    distributions.
    """
    changes = [f"change{number}" for number in range(CHANGED)]

    def without() -> None:
        bench.run("python", "-m", "pip", "uninstall", "-q", "-y", "tiny", *changes)
        bench.workroot("history")

    size = bench.size
    rows = [
        bench.turns(
            f"pip install of 1, {size} there",
            [bench.recorded, "install", "-q", "tiny"],
            "plain pip",
            [*bench.plain, "install", "-q", "tiny"],
            1.10,
            rounds,
            without,
        )
    ]
    many = ["install", "-q", *changes]
    rows.append(
        bench.turns(
            f"pip install of {CHANGED}, {size} there",
            [bench.recorded, *many],
            "plain pip",
            [*bench.plain, *many],
            1.10,
            max(3, rounds // 2),
            without,
        )
    )
    rows.append(
        bench.turns(
            f"pip list, {size} there",
            [bench.recorded, "list"],
            "plain pip",
            [*bench.plain, "list"],
            1.10,
            rounds,
            lambda: None,
        )
    )
    return rows


def python_starts(bench: Filled, uv: str, rounds: int) -> list[Row]:
    """`workroot install` by uv less the same uv command, counted in Python starts."""
    bench.config.write_text(
        bench.config.read_text().replace("installer = 'pip'", "installer = 'uv'")
    )
    bench.environ["PATH"] = os.pathsep.join([os.path.dirname(uv), bench.environ["PATH"]])
    environ = bench.session | {"PATH": os.pathsep.join([*bench.entries, os.path.dirname(uv), PATH])}
    plain = [uv, "pip", "install", "--python", str(bench.python), "--compile-bytecode", "tiny"]
    os.chdir(bench.root)
    own, peer, start = [], [], []
    for _ in range(rounds + 1):
        for kept, argv in ((peer, plain), (own, [bench.workroot_command, "install", "tiny"])):
            bench.run("python", "-m", "pip", "uninstall", "-q", "-y", "tiny")
            bench.run("workroot", "history")
            kept.append(seconds(argv, environ))
        start.append(seconds([BASE, "-c", "pass"], environ))
    above = median(
        (mine - theirs) / one for mine, theirs, one in list(zip(own, peer, start, strict=True))[1:]
    )
    bench.config.write_text(
        bench.config.read_text().replace("installer = 'uv'", "installer = 'pip'")
    )
    return [
        Row(
            f"install by uv, {bench.size} there: above uv",
            "in Python starts",
            median(own) * 1e3,
            median(peer) * 1e3,
            above,
            3.0,
        )
    ]


def undoing(bench: Filled, uv: str | None, rounds: int) -> list[Row]:
    """Undo and redo of 16 distributions beside uv and pip doing the same."""
    size, changes = bench.size, [f"change{number}" for number in range(CHANGED)]
    small, large = bench.directory / "small.txt", bench.directory / "large.txt"
    bench.run("python", "-m", "pip", "uninstall", "-q", "-y", *changes)
    small.write_text(bench.run("pip", "freeze", "--all").must().out)
    bench.run("pip", "install", "-q", *changes, timeout=600).must()
    large.write_text(bench.run("pip", "freeze", "--all").must().out)
    undo, redo = [bench.workroot_command, "undo"], [bench.workroot_command, "redo"]
    samples = {"undo": [], "redo": [], "uninstall": [], "uv undo": [], "uv redo": []}
    sync = [uv, "pip", "sync", "-q", "--offline", "--python", str(bench.python)] if uv else []
    if uv:  # its cache holds all of it from here on
        bench.seconds(*sync, str(large))
        bench.seconds(*sync, str(small))
        bench.run("workroot", "history")
        bench.run("workroot", "undo")
    for _ in range(rounds + 1):
        bench.workroot("history")
        samples["undo"].append(bench.seconds(*undo))
        samples["redo"].append(bench.seconds(*redo))
        bench.workroot("history")
        samples["uninstall"].append(bench.seconds(*bench.plain, "uninstall", "-q", "-y", *changes))
        bench.workroot("undo")
        if uv:
            samples["uv undo"].append(bench.seconds(*sync, str(small)))
            samples["uv redo"].append(bench.seconds(*sync, str(large)))
            bench.workroot("undo")
    pairs = [
        ("undo", "uninstall", "pip uninstall", 0.08),
        ("undo", "uv undo", "uv pip sync --offline", 0.5),
        ("redo", "uv redo", "uv pip sync --offline", 1.0),
    ]
    return [
        compared(f"{own} of {CHANGED}, {size} there", name, samples[own], samples[peer], goal)
        for own, peer, name, goal in pairs
        if samples[peer]
    ]


def compared(what: str, peer: str, own: list[float], theirs: list[float], goal: float) -> Row:
    return Row(
        what,
        peer,
        median(own[1:]) * 1e3,
        median(theirs[1:]) * 1e3,
        median(mine / other for mine, other in list(zip(own, theirs, strict=True))[1:]),
        goal,
    )


def status(bench: Filled, rounds: int) -> Row:
    os.chdir(bench.root)
    # As a person has it: a session is proved, which lasts once all that it looks at is 2 s old.
    time.sleep(3)
    bench.workroot("session")
    return in_turns(
        f"status, {bench.size} there",
        [bench.workroot_command, "status"],
        "python -c pass",
        [str(bench.python), "-c", "pass"],
        2.0,
        rounds * 3,
    )


def main(rounds: int, sizes: list[int]) -> None:
    uv = find_uv()
    for size in sizes:
        directory = Path(tempfile.mkdtemp(prefix="workroot-benchmark-"))
        try:
            bench = Filled(directory, size)
            rows = [
                status(bench, rounds),
                *recording(bench, rounds),
                *undoing(bench, uv, rounds),
                *(python_starts(bench, uv, rounds) if uv else []),
            ]
            show(rows)
        finally:
            os.chdir("/")
            shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    main(
        int(sys.argv[1]) if sys.argv[1:] else ROUNDS,
        [int(size) for size in sys.argv[2:]] or list(SIZES),
    )
