"""Which installer a venv gets, in which order, and that what it installs lands there whatever the
environment says.
"""

import os
import shutil
import sys
from pathlib import Path

import pytest
from worlds.interpreters import bare
from worlds.lab import BASE, PATH, Lab, Outcome, run
from worlds.proving import healthy, refused, session, workroot
from worlds.wheels import make_project, make_wheel

STUB = '#!/bin/sh\necho "$0 $*" >>{log}\nexit {status}\n'


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    """A workroot that wants one local wheel, on a PATH without uv."""
    lab = workroot(Lab(tmp_path))
    (lab.directory / "path").mkdir()
    (lab.directory / "path" / "python3").symlink_to(BASE)
    lab.environ["PATH"] = f"{lab.directory / 'path'}:/usr/bin:/bin"
    make_wheel(str(tmp_path / "wheels"), "gadget")
    (lab.root / "needs.txt").write_text(f"--no-index\n--find-links {tmp_path / 'wheels'}\ngadget\n")
    want(lab)
    return lab


def want(lab: Lab, installer: str = "auto", python: str = "") -> None:
    chosen = f"python = '{python}'\n" if python else ""
    lab.config.write_text(
        f"repo = '{lab.repo}'\n"
        "[venv]\n"
        f"{chosen}requirements = ['needs.txt']\n"
        f"installer = '{installer}'\n"
    )


def setup(lab: Lab, *words: str, **environ: str) -> Outcome:
    return lab.engine("setup", "-C", str(lab.root), *words, **environ)


def installed(lab: Lab) -> bool:
    return (lab.site / "gadget" / "__init__.py").is_file()


def uv(lab: Lab, status: int | None = None) -> Path:
    """uv on that PATH: the real one, or with a status a program of its name that notes its call and
    ends with that.
    """
    place = lab.directory / "path" / "uv"
    if status is None:
        found = shutil.which(
            "uv", path=f"{os.path.dirname(sys.executable)}:{PATH}:{os.environ['PATH']}"
        )
        place.symlink_to(found or pytest.skip("no uv on this machine"))
    else:
        place.write_text(STUB.format(log=lab.directory / "log", status=status))
        place.chmod(0o755)
    return lab.directory / "log"


# the order


def test_uv_is_taken_where_it_runs(lab: Lab) -> None:
    uv(lab)
    assert "installing needs.txt with uv" in setup(lab).must().err
    assert installed(lab)
    healthy(lab)


def test_pip_is_taken_where_there_is_no_uv(lab: Lab) -> None:
    assert "installing needs.txt with pip" in setup(lab).must().err
    assert installed(lab)
    healthy(lab)


def test_a_uv_that_does_not_run_is_passed_over(lab: Lab) -> None:
    log = uv(lab, status=127)
    assert "with pip" in setup(lab).must().err
    assert log.read_text().endswith("--version\n") and installed(lab)


def test_installer_pip_means_pip(lab: Lab) -> None:
    log = uv(lab, status=0)
    want(lab, "pip")
    assert "with pip" in setup(lab).must().err
    assert not log.exists() and installed(lab)


def test_installer_uv_without_uv_says_so(lab: Lab) -> None:
    want(lab, "uv")
    refused(setup(lab), "installer = 'uv' but no uv runs on PATH")


def test_a_base_without_ensurepip_lends_its_own_pip(lab: Lab) -> None:
    python = bare(lab.directory / "bare")
    lend_pip(python, lab)
    want(lab, python=python)
    setup(lab, PIP_INDEX_URL="http://127.0.0.1:1/").must()
    assert installed(lab) and not (lab.site / "pip").exists()
    healthy(lab)


def lend_pip(python: str, lab: Lab) -> None:
    """Give a Python the pip that another one comes with."""
    donor = lab.directory / "donor"
    run([BASE, "-I", "-m", "venv", str(donor)], lab.environ, "/").must()
    [site] = (donor / "lib").glob("python*/site-packages")
    name = os.path.basename(python)
    for part in site.glob("pip*"):
        shutil.copytree(part, Path(python).parents[1] / "lib" / name / "site-packages" / part.name)


def test_a_venv_that_lost_its_pip_gets_it_again(lab: Lab) -> None:
    session(lab).must()
    for part in lab.site.glob("pip*"):
        shutil.rmtree(part)
    make_wheel(str(lab.directory / "wheels"), "widget")
    with (lab.root / "needs.txt").open("a") as needs:
        needs.write("widget\n")
    setup(lab).must()
    assert (lab.site / "widget").is_dir()


# where it lands


@pytest.mark.parametrize("installer", ["pip", "uv"])
def test_what_the_environment_says_leads_nothing_astray(lab: Lab, installer: str) -> None:
    if installer == "uv":
        uv(lab)
    want(lab, installer)
    astray, other = lab.directory / "astray", lab.directory / "other"
    run([BASE, "-m", "venv", "--without-pip", str(other)], lab.environ, "/").must()
    before = sorted(map(str, other.rglob("*")))
    hostile = {
        name: str(astray)
        for name in (
            "PIP_TARGET",
            "PIP_PREFIX",
            "PIP_ROOT",
            "PYTHONHOME",
            "PYTHONPATH",
            "PYTHONUSERBASE",
            "UV_PROJECT_ENVIRONMENT",
        )
    }
    hostile |= {
        "PIP_USER": "1",
        "PIP_REQUIRE_VIRTUALENV": "1",
        "VIRTUAL_ENV": str(other),
        "CONDA_PREFIX": str(other),
        "UV_SYSTEM_PYTHON": "1",
        "PIP_PYTHON": BASE,
    }
    setup(lab, **hostile).must()
    assert installed(lab) and not astray.exists() and sorted(map(str, other.rglob("*"))) == before
    healthy(lab)


@pytest.mark.parametrize(
    "setting", ["user = true", "target = {astray}", "prefix = {astray}", "root = {astray}"]
)
def test_what_pips_configuration_says_leads_nothing_astray(lab: Lab, setting: str) -> None:
    want(lab, "pip")
    astray = lab.directory / "astray"
    (lab.home / ".config" / "pip").mkdir(parents=True)
    (lab.home / ".config" / "pip" / "pip.conf").write_text(
        f"[install]\n{setting.format(astray=astray)}\n"
    )
    setup(lab).must()
    assert installed(lab) and not astray.exists()


# what goes wrong


@pytest.mark.parametrize("installer", ["pip", "uv"])
def test_a_package_that_is_not_to_be_had_is_named_and_the_session_starts(
    lab: Lab, installer: str
) -> None:
    if installer == "uv":
        uv(lab)
    want(lab, installer)
    (lab.root / "needs.txt").write_text("--no-index\nnot-to-be-had==7\n")
    refused(setup(lab), "could not install needs.txt; the packages are as before")
    said = session(lab).must()
    assert "the requirements are not installed" in said.err and "not-to-be-had" in said.err
    checked = lab.engine("check", "-C", str(lab.root))
    assert checked.status == 1 and "not-to-be-had is missing" in checked.out
    imported = run([str(lab.python), "-B", "-c", "import pipeline"], lab.environ, "/")
    assert imported.must().err == ""


def test_the_whole_output_is_kept_in_the_log(lab: Lab) -> None:
    (lab.root / "needs.txt").write_text("--no-index\nnot-to-be-had==7\n")
    log = lab.root / ".workroot" / "log" / "install.log"
    assert str(log) in setup(lab).err and "not-to-be-had" in log.read_text()


def test_a_wrong_hash_is_refused(lab: Lab) -> None:
    (lab.root / "needs.txt").write_text(
        "--no-index\n"
        f"--find-links {lab.directory / 'wheels'}\n"
        f"gadget==1.0 --hash=sha256:{'0' * 64}\n"
    )
    refused(setup(lab), "could not install needs.txt")
    assert not installed(lab)


def test_installed_once_it_is_not_installed_again(lab: Lab) -> None:
    setup(lab).must()
    assert "installing" not in setup(lab, WORKROOT_CHECK="1").must().err
    assert "installing" not in session(lab).must().err


@pytest.mark.parametrize("installer", ["pip", "uv"])
def test_a_build_backend_in_the_repo_leaves_no_bytecode_there(lab: Lab, installer: str) -> None:
    if installer == "uv":
        uv(lab)
    make_project(str(lab.repo / "tool"), "tool")
    editable = f"editable = ['{lab.repo / 'tool'}']\n"
    lab.config.write_text(f"repo = '{lab.repo}'\n[venv]\n{editable}installer = '{installer}'\n")
    setup(lab).must()
    assert (lab.repo / "tool" / "backend.py").is_file()
    assert not list(lab.repo.rglob("__pycache__"))


@pytest.mark.parametrize("said", ["variable", "file", "file for pip"])
def test_our_own_uv_leaves_no_links_into_its_cache(lab: Lab, said: str) -> None:
    uv(lab)
    where = lab.home / ".config" / "uv" / "uv.toml"
    where.parent.mkdir(parents=True)
    table = "[pip]\n" if said == "file for pip" else ""
    where.write_text("" if said == "variable" else f"{table}link-mode = 'symlink'\n")
    variable = {"UV_LINK_MODE": "symlink"} if said == "variable" else {}
    setup(lab, **variable).must()
    assert installed(lab)
    assert not [path for path in lab.site.rglob("*") if path.is_symlink()]
