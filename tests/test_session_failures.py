"""Bad input gets one sentence and the next line to type; the shell stays as it was and nothing is
half written.
"""

import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from worlds.lab import KIT, PATH, Lab, copy_venv, run
from worlds.scene import PROMPTING, each_sh, each_shell, play
from worlds.shells import Posix

ROOT_ONLY = pytest.mark.skipif(
    os.geteuid() != 0 or not shutil.which("unshare"), reason="mounts need root"
)


class Failure(NamedTuple):
    """One row: what is wrong, the words that the sentence must have, and the words of the hint."""

    name: str
    spoil: Callable[[Lab], None]
    words: str
    hint: str


def config(text: str) -> Callable[[Lab], None]:
    """Replace workroot.toml; REPO stands for the repo."""

    def spoil(lab: Lab) -> None:
        lab.config.write_bytes(os.fsencode(text).replace(b"REPO", os.fsencode(f"'{lab.repo}'")))

    return spoil


def programs(lab: Lab, *names: str) -> Path:
    """A directory with these few programs, which becomes all of PATH."""
    directory = lab.directory / "few"
    directory.mkdir()
    for name in ("sh", "readlink", *names):
        (directory / name).symlink_to(shutil.which(name))
    lab.environ["PATH"] = str(directory)
    return directory


def script(path: Path, text: str) -> None:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def old_python(lab: Lab) -> None:
    directory = programs(lab)
    old = next(iter(sorted(Path.home().glob(".pyenv/versions/3.[689].*/bin/python3"))), None)
    if old:
        (directory / "python3").symlink_to(old)
    else:
        script(
            directory / "python3",
            'echo "workroot: the kit runs on Python 3.11 or newer" >&2; exit 2',
        )


def shims(lab: Lab) -> None:
    directory = programs(lab)
    for name in ("python3", "python", "py"):
        script(directory / name, "echo 'pyenv: not found' >&2; exit 127")


def repo_file(lab: Lab) -> None:
    shutil.rmtree(lab.repo)
    lab.repo.write_text("")


def venv_file(lab: Lab) -> None:
    shutil.rmtree(lab.venv)
    lab.venv.write_text("")


def foreign_directory(lab: Lab) -> None:
    shutil.rmtree(lab.venv)
    lab.venv.mkdir()
    (lab.venv / "thesis.txt").write_text("years of work")


def no_base(lab: Lab) -> None:
    for link in (lab.venv / "bin").iterdir():
        if link.is_symlink():
            link.unlink()
    (lab.venv / "bin" / "python").symlink_to("/nowhere/python3")


FAILURES = [
    Failure(
        "no repo",
        lambda lab: shutil.rmtree(lab.repo),
        "the repo {repo} is not there",
        "workroot.toml",
    ),
    Failure("the repo is a file", repo_file, "the repo {repo} is not a directory", "workroot.toml"),
    Failure(
        "the repo was renamed",
        lambda lab: lab.repo.rename(lab.directory / "new"),
        "the repo {repo} is not there",
        "workroot.toml",
    ),
    Failure(
        "an import path is missing",
        config("repo = REPO\npaths = ['lib']\n"),
        "{repo}/lib is not there",
        "workroot.toml",
    ),
    Failure(
        "broken TOML",
        config("repo = REPO\n[venv]\npath = 'x\n"),
        "{config}, line 3, key path",
        "'single quotes'",
    ),
    Failure(
        "TOML broken at its end",
        config("repo = REPO\npaths = [\n"),
        "{config}, line 2, key paths",
        "'single quotes'",
    ),
    Failure(
        "an unknown key",
        config("reop = REPO\n"),
        "line 1, key reop: unknown key; did you mean repo?",
        "that line",
    ),
    Failure(
        "an unknown key in a table",
        config("repo = REPO\n[venv]\npyhton = '3'\n"),
        "line 3, key venv.pyhton: unknown key; did you mean python?",
        "that line",
    ),
    Failure(
        "an unknown table",
        config("repo = REPO\n[sesion]\n"),
        "key sesion: unknown key; did you mean session?",
        "that line",
    ),
    Failure(
        "a value of another kind",
        config("repo = 3\n"),
        "line 1, key repo: must be a string or a list",
        "that line",
    ),
    Failure("no repo named", config("paths = ['.']\n"), "key repo: name the repo", "repo ="),
    Failure(
        "a choice that is none",
        config("repo = REPO\n[session]\nbytecode = 'maybe'\n"),
        "line 3, key session.bytecode: must be one of",
        "that line",
    ),
    Failure(
        "a variable of ours",
        config("repo = REPO\n[session.env]\nPATH = '/x'\n"),
        "line 3, key session.env.PATH",
        "another name",
    ),
    Failure(
        "a name that is no variable's",
        config("repo = REPO\n[session.env]\n'a b' = ''\n"),
        "key session.env.a b",
        "another name",
    ),
    Failure(
        "not UTF-8",
        config("repo = '\udcff'\n"),
        "{config} is not UTF-8 (byte 8)",
        "save it as UTF-8",
    ),
    Failure(
        "a directory as configuration",
        lambda lab: (lab.config.unlink(), lab.config.mkdir()),
        "cannot read {config}: is a directory",
        "",
    ),
    Failure(
        "no such Python",
        config("repo = REPO\n[venv]\npath = 'new'\npython = '>=4'\n"),
        "no Python that is >=4 was found",
        "install",
    ),
    Failure(
        "a Python that is none",
        config("repo = REPO\n[venv]\npath = 'new'\npython = '/bin/ls'\n"),
        "/bin/ls is no Python that runs",
        "workroot.toml",
    ),
    Failure(
        "the venv's place is a file",
        venv_file,
        "{venv} is a file, where the venv should be",
        "workroot.toml",
    ),
    Failure(
        "the venv's place is someone's directory",
        foreign_directory,
        "{venv} was not made by the kit and does not work",
        "create --force",
    ),
    Failure(
        "a venv without pyvenv.cfg",
        lambda lab: (lab.venv / "pyvenv.cfg").unlink(),
        "pyvenv.cfg",
        "create --force",
    ),
    Failure(
        "the venv's base Python is gone",
        no_base,
        "{venv} was not made by the kit and does not work",
        "create --force",
    ),
    Failure(
        "no marker",
        config("repo = REPO\nmarker = 'nowhere'\n"),
        "marker-missing: nowhere",
        "marker",
    ),
    Failure(
        "no such venv",
        lambda lab: lab.environ.update(WORKROOT_VENV="x"),
        "WORKROOT_VENV=x: no [venvs.x]",
        "WORKROOT_VENV",  # `unset WORKROOT_VENV`, or `Remove-Item env:WORKROOT_VENV`
    ),
    Failure(
        "no Python", programs, "no Python 3.11 or newer runs here", "install Python 3.11 or newer"
    ),
    Failure(
        "Python is too old",
        old_python,
        "no Python 3.11 or newer runs here",
        "install Python 3.11 or newer",
    ),
    Failure(
        "nothing but shims",
        shims,
        "no Python 3.11 or newer runs here",
        "install Python 3.11 or newer",
    ),
]
by_failure = pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: failure.name)


def picture(*tops: Path) -> dict[str, str]:
    """Every file and link below, with its content; the kit's own notes that are no result are left
    out.
    """
    ours = (
        ".workroot/README",
        ".workroot/.gitignore",
        ".workroot/lock",
        ".workroot/bin",
        ".workroot/python",
    )
    found = {}
    for top in tops:
        for directory, _, files in os.walk(top):
            for path in (Path(directory, name) for name in files):
                if (
                    not any(f"{top}/{name}" in str(path) for name in ours)
                    and path.name != "repo.pth"
                ):
                    found[str(path)] = (
                        os.readlink(path)
                        if path.is_symlink()
                        else hashlib.sha256(path.read_bytes()).hexdigest()
                    )
    return found


def assert_said(lab: Lab, failure: Failure, errors: str) -> None:
    """One sentence and its hint."""
    said = errors.splitlines()
    words = failure.words.format(repo=lab.repo, root=lab.root, venv=lab.venv, config=lab.config)
    assert words in said[0] and said[0].startswith("workroot: "), errors
    assert len(said) == (2 if failure.hint else 1), errors
    assert not failure.hint or (failure.hint in said[1] and said[1].startswith("  ")), errors


@each_shell
@by_failure
def test_sourcing_says_one_sentence_and_changes_nothing(
    failure: Failure, shell: Posix, tmp_path: Path
) -> None:
    lab = Lab(tmp_path).make()
    failure.spoil(lab)
    before = picture(lab.root, lab.repo)
    seen = play(
        shell, lab, shell.report("before"), shell.source(), shell.report("after"), silent=False
    )
    assert seen["after"]["status"] == "1" and seen.outcome.status == 0
    assert seen.environ("after") == seen.environ("before")
    assert_said(lab, failure, seen.outcome.err)
    assert picture(lab.root, lab.repo) == before


@by_failure
def test_a_command_says_the_same_with_status_2(failure: Failure, tmp_path: Path) -> None:
    lab = Lab(tmp_path).make()
    failure.spoil(lab)
    before = picture(lab.root, lab.repo)
    outcome = lab.engine("setup", cwd=lab.root)
    if failure.name != "no marker":  # a finding: the answer is no
        assert outcome.status == 2
        assert_said(lab, failure, outcome.err)
    assert outcome.status and picture(lab.root, lab.repo) == before


@each_sh
@pytest.mark.parametrize(
    "failure",
    [
        row
        for row in FAILURES
        if row.name in ("no repo", "broken TOML", "no Python", "a venv without pyvenv.cfg")
    ],
    ids=lambda row: row.name,
)
def test_under_set_e_a_script_stops_with_status_1(
    failure: Failure, shell: Posix, tmp_path: Path
) -> None:
    lab = Lab(tmp_path).make()
    failure.spoil(lab)
    seen = play(shell, lab, "set -eu", ". ./bootstrap.sh", "echo went on", silent=False)
    assert seen.outcome.status == 1 and "went on" not in seen.outcome.out
    assert_said(lab, failure, seen.outcome.err)


@each_sh
def test_under_set_e_a_script_may_go_on_without_a_session(shell: Posix, tmp_path: Path) -> None:
    lab = Lab(tmp_path).make()
    shutil.rmtree(lab.repo)
    seen = play(
        shell, lab, "set -eu", ". ./bootstrap.sh || echo without", "echo went on", silent=False
    )
    assert (seen.outcome.status, seen.outcome.out.split("\n")[:2]) == (0, ["without", "went on"]), (
        seen.outcome
    )


@each_shell
def test_a_repo_renamed_while_the_session_is_open(shell: Posix, tmp_path: Path) -> None:
    lab = Lab(tmp_path).make().prove()
    moved = shell.program("mv", lab.repo, lab.directory / "new")
    seen = play(
        shell,
        lab,
        shell.source(),
        shell.report("in"),
        moved,
        shell.source(),
        shell.report("after"),
        silent=False,
    )
    assert seen["after"]["status"] == "1" and seen.environ("after") == seen.environ("in")
    assert f"the repo {lab.repo} is not there" in seen.said[0]


@each_shell
def test_a_hint_of_the_health_check_names_this_shells_bootstrap(
    shell: Posix, tmp_path: Path
) -> None:
    lab = Lab(tmp_path).make()
    config("repo = REPO\nmarker = 'nowhere'\n")(lab)
    _, hint = play(shell, lab, shell.source(), silent=False).said
    assert hint.endswith(f". ./{shell.file}")


@each_shell
def test_what_is_to_be_typed_next_is_spelled_for_this_shell(shell: Posix, tmp_path: Path) -> None:
    lab = Lab(tmp_path).make()
    new = lab.directory / "it's \\ new"
    setup = shell.program("sh", KIT / "setup.sh", "new", new, "--repo", lab.repo)
    *_, last = play(shell, lab, setup, shell.status(), silent=False).said
    assert last.endswith(f". ./{shell.file}")
    if shell.name == "pwsh":
        return  # it addresses no path with a backslash
    play(shell, lab, last.strip(), shell.program("touch", "after"), silent=False)
    assert (new / "after").exists()


# What is no failure


@each_shell
def test_a_shim_that_exits_127_is_passed_over(shell: Posix, tmp_path: Path) -> None:
    lab = Lab(tmp_path).make()
    for name in ("python3", "python"):
        script(lab.home / name, "echo 'pyenv: not found' >&2; exit 127")
    seen = play(
        shell,
        lab,
        shell.source(),
        shell.report("in"),
        PATH=f"{lab.home}:{PATH}",
        WORKROOT_PYTHON=str(lab.home / "python3"),
    )
    assert seen["in"]["status"] == "0"


@each_shell
def test_without_home_a_session_starts(shell: Posix, tmp_path: Path) -> None:
    lab = Lab(tmp_path).make()
    del lab.environ["HOME"]
    seen = play(shell, lab, shell.careful(), shell.source(), shell.python("in", "repo_marker"))
    assert seen["in"]["modules"]["repo_marker"] == f"{lab.repo}/repo_marker.py"


@each_shell
def test_requirements_that_cannot_be_had_are_said_and_the_session_starts(
    shell: Posix, tmp_path: Path
) -> None:
    lab = Lab(tmp_path).make()
    shutil.rmtree(lab.venv)
    config("repo = REPO\n[venv]\nrequirements = ['r.txt']\ninstaller = 'pip'\n")(lab)
    (lab.root / "r.txt").write_text("no-such-distribution-here==1.0\n")
    seen = play(
        shell,
        lab,
        shell.source(),
        shell.report("status"),
        shell.python("in", "repo_marker"),
        silent=False,
        PIP_NO_INDEX="1",
    )
    assert (
        seen["status"]["status"] == "0"
        and seen["in"]["modules"]["repo_marker"] == f"{lab.repo}/repo_marker.py"
    )
    assert "the requirements are not installed" in seen.outcome.err


@each_shell
def test_two_terminals_at_once_make_one_venv(shell: Posix, tmp_path: Path) -> None:
    lab = Lab(tmp_path).make()
    shutil.rmtree(lab.venv)
    imports = shell.program("python", "-c", "import repo_marker")
    line = "\n".join([shell.source(), shell.which("python"), imports])
    terminals = [
        subprocess.Popen(
            [*shell.argv, line],
            env=lab.environ,
            cwd=lab.root,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for _ in range(2)
    ]
    said = [terminal.communicate(timeout=60) for terminal in terminals]
    assert [out for out, _ in said] == [os.fsencode(f"{lab.python}\n")] * 2, said
    assert [terminal.returncode for terminal in terminals] == [0] * 2, said
    assert sum(err.count(b"making ") for _, err in said) == 1, said
    assert not list(lab.root.rglob("*.tmp"))


# Disks


def inside(*commands: str) -> tuple[str, ...]:
    """Words that run a program after these commands, in mounts of its own. $1 is the workroot."""
    return (
        "unshare",
        "-m",
        "sh",
        "-euc",
        "; ".join([*commands, "cd /", 'cd "$1"', "shift", 'exec "$@"']),
        "sh",
    )


READ_ONLY = ('mount --bind "$1" "$1"', 'mount -o remount,ro,bind "$1"')
FULL = (
    'cp -a "$1/." "$1.kept"',
    'mount -t tmpfs -o size=256k none "$1"',
    'cp -a "$1.kept/." "$1"',
    'dd if=/dev/zero of="$1/fill" bs=1k 2>/dev/null || :',
)


@ROOT_ONLY
@each_shell
@pytest.mark.parametrize(
    ("mounts", "words", "hint"),
    [
        (READ_ONLY, "read-only file system", "make that disk writable"),
        (FULL, "no space left on device", "free some space"),
    ],
    ids=["read-only disk", "full disk"],
)
def test_a_disk_that_takes_nothing_is_said(
    mounts: tuple[str, ...], words: str, hint: str, shell: Posix, tmp_path: Path
) -> None:
    lab = Lab(tmp_path).make()
    before = (*inside(*mounts), str(lab.root))
    seen = play(
        shell,
        lab,
        shell.report("before"),
        shell.source(),
        shell.report("after"),
        shell.program("ls", "-A", ".", ".workroot"),
        silent=False,
        before=before,
    )
    assert seen["after"]["status"] == "1" and seen.environ("after") == seen.environ("before")
    assert (
        seen.said[0].startswith("workroot: cannot write ")
        and words in seen.said[0]
        and hint in seen.said[1]
    ), seen.outcome
    assert len(seen.said) == 2 + seen.outcome.err.count("ls: ") and ".tmp" not in seen.outcome.out


@ROOT_ONLY
@each_shell
def test_a_full_disk_keeps_the_session_that_held(shell: Posix, tmp_path: Path) -> None:
    """What was proved before the disk was full is as before, not half replaced."""
    lab = Lab(tmp_path).make().prove()
    steps = [
        shell.source(),
        shell.report("in"),
        shell.program("touch", "workroot.toml"),
        shell.source(),
        shell.report("after"),
        f". ./{shell.file.replace('bootstrap', '.workroot/session')}",
    ]
    seen = play(shell, lab, *steps, silent=False, before=(*inside(*FULL), str(lab.root)))
    assert (seen["in"]["status"], seen["after"]["status"]) == ("0", "1"), seen.outcome
    assert seen.environ("after") == seen.environ("in")
    assert "no space left" in seen.said[0] and len(seen.said) == 2, seen.outcome


@ROOT_ONLY
@each_shell
def test_on_a_read_only_disk_a_session_that_holds_is_had(shell: Posix, tmp_path: Path) -> None:
    lab = Lab(tmp_path).make().prove()
    seen = play(
        shell,
        lab,
        shell.source(),
        shell.python("in", "repo_marker"),
        before=(*inside(*READ_ONLY), str(lab.root)),
    )
    assert seen["in"]["modules"]["repo_marker"] == f"{lab.repo}/repo_marker.py"


# A plain user

DEBIAN = Path("/usr/bin/python3")
AS_NOBODY = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")


@pytest.fixture
def plain() -> Iterator[Lab]:
    """A lab of a plain user's, with a kit that is somebody else's."""
    known = (
        run([str(DEBIAN), "-c", "import sys; sys.exit(sys.version_info < (3, 11))"], {}, "/").status
        == 0
        if DEBIAN.exists()
        else False
    )
    if os.geteuid() != 0 or not shutil.which("setpriv") or not known:
        pytest.skip("needs root, setpriv and a system Python 3.11")
    with tempfile.TemporaryDirectory(prefix="workroot-plain-") as directory:
        os.chmod(directory, 0o755)
        kit = Path(directory, "kit")
        shutil.copytree(
            KIT,
            kit,
            ignore=shutil.ignore_patterns(".git", ".venv", ".workroot", "tests", "__pycache__"),
        )
        lab = Lab(Path(directory), kit=kit)
        lab.environ["PATH"] = "/usr/bin:/bin"
        lab.make()
        shutil.rmtree(lab.venv)
        copy_venv(lab.venv, str(DEBIAN))
        for path in (lab.home, lab.root, lab.repo):
            run(["chown", "-R", "65534:65534", str(path)], lab.environ, "/").must()
        yield lab


@each_shell
def test_a_plain_user_has_a_session_with_a_kit_of_somebody_else(shell: Posix, plain: Lab) -> None:
    imports = shell.program("python", "-c", "import repo_marker; print(repo_marker.__file__)")
    steps = "; ".join([shell.source(), shell.status(), imports])
    outcome = run([*AS_NOBODY, *shell.argv, steps], plain.environ, plain.root)
    assert outcome.out == f"status=0\n{plain.repo}/repo_marker.py\n", outcome


@each_shell
@pytest.mark.parametrize(
    ("path", "words", "hint"),
    [
        ("src", "the repo {} cannot be read", "read permission"),
        ("lab/workroot.toml", "cannot read {}: permission denied", ""),
        ("lab", "cannot write {}/.workroot", "write permission"),
    ],
    ids=["repo", "workroot.toml", "workroot"],
)
def test_what_a_plain_user_may_not_read_or_write_is_said(
    path: str, words: str, hint: str, shell: Posix, plain: Lab
) -> None:
    target = plain.directory / path
    target.chmod(0o555 if path == "lab" else 0)
    steps = "; ".join([shell.source(), shell.status(), shell.show("venv", "VIRTUAL_ENV")])
    outcome = run([*AS_NOBODY, *shell.argv, steps], plain.environ, plain.root)
    assert outcome.out == "status=1\nvenv=unset\n", outcome
    said = outcome.err.splitlines()
    assert words.format(target) in said[0] and len(said) == (2 if hint else 1), outcome
    assert not hint or hint in said[1]


def test_a_plain_user_is_told_that_system_needs_root(plain: Lab) -> None:
    outcome = run([*AS_NOBODY, "sh", str(plain.kit / "setup.sh"), "--system"], plain.environ, "/")
    assert outcome.status == 2 and "sudo" in outcome.err, outcome


@each_shell
def test_without_home_and_without_a_name_a_tilde_is_said(shell: Posix, plain: Lab) -> None:
    if shell.name in ("zsh", "fish"):
        pytest.skip(f"{shell.name} sets HOME itself")
    config("repo = '~/code'\n")(plain)
    del plain.environ["HOME"]
    nameless = ("setpriv", "--reuid=64321", "--regid=64321", "--clear-groups")
    steps = f"{shell.source()}; {shell.status()}"
    outcome = run([*nameless, *shell.argv, steps], plain.environ, plain.root)
    assert outcome.out == "status=1\n", outcome
    assert outcome.err == (
        "workroot: ~/code: HOME is not set, so '~' means nothing\n"
        "  set HOME, or spell the path out\n"
    )


# What a prompt could run


@each_shell
def test_a_workroots_name_is_never_run_by_the_prompt(shell: Posix, tmp_path: Path) -> None:
    # PowerShell addresses no path with a backslash on Unix, nor one with two backticks.
    name = "a$(touch PWNED);$(touch PWNED)!%n"
    if shell.name != "pwsh":
        name = "a$(touch PWNED)`touch PWNED`\\$(touch PWNED)!%n"
    lab = Lab(tmp_path, root=name).make()
    steps = [shell.set_prompt("> "), shell.source(), shell.show_prompt("prompt")]
    seen = play(shell.prompting, lab, *steps, **PROMPTING)
    touches = "-".join(["touch-PWNED"] * name.count("touch"))
    assert seen.shown("prompt") == f"(a-{touches}-n) > "
    assert not list(tmp_path.rglob("PWNED"))
