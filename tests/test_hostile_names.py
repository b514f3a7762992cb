"""Any name for kit, workroot, repo and venv: it works in every shell, or one sentence says why not;
nothing in a name is ever run.
"""

import json
import os
import shutil
from pathlib import Path

import pytest
from worlds.lab import KIT, Lab, Outcome, copy_venv, make_repo
from worlds.scene import play
from worlds.shells import EVERY, Posix

NAMES = [
    " ", "a b", " leading", "trailing ", "two  spaces", "tab\there", "trailing tab\t",
    "it's", "''", '"quoted"', '"', "\\", "back\\slash", "trailing\\", "a\\nb",
    "$(touch PWNED)", "`touch PWNED`", "$HOME", "${PATH}", "';touch PWNED;'", '";touch PWNED;"',
    "a; touch PWNED", "a & touch PWNED",
    "a > PWNED", "(group)", "{brace,s}", "!history!", "#comment", "%s%n", "~", "-leading",
    "--help", "a=b",
    "*", "?", "[ab]", "a*b",
    "\u00e9t\u00e9", "e\u0301te\u0301 NFD", "\u65e5\u672c\u8a9e", "\U0001f680 rocket",
    "\u2019; touch PWNED; \u2019", "\u202eright to left", "\u00a0nbsp",
    "new\nline", "trailing newline\n", "carriage\rreturn", "form\x0cfeed", "escape\x1b[31m",
    "next\u0085line", "line\u2028separator",
    "co:lon", "undecodable \udcff", "import os", "...", "x" * 200, "__WORKROOT_REPO__",
    "__ROOT__ __PATH__", "_workroot_answer=applied",
]  # fmt: skip
PLACES = ("kit", "workroot", "repo", "venv")
# Where a name cannot work, and a word of the sentence that says so.
REFUSED = {
    ("workroot", "co:lon"): "which PATH cannot hold",
    ("venv", "co:lon"): "which PATH cannot hold",
    ("workroot", "undecodable \udcff"): "has a name that is not UTF-8",
    ("repo", "undecodable \udcff"): "has a name that is not UTF-8",
}
NOT_TO_BE_SPELLED = [("undecodable \udcff", "venv")]  # in a workroot.toml
CODE = (
    "import os, sys, json, repo_marker; "
    "print(json.dumps([sys.prefix, os.path.realpath(repo_marker.__file__), "
    "os.environ['REPO'], os.environ['WORKROOT'], sys.argv[1]]))"
)


def toml(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def lab_named(name: str, places: tuple[str, ...], directory: Path) -> tuple[Lab, Outcome]:
    """A lab in which those things have that name, each in a directory of its own, and what making
    it said.
    """
    kit = directory / "k" / name if "kit" in places else KIT
    if "kit" in places:
        shutil.copytree(KIT, kit, ignore=shutil.ignore_patterns(".*", "tests"))
    lab = Lab(
        directory,
        kit=kit,
        root=f"w/{name}" if "workroot" in places else "lab",
        repo=f"r/{name}" if "repo" in places else "src",
    )
    make_repo(lab.repo)
    lab.root.parent.mkdir(exist_ok=True)
    return lab, lab.engine("new", "--repo", str(lab.repo), "--", str(lab.root))


def with_venv(lab: Lab, name: str, places: tuple[str, ...]) -> Path:
    """The venv, at the hostile path when that is what is tried."""
    venv = lab.root / name if "venv" in places else lab.venv
    if "venv" in places:
        lab.config.write_text(
            lab.config.read_text().replace("[venv]", f"[venv]\npath = {toml('./' + name)}", 1)
        )
    copy_venv(venv)
    return venv


def tried(
    name: str, places: tuple[str, ...], directory: Path, shells: list[Posix]
) -> Outcome | None:
    """None when each of these shells has its sessions in such a lab; else what was said instead.
    Nothing in the name may have run.
    """
    lab, made = lab_named(name, places, directory)
    said = made if made.status else None
    if not said:
        venv = with_venv(lab, name, places)
        outcomes = (sourced(shell, lab, venv) for shell in shells)
        said = next((outcome for outcome in outcomes if outcome.status), None)
    assert not list(directory.rglob("PWNED*")), "a name was run"
    return said


HERE = [shell for shell in EVERY if shutil.which(shell.argv[0])]
WORKING = [name for name in NAMES if not any(refused == name for _, refused in REFUSED)]
each_name = pytest.mark.parametrize("name", WORKING, ids=lambda name: ascii(name)[1:-1][:30])


def addresses(shell: Posix, name: str) -> bool:
    """Whether the shell can name such a file: to PowerShell a backslash is a slash, on Unix too,
    two backticks in its current directory's name keep it from starting a program, and .NET reads
    every name as UTF-8.
    """
    unknown = "\\" in name or name.count("`") > 1 or "\udcff" in name
    return shell.name != "pwsh" or not unknown


@each_name
def test_any_name_works_for_kit_workroot_repo_and_venv(name: str, tmp_path: Path) -> None:
    """In one shell, the next name in the next: the whole product is for --all."""
    turn = WORKING.index(name) % len(HERE)
    order = [*HERE[turn:], *HERE[:turn]]
    shell = next(shell for shell in order if addresses(shell, name))
    assert tried(name, PLACES, tmp_path, [shell]) is None


@pytest.mark.thorough
@each_name
def test_any_name_works_in_every_shell(name: str, tmp_path: Path) -> None:
    shells = [shell for shell in HERE if addresses(shell, name)]
    assert tried(name, PLACES, tmp_path, shells) is None


@pytest.mark.parametrize(
    ("name", "place"),
    [
        (name, place)
        for name in NAMES
        if name not in WORKING
        for place in PLACES
        if (name, place) not in NOT_TO_BE_SPELLED
    ],
    ids=ascii,
)
def test_a_name_that_cannot_work_somewhere_is_refused_there_by_one_sentence(
    name: str, place: str, tmp_path: Path
) -> None:
    said = tried(name, (place,), tmp_path, [shell for shell in HERE if addresses(shell, name)])
    if (place, name) in REFUSED:
        assert (
            said
            and REFUSED[place, name] in said.err.replace("\n", " ")
            and len(said.err.splitlines()) == 2
        ), said
    else:
        assert said is None


def sourced(shell: Posix, lab: Lab, venv: Path) -> Outcome:
    """Source by its path from elsewhere, then here and proved anew by the kit; import; leave."""
    steps = [
        shell.cd(lab.home),
        shell.source_or_exit(lab.root / "bootstrap.sh"),
        shell.program("python", "-c", CODE, "there"),
        "deactivate",
        shell.cd(lab.root),
        shell.export("WORKROOT_CHECK", 1),
        shell.source_or_exit(),
        shell.program("python", "-c", CODE, "here"),
        "deactivate",
        shell.fail_where_set("REPO", "WORKROOT", "VIRTUAL_ENV"),
    ]
    outcome = play(shell, lab, *steps, silent=False, cwd=lab.directory).outcome
    if not outcome.status:
        wanted = [str(venv), f"{lab.repo}/repo_marker.py", str(lab.repo), str(lab.root)]
        assert [json.loads(line) for line in outcome.out.splitlines()] == [
            [*wanted, "there"],
            [*wanted, "here"],
        ], outcome
        assert outcome.err == "", outcome
        lab.age()
    return outcome


def test_there_are_forty_names() -> None:
    assert len(set(NAMES)) == len(NAMES) >= 40
    assert all(os.sep not in name and "\0" not in name for name in NAMES)
