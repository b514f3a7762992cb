"""A person's day in PowerShell: the command lines of the notes that this grew from, the README's
own, an install and its way back. Each line is typed as it stands there.
"""

import json
import re
import shutil
from pathlib import Path
from typing import NamedTuple

import pytest
from worlds import scene
from worlds.lab import KIT, Lab
from worlds.shells import PowerShell, quote_pwsh
from worlds.workbench import Workbench

from workroot.commands import _listing

SHELL = PowerShell()
END = "-- end of row --"

pytestmark = pytest.mark.parametrize("shell", [SHELL], ids=["pwsh"])


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    """A proved lab that is only read."""
    return Lab(tmp_path_factory.mktemp("notes")).make().prove()


# The notes


class Line(NamedTuple):
    """What is typed in a session, and what it then says. {repo} and {root} are the lab's."""

    typed: str
    said: str


COMPLETED = "(TabExpansion2 {0}).CompletionMatches.CompletionText -join ' '"
CHECK = """@'
import sys, site
print("exe:", sys.executable)
print("site-packages:", site.getsitepackages()[0])
print("repo in sys.path:", r"{repo}" in sys.path)
try:
    import repo_marker
    print("repo_marker:", repo_marker.__file__)
except Exception as e:
    print("import failed:", type(e).__name__, e)
'@ | ./.venv/bin/python -"""
CHECKED = (
    "exe: {root}/.venv/bin/python\nsite-packages: {site}\nrepo in sys.path: True\n"
    "repo_marker: {repo}/repo_marker.py"
)
LINES = {
    "the marker is the repo's": Line(
        'python -c "import repo_marker; print(repo_marker.__file__)"', "{repo}/repo_marker.py"
    ),
    "the link names the repo": Line(
        '$site = python -c "import site; print(site.getsitepackages()[0])"\n'
        'Get-Content (Join-Path $site "repo.pth")',
        "{repo}",
    ),
    "no bytecode": Line('python -c "import sys; print(sys.dont_write_bytecode)"', "True"),
    "in the repo": Line("cd $env:REPO; (Get-Location).Path; cd $env:WORKROOT", "{repo}"),
    "where outputs land": Line("(Get-Location).Path", "{root}"),
    "what is in the repo": Line("(Get-ChildItem $env:REPO).Name", "pipeline\nrepo_marker.py"),
    "the repo is set and there": Line("$env:REPO\nTest-Path $env:REPO", "{repo}\nTrue"),
    "the health check, pasted": Line(CHECK, CHECKED),
    "Tab after cd": Line(COMPLETED.format("'cd $env:REPO/pip'"), "{repo}/pipeline"),
    "Tab after a backslash": Line(COMPLETED.format("'cd $env:REPO\\pip'"), "{repo}/pipeline"),
    "Tab after Get-ChildItem": Line(
        COMPLETED.format("'Get-ChildItem $env:REPO/repo'"), "{repo}/repo_marker.py"
    ),
    "Tab in quotes": Line(COMPLETED.format("'\"$env:REPO/pip'"), '"{repo}/pipeline"'),
    "Tab after python": Line(COMPLETED.format("'python $env:REPO/repo'"), "{repo}/repo_marker.py"),
}


@pytest.fixture(scope="module")
def said(lab: Lab) -> dict[str, str]:
    """What each line said: all are typed in one session."""
    steps = [". ./bootstrap.ps1"]
    for line in LINES.values():
        steps += [filled(line.typed, lab), f"'{END}'"]
    done = scene.play(SHELL, lab, *steps).outcome.must()
    parts = done.out.split(f"{END}\n")
    return dict(zip(LINES, parts, strict=False))


def filled(text: str, lab: Lab) -> str:
    for name, path in {"{repo}": lab.repo, "{root}": lab.root, "{site}": lab.site}.items():
        text = text.replace(name, str(path))
    return text


@pytest.mark.parametrize("line", LINES)
def test_a_line_of_the_notes_does_in_a_session_what_they_say(
    line: str, shell: PowerShell, lab: Lab, said: dict[str, str]
) -> None:
    assert said[line] == filled(LINES[line].said, lab) + "\n"


def test_a_bootstrap_that_is_run_instead_of_dot_sourced_gives_the_session(
    shell: PowerShell, lab: Lab
) -> None:
    start = ["./bootstrap.ps1", '"in=$env:REPO"', "deactivate", '"out=$env:REPO"']
    done = scene.play(shell, lab, *start).outcome.must()
    assert done.out == f"in={lab.repo}\nout=\n"


def test_an_environment_that_was_wired_by_hand_becomes_a_session(
    shell: PowerShell, tmp_path: Path
) -> None:
    """As the notes have it: the venv's own script, two variables and a path file."""
    lab = Lab(tmp_path).make()
    lines = [
        "./.venv/bin/Activate.ps1",
        f"$env:REPO = {quote_pwsh(lab.repo)}",
        '$env:PYTHONDONTWRITEBYTECODE = "1"',
        '$site = python -c "import site; print(site.getsitepackages()[0])"',
        'Set-Content -Path (Join-Path $site "repo.pth") -Value $env:REPO',
        'python -c "import repo_marker; print(repo_marker.__file__)"',
        ". ./bootstrap.ps1",
        'python -c "import repo_marker; print(repo_marker.__file__)"',
        "(workroot check) -ne $null; $LASTEXITCODE; deactivate",
        "$env:VIRTUAL_ENV -eq $null",
    ]
    done = scene.play(shell, lab, *lines).outcome.must()
    marker = f"{lab.repo}/repo_marker.py"
    first, second, *_, status, left = done.out.splitlines()
    assert (first, second, status, left) == (marker, marker, "0", "True"), done


# The README


def readme_blocks() -> list[str]:
    text = (KIT / "README.md").read_text(encoding="utf-8")
    return re.findall(r"(?ms)^```powershell\n(.*?)^```", text)


def test_the_readmes_lines_work_word_for_word(shell: PowerShell, tmp_path: Path) -> None:
    """The kit is at ~/kit and the repo at ~/src/pipeline, as it says."""
    (block,) = readme_blocks()
    person = Lab(tmp_path / "made").make()
    (person.home / "kit").symlink_to(KIT)
    (person.home / "src").mkdir()
    shutil.copytree(person.repo, person.home / "src" / "pipeline")
    asked = ['"in=$env:REPO"', 'python -c "import pipeline; print(pipeline.__file__)"']
    done = scene.play(
        shell, person, *block.splitlines(), *asked, cwd=person.home, silent=False
    ).outcome.must()
    repo = f"{person.home}/src/pipeline"
    assert done.out.splitlines()[-2:] == [f"in={repo}", f"{repo}/pipeline/__init__.py"], done


def test_every_script_that_the_readme_names_for_powershell_is_there(shell: PowerShell) -> None:
    text = (KIT / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"(?:\./|~/kit/|python/)([\w/]+\.ps1)", text))
    assert named >= {"bootstrap.ps1", "setup.ps1"}
    assert [name for name in named if not (KIT / name).is_file()] == []
    assert "\\bootstrap.ps1" not in text and "\\setup.ps1" not in text


# Installs and the way back


def test_an_install_in_a_session_is_recorded_undone_and_done_again(
    shell: PowerShell, tmp_path: Path
) -> None:
    """A workroot whose name PowerShell could read otherwise, and words that cmd or a glob would."""
    bench = Workbench(tmp_path, root="a lab's [1] \u2019\u00e9").make()
    for version in ("1.10", "2.0"):
        bench.wheel("alpha", version)
    (bench.root / "alpha-9").touch()
    listed = "$(@(pip list --format=freeze | Where-Object { $_ -like 'alpha*' }))"
    lines = [
        ". ./bootstrap.ps1",
        "foreach ($name in 'pip', 'pip3', 'workroot') {",
        "(Get-Command $name -CommandType Application -TotalCount 1).Source }",
        f'pip install -q "alpha>=1.0,<2" 2>$null; "{listed}"',
        f'workroot undo 2>$null; "{listed}"',
        f'workroot redo 2>$null; "{listed}"',
        "pip install -q nonesuch-here 2>$null; $LASTEXITCODE",
        "workroot history --json",
    ]
    done = scene.play(shell, bench, *lines, silent=False).outcome.must()
    said, _, history = done.out.partition("{\n")
    names = [f"{bench.root}/.workroot/bin/{name}" for name in ("pip", "pip3", "workroot")]
    sets = ["alpha==1.10", "- alpha 1.10", "", "+ alpha 1.10", "alpha==1.10", "1"]
    assert said.splitlines() == [*names, *sets], done
    install = next(
        one for one in json.loads("{\n" + history)["operations"] if one["kind"] == "install"
    )
    assert install["argv"] == ["pip", "install", "-q", "alpha>=1.0,<2"], done


# Tab

TABS = {  # what is typed, and what Tab offers; where that is nothing of ours, files
    "workroot un": ["uninstall", "undo"],
    "workroot undo --d": ["--directory", "--dry-run"],
    "workroot new --re": ["--repo"],
    "workroot help where": ["where"],
    "pyctl cl": ["clean"],
    "pyctl ne": [],
    "workroot run repo": ["./repo-script.py"],
}


def test_tab_offers_commands_and_their_options(shell: PowerShell, lab: Lab) -> None:
    (lab.root / "repo-script.py").touch()
    asked = [
        f"'{json.dumps(typed)}=' + (TabExpansion2 '{typed}').CompletionMatches.CompletionText"
        for typed in TABS
    ]
    load = "workroot completion powershell | Out-String | Invoke-Expression"
    done = scene.play(shell, lab, ". ./bootstrap.ps1", load, *asked).outcome.must()
    offered = dict(line.split("=", 1) for line in done.out.splitlines())
    assert {json.loads(typed): words.split() for typed, words in offered.items()} == TABS


def test_tab_says_what_a_command_does(shell: PowerShell, lab: Lab) -> None:
    load = "workroot completion powershell | Out-String | Invoke-Expression"
    shown = "(TabExpansion2 'workroot ').CompletionMatches | ForEach-Object ToolTip"
    done = scene.play(shell, lab, ". ./bootstrap.ps1", load, shown).outcome.must()
    commands = _listing.names(_listing.GROUPS)
    assert done.out.splitlines() == [_listing.SUMMARIES[name] for name in commands]
