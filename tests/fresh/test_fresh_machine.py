"""The README, word for word, on a bare Debian 12: python3, git and certificates; no pip, no
ensurepip, no uv, an empty home.

The machine is a directory that debootstrap fills. Whatever is mounted in it is mounted in a
namespace of the program that runs there, so it is gone when that program is, however it ends.
"""

import configparser
import os
import pty
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from worlds.lab import KIT, Outcome, git, run

NEEDS = ("debootstrap", "unshare", "chroot", "setpriv", "git")
CODENAME = "bookworm"
SERVED = "/srv/kit.git"
KIT_THERE = f"{{ [ -d ~/kit ] || git clone -q {SERVED} ~/kit; }}"
FIRST_GREEN = "tests/engine/test_health_check.py"
CERTIFICATES = "etc/ssl/certs/ca-certificates.crt"
SETTINGS = ("index-url", "extra-index-url", "trusted-host", "proxy")
PROXIES = ("http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")
USERS = {
    "plain": 1000,
    "terminal": 1001,
    "root": 0,
}  # whose home it is: a plain user, one at a terminal, root

pytestmark = pytest.mark.fresh


class Machine:
    """A Debian in a directory."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.environ = {"PATH": "/usr/local/bin:/usr/bin:/bin"} | {
            name: os.environ[name] for name in PROXIES if name in os.environ
        }

    def argv(self, user: str, script: str) -> list[str]:
        """What runs a script there, in that user's home."""
        number = str(USERS[user])
        inside = [
            "setpriv",
            f"--reuid={number}",
            f"--regid={number}",
            "--clear-groups",
            "sh",
            "-c",
            f'cd "$HOME" && {script}',
        ]
        return [
            *private(),
            f"--mount-proc={self.directory / 'proc'}",
            shutil.which("chroot"),
            str(self.directory),
            *inside,
        ]

    def run(self, user: str, script: str) -> Outcome:
        """Run a script there to its end; user 'terminal' has one, the others have none."""
        environ = self.environ | {"HOME": f"/home/{user}"}
        start = at_terminal if user == "terminal" else run
        return start(self.argv(user, script), environ, "/", timeout=900)


def private() -> list[str]:
    """A namespace of its own for what a program mounts and starts; both end with it."""
    return ["unshare", "--mount", "--pid", "--fork", "--kill-child"]


def at_terminal(argv: list[str], environ: dict[str, str], cwd: str, timeout: float) -> Outcome:
    """Like run, on a terminal of its own; all that is said there is taken as output."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        argv, env=environ | {"TERM": "xterm"}, cwd=cwd, stdin=theirs, stdout=theirs, stderr=theirs
    ) as child:
        os.close(theirs)
        said = b"".join(read_all(ours))
        return Outcome(
            subprocess.CompletedProcess(
                argv, child.wait(timeout), said.replace(b"\r\n", b"\n"), b""
            )
        )


def read_all(descriptor: int) -> Iterator[bytes]:
    with open(descriptor, "rb", buffering=0) as stream:
        try:
            while data := stream.read(4096):
                yield data
        except OSError:  # the last program on the terminal has gone
            return


@pytest.fixture(scope="module")
def machine() -> Iterator[Machine]:
    missing = [name for name in NEEDS if not shutil.which(name)]
    if os.geteuid() or missing:
        reason = f"needs root and {', '.join(NEEDS)}"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    directory = Path(tempfile.mkdtemp(prefix="workroot-fresh-"))
    try:
        yield furnished(directory / "debian")
    finally:
        shutil.rmtree(directory)


def furnished(directory: Path) -> Machine:
    """A new machine with the settings of this one, a home for each user, and the kit where a clone
    finds it.
    """
    machine = Machine(directory)
    packages = "--include=python3,git,ca-certificates"
    environ = machine.environ | {"PATH": os.environ["PATH"]}
    run(
        [
            *private(),
            "debootstrap",
            "--variant=minbase",
            packages,
            CODENAME,
            str(directory),
            *mirror(),
        ],
        environ,
        "/",
        timeout=900,
    ).must()
    shutil.copy("/etc/resolv.conf", directory / "etc" / "resolv.conf")
    configure_pip(directory)
    for user, number in USERS.items():
        add_user(directory, user, number)
    serve_kit(directory)
    return machine


def add_user(directory: Path, user: str, number: int) -> None:
    """An empty home and, for all but root, who has one, an account."""
    home = directory / "home" / user
    home.mkdir()
    os.chown(home, number, number)
    if number:
        with (directory / "etc" / "passwd").open("a") as accounts:
            accounts.write(f"{user}:x:{number}:{number}::/home/{user}:/bin/sh\n")


def serve_kit(directory: Path) -> None:
    """Put a clean clone of the kit there, at the address that the README clones from."""
    git(KIT, "clone", "-q", "--bare", "--no-local", str(KIT), str(directory / "srv" / "kit.git"))
    address = re.search(
        r"^git clone (?:-\S+ )*(\S+)", readme_block(". ./bootstrap.sh"), re.MULTILINE
    )
    lines = [
        "[safe]",
        "directory = *",
        *([f'[url "{SERVED}"]', f"insteadOf = {address[1]}"] if address else []),
    ]
    (directory / "etc" / "gitconfig").write_text("\n".join(lines) + "\n")


def mirror() -> list[str]:
    """The mirror of Debian that this machine's apt uses, if it is one; else debootstrap knows
    one.
    """
    for path in (Path("/etc/apt/sources.list"), *sorted(Path("/etc/apt/sources.list.d").glob("*"))):
        text = path.read_text() if path.is_file() else ""
        one_line = re.search(r"^deb (?:\[.*?\] )?(\S+/debian/?) ", text, re.MULTILINE)
        stanza = re.search(r"^URIs:\s*(\S+/debian/?)\s*$", text, re.MULTILINE)
        if found := one_line or stanza:
            return [found[1]]
    return []


def configure_pip(directory: Path) -> None:
    """Give the machine the index and the certificates that pip has here."""
    settings = {name: value for name in (*SETTINGS, "cert") if (value := pip_setting(name))}
    certificates = settings.pop("cert", None) or os.environ.get("SSL_CERT_FILE")
    if certificates:
        shutil.copy(certificates, directory / CERTIFICATES)
        settings["cert"] = f"/{CERTIFICATES}"
    lines = "".join(f"{name} = {value}\n" for name, value in settings.items())
    (directory / "etc" / "pip.conf").write_text(f"[global]\n{lines}")


def pip_setting(name: str) -> str | None:
    parser = configparser.RawConfigParser()
    parser.read(
        [
            "/etc/pip.conf",
            os.path.expanduser("~/.pip/pip.conf"),
            os.path.expanduser("~/.config/pip/pip.conf"),
        ]
    )
    return os.environ.get(f"PIP_{name.upper().replace('-', '_')}") or parser.get(
        "global", name, fallback=None
    )


def readme_block(words: str) -> str:
    """The first sh block of the README that has these words."""
    blocks = re.findall(
        r"^```sh\n(.*?)^```", (KIT / "README.md").read_text(), re.MULTILINE | re.DOTALL
    )
    assert any(words in block for block in blocks), f"the README has no sh block with {words!r}"
    return next(block for block in blocks if words in block)


def one_file(block: str) -> str:
    """The same commands, the tests up to their first green file."""
    return re.sub(r"setup\.sh --test(?=\s|$)", f"setup.sh --test {FIRST_GREEN}", block)


def test_the_machine_is_as_bare_as_debian_comes(machine: Machine) -> None:
    assert (
        machine.run("plain", "python3 --version && git --version && ls -A").must().out.count("\n")
        == 2
    )
    for absent, words in (
        ("python3 -m pip", "No module named pip"),
        ("python3 -m ensurepip", "No module named ensurepip"),
        ("uv", "not found"),
    ):
        assert words in machine.run("plain", absent).err


@pytest.mark.parametrize("user", USERS)
def test_the_readme_gives_the_kit_its_session_and_its_first_green_tests(
    machine: Machine, user: str
) -> None:
    start = readme_block(". ./bootstrap.sh")
    there = ":" if "git clone" in start else f"{KIT_THERE} && cd ~/kit"
    session = machine.run(
        user, f"{there}\n{one_file(start)}\npython -c 'import workroot; print(workroot)'"
    ).must()
    assert f"/home/{user}/kit/python/workroot" in session.out
    assert "the requirements are not installed" not in session.out + session.err
    tested = machine.run(user, f"cd ~/kit\n{one_file('./setup.sh --test')}").must()
    assert re.search(r"\d+ passed", tested.out) and not re.search(r"\d+ (failed|error)", tested.out)
    assert machine.run(user, "cd ~/kit && git status --porcelain").must().out == ""


def test_the_readme_names_the_tests() -> None:
    assert "./setup.sh --test" in readme_block("./setup.sh --test")


PIPELINE = """mkdir -p src/pipeline/pipeline && cd src/pipeline
printf 'def main():\\n    open("result.txt", "w").write("made")\\n' > pipeline/__init__.py
printf 'import pipeline\\npipeline.main()\\n' > run_it.py
git init -q && git add . && git -c user.name=t -c user.email=t@example.org commit -qm first"""


@pytest.mark.parametrize("user", USERS)
def test_three_lines_give_a_repo_of_ones_own_a_workroot(machine: Machine, user: str) -> None:
    machine.run(user, f"{KIT_THERE} && {PIPELINE}").must()
    said = machine.run(
        user,
        f"{readme_block('setup.sh new')}\n"
        "pwd; python -c 'import pipeline; print(pipeline.__file__); pipeline.main()'"
        " && cat result.txt",
    ).must()
    assert f"/home/{user}/lab\n/home/{user}/src/pipeline/pipeline/__init__.py\nmade" in said.out
    machine.run(
        user, "cd lab && rm result.txt && .workroot/bin/workroot run run_it.py && cat result.txt"
    ).must()
    clean = machine.run(user, "cd src/pipeline && git status --porcelain --ignored").must()
    assert clean.out == ""
