"""On a disk that is mounted noexec a session would have another pip: it is refused, with that
word, in every shell and tier.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from worlds.lab import Lab, run

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to mount")
SHELLS = {
    "bash": ".sh",
    "dash": ".sh",
    "zsh": ".sh",
    "ksh93": ".sh",
    "mksh": ".sh",
    "fish": ".fish",
}
# As root these take a mode for the right to start a program, so they find out at the next proof.
ASKED_BY_MODE = ("zsh", "ksh93")


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own, mounted so that programs can be started."""
    place = tmp_path / "disk"
    place.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "none", str(place)], capture_output=True).returncode:
        pytest.skip("nothing can be mounted here")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def noexec(disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,noexec", str(disk)], check=True)


@pytest.mark.parametrize("shell", SHELLS)
def test_a_session_there_is_refused_also_one_that_was_proved(disk: Path, shell: str) -> None:
    found = shutil.which(shell) or pytest.skip(f"no {shell}")
    lab = Lab(disk).make().prove()
    source = f". ./bootstrap{SHELLS[shell]}"
    status = "$status" if shell == "fish" else "$?"
    line = f'{source}; echo {status}; command -v pip; echo "$VIRTUAL_ENV"'
    before = run([found, "-c", line], lab.environ, lab.root).must()
    assert before.out.splitlines()[1] == str(lab.root / ".workroot/bin/pip"), before
    noexec(disk)
    if shell in ASKED_BY_MODE:
        lab.environ["WORKROOT_CHECK"] = "1"
    pip = run([found, "-c", "command -v pip"], lab.environ, lab.root).out
    done = run([found, "-c", line], lab.environ, lab.root)
    assert done.out.replace("\n", " ").split() == ["1", *pip.split()], done
    assert "noexec" in done.err


def test_setup_there_is_refused_before_anything_is_made(disk: Path) -> None:
    lab = Lab(disk).make()
    shutil.rmtree(lab.venv)
    noexec(disk)
    done = lab.engine("setup", "-C", str(lab.root))
    assert done.status == 2 and "noexec" in done.err and not lab.venv.exists()


def test_the_user_tier_there_is_refused_before_anything_is_made(disk: Path) -> None:
    lab = Lab(disk)
    noexec(disk)
    done = lab.engine("setup", "--user", cwd=disk)
    assert done.status == 2 and "noexec" in done.err
    assert not (lab.home / ".local" / "bin").exists()
