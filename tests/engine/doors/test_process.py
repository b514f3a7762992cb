"""Other programs: what would lead them astray is taken away, and how they ended is said."""

import os
import sys

import pytest

from workroot.doors import process
from workroot.errors import WorkrootError

ENVIRON = {"PATH": os.defpath}


def test_a_child_is_not_led_astray() -> None:
    traps = dict.fromkeys(
        (
            "PYTHONHOME",
            "PYTHONPATH",
            "PYTHONPYCACHEPREFIX",
            "PIP_TARGET",
            "PIP_USER",
            "VIRTUAL_ENV",
            "GIT_DIR",
            "UV_PYTHON",
        ),
        "x",
    )
    kept = process.scrubbed({**traps, "HOME": "/h", "PIP_INDEX_URL": "i"})
    assert not traps.keys() & kept.keys()
    assert kept["HOME"] == "/h" and kept["PIP_INDEX_URL"] == "i"


def test_what_a_program_says_comes_back_apart_and_undecodable_bytes_are_escaped() -> None:
    code = (
        "import sys; sys.stdout.buffer.write(b'out\\xff'); "
        "print('err', file=sys.stderr); sys.exit(3)"
    )
    outcome = process.attempt([sys.executable, "-c", code], env=ENVIRON)
    said = (outcome.status, outcome.output, outcome.errors)
    assert said == (3, "out\\xff", "err\n")


def test_a_program_that_is_not_there_or_takes_too_long_has_a_status() -> None:
    assert process.attempt(["/nowhere/python"], env=ENVIRON).status == 127
    assert process.attempt(["a\0b"], env=ENVIRON).status == 127
    wait = [sys.executable, "-c", "import signal; signal.pause()"]
    assert process.attempt(wait, env=ENVIRON, timeout=0.2).status == 124


def test_a_failure_says_the_program_its_status_and_its_last_lines() -> None:
    code = "import sys; print(*range(40), sep='\\n', file=sys.stderr); sys.exit(4)"
    with pytest.raises(WorkrootError) as raised:
        process.run([sys.executable, "-c", code], env=ENVIRON)
    assert "status 4" in raised.value.message and raised.value.message.endswith("\n  39")
    assert "\n  27\n" not in raised.value.message


def test_a_program_gets_no_standard_input() -> None:
    assert (
        process.run(
            [sys.executable, "-c", "import sys; print(repr(sys.stdin.read()))"], env=ENVIRON
        )
        == "''\n"
    )
