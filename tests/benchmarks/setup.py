"""What setup costs beside what people do without it.

    python tests/benchmarks/setup.py [ROUNDS]

Packages come from a directory that is filled from the index once, so the network takes no part.
uv's own cache is warm, and of the kit's cache only what is named in a row is kept between runs.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import paired
from worlds import index, wheels
from worlds.environment import find_uv
from worlds.lab import BASE, KIT, age

NAMES = ("pydantic", "pytest", "rich")  # with what they need: 13 packages


class Bench:
    """A project with pinned and hashed requirements, and its peers' venv beside it."""

    def __init__(
        self, room: Path, wheelhouse: Path, uv: str | None = None, name: str = "project"
    ) -> None:
        self.path, self.peer, self.cache = room / name, room / "peer", room / "cache"
        self.path.mkdir(parents=True)
        pins = [pin(path) for path in sorted(wheelhouse.glob("*.whl"))]
        (self.path / "requirements.txt").write_text("".join(pins))
        (self.path / "workroot.toml").write_text(
            f"repo = '.'\n[venv]\npython = '{BASE}'\nrequirements = ['requirements.txt']\n"
        )
        path = f"{os.path.dirname(uv)}:/usr/bin:/bin" if uv else "/usr/bin:/bin"
        self.environ = index.environ(
            str(room),
            path,
            PIP_NO_INDEX="1",
            PIP_FIND_LINKS=str(wheelhouse),
            WORKROOT_CACHE=str(self.cache),
        )
        self.environ |= {
            "UV_NO_INDEX": "1",
            "UV_FIND_LINKS": str(wheelhouse),
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        }
        self.own = ["sh", str(KIT / "setup.sh"), "setup", "-q", "-C", str(self.path)]

    def fresh(self, keep: bool = False) -> None:
        """No venv on either side. keep: the kit's cache stays."""
        for path in (self.path / ".venv", self.path / ".workroot", self.peer):
            shutil.rmtree(path, ignore_errors=True)
        if not keep:
            self.forget()

    def forget(self) -> None:
        """Drop kept package sets, but not the kept pip, which has 900 files and no console script
        of another name.
        """
        for listed in self.cache.glob("images/*/list"):
            if "/pydantic/" in listed.read_text():
                shutil.rmtree(listed.parent)

    def row(
        self, what: str, peer_name: str, peer: list[str], goal: float, rounds: int, before
    ) -> paired.Row:
        own, environ = paired.seconds, self.environ
        paired.seconds = lambda argv, environ=environ: own(argv, environ)
        try:
            return paired.in_turns(what, self.own, peer_name, peer, goal, rounds, before)
        finally:
            paired.seconds = own


def pin(wheel: Path) -> str:
    name, version = wheel.name.split("-")[:2]
    return f"{name}=={version} --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n"


def fill(wheelhouse: Path) -> None:
    environ = index.environ(str(wheelhouse.parent))
    subprocess.run(
        [BASE, "-m", "pip", "download", "-q", "-d", wheelhouse, *NAMES], env=environ, check=True
    )


def from_nothing(room: Path, wheelhouse: Path, rounds: int) -> paired.Row:
    bench = Bench(room / "pip", wheelhouse)
    peer = (
        f'"{BASE}" -m venv "{bench.peer}" && '
        f'"{bench.peer}/bin/pip" install -q -r "{bench.path}/requirements.txt"'
    )
    return bench.row(
        "setup from nothing, 13 pinned, no uv",
        "python -m venv; pip install",
        ["sh", "-c", peer],
        0.4,
        rounds,
        lambda: bench.fresh(),
    )


def beside_uv(room: Path, wheelhouse: Path, rounds: int, uv: str) -> paired.Row:
    bench = Bench(room / "uv", wheelhouse, uv)
    peer = (
        f'uv venv -q --python "{BASE}" "{bench.peer}" && '
        f'uv pip install -q --compile-bytecode --python "{bench.peer}/bin/python" '
        f'-r "{bench.path}/requirements.txt"'
    )
    return bench.row(
        "the same with uv",
        "uv venv; uv pip install (compiled)",
        ["sh", "-c", peer],
        1.15,
        rounds,
        lambda: bench.fresh(),
    )


def nothing_to_do(room: Path, rounds: int) -> paired.Row:
    for number in range(99):
        wheels.make_wheel(str(room / "small"), f"small{number}")
    bench = Bench(room / "idle", room / "small")
    subprocess.run(bench.own, env=bench.environ, check=True)
    age(bench.path)
    subprocess.run(bench.own, env=bench.environ, check=True)
    bench.own = [BASE, "-I", "-S", str(KIT / "python/workroot/__main__.py"), "setup", "-q"]
    os.chdir(bench.path)
    python = str(bench.path / ".venv/bin/python")
    return bench.row(
        "nothing to do, 99 pinned (the command)",
        "python -c pass",
        [python, "-c", "pass"],
        2.0,
        rounds,
        lambda: None,
    )


def second_tree(room: Path, wheelhouse: Path, rounds: int, uv: str | None) -> paired.Row:
    """The first tree's setup is the peer: with nothing of it kept; the second's with what the first
    left.
    """
    first, second = (
        Bench(room / f"first{bool(uv)}", wheelhouse, uv),
        Bench(room / f"second{bool(uv)}", wheelhouse, uv),
    )
    second.environ, turns = first.environ, iter(range(10_000))

    def before() -> None:
        mine = next(turns) % 2
        (second if mine else first).fresh(keep=True)
        if not mine:
            first.forget()

    first.own, peer = second.own, first.own
    installer = "uv" if uv else "pip"
    return first.row(f"a second worktree, {installer}", "the first", peer, 0.3, rounds, before)


def main(rounds: int) -> None:
    room = Path(tempfile.mkdtemp(prefix="workroot-setup-bench-"))
    try:
        fill(room / "wheels")
        uv = find_uv()
        print(
            f"{len(list((room / 'wheels').glob('*.whl')))} packages, "
            f"Python {sys.version.split()[0]}, {time.strftime('%Y-%m-%d')}"
        )
        rows = [
            from_nothing(room, room / "wheels", rounds),
            nothing_to_do(room, rounds * 20),
            second_tree(room, room / "wheels", rounds, None),
        ]
        rows += (
            [
                beside_uv(room, room / "wheels", rounds, uv),
                second_tree(room, room / "wheels", rounds, uv),
            ]
            if uv
            else []
        )
        paired.show(rows)
    finally:
        os.chdir("/")
        shutil.rmtree(room)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
