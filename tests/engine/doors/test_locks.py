"""Locks: one holds it, the next waits, and the system frees it when its holder dies."""

import subprocess
import sys
from pathlib import Path

import pytest

from workroot.root import KIT


def test_the_lock_is_free_when_its_holder_is_killed(tmp_path: Path) -> None:
    hold = (
        "from workroot.doors import locks\n"
        "with locks.held('./lock'): print('held', flush=True); input()"
    )
    environ = {"PYTHONPATH": f"{KIT}/python"}
    holder = subprocess.Popen(
        [sys.executable, "-c", hold],
        cwd=tmp_path,
        env=environ,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout is not None and holder.stdout.readline() == "held\n"
    take = [sys.executable, "-c", hold.replace("input()", "pass")]
    waiting = subprocess.Popen(take, cwd=tmp_path, env=environ, stdout=subprocess.PIPE, text=True)
    with pytest.raises(subprocess.TimeoutExpired):
        waiting.wait(timeout=0.3)
    holder.kill()
    assert waiting.communicate(timeout=30)[0] == "held\n"
    holder.communicate()
