"""The place of the venv: linked, shared, a volume, on another disk; whatever makes room is kept."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest
from worlds.lab import BASE, Outcome, make_repo, run
from worlds.workbench import Workbench

MOUNTS = pytest.mark.skipif(
    os.geteuid() != 0 or not shutil.which("unshare"), reason="mounts need root"
)


def bench_at(directory: Path, **names: str) -> Workbench:
    """A workroot that has no venv yet."""
    bench = Workbench(directory, **names)
    make_repo(bench.repo)
    bench.engine("new", str(bench.root), "--repo", str(bench.repo)).must()
    bench.configure("[venv]", "installer = 'pip'")
    return bench


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    return bench_at(tmp_path)


def set_up(bench: Workbench) -> Workbench:
    bench.engine("setup", cwd=bench.root).must()
    return bench


def mounted(bench: Workbench, script: str) -> Outcome:
    """Run a script of sh, in the workroot and with mounts of its own."""
    words = ["unshare", "-m", "sh", "-ec", script, "sh", str(bench.kit / "setup.sh")]
    environ = bench.environ | {"PATH": f"{bench.environ['PATH']}:/usr/sbin:/sbin"}
    return run(words, environ, bench.root, timeout=300)


def kept(bench: Workbench) -> list[Path]:
    """What lies in the trash, or is led to by it."""
    return sorted((bench.root / ".workroot" / "trash").iterdir())


def test_a_link_to_a_venv_is_followed_and_what_is_installed_recorded(bench: Workbench) -> None:
    central = bench.directory / "central"
    run([BASE, "-m", "venv", str(central)], bench.environ, "/").must()
    bench.venv.symlink_to(central)
    bench.wheel("alpha")
    bench.engine("session", str(bench.root)).must()
    bench.pip("install", "alpha").must()
    assert bench.kinds() == ["baseline", "install"]
    bench.workroot("undo").must()
    bench.workroot("doctor", "--fix").must()
    assert not any(name.startswith("alpha") for name in bench.packages())
    assert bench.venv.is_symlink() and central.is_dir()


def test_a_link_to_nothing_is_named_with_where_it_leads(bench: Workbench) -> None:
    bench.venv.symlink_to("/nowhere/at-all")
    failed = bench.engine("session", str(bench.root))
    assert failed.status == 2
    assert f"{bench.venv} is a link to /nowhere/at-all, which is not there" in failed.err


@pytest.mark.parametrize("how", ["link", "path"])
def test_a_venv_that_another_workroot_works_with_is_refused_and_nothing_is_written(
    tmp_path: Path, how: str
) -> None:
    first = set_up(bench_at(tmp_path / "one"))
    second = bench_at(tmp_path / "two")
    if how == "link":
        second.venv.symlink_to(first.venv)
    else:
        second.configure("[venv]", f"path = '{first.venv}'")
    before = first.picture()
    for command in (["setup"], ["session", str(second.root)]):
        failed = second.engine(*command, cwd=second.root)
        assert failed.status == 2
        assert f"is the venv of {first.root}; two workroots cannot share one" in failed.err
    assert first.picture() == before and not (second.root / ".workroot").exists()


def test_a_foreign_venv_that_another_workroot_linked_is_refused(tmp_path: Path) -> None:
    central = tmp_path / "central"
    run([BASE, "-m", "venv", "--without-pip", str(central)], {"PATH": "/usr/bin"}, "/").must()
    first, second = bench_at(tmp_path / "one"), bench_at(tmp_path / "two")
    for bench in (first, second):
        bench.venv.symlink_to(central)
    first.engine("session", str(first.root)).must()
    failed = second.engine("session", str(second.root))
    assert failed.status == 2 and "two workroots cannot share one" in failed.err
    first.engine("session", str(first.root)).must()


@pytest.mark.parametrize("how", ["moved", "copied", "left"])
def test_a_venv_whose_workroot_is_gone_or_has_another_is_taken(tmp_path: Path, how: str) -> None:
    first, second = set_up(bench_at(tmp_path / "one")), bench_at(tmp_path / "two")
    if how == "copied":
        shutil.copytree(first.venv, second.venv, symlinks=True)
    else:
        second.venv.symlink_to(first.venv)
    if how == "moved":
        first.config.unlink()
    if how == "left":
        first.configure("[venv]", "path = 'another'")
        first.engine("setup", cwd=first.root).must()
    second.engine("setup", cwd=second.root).must()


def test_an_interpreter_that_is_not_there_leaves_the_working_venv(bench: Workbench) -> None:
    set_up(bench)
    before = bench.picture()
    for wanted in ("3.99", "/bin/ls", "no-such-python"):
        failed = bench.workroot("create", "--force", "--python", wanted)
        assert failed.status == 2 and failed.err.count("\n") == 2
    assert bench.picture() == before and not (bench.root / ".workroot" / "trash").exists()


def test_a_new_venv_that_cannot_be_filled_gives_way_to_the_old_one(bench: Workbench) -> None:
    bench.wheel("alpha")
    (bench.root / "requirements.txt").write_text("alpha\n")
    bench.configure("[venv]", "requirements = ['requirements.txt']")
    bench.engine("setup", cwd=bench.root).must()
    before = bench.packages()
    for wheel in bench.wheels.iterdir():
        wheel.unlink()
    failed = bench.workroot("create", "--force")
    assert failed.status == 2 and "is the old one again" in failed.err
    assert bench.packages() == before
    bench.run("python", "-c", "import alpha").must()


def test_what_a_person_set_in_a_venv_comes_along(bench: Workbench) -> None:
    bench.configure("[venv]", f"python = '{BASE}'")
    set_up(bench)
    (bench.venv / "pip.conf").write_text("[global]\nindex-url = https://index.example.invalid/\n")
    (bench.venv / "pip.conf").chmod(0o600)
    cfg = bench.venv / "pyvenv.cfg"
    text = cfg.read_text().replace("-packages = false", "-packages = true")
    cfg.write_text(text + "prompt = 'it\\'s mine'\n")
    for spoil in (lambda: (bench.venv / "bin" / "python").unlink(), lambda: None):
        spoil()
        words = ["create", "--force"] if (bench.venv / "bin" / "python").exists() else ["setup"]
        said = bench.engine(*words, cwd=bench.root).must()
        assert "pip.conf, include-system-site-packages, the prompt" in said.err
        assert (bench.venv / "pip.conf").stat().st_mode & 0o777 == 0o600
        assert "include-system-site-packages = true" in cfg.read_text()
        assert "it's mine" in cfg.read_text()
    bench.workroot("clean", "--yes").must()
    assert (bench.venv / "pip.conf").exists() and "it's mine" in cfg.read_text()


@MOUNTS
@pytest.mark.parametrize("kind", ["volume", "bind"])
def test_a_volume_in_the_place_of_the_venv_is_filled_where_it_is(
    bench: Workbench, kind: str
) -> None:
    bench.wheel("alpha")
    volume = "mount -t tmpfs none .venv; mkdir .venv/lost+found"
    bind = "mkdir ../volume; mount --bind ../volume .venv"
    bench.venv.mkdir()
    done = mounted(
        bench,
        f"""{volume if kind == "volume" else bind}
        sh "$1" setup 2>&1
        .workroot/bin/pip install -q alpha 2>&1
        .venv/bin/python -c 'import alpha'
        .workroot/bin/workroot undo 2>&1
        sh "$1" setup --check 2>&1
        .workroot/bin/workroot create --force 2>&1
        .workroot/bin/workroot clean --yes 2>&1
        ls -A .venv .venv/.workroot-aside .workroot/trash
        test -f .workroot/trash/*/pyvenv.cfg
        .venv/bin/python -c 'import sys; print(sys.prefix)'""",
    ).must()
    assert done.out.splitlines()[-1] == str(bench.venv)
    assert list(bench.venv.iterdir()) == []


@MOUNTS
def test_a_venv_on_another_disk_is_made_anew_there_and_the_old_one_stays_there(
    bench: Workbench,
) -> None:
    place = bench.directory / "disk"
    place.mkdir()
    bench.configure("[venv]", f"path = '{place}/venvs/lab'")
    done = mounted(
        bench,
        f"""mount -t tmpfs none {place}
        sh "$1" setup
        .workroot/bin/workroot create --force 2>&1
        test -f {place}/venvs/.workroot-aside/*/pyvenv.cfg
        test -f .workroot/trash/*/pyvenv.cfg
        {place}/venvs/lab/bin/python -c 'import sys; print(sys.prefix)'""",
    ).must()
    assert done.out.splitlines()[-1] == f"{place}/venvs/lab"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_a_venv_that_is_ones_own_in_a_directory_that_is_not_is_filled_where_it_is() -> None:
    directory = Path(tempfile.mkdtemp(prefix="workroot-plain-"))
    try:
        bench = bench_at(directory)
        bench.venv.mkdir()
        (bench.root / ".workroot").mkdir()
        own = [bench.venv, bench.root / ".workroot", bench.home]
        run(["chown", "-R", "23456", *map(str, own)], bench.environ, "/").must()
        directory.chmod(0o755)
        words = ["setpriv", "--reuid=23456", "--clear-groups", "sh", str(bench.kit / "setup.sh")]
        environ = bench.environ | {"XDG_CACHE_HOME": str(bench.home)}
        for command in (["setup"], ["create", "--force"]):
            run([*words, *command], environ, bench.root, timeout=300).must()
        assert (bench.venv / "pyvenv.cfg").exists() and bench.venv.stat().st_uid == 23456
    finally:
        shutil.rmtree(directory)
