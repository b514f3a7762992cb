"""Shells that have no bootstrap: `env --format` gives them the same session, and takes it back."""

import os
import shutil
from pathlib import Path
from typing import NamedTuple

import pytest
from worlds.lab import BASE, REPORT, Lab, Outcome, reports, run
from worlds.scene import KEPT


class Told(NamedTuple):
    """How one of these shells is told. enter, leave and set: a line with what it is about."""

    format: str
    program: tuple[str, ...]
    enter: str
    leave: str
    set: str
    report: str


SHELLS = [
    Told(
        "csh",
        ("tcsh", "-f"),
        'eval "`./.workroot/bin/workroot env --format csh`"',
        "deactivate",
        "setenv {} {}",
        "{} -I -S {} {}",
    ),
    Told(
        "xonsh",
        ("xonsh", "--no-rc"),
        "execx($(./.workroot/bin/workroot env --format xonsh))",
        "deactivate",
        "${} = '{}'",
        "{} -I -S {} {}",
    ),
    Told(
        "nu",
        ("nu", "--no-config-file"),
        "./.workroot/bin/workroot env --format nu | from json | load-env",
        "workroot env --undo --format nu | from json | load-env",
        "$env.{} = '{}'",
        "^{} -I -S {} {}",
    ),
]
each_told = pytest.mark.parametrize("told", SHELLS, ids=lambda told: told.program[0])
# What these shells tell each program anew.
OWN = (
    *KEPT,
    *("CMD_DURATION_MS", "LAST_EXIT_CODE", "FILE_PWD", "CURRENT_FILE"),  # nu
    "XONSH_CAPTURE_ALWAYS",  # from the first $( ) on
)
BEFORE = "_WORKROOT_BEFORE"
HOSTILE = 'it\'s "a" $(touch PWNED)`touch PWNED` lab! %PATH% \u00e9'


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return set_up(Lab(tmp_path))


def set_up(lab: Lab) -> Lab:
    lab.make().engine("setup", cwd=lab.root).must()
    return lab


def play(told: Told, lab: Lab, *steps: str, **environ: str) -> dict[str, dict[str, str]]:
    """What a program saw at each report, by its label."""
    outcome = played(told, lab, *steps, **environ).must()
    assert outcome.err == "" and not list(lab.directory.rglob("PWNED"))
    seen = {}
    for label, report in reports(outcome).items():
        environ_there = report["environ"].items()
        seen[label] = {name: value for name, value in environ_there if name not in OWN}
    return seen


def played(told: Told, lab: Lab, *steps: str, **environ: str) -> Outcome:
    program, *options = told.program
    found = shutil.which(program) or pytest.skip(f"no {program} here")
    script = lab.directory / "script"
    script.write_text("\n".join(steps) + "\n")
    return run([found, *options, str(script)], lab.environ | environ, lab.root)


def report(told: Told, label: str) -> str:
    return told.report.format(BASE, REPORT, label)


def documented(lab: Lab, before: dict[str, str], seen: dict[str, str]) -> dict[str, str]:
    own = {
        "PATH": ":".join([*lab.entries, before["PATH"]]),
        "VIRTUAL_ENV": str(lab.venv),
        "VIRTUAL_ENV_PROMPT": seen["VIRTUAL_ENV_PROMPT"],
        "REPO": str(lab.repo),
        "WORKROOT": str(lab.root),
        "PYTHONDONTWRITEBYTECODE": "1",
        BEFORE: seen[BEFORE],
    }
    return {name: value for name, value in (before | own).items() if name != "PYTHONHOME"}


@each_told
def test_the_session_is_the_documented_one_and_all_of_it_is_taken_back(
    told: Told, lab: Lab
) -> None:
    home = told.set.format("PYTHONHOME", "/was")  # not before: xonsh is a Python
    steps = [home, report(told, "before"), told.enter, report(told, "in")]
    awkward = 'a $HOME `touch PWNED` "q" it\'s ! \\ -x '
    was = {"REPO": awkward, "VIRTUAL_ENV_PROMPT": ""}
    seen = play(told, lab, *steps, told.leave, report(told, "after"), **was)
    assert seen["in"] == documented(lab, seen["before"], seen["in"])
    assert seen["after"] == seen["before"]


@each_told
def test_twice_is_once(told: Told, lab: Lab) -> None:
    steps = [report(told, "before"), told.enter, report(told, "in"), told.enter]
    seen = play(told, lab, *steps, report(told, "again"), told.leave, report(told, "after"))
    assert seen["again"] == seen["in"] and seen["after"] == seen["before"]


@each_told
def test_hostile_names_are_values_and_nothing_else(told: Told, tmp_path: Path) -> None:
    lab = set_up(Lab(tmp_path, root=HOSTILE, repo=f"src {HOSTILE}"))
    steps = [report(told, "before"), told.enter, report(told, "in"), told.leave]
    seen = play(told, lab, *steps, report(told, "after"))
    assert seen["in"] == documented(lab, seen["before"], seen["in"])
    assert seen["after"] == seen["before"]


@each_told
def test_what_the_person_changed_stays_changed(told: Told, lab: Lab) -> None:
    changed = [told.set.format("REPO", "/mine"), told.set.format("MINE", "1")]
    steps = [report(told, "before"), told.enter, *changed, told.leave]
    seen = play(told, lab, *steps, report(told, "after"))
    assert seen["after"] == seen["before"] | {"REPO": "/mine", "MINE": "1"}


@each_told
def test_another_workroots_session_takes_the_place_of_the_first(told: Told, lab: Lab) -> None:
    other = set_up(Lab(lab.directory, root="other", repo="src2"))
    second = told.enter.replace("./.workroot", f"{other.root}/.workroot")
    steps = [report(told, "before"), told.enter, second, report(told, "in"), told.leave]
    seen = play(told, lab, *steps, report(told, "after"))
    assert seen["in"] == documented(other, seen["before"], seen["in"])
    assert seen["after"] == seen["before"]


def test_the_prompt_of_csh_names_the_workroot_and_comes_back(lab: Lab) -> None:
    csh, *_ = SHELLS
    steps = ["set prompt = '%n> '", csh.enter, "echo $prompt:q", csh.enter, "echo $prompt:q"]
    outcome = played(csh, lab, *steps, csh.leave, "echo $prompt:q", "alias deactivate").must()
    assert outcome.out == "(lab) %n> \n(lab) %n> \n%n> \n"


def test_a_path_that_the_person_changed_keeps_the_change(lab: Lab) -> None:
    csh, *_ = SHELLS
    added = 'setenv PATH "/added:${PATH}:/last"'
    steps = [report(csh, "before"), csh.enter, added, csh.leave, report(csh, "after")]
    seen = play(csh, lab, *steps)
    assert seen["after"]["PATH"] == f"/added:{seen['before']['PATH']}:/last"


@pytest.mark.parametrize("name", ["csh", "nu", "xonsh", "cmd"])
def test_without_a_session_the_way_back_is_refused(name: str, lab: Lab) -> None:
    done = lab.engine("env", "--undo", "--format", name, cwd=lab.root)
    assert done.status == 2 and done.out == "" and "no session" in done.err


def test_where_there_is_a_deactivate_it_is_named(lab: Lab) -> None:
    done = lab.engine("env", "--undo", "--format", "sh", cwd=lab.root)
    assert done.status == 2 and "deactivate" in done.err


def test_the_way_back_needs_no_workroot(lab: Lab) -> None:
    lines = lab.engine("env", "--format", "nu", cwd=lab.root).must().out
    before = next(line for line in lines.splitlines() if BEFORE in line).split('"')[3]
    shutil.rmtree(lab.root)
    done = lab.engine("env", "--undo", "--format", "nu", cwd=lab.home, **{BEFORE: before})
    assert f'"{BEFORE}": null' in done.must().out


def test_cmd_is_told_each_variable_its_prompt_and_the_way_back(lab: Lab) -> None:
    """Seen as text: no cmd.exe runs here."""
    given = {"PROMPT": "$P%x$G", "PYTHONHOME": "/was"}
    lines = lab.engine("env", "--format", "cmd", cwd=lab.root, **given).must().out.splitlines()
    assert f'@set "REPO={lab.repo}"' in lines and '@set "PYTHONHOME="' in lines
    assert '@set "PROMPT=(lab) $P%%x$G"' in lines
    assert any(line.startswith("@doskey deactivate=workroot env --undo") for line in lines)
    pairs = [line[6:-1].partition("=") for line in lines if line.startswith('@set "')]
    inside = {name: value.replace("%%", "%") for name, _, value in pairs}
    del inside["PYTHONHOME"]
    undone = lab.engine("env", "--undo", "--format", "cmd", **inside).must().out.splitlines()
    path = os.environ.get("PATH") and lab.environ["PATH"]
    wanted = [
        '@set "PYTHONHOME=/was"',
        '@set "REPO="',
        f'@set "PATH={path}"',
        "@doskey deactivate=",
    ]
    assert set(wanted) <= set(undone) and '@set "PROMPT=$P%%x$G"' in undone


def test_a_line_end_has_no_spelling_in_csh(tmp_path: Path) -> None:
    lab = set_up(Lab(tmp_path, repo="new\nline"))
    done = lab.engine("env", "--format", "csh", cwd=lab.root)
    assert done.status == 2 and "cannot be written for csh" in done.err
