"""The virtual environment: whoever made it, whatever happened to it, it works or is left alone, and
nobody's files are lost.
"""

import contextlib
import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from worlds.environment import find_uv
from worlds.interpreters import every, label, locales, other
from worlds.lab import BASE, PATH, Lab, Outcome, copy_venv, make_repo, run
from worlds.proving import healthy, litter, refused, session, workroot
from worlds.wheels import make_wheel

KILLS = (2, pytest.param(20, marks=pytest.mark.thorough))
ANY_PYTHON = pytest.mark.parametrize("python", every(), ids=label)


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    """A workroot that has no venv yet."""
    return workroot(Lab(tmp_path))


# whoever made it


def by_the_kit(lab: Lab, python: str) -> None:
    lab.engine("create", "-C", str(lab.root), "--python", python).must()


def by_venv(lab: Lab, python: str) -> None:
    run([python, "-m", "venv", "--without-pip", str(lab.venv)], lab.environ, "/").must()


def by_uv(lab: Lab, python: str) -> None:
    run(
        [
            find_uv() or pytest.skip("no uv on this machine"),
            "venv",
            "-q",
            "--offline",
            "--no-config",
            "--python",
            python,
            str(lab.venv),
        ],
        lab.environ,
        "/",
    ).must()


MAKERS = [by_the_kit, by_venv, by_uv]


@ANY_PYTHON
@pytest.mark.parametrize("make", MAKERS)
def test_every_venv_python_of_every_maker_is_linked_and_healthy_in_every_locale(
    tmp_path: Path, make: Callable, python: str
) -> None:
    lab = workroot(Lab(tmp_path, repo="répo-日本"))
    make(lab, python)
    for name, environ in locales().items():
        assert session(lab, **environ).status == 0, name
        healthy(lab, **environ)


@ANY_PYTHON
def test_a_venv_of_a_non_ascii_workroot_works_in_every_locale(tmp_path: Path, python: str) -> None:
    lab = workroot(Lab(tmp_path, root="läb-日本 x", repo="répo y"))
    *_, narrow = locales().values()
    lab.engine("create", "-C", str(lab.root), "--python", python, **narrow).must()
    for environ in locales().values():
        session(lab, **environ).must()
        healthy(lab, **environ)


def test_the_kits_venv_has_its_bases_pip(lab: Lab) -> None:
    session(lab).must()
    for pip in ([str(lab.python), "-m", "pip"], [str(lab.venv / "bin" / "pip")]):
        assert str(lab.venv) in run([*pip, "--version"], lab.environ, "/").must().out


def test_a_venv_that_works_is_adopted_as_it_is(lab: Lab) -> None:
    copy_venv(lab.venv)
    before = files_of(lab.venv)
    session(lab).must()
    assert "adopted" in lab.engine("create", "-C", str(lab.root)).must().err
    after = files_of(lab.venv)
    assert after.pop(str(lab.site / "repo.pth")) and after == before


def files_of(top: Path) -> dict[str, bytes]:
    """Path -> content of each file below it."""
    return {str(path): path.read_bytes() for path in top.rglob("*") if path.is_file()}


# killed, and two at once


@pytest.mark.parametrize("kills", KILLS)
def test_killed_at_any_moment_the_next_run_heals(lab: Lab, kills: int) -> None:
    began = time.monotonic()
    session(lab).must()
    whole, moments = time.monotonic() - began, random.Random(kills)
    for _ in range(kills):
        shutil.rmtree(lab.venv, ignore_errors=True)
        shutil.rmtree(lab.root / ".workroot")
        kill_after(lab, moments.uniform(0, whole))
        session(lab).must()
        healthy(lab)
        assert (
            run([str(lab.python), "-m", "pip", "--version"], lab.environ, "/").must()
            and litter(lab) == []
        )


def kill_after(lab: Lab, seconds: float) -> None:
    argv = ["sh", str(lab.kit / "setup.sh"), "session", str(lab.root)]
    silent = {
        "stdin": subprocess.DEVNULL,
        "stdout": subprocess.DEVNULL,
        "stderr": subprocess.DEVNULL,
    }
    with subprocess.Popen(
        argv, env=lab.environ, cwd="/", start_new_session=True, **silent
    ) as child:
        try:
            child.wait(seconds)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
    gone(child.pid)


def gone(group: int) -> None:
    """Wait for the last process of a group: one that is not yet reaped still counts as alive."""
    while True:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return
        os.sched_yield()


def test_four_sessions_at_once_make_one_venv(lab: Lab) -> None:
    argv = ["sh", str(lab.kit / "setup.sh"), "session", str(lab.root)]
    children = [
        subprocess.Popen(argv, env=lab.environ, cwd="/", stderr=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    said = [child.communicate(timeout=120)[1] for child in children]
    assert [child.returncode for child in children] == [0] * 4, said
    assert "".join(said).count("making") == 1
    healthy(lab)
    assert litter(lab) == []


# what is not ours


def break_it(lab: Lab) -> None:
    for name in ("python", "python3", os.path.basename(BASE)):
        (lab.venv / "bin" / name).unlink(missing_ok=True)


def test_a_foreign_venv_that_does_not_work_is_reported_and_left_alone(lab: Lab) -> None:
    copy_venv(lab.venv)
    (lab.venv / "thesis.txt").write_text("mine")
    break_it(lab)
    before = files_of(lab.venv)
    for command in (
        ["session", str(lab.root)],
        ["setup", "-C", str(lab.root)],
        ["create", "-C", str(lab.root)],
    ):
        refused(lab.engine(*command), "was not made by the kit and does not work")
    assert files_of(lab.venv) == before


def test_force_moves_what_is_not_ours_to_the_trash(lab: Lab) -> None:
    copy_venv(lab.venv)
    (lab.venv / "thesis.txt").write_text("mine")
    break_it(lab)
    lab.engine("create", "--force", "-C", str(lab.root)).must()
    [kept] = (lab.root / ".workroot" / "trash").glob("*/thesis.txt")
    assert kept.read_text() == "mine"
    healthy(lab)


def test_without_our_marker_a_broken_venv_is_not_ours(lab: Lab) -> None:
    session(lab).must()
    (lab.venv / "workroot-venv").unlink()
    break_it(lab)
    refused(session(lab), "was not made by the kit")
    assert (lab.venv / "pyvenv.cfg").exists()


def test_a_directory_with_a_thesis_survives_every_command(lab: Lab) -> None:
    lab.venv.mkdir()
    (lab.venv / "thesis.txt").write_text("mine")
    for command in ("session", "setup", "create", "check", "run", "env", "activate"):
        words = (
            [str(lab.root)]
            if command == "session"
            else ["-C", str(lab.root), *(["x.py"] if command == "run" else [])]
        )
        outcome = lab.engine(command, *words)
        assert "Traceback" not in outcome.err and (lab.venv / "thesis.txt").read_text() == "mine", (
            command
        )


def test_a_file_at_the_venvs_place_is_named_and_kept(lab: Lab) -> None:
    lab.venv.write_text("mine")
    refused(session(lab), f"{lab.venv} is a file, where the venv should be")
    assert lab.venv.read_text() == "mine"


def test_a_link_to_a_venv_is_adopted_and_force_moves_the_link_alone(lab: Lab) -> None:
    elsewhere = lab.directory / "elsewhere"
    copy_venv(elsewhere)
    (elsewhere / "thesis.txt").write_text("mine")
    lab.venv.symlink_to(elsewhere)
    session(lab).must()
    healthy(lab)
    lab.engine("create", "--force", "-C", str(lab.root)).must()
    assert (elsewhere / "thesis.txt").read_text() == "mine" and not lab.venv.is_symlink()


# what happened to it


def test_a_moved_workroot_has_a_venv_whose_scripts_are_its_own(lab: Lab) -> None:
    session(lab).must()
    lab.root = lab.root.rename(lab.directory / "moved")
    session(lab).must()
    healthy(lab)
    assert (
        str(lab.venv)
        in run([str(lab.venv / "bin" / "pip"), "--version"], lab.environ, "/").must().out
    )


def test_what_is_installed_into_a_copy_stays_out_of_the_original(lab: Lab) -> None:
    session(lab).must()
    copied = Lab(lab.directory, root="copied")
    shutil.copytree(lab.root, copied.root, symlinks=True)
    session(copied).must()
    pip = [
        str(copied.venv / "bin" / "pip"),
        "install",
        "-q",
        "--no-index",
        make_wheel(str(lab.directory), "gadget"),
    ]
    run(pip, lab.environ, "/").must()
    assert (copied.site / "gadget").is_dir() and not (lab.site / "gadget").exists()
    healthy(lab)
    healthy(copied)


def test_an_adopted_venv_that_moved_works(lab: Lab) -> None:
    copy_venv(lab.venv)
    session(lab).must()
    lab.root = lab.root.rename(lab.directory / "moved")
    session(lab).must()
    healthy(lab)


def test_without_pyvenv_cfg_ours_is_made_anew_and_the_base_gets_nothing(lab: Lab) -> None:
    session(lab).must()
    (lab.site / "mine.py").write_text("")
    (lab.venv / "pyvenv.cfg").unlink()
    session(lab).must()
    healthy(lab)
    assert list((lab.root / ".workroot" / "trash").glob("*/lib/python*/site-packages/mine.py"))


def test_without_pyvenv_cfg_a_foreign_one_is_reported(lab: Lab) -> None:
    copy_venv(lab.venv)
    (lab.venv / "pyvenv.cfg").unlink()
    refused(session(lab), "has no pyvenv.cfg, so its Python would be the system's")


@pytest.mark.parametrize("made_by_us", [True, False])
def test_a_base_that_became_another_version_is_noticed(lab: Lab, made_by_us: bool) -> None:
    newer = other(BASE) or pytest.skip("one Python only")
    session(lab).must() if made_by_us else copy_venv(lab.venv)
    break_it(lab)
    for name in ("python", "python3"):
        (lab.venv / "bin" / name).symlink_to(newer)
    if made_by_us:
        assert "was made for another Python" in session(lab).must().err
        return healthy(lab)
    refused(session(lab), "was made for another Python")


def test_a_base_that_is_gone_is_noticed(lab: Lab) -> None:
    session(lab).must()
    break_it(lab)
    (lab.venv / "bin" / "python").symlink_to("/nonexistent/python3")
    assert "making it anew" in session(lab).must().err
    healthy(lab)


def test_a_pyvenv_cfg_that_python_cannot_read_is_reported(lab: Lab) -> None:
    session(lab).must()
    (lab.venv / "pyvenv.cfg").write_bytes(b"home = \xff\xfe\n")
    refused(session(lab), "the health check did not run in")
    lab.engine("create", "--force", "-C", str(lab.root)).must()
    healthy(lab)


# odd names and places


NAMES = [
    "a$(touch P)b",
    "a`touch P`b",
    "with space",
    "it's",
    'say "hi"',
    "-dash",
    "#hash",
    "line\nbreak",
    "$HOME",
    "a;touch P",
    "trailing ",
    "répo",
]


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_a_name_is_never_run(tmp_path: Path, name: str) -> None:
    lab = workroot(Lab(tmp_path, root=f"{name}.lab", repo=name))
    session(lab).must()
    healthy(lab)
    outcome = lab.engine(
        "run", "-C", str(lab.root), "python", "-c", "import pipeline", cwd=lab.root
    )
    assert outcome.status == 0, outcome
    lab.root = lab.root.rename(tmp_path / f"moved {name}")
    outcome = session(lab)
    assert outcome.status == 0 or "cannot be corrected" in outcome.err
    assert not list(tmp_path.rglob("P"))


def test_a_path_that_venv_refuses_is_refused_in_one_sentence(tmp_path: Path) -> None:
    lab = Lab(tmp_path, root="a:b")
    make_repo(lab.repo)
    refused(lab.engine("new", str(lab.root), "--repo", str(lab.repo)), "which PATH cannot hold")
    assert not lab.root.exists()


def test_on_a_file_system_without_links_a_venv_works(tmp_path: Path) -> None:
    with mounted(tmp_path) as place:
        lab = workroot(Lab(place))
        session(lab).must()
        healthy(lab)
        assert run([str(lab.python), "-m", "pip", "--version"], lab.environ, "/").must()


@contextlib.contextmanager
def mounted(directory: Path) -> Iterator[Path]:
    """An exFAT image, mounted; the test is skipped where that cannot be."""
    image, place = directory / "image", directory / "exfat"
    with image.open("wb") as file:
        file.truncate(256 << 20)
    place.mkdir()
    system(["mkfs.exfat", str(image)])
    device = system(["losetup", "--find", "--show", str(image)]).out.strip()
    try:
        system(["mount.exfat-fuse", device, str(place)])
        try:
            yield place
        finally:
            system(["umount", str(place)])
    finally:
        system(["losetup", "--detach", device])


def system(argv: list[str]) -> Outcome:
    """Run an administrator's program; the test is skipped where it does not run."""
    environ = {"PATH": f"{PATH}:/usr/sbin:/sbin"}
    if not shutil.which(argv[0], path=environ["PATH"]):
        pytest.skip(f"no {argv[0]} on this machine (exfatprogs, exfat-fuse)")
    outcome = run(argv, environ, "/")
    return (
        outcome
        if outcome.status == 0
        else pytest.skip(f"{argv[0]} does not run here: {outcome.err.strip()}")
    )
