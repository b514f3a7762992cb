"""Which Python a venv is made of, and which one runs the engine: what runs counts, not what is
called python.
"""

import os
from pathlib import Path

import pytest
from worlds.interpreters import every, label, minor
from worlds.lab import BASE, Lab, run
from worlds.proving import healthy, refused, session, workroot

from workroot.pythons import interpreter

OLD = next(
    iter(sorted(Path(os.path.expanduser("~/.pyenv/versions")).glob("3.[67].*/bin/python3.[67]"))),
    None,
)
RANGES = {
    ">=3.8": ("3.8.0", "3.13.1"), "3.12": ("3.12.0", "3.12.9"), "==3.12": ("3.12.4",),
    "==3.12.*": ("3.12.4",), "~=3.11": ("3.11.0", "3.13.0"),
    "~=3.11.2": ("3.11.2", "3.11.9"), ">3.11": ("3.12.0",), "<=3.12": ("3.12.9", "3.8.0"),
    "<3.12": ("3.11.9",), "!=3.12": ("3.11.0", "3.13.0"),
    ">=3.10,<3.13,!=3.11": ("3.10.0", "3.12.1"), ">= 3.9 , < 4": ("3.9.0", "3.20.0"),
    "3.12.1": ("3.12.1",), "===3.12.1": ("3.12.1",),
}  # fmt: skip
OUTSIDE = {
    ">=3.8": ("3.7.9",), "3.12": ("3.11.9", "3.13.0"), "==3.12": ("3.1.2",),
    "==3.12.*": ("3.13.0",), "~=3.11": ("3.10.9", "4.0.0"), "~=3.11.2": ("3.12.0", "3.11.1"),
    ">3.11": ("3.11.9",), "<=3.12": ("3.13.0",), "<3.12": ("3.12.0",), "!=3.12": ("3.12.5",),
    ">=3.10,<3.13,!=3.11": ("3.11.5", "3.13.0", "3.9.0"),
    ">= 3.9 , < 4": ("3.8.1", "4.0.0"), "3.12.1": ("3.12.2",), "===3.12.1": ("3.12.2",),
}  # fmt: skip


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    lab = workroot(Lab(tmp_path))
    (tmp_path / "path").mkdir()
    lab.environ["PATH"] = f"{tmp_path / 'path'}:/usr/bin:/bin"
    return lab


def program(lab: Lab, name: str, text: str) -> Path:
    """A program of that name, first on the lab's PATH."""
    place = lab.directory / "path" / name
    place.write_text(f"#!/bin/sh\n{text}\n")
    place.chmod(0o755)
    return place


def base(lab: Lab) -> str:
    """The version of the venv's Python."""
    return (
        run(
            [
                str(lab.python),
                "-I",
                "-S",
                "-c",
                "import sys; print('%d.%d' % sys.version_info[:2])",
            ],
            lab.environ,
            "/",
        )
        .must()
        .out.strip()
    )


# the venv's


@pytest.mark.parametrize(
    ("table", "expected"), [(RANGES, True), (OUTSIDE, False)], ids=["inside", "outside"]
)
def test_a_range_means_what_it_means_to_pip(table: dict, expected: bool) -> None:
    asked = [(wanted, version) for wanted, versions in table.items() for version in versions]
    assert [pair for pair in asked if fits(*pair) is not expected] == []


def fits(wanted: str, version: str) -> bool:
    numbers = tuple(map(int, version.split(".")))
    return interpreter.fits(numbers, interpreter.parse_range(wanted))


@pytest.mark.parametrize("python", every(), ids=label)
def test_a_python_is_chosen_by_path_by_name_and_by_version(lab: Lab, python: str) -> None:
    (lab.directory / "path" / os.path.basename(python)).symlink_to(python)
    for wanted in (python, os.path.basename(python), f"3.{minor(python)}"):
        lab.engine(
            "create", "--force", "-C", str(lab.root), "--python", wanted, WORKROOT_PYTHON=BASE
        ).must()
        assert base(lab) == f"3.{minor(python)}", wanted


def test_the_configuration_names_it(lab: Lab) -> None:
    python = every()[0]
    lab.config.write_text(f"repo = '{lab.repo}'\n[venv]\npython = '{python}'\n")
    session(lab, WORKROOT_PYTHON=BASE).must()
    assert base(lab) == f"3.{minor(python)}"
    healthy(lab)


def test_pythons_that_pyenv_and_uv_keep_are_found_off_the_path(lab: Lab) -> None:
    python = every()[0]
    for store, name in (
        (lab.home / ".pyenv" / "versions", "9.9.9"),
        (lab.home / ".local" / "share" / "uv" / "python", "cpython-9"),
    ):
        (store / name / "bin").mkdir(parents=True)
        (store / name / "bin" / "python3").symlink_to(python)
        lab.engine(
            "create",
            "--force",
            "-C",
            str(lab.root),
            "--python",
            f"3.{minor(python)}",
            WORKROOT_PYTHON=BASE,
        ).must()
        assert base(lab) == f"3.{minor(python)}"
        (store / name / "bin" / "python3").unlink()


def test_a_venvs_python_means_its_base(lab: Lab) -> None:
    run(
        [BASE, "-m", "venv", "--without-pip", str(lab.directory / "other")], lab.environ, "/"
    ).must()
    lab.engine(
        "create", "-C", str(lab.root), "--python", str(lab.directory / "other" / "bin" / "python")
    ).must()
    assert str(lab.directory / "other") not in (lab.venv / "pyvenv.cfg").read_text()


@pytest.mark.parametrize(
    "wanted",
    [
        "no-such-python",
        "/nonexistent/python3",
        ">=3.banana",
        "/etc/passwd",
        "$(touch PWNED)",
        "",
        "-c",
    ],
)
def test_what_is_no_python_is_named(lab: Lab, wanted: str) -> None:
    outcome = lab.engine("create", "-C", str(lab.root), f"--python={wanted}")
    assert (
        outcome.status == 0
        if wanted == ""
        else refused(outcome, f"{wanted} is no Python that runs") is None
    )
    assert not list(lab.directory.rglob("PWNED"))


def test_a_version_that_nobody_has_is_named_with_the_way_to_it(lab: Lab) -> None:
    outcome = lab.engine("create", "-C", str(lab.root), "--python", "3.29")
    refused(outcome, "no Python that is 3.29 was found")
    assert "install Python 3.29" in outcome.err
    program(lab, "uv", "exit 0")
    assert (
        "uv python install 3.29"
        in lab.engine("create", "-C", str(lab.root), "--python", "3.29").err
    )


@pytest.mark.skipif(OLD is None, reason="no Python 3.6 or 3.7 on this machine")
def test_one_too_old_for_a_venv_is_named(lab: Lab) -> None:
    refused(
        lab.engine("create", "-C", str(lab.root), "--python", str(OLD), WORKROOT_PYTHON=BASE),
        "a venv needs 3.8 or newer",
    )


@pytest.mark.parametrize(
    "text",
    [
        "exit 127",
        "exit 0",
        "echo nonsense; echo 3 x y",
        "kill -9 $$",
        "echo Python was not found >&2; exit 9009",
    ],
)
def test_a_shim_that_runs_no_python_is_passed_over(lab: Lab, text: str) -> None:
    python = every()[0]
    program(lab, "python3", text)
    (lab.directory / "path" / os.path.basename(python)).symlink_to(python)
    lab.engine(
        "create", "-C", str(lab.root), "--python", f"3.{minor(python)}", WORKROOT_PYTHON=BASE
    ).must()
    assert base(lab) == f"3.{minor(python)}"


# the engine's


@pytest.mark.parametrize(
    "text", ["exit 127", "exit 0", "exit 93 # and more", "echo Python was not found >&2; exit 9009"]
)
def test_the_engine_runs_under_the_first_python_that_can(lab: Lab, text: str) -> None:
    if "93" in text:
        text = f'[ "$4" = --ran ] && exit 1; exec {BASE} "$@"'
    program(lab, "python3", text)
    (lab.directory / "path" / "python").symlink_to(BASE)
    session(lab).must()
    healthy(lab)


def test_one_too_old_for_the_engine_is_passed_over(lab: Lab) -> None:
    old = next((python for python in every() if minor(python) < 11), None) or pytest.skip(
        "every Python here is new enough"
    )
    session(lab, WORKROOT_PYTHON=old).must()
    healthy(lab)


def test_with_no_python_one_sentence_names_what_was_tried(lab: Lab) -> None:
    for name in ("python3", "python", "py", *(f"python3.{number}" for number in range(11, 21))):
        program(lab, name, "exit 127")
    outcome = session(lab, WORKROOT_PYTHON="/nonexistent")
    assert (
        outcome.status == 2
        and (
            "no Python 3.11 or newer runs here; tried WORKROOT_PYTHON, python3, "
            "python, py and python3.N on PATH"
        )
        in outcome.err
    )
    assert "install Python 3.11 or newer" in outcome.err and not lab.venv.exists()


def test_the_recorded_python_is_tried_before_the_path(lab: Lab) -> None:
    session(lab, WORKROOT_PYTHON=BASE).must()
    log = lab.directory / "log"
    program(lab, "python3", f"echo called >>{log}; exit 127")
    session(lab).must()
    assert not log.exists()
