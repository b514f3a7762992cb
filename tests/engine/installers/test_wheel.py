"""pip's own wheel put into a venv by the kit: a whole installation in pip's own eyes, or none."""

import base64
import csv
import hashlib
import subprocess
from pathlib import Path

import pytest
from worlds.interpreters import bare, every, label
from worlds.lab import BASE, Lab, run
from worlds.proving import session, workroot
from worlds.wheels import make_wheel


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    """A workroot with a venv that has the kit's pip."""
    lab = workroot(Lab(tmp_path))
    session(lab).must()
    return lab


def pip(lab: Lab, *words: str):
    return run(
        [str(lab.python), "-I", "-m", "pip", "--disable-pip-version-check", *words],
        lab.environ,
        "/",
    )


def rows(lab: Lab) -> list[list[str]]:
    [record] = lab.site.glob("pip-*.dist-info/RECORD")
    with record.open(newline="") as file:
        return list(csv.reader(file))


def test_the_record_lists_every_file_with_its_hash(lab: Lab) -> None:
    for name, digest, size in rows(lab):
        content = (lab.site / name).read_bytes()
        true = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
        assert not digest or (digest, size) == (f"sha256={true}", str(len(content))), name
    listed = {(lab.site / name).resolve() for name, *_ in rows(lab)}
    put = {
        path.resolve()
        for path in (lab.site / "pip").rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    assert (
        put <= listed
        and {(lab.venv / "bin" / name).resolve() for name in ("pip", "pip3")} <= listed
    )


@pytest.mark.parametrize("python", every(), ids=label)
def test_it_works_in_every_python_and_by_every_script(tmp_path: Path, python: str) -> None:
    lab = workroot(Lab(tmp_path, root="with space"))
    lab.engine("create", "-C", str(lab.root), "--python", python).must()
    for script in ("pip", "pip3", f"pip{label(python).removesuffix('-system')}"):
        assert (
            str(lab.site)
            in run([str(lab.venv / "bin" / script), "--version"], lab.environ, "/").must().out
        )
    assert "No broken requirements" in pip(lab, "check").must().out


def test_pip_can_take_itself_out_to_the_last_file(lab: Lab) -> None:
    pip(lab, "uninstall", "-q", "-y", "pip").must()
    assert not list(lab.site.glob("pip*")) and not list((lab.venv / "bin").glob("pip*"))


def test_what_a_killed_run_left_is_replaced_whole(lab: Lab) -> None:
    for lost in (*lab.site.glob("pip-*.dist-info/METADATA"), lab.site / "pip" / "__main__.py"):
        lost.unlink()
    (lab.site / "workroot-1.tmp" / "pip").mkdir(parents=True)
    ended = subprocess.Popen(["true"])
    ended.wait()
    (lab.venv / "bin" / f"pip3.11.{ended.pid}.tmp").touch()
    (lab.root / ".workroot" / "state.json").unlink()
    session(lab).must()
    assert "pip" in pip(lab, "--version").must().out
    assert not list(lab.venv.rglob("*.tmp"))


def test_in_a_path_that_no_script_can_name_pip_still_runs_as_a_module(tmp_path: Path) -> None:
    lab = workroot(Lab(tmp_path, root="it's\nodd"))
    session(lab).must()
    assert pip(lab, "--version").must()
    wheel = make_wheel(str(tmp_path / "wheels"), "gadget")
    pip(lab, "install", "-q", "--no-index", wheel).must()
    assert (lab.site / "gadget").is_dir()


def test_a_venv_of_a_base_without_a_wheel_gets_none_and_works(tmp_path: Path) -> None:
    lab = workroot(Lab(tmp_path))
    lab.engine(
        "create", "-C", str(lab.root), "--python", bare(tmp_path / "bare"), WORKROOT_PYTHON=BASE
    ).must()
    assert not (lab.site / "pip").exists()
    assert run([str(lab.python), "-B", "-c", "import pipeline"], lab.environ, "/").must()
