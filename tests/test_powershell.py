"""What PowerShell alone has: words that it changes before a script sees them, preferences that stop
what is half done, scripts that are read as text. Played in a real one.
"""

import base64
import json
import os
import shutil
from pathlib import Path
from typing import NamedTuple

import pytest
from test_hostile_names import WORKING, addresses
from worlds import scene
from worlds.lab import KIT, Lab, Outcome, run
from worlds.shells import THROWN, PowerShell, quote_pwsh

from workroot.session import powershell
from workroot.session.session import Session

SHOWN = "import json, sys; print(json.dumps(sys.argv[1:]))"
PIPED = "import sys; print(sys.stdin.read().upper())"
SHELL = PowerShell()
SPELLED = [name for name in WORKING if addresses(SHELL, name)]
TEMPLATE = (KIT / "python/workroot/session/templates/session.ps1").read_text(encoding="utf-8")

pytestmark = pytest.mark.parametrize("shell", [SHELL], ids=["pwsh"])


class Word(NamedTuple):
    """What is typed after a script's name, and what the program gets."""

    typed: str
    words: list[str]


WORDS = [
    Word("'*x' *.toml '~' ~ [w]*", ["*x", "*.toml", "~", "~", "[w]*"]),
    Word("a,b --no-binary=c,d", ["a,b", "--no-binary=c,d"]),
    Word("'' \"\"", ["", ""]),
    Word("3.10 1e3 007 0x10 1kb", ["3.10", "1e3", "007", "0x10", "1kb"]),
    Word("-k:v -x -Long --with=1.10", ["-k:v", "-x", "-Long", "--with=1.10"]),
    Word("'$HOME' '$(1)' 'a;b' 'c|d' '`e'", ["$HOME", "$(1)", "a;b", "c|d", "`e"]),
    Word("'a\"b' \"it's\" 'two  spaces '", ['a"b', "it's", "two  spaces "]),
    Word(
        '"a\u2018b" "c\u2019d" "e\u201af" "g\u201bh" \'\u00e9\u65e5\'',
        ["a\u2018b", "c\u2019d", "e\u201af", "g\u201bh", "\u00e9\u65e5"],
    ),
    Word("\"two`nlines\" 'tab\tbed'", ["two\nlines", "tab\tbed"]),
    Word("'--' after", ["--", "after"]),
]
SCRIPTS = ["setup.ps1", "python/setup.ps1", "server/start_server.ps1"]


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Lab]:
    """A lab for the kit's script and a project for its own two; all three run a program there."""
    directory = tmp_path_factory.mktemp("places")
    lab = Lab(directory / "lab").make().prove()
    project = Lab(directory / "project", root="p[1]", repo="p[1]")
    project.engine("new", "--template", "project", "--bare", str(project.root)).must()
    project.engine("setup", cwd=project.root).must()
    server = project.root / "server" / "start_server.ps1"
    server.parent.mkdir()
    shutil.copy(KIT / "templates" / "project" / "server" / "start_server.ps1", server)
    (project.root / "example_server.py").write_text(f"if 1: {SHOWN}\n")
    return {"setup.ps1": lab} | dict.fromkeys(SCRIPTS[1:], project)


def called(name: str, lab: Lab, code: str) -> str:
    """A script, and the words after which a program's own begin."""
    if name == "server/start_server.ps1":
        (lab.root / "example_server.py").write_text(code)
        return f"& {quote_pwsh(lab.root / name)}"
    script = KIT / name if name == "setup.ps1" else lab.root / name
    return f"& {quote_pwsh(script)} run python -c {quote_pwsh(code)}"


def play(lab: Lab, *steps: str, cwd: Path | None = None, **environ: str) -> Outcome:
    return scene.play(SHELL, lab, *steps, cwd=cwd, silent=False, **environ).outcome


# Words


@pytest.mark.parametrize("name", SCRIPTS)
def test_words_arrive_as_they_were_typed(
    name: str, shell: PowerShell, places: dict[str, Lab]
) -> None:
    typed = " ".join(word.typed for word in WORDS)
    done = play(places[name], f"{called(name, places[name], SHOWN)} {typed}").must()
    wanted = [text for word in WORDS for text in word.words]
    assert json.loads(done.out) == wanted, done


@pytest.mark.parametrize("name", SCRIPTS)
def test_what_is_piped_into_a_script_is_the_programs_input(
    name: str, shell: PowerShell, places: dict[str, Lab]
) -> None:
    done = play(places[name], f"'one', 'two' | {called(name, places[name], PIPED)}").must()
    assert done.out == "ONE\nTWO\n\n", done


@pytest.mark.parametrize("name", SCRIPTS)
def test_the_status_is_the_programs(name: str, shell: PowerShell, places: dict[str, Lab]) -> None:
    line = called(name, places[name], "import sys; sys.exit(7)")
    assert play(places[name], line, "exit $LASTEXITCODE").status == 7


def test_a_flag_may_be_spelled_as_powershells_own_are(shell: PowerShell, tmp_path: Path) -> None:
    lab = Lab(tmp_path).make().prove()
    setup = f"& {quote_pwsh(KIT / 'setup.ps1')}"
    done = play(lab, f"{setup} -Check", f"{setup} -q --check", f"{setup} --version").must()
    assert done.err == "workroot: nothing to do\n" and done.out.startswith("workroot ")


# Links, and kits that are not whole


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_relative_link_to_a_link_leads_to_the_script(
    name: str, shell: PowerShell, places: dict[str, Lab], tmp_path: Path
) -> None:
    lab = places[name]
    script = KIT / name if name == "setup.ps1" else lab.root / name
    (tmp_path / "bin").mkdir()
    (tmp_path / "first.ps1").symlink_to(script)
    link = tmp_path / "bin" / "another name.ps1"
    link.symlink_to("../first.ps1")
    line = called(name, lab, SHOWN).replace(quote_pwsh(script), quote_pwsh(link))
    assert json.loads(play(lab, f"{line} a").must().out) == ["a"]


@pytest.mark.parametrize("twin", ["setup.sh", "setup.ps1"])
def test_a_kit_without_its_engine_is_said_to_be_so(
    twin: str, shell: PowerShell, tmp_path: Path
) -> None:
    lab = Lab(tmp_path)
    shutil.copy(KIT / twin, tmp_path)
    argv = ["sh", str(tmp_path / twin)]
    if twin == "setup.ps1":
        argv = [*SHELL.argv[:-1], "-File", str(tmp_path / twin)]
    done = run(argv, lab.environ, tmp_path)
    first, hint = done.err.splitlines()
    assert done.status == 2 and first.startswith(f"workroot: the kit in {tmp_path} is not whole")
    assert hint == "  restore it from version control"


def test_a_python_that_is_no_program_is_passed_over(shell: PowerShell, tmp_path: Path) -> None:
    lab = Lab(tmp_path).make()
    broken = tmp_path / "broken"
    broken.write_bytes(b"\x7fELF for another machine")
    broken.chmod(0o755)
    setup = quote_pwsh(KIT / "setup.ps1")
    done = play(lab, f"& {setup} --version", WORKROOT_PYTHON=str(broken)).must()
    assert done.out.startswith("workroot ") and done.err == ""


# Scripts that are read as text


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("bootstrap.ps1", "workroot: dot-source this file: . ./bootstrap.ps1"),
        ("setup.ps1", "workroot: run this file: ./setup.ps1"),
        ("templates/project/bootstrap.ps1", "workroot: dot-source this file: . ./bootstrap.ps1"),
        ("templates/project/python/setup.ps1", "setup: run this file: python/setup.ps1"),
        (
            "templates/project/server/start_server.ps1",
            "start_server: run this file: server/start_server.ps1",
        ),
    ],
)
def test_a_script_that_is_read_as_text_says_what_to_type(
    name: str, said: str, shell: PowerShell, tmp_path: Path
) -> None:
    lab = Lab(tmp_path)
    text = f"Get-Content -Raw {quote_pwsh(KIT / name)} | Invoke-Expression"
    done = play(lab, f'try {{ {text} }} catch {{ "$_" }}', "'the shell is open'", cwd=tmp_path)
    assert done.must().out.splitlines() == [said, "the shell is open"] and done.err == ""


# What a person prefers

PREFERENCES = {
    "what if": "$WhatIfPreference = $true",
    "confirm": "$ConfirmPreference = 'Low'",
    "no modules": "$PSModuleAutoLoadingPreference = 'None'",
    "every error stops": "$ErrorActionPreference = 'Stop'",
    "errors are silent": "$ErrorActionPreference = 'SilentlyContinue'",
    "programs' errors stop": "$PSNativeCommandUseErrorActionPreference = $true",
    "strict": "Set-StrictMode -Version Latest",
    "defaults": "$PSDefaultParameterValues = @{ '*:ErrorAction' = 'Stop'; '*:WhatIf' = $true }",
    "a read-only prompt": "Set-Item function:prompt -Options ReadOnly -Force",
    "a prompt of one's own": "function global:prompt { 'mine> ' }",
    "no prompt": "Remove-Item function:prompt -Force -ErrorAction Ignore",
    "prompts are not wanted": "$env:VIRTUAL_ENV_DISABLE_PROMPT = '1'",
}


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    """A proved lab that is only read."""
    return Lab(tmp_path_factory.mktemp("preferences")).make().prove()


@pytest.mark.parametrize("preference", PREFERENCES)
def test_what_a_person_prefers_stops_nothing_half_way(
    preference: str, shell: PowerShell, lab: Lab
) -> None:
    """Twice: a session that holds, and one that is proved anew."""
    start = ". ./bootstrap.ps1"
    anew = f"$env:WORKROOT_CHECK = '1'; {start}; $env:WORKROOT_CHECK = $null"
    lines = [
        "$told = { $all = [Environment]::GetEnvironmentVariables(); "
        '@(foreach ($name in $all.Keys | Sort-Object) { "$name=$($all[$name])" }) -join "`n" }',
        "$null = & $told",  # the modules that it needs
        PREFERENCES[preference],
        "$before = & $told",
        f'{start}; "in=$env:REPO"; deactivate; "same=$($before -ceq (& $told))"',
        f'{anew}; "anew=$env:REPO"; deactivate; "same=$($before -ceq (& $told))"',
        '"left=$($null -ne $function:deactivate)"',
    ]
    done = play(lab, *lines).must()
    wanted = [f"in={lab.repo}", "same=True", f"anew={lab.repo}", "same=True", "left=False"]
    assert done.out.splitlines() == wanted and done.err == "", done


@pytest.mark.parametrize("name", SCRIPTS)
def test_what_a_person_prefers_stops_no_script(
    name: str, shell: PowerShell, places: dict[str, Lab]
) -> None:
    """All at once, that of prompts left out."""
    wishes = [wish for what, wish in PREFERENCES.items() if "prompt" not in what]
    line = f"{called(name, places[name], SHOWN)} a,b '*'"
    done = play(places[name], *wishes, line, '"$LASTEXITCODE"').must()
    assert done.out.splitlines() == ['["a,b", "*"]', "0"] and done.err == "", done


def test_a_read_only_deactivate_is_named_and_nothing_is_changed(
    shell: PowerShell, lab: Lab
) -> None:
    done = play(
        lab,
        "function global:deactivate { 'mine' }; Set-Item function:deactivate -Options ReadOnly",
        f"$path = $env:PATH; {shell.source()}",
        '"$($path -ceq $env:PATH) $($null -eq $env:REPO) $(deactivate)"',
    ).must()
    assert done.out == "True True mine\n"
    assert "read-only function deactivate" in done.err.splitlines()[0]


def test_a_prompt_and_a_deactivate_made_read_only_later_keep_nobody_in(
    shell: PowerShell, lab: Lab
) -> None:
    done = play(
        lab,
        ". ./bootstrap.ps1",
        "Set-Item function:deactivate, function:prompt -Options ReadOnly",
        "deactivate",
        '"$($null -eq $function:deactivate) $($null -eq $env:REPO)"',
    ).must()
    assert done.out == "True True\n" and done.err == "", done


def test_what_is_thrown_stops_a_script_that_sources(shell: PowerShell, tmp_path: Path) -> None:
    lab = Lab(tmp_path).make()
    shutil.rmtree(lab.repo)
    script = tmp_path / "job.ps1"
    script.write_text(". ./bootstrap.ps1\n'went on'\n")
    argv = [*SHELL.argv[:-1], "-File", str(script)]
    done = run(argv, lab.environ | {"NO_COLOR": "1"}, lab.root)
    assert done.status == 1 and "went on" not in done.out
    assert f"the repo {lab.repo} is not there" in done.err and THROWN in done.err


@pytest.mark.parametrize("before", ["", "& /bin/sh -c 'exit 5'"], ids=["unset", "five"])
def test_the_last_exit_code_stays_the_persons(before: str, shell: PowerShell, lab: Lab) -> None:
    told = '"code=$(if (Test-Path variable:global:LASTEXITCODE) { $LASTEXITCODE })"'
    start = f"{before}; $env:WORKROOT_CHECK = '1'; . ./bootstrap.ps1"
    done = play(lab, start, told, "deactivate", told).must()
    assert done.out.splitlines() == [f"code={'5' if before else ''}"] * 2


# What is started


@pytest.mark.skipif(not shutil.which("strace"), reason="no strace here")
def test_a_session_that_holds_starts_no_process(
    shell: PowerShell, lab: Lab, tmp_path: Path
) -> None:
    trace = tmp_path / "trace"
    strace = ["strace", "-f", "-qq", "-e", "trace=execve,fork,vfork", "-o", str(trace)]
    steps = ". ./bootstrap.ps1; if ($env:REPO) { 'in' }; deactivate"
    done = run([*strace, *SHELL.argv, steps], lab.environ, lab.root).must()
    assert done.out == "in\n" and len(trace.read_text().splitlines()) == 1


# Names


def test_every_hostile_name_arrives_as_it_is_and_is_never_run(
    shell: PowerShell, tmp_path: Path
) -> None:
    """All of them in one process: what the engine renders for such a workroot, repo and venv."""
    places = [tmp_path / f"{number}" / name for number, name in enumerate(SPELLED)]
    lines = ["$told = { [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes($args[0])) }"]
    for number, place in enumerate(places):
        place.mkdir(parents=True)
        file = tmp_path / f"{number}.ps1"
        file.write_text(rendered(str(place)), encoding="utf-8")
        lines += [f"$root = {quote_pwsh(place)}; $proved = $false", f". '{file}'"]
        lines += ['& $told "$env:REPO $env:PATH"', 'deactivate; & $told "$env:REPO$env:PATH"']
    lab = Lab(tmp_path / "lab")
    done = play(lab, *lines, cwd=tmp_path).must()
    said = done.out.splitlines()
    assert said[::3] == ["True"] * len(places), done
    for place, shown in zip(places, said[1::3], strict=True):
        text = base64.b64decode(shown).decode()
        assert text.startswith(f"{place} {place}/bin:{place}/.venv/bin:"), ascii(text)
    assert len(set(said[2::3])) == 1 and not list(tmp_path.rglob("PWNED*"))


def rendered(place: str) -> str:
    """The session file of a workroot that is there, whose proof looks at its directory."""
    session = Session(
        root=place,
        files=f"{place}/.workroot",
        venv_name="",
        python=f"{place}/.venv/bin/python",
        entries=(f"{place}/bin", f"{place}/.venv/bin"),
        variables=(("REPO", place), ("PYTHONHOME", None)),
        prompt="lab",
        ready="ready",
        dependencies=(),
        proof="1",
    )
    return powershell.file(session, TEMPLATE, [(place, os.lstat(place).st_mtime_ns)], windows=False)
