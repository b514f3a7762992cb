"""The README, word for word and to its end, on bare Debians: python3, git and certificates; no
pip, no ensurepip, no uv, an empty home.
"""

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from closing import SECONDS
from worlds import debian
from worlds.debian import RELEASES, USERS, Machine
from worlds.lab import KIT, Outcome, git

SERVED = "/srv/kit.git"
CLONE = f"git clone -q {SERVED} ~/kit"
SHELL = {"plain": "bash", "root": "sh"}  # sh is dash there
TERMINAL = {"plain": "bash -ic", "root": "sh -lc"}  # what a new one of theirs starts
PIPELINE = """mkdir -p ~/src/pipeline/pipeline && cd ~/src/pipeline
printf 'def main():\\n    open("result.txt", "w").write("made")\\n' > pipeline/__init__.py
printf 'import pipeline\\npipeline.main()\\n' > run_it.py
git init -q && git add . && git -c user.name=t -c user.email=t@example.org commit -qm first
cd ~"""

each_user = pytest.mark.parametrize("user", USERS)
each_machine = pytest.mark.parametrize("machine", RELEASES, indirect=True)
pytestmark = pytest.mark.fresh


@pytest.fixture
def machine(request: pytest.FixtureRequest) -> Iterator[Machine]:
    missing = [name for name in debian.NEEDS if not shutil.which(name)]
    if os.geteuid() or missing:
        reason = f"needs root and {', '.join(missing or debian.NEEDS)}"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    directory = Path(tempfile.mkdtemp(prefix="workroot-fresh-"))
    try:
        made = debian.make(directory / "debian", request.param)
        serve_kit(made.directory)
        yield made
    finally:
        shutil.rmtree(directory)


def serve_kit(directory: Path) -> None:
    """Put a clean clone of the kit there, at the address that the README clones from."""
    git(KIT, "clone", "-q", "--bare", "--no-local", str(KIT), f"{directory}{SERVED}")
    address = re.search(r"(?m)^git clone (?:-\S+ )*(\S+)", "\n".join(blocks()))
    lines = ["[safe]", "directory = *"]
    if address:
        lines += [f'[url "{SERVED}"]', f"insteadOf = {address[1]}"]
    (directory / "etc" / "gitconfig").write_text("\n".join(lines) + "\n")


def blocks() -> list[str]:
    """The sh blocks of the README."""
    text = (KIT / "README.md").read_text(encoding="utf-8")
    return re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def block(words: str) -> str:
    """The first block that has these words."""
    return next(found for found in blocks() if words in found)


class Reader:
    """Somebody who types what the README says. The last lines of the run tell the seconds."""

    def __init__(self, machine: Machine, user: str, record_property) -> None:
        self.machine, self.user, self.record = machine, user, record_property

    def types(self, *pieces: str, terminal: bool = False) -> Outcome:
        lines = "\n".join(pieces).replace("\\\n", " ").splitlines()
        script = debian.timed([line for line in lines if line.strip()])
        shell = SHELL[self.user]
        said = self.machine.run(self.user, script, shell, terminal=terminal).must()
        for seconds, line in re.findall(r"(?m)^@seconds (\S+) (.*)$", said.out + said.err):
            if any(line in found for found in blocks()):
                self.record(SECONDS, f"{self.machine.name} {self.user} {seconds:>7} s  {line}")
        return said


@pytest.fixture
def reader(machine: Machine, user: str, record_property) -> Reader:
    return Reader(machine, user, record_property)


@each_machine
@pytest.mark.parametrize("user", ["plain"])
def test_the_machine_is_as_bare_as_debian_comes(machine: Machine, user: str) -> None:
    there = machine.run(user, "python3 --version && git --version && ls -A").must()
    assert there.out.count("\n") == 2
    for absent, words in (
        ("python3 -m pip", "No module named pip"),
        ("python3 -m ensurepip", "No module named ensurepip"),
        ("uv", "not found"),
    ):
        assert words in machine.run(user, absent).err


@each_machine
@each_user
def test_the_kit_gives_its_session(reader: Reader) -> None:
    session = ". ./bootstrap.sh"
    assert session in block("./setup.sh --test")
    said = reader.types(CLONE, "cd ~/kit", session, "python -c 'import workroot, pytest'")
    assert "not installed" not in said.out + said.err


@pytest.mark.parametrize("machine", RELEASES[:1], indirect=True)
@pytest.mark.parametrize("user", ["plain"])
def test_at_a_terminal_the_first_session_shows_life_and_ends_with_what_to_type(
    reader: Reader,
) -> None:
    said = reader.types(CLONE, "cd ~/kit", ". ./bootstrap.sh", terminal=True)
    assert "workroot: " in said.out and "Traceback" not in said.out


@each_machine
@each_user
def test_the_kits_tests_pass(reader: Reader) -> None:
    """The whole of the default, by the README's own line."""
    tests = next(line for line in block("--test").splitlines() if line.endswith("--test"))
    said = reader.types(CLONE, "cd ~/kit", tests)
    closing = said.out.strip().splitlines()[-1]
    assert re.search(r"\d+ passed", closing) and not re.search("failed|error", closing)
    clean = reader.machine.run(reader.user, "cd ~/kit && git status --porcelain").must()
    assert clean.out == ""


@each_machine
@each_user
def test_a_repo_of_ones_own_gets_a_workroot_and_each_install_can_be_undone(reader: Reader) -> None:
    made = "python -c 'import pipeline; pipeline.main()' && cat result.txt"
    gone = "! python -c 'import requests' 2>/dev/null"
    install, *rest = block("pip install").splitlines()
    said = reader.types(
        CLONE, PIPELINE, block("setup.sh new ~/lab"), made,
        install, "python -c 'import requests'", *rest, gone,
        f"cd && {block('health_check.py')}",
    )  # fmt: skip
    assert "made" in said.out and "requests" in said.out
    clean = reader.machine.run(reader.user, "cd src/pipeline && git status --porcelain --ignored")
    assert clean.must().out == ""


@each_machine
@each_user
def test_ones_own_packages_come_and_go(reader: Reader) -> None:
    new = TERMINAL[reader.user]
    reader.types(CLONE, "cd ~/kit", block("setup.sh --user"))
    reader.types(f"{new} 'pip install six && python -c \"import six\"'", f"{new} 'pyctl status'")
    reader.types(f"{new} 'pyctl undo'", f"! {new} 'python -c \"import six\"' 2>/dev/null")
    reader.types("cd ~/kit", "./setup.sh --user --remove")
    left = reader.machine.run(reader.user, "find ~ -mindepth 1 -maxdepth 1 | sort").must()
    assert {Path(path).name for path in left.out.splitlines()} <= {"kit", ".cache"}


@each_machine
@each_user
def test_a_project_has_one_environment(reader: Reader) -> None:
    said = reader.types(
        CLONE, block("--template project"), "python/setup.sh --check",
        "python/.venv/bin/python -c 'import pytest, pydantic'",
    )  # fmt: skip
    assert "Traceback" not in said.out + said.err


def test_no_block_of_the_readme_is_left_out() -> None:
    source = Path(__file__).read_text(encoding="utf-8")
    played = re.findall(r"block\(['\"]([^'\"]+)['\"]\)", source)
    assert [found for found in blocks() if not any(words in found for words in played)] == []
