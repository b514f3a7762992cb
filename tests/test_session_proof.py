"""A proof that is no longer true is never taken for one, in any shell. No test waits: times are
set.
"""

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from worlds.lab import BASE, HOUR, Lab, age, copy_venv, make_repo, run
from worlds.proving import proved
from worlds.scene import Seen, each_sh, each_shell, each_unix, play
from worlds.shells import Posix, quote

VERSION = f"{sys.version_info[0]}.{sys.version_info[1]}"


class Change(NamedTuple):
    """One row: what happens after the proof, and the sentence that a session then gets; '' when
    there is a new proof.
    """

    name: str
    happen: Callable[[Lab], None]
    words: str = ""
    references: bool = False  # of a proof, which PowerShell's has none of


def older(path: Path, seconds: int = 10) -> None:
    """Give a file a time that is older than the one it was proved with."""
    status = path.stat()
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns - seconds * 10**9))


def keeping_time(path: Path, change: Callable[[], None]) -> None:
    """Let something happen below a directory that bears its old time afterwards."""
    before = path.stat().st_mtime_ns
    change()
    os.utime(path, ns=(before, before))


def older_repo(lab: Lab) -> None:
    lab.repo.rename(lab.directory / "new")
    make_repo(lab.repo)
    age(lab.repo, 10 * HOUR)


def shadow(lab: Lab) -> None:
    (lab.site / "repo_marker.py").write_text("")
    lab.config.write_text(
        lab.config.read_text().replace("[venv]", "marker = 'repo_marker'\n[venv]", 1)
    )


def shadowing_package(lab: Lab) -> None:
    (lab.site / "pipeline").mkdir()
    (lab.site / "pipeline" / "__init__.py").write_text("")


def new_venv(lab: Lab) -> None:
    shutil.rmtree(lab.venv)
    copy_venv(lab.venv)
    age(lab.venv, 10 * HOUR)


def another_link(lab: Lab) -> None:
    keeping_time(lab.site, lambda: (lab.site / "repo.pth").write_text("/nowhere\n"))
    older(lab.site / "repo.pth")


def no_reference(lab: Lab, directory: str = "*") -> None:
    for path in (lab.root / ".workroot" / "proof").glob(f"{directory}/*"):
        path.unlink()


def sessions(lab: Lab) -> list[Path]:
    endings = ("sh", "bash", "zsh", "ksh", "fish", "ps1")
    return [lab.root / ".workroot" / f"session.{ending}" for ending in endings]


CHANGES = [
    Change(
        "the repo is deleted", lambda lab: shutil.rmtree(lab.repo), "the repo {repo} is not there"
    ),
    Change(
        "the repo is renamed",
        lambda lab: lab.repo.rename(lab.directory / "new"),
        "the repo {repo} is not there",
    ),
    Change("the repo is replaced by an older one", older_repo),
    Change("the repo has one more module", lambda lab: (lab.repo / "more.py").write_text("")),
    Change("the repo has one module less", lambda lab: (lab.repo / "repo_marker.py").unlink()),
    Change(
        "the repo is a file now",
        lambda lab: (shutil.rmtree(lab.repo), lab.repo.write_text("")),
        "is not a directory",
    ),
    Change("an installed package shadows a module", shadowing_package),
    Change("an installed module shadows the marker", shadow, "marker-elsewhere"),
    Change("the configuration is edited", lambda lab: os.utime(lab.config)),
    Change("the configuration is an older one", lambda lab: older(lab.config)),
    Change(
        "the configuration is deleted",
        lambda lab: lab.config.unlink(),
        "no workroot.toml in {root}",
    ),
    Change("the link is edited", another_link),
    Change(
        "the link is deleted", lambda lab: keeping_time(lab.site, (lab.site / "repo.pth").unlink)
    ),
    Change(
        "pyvenv.cfg is deleted",
        lambda lab: keeping_time(lab.venv, (lab.venv / "pyvenv.cfg").unlink),
        "no pyvenv.cfg",
    ),
    Change("pyvenv.cfg is edited", lambda lab: os.utime(lab.venv / "pyvenv.cfg")),
    Change("the venv is deleted", lambda lab: shutil.rmtree(lab.venv)),
    Change("the venv is another one, and older", new_venv),
    Change("all references are gone", no_reference, references=True),
    Change(
        "the proof is gone",
        lambda lab: shutil.rmtree(lab.root / ".workroot" / "proof"),
        references=True,
    ),
    Change(
        "the proof is a file",
        lambda lab: (
            shutil.rmtree(lab.root / ".workroot" / "proof"),
            (lab.root / ".workroot" / "proof").write_text(""),
        ),
        references=True,
    ),
    Change("the session files are gone", lambda lab: [path.unlink() for path in sessions(lab)]),
    Change(
        "the session files are empty", lambda lab: [path.write_text("") for path in sessions(lab)]
    ),
    Change("everything of the kit's is gone", lambda lab: shutil.rmtree(lab.root / ".workroot")),
]


def written(lab: Lab) -> Path:
    """What the engine writes whenever it proves a session, and nothing else does."""
    return lab.root / ".workroot" / "session.sh"


def source(shell: Posix, lab: Lab, silent: bool = False) -> Seen:
    """Source in a new shell; what was there before, after, and what python then is."""
    if written(lab).exists():
        os.utime(written(lab), (0, 0))
    return play(
        shell,
        lab,
        shell.report("before"),
        shell.source(),
        shell.report("in"),
        shell.python("py", "repo_marker", "pipeline"),
        silent=silent,
    )


def proved_anew(lab: Lab) -> bool:
    return written(lab).stat().st_mtime > 0


@each_shell
@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.name)
def test_what_is_no_longer_true_is_proved_anew(change: Change, shell: Posix) -> None:
    lab = proved()
    change.happen(lab)
    seen = source(shell, lab)
    if change.words:
        assert seen["in"]["status"] == "1" and seen.environ("in") == seen.environ("before")
        assert change.words.format(repo=lab.repo, root=lab.root) in seen.said[0], seen.outcome
    else:
        holds = change.references and shell.name == "pwsh"
        assert seen["in"]["status"] == "0" and proved_anew(lab) != holds, seen.outcome
        assert seen["py"]["executable"] == str(lab.python)


@each_shell
def test_what_still_holds_is_not_proved_anew(shell: Posix) -> None:
    """The control: without a change the engine is not asked."""
    lab = proved()
    assert source(shell, lab, silent=True)["in"]["status"] == "0" and not proved_anew(lab)


def leads_into(root: Path, file: Path) -> bool:
    return file.is_symlink() and file.readlink().is_relative_to(root)


@each_unix
def test_each_reference_is_looked_at(shell: Posix) -> None:
    """The sh family comes to what lies in the workroot by its own path: links to it are fish's."""
    lab = proved()
    files = sorted((lab.root / ".workroot" / "proof").glob("*/*"))
    if shell.name != "fish":
        files = [file for file in files if not leads_into(lab.root, file)]
    names = [file.name for file in files]
    assert len(names) >= 6
    for name in names:
        next((lab.root / ".workroot" / "proof").glob(f"*/{name}")).unlink()
        assert source(shell, lab, silent=True)["in"]["status"] == "0" and proved_anew(lab), name


@each_shell
def test_a_configuration_edited_in_the_second_of_its_proof_counts(
    shell: Posix, tmp_path: Path
) -> None:
    lab = Lab(tmp_path).make()
    text = lab.config.read_text()
    lab.engine("session", str(lab.root)).must()
    before = lab.config.stat().st_mtime_ns
    lab.config.write_text(text + "\n[session.env]\nEDITED = 'yes'\n")
    os.utime(lab.config, ns=(before, before))
    assert source(shell, lab)["in"]["environ"].get("EDITED") == "yes"


@each_shell
def test_another_pythonpath_is_looked_at_and_what_it_takes_is_named(shell: Posix) -> None:
    """With both files, in the line that a session says; the same one again has a proof."""
    lab = proved()
    copy = lab.home / "repo_marker.py"
    copy.write_text("")
    steps = [shell.source(), shell.python("py", "repo_marker")]
    path = {"PYTHONPATH": str(lab.home)}
    said = f"import repo_marker takes {copy}, not {lab.repo}/repo_marker.py: PYTHONPATH comes first"
    seen = play(shell, lab, *steps, silent=False, **path)
    assert len(seen.said) == 1 and said in seen.said[0], seen.outcome
    assert seen["py"]["modules"]["repo_marker"] == str(copy)
    for command in ("check", "doctor", "status"):
        assert said in lab.engine(command, cwd=lab.root, **path).out, command
    age(lab.home)
    lab.age()
    play(shell, lab, *steps, silent=False, **path)
    os.utime(written(lab), (0, 0))
    play(shell, lab, *steps, **path)
    assert not proved_anew(lab)
    assert play(shell, lab, *steps)["py"]["modules"]["repo_marker"] == f"{lab.repo}/repo_marker.py"


@each_shell
def test_a_file_of_the_workroot_that_is_taken_is_named_until_it_is_gone(
    shell: Posix, tmp_path: Path
) -> None:
    lab = Lab(tmp_path).make()
    copy = lab.root / "repo_marker.py"
    copy.write_text("")
    lab.age()
    said = f"import repo_marker takes {copy}, not {lab.repo}/repo_marker.py"
    for _ in range(2):
        assert said in play(shell, lab, shell.source(), silent=False).said[0]
        lab.age()
    copy.unlink()
    play(shell, lab, shell.source())


def test_what_is_taken_where_a_person_stands_is_told_there_alone() -> None:
    lab = proved()
    elsewhere = lab.directory / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "repo_marker.py").write_text("")
    said = f"import repo_marker takes {elsewhere}/repo_marker.py, not {lab.repo}/repo_marker.py"
    asks = "import repo_marker; print(repo_marker.__file__)"
    taken = run([str(lab.python), "-c", asks], lab.environ, elsewhere).must().out
    assert taken == f"{elsewhere}/repo_marker.py\n"
    for command in ("check", "doctor", "status"):
        there = lab.engine(command, "-C", str(lab.root), cwd=elsewhere).out
        assert said in there, command
        assert "repo_marker takes" not in lab.engine(command, cwd=lab.root).out, command


def test_what_the_persons_own_packages_take_is_told_with_both_files(tmp_path: Path) -> None:
    """In a venv that shows the packages of the system, and with them those in ~/.local."""
    lab = Lab(tmp_path).make()
    own = lab.home / ".local" / "lib" / f"python{VERSION}" / "site-packages" / "tests"
    for directory in (own, lab.repo / "tests"):
        directory.mkdir(parents=True)
        (directory / "helpers.py").write_text("")
    taken = own / "__init__.py"
    taken.write_text("")
    shown = lab.venv / "pyvenv.cfg"
    shown.write_text(shown.read_text().replace("packages = false", "packages = true"))
    lab.age()
    said = f"import tests takes {taken}, not {lab.repo}/tests"
    for command in ("session", "check", "doctor", "status"):
        outcome = lab.engine(command, cwd=lab.root)
        assert said in outcome.out + outcome.err, (command, outcome)
    taken.unlink()
    assert "import tests takes" not in lab.engine("check", cwd=lab.root).out


# Interpreters


def base_python(lab: Lab, name: str, version: str = VERSION, real: str = BASE) -> Path:
    """A Python installation of the lab's own: a copy of the program beside the library of the real
    one.
    """
    home = lab.directory / name
    (home / "bin").mkdir(parents=True)
    (home / "lib").symlink_to(Path(real).parents[1] / "lib")
    shutil.copy2(real, home / "bin" / f"python{version}")
    age(home / "bin")
    return home / "bin" / f"python{version}"


@pytest.fixture
def own(tmp_path: Path) -> tuple[Lab, Path]:
    """A proved lab and the Python of its own that its venv stands on."""
    lab = Lab(tmp_path).make()
    python = base_python(lab, "base")
    shutil.rmtree(lab.venv)
    copy_venv(lab.venv, str(python))
    return lab.prove(), python


@each_shell
@pytest.mark.parametrize("times", [0, HOUR * 10], ids=["newer", "older"])
def test_an_interpreter_upgraded_in_place(times: int, shell: Posix, own: tuple[Lab, Path]) -> None:
    lab, python = own
    new = python.with_name("new")
    shutil.copy(python, new)
    age(new, times)
    new.replace(python)
    seen = source(shell, lab)
    assert seen["in"]["status"] == "0" and proved_anew(lab)
    assert seen["py"]["executable"] == str(lab.python)


@each_shell
def test_a_base_python_that_is_gone(shell: Posix, own: tuple[Lab, Path]) -> None:
    lab, python = own
    shutil.rmtree(python.parents[1])
    seen = source(shell, lab)
    assert seen["in"]["status"] == "1" and seen.environ("in") == seen.environ("before")
    assert f"{lab.venv} was not made by the kit and does not work" in seen.said[0]


@each_shell
def test_a_base_python_that_became_another_version(shell: Posix, tmp_path: Path) -> None:
    """The link flips to an interpreter that bears the very same time."""
    others = [
        path
        for path in Path(BASE).parents[2].glob("3.*/bin/python3.[0-9]*")
        if path.name[6:].replace(".", "").isdigit() and path.name != f"python{VERSION}"
    ]
    if not others:
        pytest.skip("only one Python here")
    lab = Lab(tmp_path).make()
    one = base_python(lab, "one")
    two = base_python(lab, "two", others[0].name[6:], str(others[0]))
    status = one.stat()
    os.utime(two, ns=(status.st_atime_ns, status.st_mtime_ns))
    current = lab.directory / "current"
    current.symlink_to(one)
    (lab.venv / "bin" / "python").unlink()
    (lab.venv / "bin" / "python").symlink_to(current)
    lab.prove()
    current.unlink()
    current.symlink_to(two)
    os.utime(current, ns=(status.st_atime_ns, status.st_mtime_ns), follow_symlinks=False)
    seen = source(shell, lab)
    assert seen["in"]["status"] == "1", seen.outcome
    assert "made for another Python" in seen.said[0]


@each_shell
def test_a_venv_of_ours_on_a_python_that_is_gone_is_made_anew(shell: Posix, tmp_path: Path) -> None:
    lab = Lab(tmp_path).make()
    python = base_python(lab, "base")
    shutil.rmtree(lab.venv)
    lab.config.write_text(
        lab.config.read_text().replace("[venv]", f"[venv]\npython = '{python}'", 1)
    )
    lab.engine("session", str(lab.root)).must()
    shutil.rmtree(python.parents[1])
    lab.config.write_text(lab.config.read_text().replace(f"python = '{python}'", ""))
    seen = source(shell, lab)
    assert (
        seen["in"]["status"] == "0"
        and seen["py"]["modules"]["repo_marker"] == f"{lab.repo}/repo_marker.py"
    ), seen.outcome


# Copies


@each_shell
@pytest.mark.parametrize("moved", [False, True], ids=["copied", "moved"])
def test_a_workroot_elsewhere_has_a_session_of_its_own(moved: bool, shell: Posix) -> None:
    lab = proved()
    other = Lab(lab.directory, root="other")
    run(
        ["mv" if moved else "cp", *([] if moved else ["-a"]), str(lab.root), str(other.root)],
        lab.environ,
        "/",
    ).must()
    seen = source(shell, other)
    assert seen["in"]["status"] == "0", seen.outcome
    assert (seen["in"]["environ"]["WORKROOT"], seen["py"]["executable"]) == (
        str(other.root),
        str(other.python),
    )
    assert seen["in"]["environ"]["PATH"].split(":")[:2] == other.entries


@each_shell
def test_a_copy_and_its_original_do_not_share_a_session(shell: Posix) -> None:
    """Not in the same shell either, and the copy's proof is none for the original."""
    lab = proved()
    other = Lab(lab.directory, root="other")
    run(["cp", "-a", str(lab.root), str(other.root)], lab.environ, "/").must()
    steps = [
        shell.source(),
        shell.source(other.root / "bootstrap.sh"),
        shell.report("other"),
        shell.source(lab.root / "bootstrap.sh"),
        shell.report("lab"),
    ]
    seen = play(shell, lab, *steps)
    assert seen["other"]["environ"]["WORKROOT"] == str(other.root) and seen["lab"]["environ"][
        "WORKROOT"
    ] == str(lab.root)
    assert not {*other.entries} & {*seen["lab"]["environ"]["PATH"].split(":")}


@each_sh
def test_a_subshell_in_another_workroot_gets_the_one_that_it_sources(
    shell: Posix, tmp_path: Path
) -> None:
    here, there = Lab(tmp_path / "a").make().prove(), Lab(tmp_path / "b").make().prove()
    path = quote(there.root / "bootstrap.sh")
    outcome = run(
        [
            *shell.argv,
            f'( . {path} && echo "$VIRTUAL_ENV" ); '
            f'echo "$(. {path} && echo "$VIRTUAL_ENV")"; '
            f': | ( . {path} && echo "$VIRTUAL_ENV" )',
        ],
        here.environ,
        here.root,
    )
    assert outcome.out.splitlines() == [str(there.venv)] * 3, outcome


@each_sh
@pytest.mark.parametrize("part", ["leave", "keep"])
def test_a_part_of_the_session_file_that_is_gone_is_made_anew(part: str, shell: Posix) -> None:
    """In a live session, which needs both."""
    lab = proved()
    steps = [
        ". ./bootstrap.sh",
        f"command rm .workroot/session.{part}.sh",
        ". ./bootstrap.sh",
        shell.report("in"),
        "deactivate",
        shell.report("after"),
    ]
    seen = play(shell, lab, shell.report("before"), *steps, WORKROOT="set before")
    assert seen["in"]["status"] == "0" and seen.environ("after") == seen.environ("before"), (
        seen.outcome
    )
