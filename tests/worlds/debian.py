"""A bare Debian in a directory, as debootstrap makes it: python3, git and certificates, and a home
for each user. Needs root.

Whatever is mounted in it is mounted in a namespace of the program that runs there, so it is gone
when that program is, however it ends.
"""

import configparser
import os
import pty
import re
import shlex
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from worlds.lab import Outcome, run

NEEDS = ("debootstrap", "unshare", "chroot", "setpriv", "mount", "tar", "git")
RELEASES = ("bookworm", "trixie", "sid")
PACKAGES = ("python3", "git", "ca-certificates")
USERS = {"plain": 1000, "root": 0}
LONG = 3600  # seconds; the whole of the kit's own tests may be played there
KEPT = 7 * 24 * 3600  # seconds that a bare system is kept for the next run; sid moves on
CERTIFICATES = "etc/ssl/certs/ca-certificates.crt"
SETTINGS = ("index-url", "extra-index-url", "trusted-host", "proxy")
PROXIES = ("http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")
# Terminals for the programs of that machine alone, and its own shared memory: locks need it.
MOUNTS = """
mount -t devpts -o newinstance,ptmxmode=0666,mode=0620 devpts "$1/dev/pts"
ln -sf pts/ptmx "$1/dev/ptmx"
mkdir -p "$1/dev/shm"
mount -t tmpfs -o mode=1777 tmpfs "$1/dev/shm"
exec "$0" "$@"
"""


class Machine:
    """A Debian of one release and its users."""

    def __init__(self, directory: Path, release: str) -> None:
        self.directory, self.name = directory, release
        self.environ = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8"}
        self.environ |= {name: os.environ[name] for name in PROXIES if name in os.environ}

    def argv(self, user: str, shell: str, script: str) -> list[str]:
        """What runs a script there, in that user's home."""
        number = USERS[user]
        inside = ["setpriv", f"--reuid={number}", f"--regid={number}", "--clear-groups"]
        inside += [shell, "-c", f'cd "$HOME" && {script}']
        root = str(self.directory)
        proc = f"--mount-proc={self.directory / 'proc'}"
        chroot = shutil.which("chroot")  # in sbin, where the machine's own PATH does not look
        return [*private(), proc, "sh", "-ec", MOUNTS, chroot, root, *inside]

    def run(self, user: str, script: str, shell: str = "bash", terminal: bool = False) -> Outcome:
        """Run a script there to its end. terminal: on one of its own, all that is said there is
        taken as output.
        """
        environ = self.environ | {"HOME": f"/home/{user}"}
        start = at_terminal if terminal else run
        return start(self.argv(user, shell, script), environ, "/", timeout=LONG)


def private() -> list[str]:
    """A namespace of its own for what a program mounts and starts; both end with it."""
    return ["unshare", "--mount", "--pid", "--fork", "--kill-child"]


def at_terminal(argv: list[str], environ: dict[str, str], cwd: str, timeout: float) -> Outcome:
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        argv, env=environ | {"TERM": "xterm"}, cwd=cwd, stdin=theirs, stdout=theirs, stderr=theirs
    ) as child:
        os.close(theirs)
        said = b"".join(read_all(ours)).replace(b"\r\n", b"\n")
        return Outcome(subprocess.CompletedProcess(argv, child.wait(timeout), said, b""))


def read_all(descriptor: int) -> Iterator[bytes]:
    with open(descriptor, "rb", buffering=0) as stream:
        try:
            while data := stream.read(4096):
                yield data
        except OSError:  # the last program on the terminal has gone
            return


def make(directory: Path, release: str) -> Machine:
    """A new machine with the settings of this one: its index, its certificates, its names."""
    directory.mkdir(parents=True)
    archive = kept(release)
    run(["tar", "-xf", str(archive), "-C", str(directory)], paths(), "/", timeout=LONG).must()
    shutil.copy("/etc/resolv.conf", directory / "etc" / "resolv.conf")
    configure_pip(directory)
    for user, number in USERS.items():
        add_user(directory, user, number)
    return Machine(directory, release)


def kept(release: str) -> Path:
    """The archive of a bare system, made where there is none or an old one."""
    home = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    archive = Path(home, "workroot-ci", f"debian-{release}.tar")
    if archive.exists() and time.time() - archive.stat().st_mtime < KEPT:
        return archive
    archive.parent.mkdir(parents=True, exist_ok=True)
    directory = archive.with_suffix(f".{os.getpid()}.tmp")
    try:
        debootstrap(release, directory)
        packed = directory.with_suffix(".packed")
        command = ["tar", "--numeric-owner", "-cf", str(packed), "-C", str(directory), "."]
        run(command, paths(), "/", timeout=LONG).must()
        packed.replace(archive)
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    return archive


def debootstrap(release: str, directory: Path) -> None:
    packages = f"--include={','.join(PACKAGES)}"
    command = [*private(), "debootstrap", "--variant=minbase", packages, release, str(directory)]
    for _ in range(2):  # a mirror may be in the middle of an update
        done = run([*command, *mirror()], paths(), "/", timeout=LONG)
        if done.status == 0:
            return
        shutil.rmtree(directory, ignore_errors=True)
    done.must()


def paths() -> dict[str, str]:
    proxies = {name: os.environ[name] for name in PROXIES if name in os.environ}
    return proxies | {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"}


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


def add_user(directory: Path, user: str, number: int) -> None:
    """An empty home and, for all but root, who has one, an account."""
    home = directory / "home" / user
    home.mkdir()
    os.chown(home, number, number)
    if number:
        with (directory / "etc" / "passwd").open("a") as accounts:
            accounts.write(f"{user}:x:{number}:{number}::/home/{user}:/bin/bash\n")


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
    own = ("~/.pip/pip.conf", "~/.config/pip/pip.conf")
    parser.read(["/etc/pip.conf", *map(os.path.expanduser, own)])
    variable = f"PIP_{name.upper().replace('-', '_')}"
    return os.environ.get(variable) or parser.get("global", name, fallback=None)


def timed(lines: list[str]) -> str:
    """A script of these lines that says how long each took, and stops at one that fails."""
    pieces = []
    for line in lines:
        pieces += ["began=$(date +%s%N)", line, 'ended=$?; [ "$ended" = 0 ] || exit "$ended"']
        took = '"$(( ($(date +%s%N) - began) / 1000000000 ))"'
        pieces.append(f"printf '@seconds %s %s\\n' {took} {shlex.quote(line)} >&2")
    return "\n".join(pieces)
