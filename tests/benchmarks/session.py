"""What a session costs beside what people do without it.

python tests/benchmarks/session.py [PYTHON3.12]
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import paired

KIT = Path(__file__).resolve().parents[2]
SHELLS = ("bash", "dash", "zsh", "fish")
OLD = time.time() - 3600


def main(python: str) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        lab, plain = prepare(Path(scratch), python)
        os.chdir(lab)
        rows = [warm(shell, plain) for shell in SHELLS]
        rows += [nothing_to_do(lab), new_workroot(Path(scratch), python)]
        paired.show(rows)
        for shell in (*SHELLS, "ksh93", "mksh", "busybox sh"):
            print(f"forks and execs of a warm session, {shell}: {processes(shell)}")
        print(f"Python starts of a session proved anew: {python_starts(lab)}")


def prepare(scratch: Path, python: str) -> tuple[Path, Path]:
    """A workroot whose proof lasts, for a repo of some modules, and a plain venv of the same
    Python.
    """
    repo, lab, plain = scratch / "src" / "pipeline", scratch / "lab", scratch / "plain"
    (repo / "pkg").mkdir(parents=True)
    for name in ("repo_marker.py", "train.py", "pkg/__init__.py"):
        (repo / name).write_text("")
    run(python, "-m", "venv", "--without-pip", plain)
    run(KIT / "setup.sh", "new", lab, "--repo", repo)
    text = (
        (lab / "workroot.toml").read_text().replace("# python = '>=3.11'", f"python = '{python}' #")
    )
    (lab / "workroot.toml").write_text(text)
    run("sh", "-c", ". ./bootstrap.sh", cwd=lab)
    age(lab, repo)
    run("sh", "-c", ". ./bootstrap.sh", cwd=lab)
    return lab, plain


def age(*directories: Path) -> None:
    """Make all of it look an hour old: what is younger than the clock's tick is never taken as
    proved.
    """
    for directory in directories:
        for base, names, files in os.walk(directory):
            for path in (base, *(os.path.join(base, name) for name in (*names, *files))):
                os.utime(path, (OLD, OLD), follow_symlinks=False)


def warm(shell: str, plain: Path) -> paired.Row:
    ending = ".fish" if shell == "fish" else ""
    own = [shell, "-c", f". ./bootstrap{ending or '.sh'}"]
    peer = [shell, "-c", f". {plain}/bin/activate{ending}"]
    return paired.in_turns(
        f"warm session, {shell}", own, "plain activate, same Python", peer, 1.15, rounds=300
    )


def nothing_to_do(lab: Path) -> paired.Row:
    own, peer = (
        [f"{lab}/.workroot/bin/workroot", "setup"],
        [f"{lab}/.venv/bin/python", "-c", "pass"],
    )
    return paired.in_turns("setup with nothing to do", own, "python -c pass", peer, 2, rounds=60)


def new_workroot(scratch: Path, python: str) -> paired.Row:
    """A venv with pip, link, proof and session files, against a venv with pip."""
    lab, peer = scratch / "new", scratch / "peer"
    make = (
        f"{KIT}/setup.sh new {lab} --repo {scratch}/src/pipeline && cd {lab} && "
        f"WORKROOT_PYTHON={python} && export WORKROOT_PYTHON && . ./bootstrap.sh"
    )

    def clear() -> None:
        shutil.rmtree(lab, ignore_errors=True)
        shutil.rmtree(peer, ignore_errors=True)

    return paired.in_turns(
        "a new workroot, pip included",
        ["sh", "-c", make],
        "python -m venv",
        [python, "-m", "venv", str(peer)],
        0.5,
        5,
        clear,
    )


def processes(shell: str) -> int:
    argv = [
        "strace",
        "-f",
        "-qq",
        "-e",
        "trace=fork,vfork,clone,clone3,execve",
        *shell.split(),
        "-c",
        f". ./bootstrap.{'fish' if shell == 'fish' else 'sh'}",
    ]
    # A thread is no process: fish keeps one to itself.
    started = [line for line in traced(argv) if "CLONE_THREAD" not in line]
    return len(started) - 1  # the shell's own


def python_starts(lab: Path) -> int:
    argv = [
        "strace",
        "-f",
        "-qq",
        "-e",
        "trace=execve",
        "sh",
        "-c",
        "WORKROOT_CHECK=1; . ./bootstrap.sh",
    ]
    return sum("python" in line and line.rstrip().endswith("= 0") for line in traced(argv, cwd=lab))


def traced(argv: list[str], cwd: Path | None = None) -> list[str]:
    done = subprocess.run(
        argv, env=paired.ENVIRON, cwd=cwd, capture_output=True, text=True, check=True
    )
    return [line for line in done.stderr.splitlines() if "(" in line and "resumed" not in line]


def run(*argv: object, cwd: Path | None = None) -> None:
    subprocess.run(
        [str(word) for word in argv], env=paired.ENVIRON, cwd=cwd, check=True, capture_output=True
    )


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else sys.executable)
