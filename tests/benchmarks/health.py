"""What the health check costs: its whole process against `python -c pass` in the same venv, run in
turns.

    python tests/benchmarks/health.py [PYTHON ...]

One line for each Python and size of repo. The ratio is the median of the ratios of neighbouring
runs.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HEALTH_CHECK = Path(__file__).resolve().parents[2] / "python" / "health_check.py"
ROUNDS = 60
SIZES = (1, 12, 100)


def main(pythons: list[str]) -> None:
    print(f"{'python':<9} {'modules':>7} {'-c pass':>10} {'health check':>13} {'ratio':>6}")
    with tempfile.TemporaryDirectory() as scratch:
        for number, python in enumerate(pythons):
            for size in SIZES:
                print(row(python, size, Path(scratch) / f"{number}-{size}"), flush=True)


def row(python: str, size: int, room: Path) -> str:
    """One line of the table: a repo of that many modules, one of them the marker, linked to a fresh
    venv.
    """
    repo = room / "repo"
    repo.mkdir(parents=True)
    for name in ["repo_marker", *(f"module_{number}" for number in range(1, size))]:
        (repo / f"{name}.py").write_text("")
    subprocess.run([python, "-m", "venv", "--without-pip", room / "venv"], check=True)
    inside = room / "venv" / "bin" / "python"
    site = ask(inside, "import sysconfig; print(sysconfig.get_path('purelib'))")
    Path(site, "repo.pth").write_text(f"{repo}\n")
    settings = [
        f"prefix={room / 'venv'}",
        f"site={site}",
        f"link={repo}",
        f"path={repo}",
        "marker=repo_marker",
    ]
    peer, own = in_turns([inside, "-c", "pass"], [inside, "-I", "-B", HEALTH_CHECK, *settings])
    ratio = statistics.median(mine / theirs for theirs, mine in zip(peer, own, strict=True))
    version = ask(inside, "import sys; print('%d.%d.%d' % sys.version_info[:3])")
    return f"{version:<9} {size:>7} {milliseconds(peer):>10} {milliseconds(own):>13} {ratio:>6.3f}"


def ask(python: Path, question: str) -> str:
    return subprocess.run(
        [python, "-c", question], check=True, capture_output=True, text=True
    ).stdout.strip()


def in_turns(peer: list, own: list) -> tuple[list[float], list[float]]:
    """Seconds of each run of the two, in alternation, the first pair left out."""
    pairs = [(seconds(peer), seconds(own)) for _ in range(ROUNDS + 1)][1:]
    return [pair[0] for pair in pairs], [pair[1] for pair in pairs]


def seconds(argv: list) -> float:
    start = time.perf_counter()
    subprocess.run(argv, check=True, stdout=subprocess.DEVNULL, cwd="/", env={"PATH": os.defpath})
    return time.perf_counter() - start


def milliseconds(runs: list[float]) -> str:
    return f"{statistics.median(runs) * 1000:.1f} ms"


if __name__ == "__main__":
    main(sys.argv[1:] or [sys.executable])
