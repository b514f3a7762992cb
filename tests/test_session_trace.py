"""What must not happen to the shell: the difference that sourcing makes is exactly the documented
one, and a failure makes none.
"""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from worlds import scene
from worlds.lab import BASE, Lab, Outcome, reports, run
from worlds.scene import PROMPTING, each_sh, each_shell
from worlds.shell_trace import difference, snapshot
from worlds.shells import FISH, SH, Posix, PowerShell

EXPORTS = {
    "PATH",
    "VIRTUAL_ENV",
    "VIRTUAL_ENV_PROMPT",
    "REPO",
    "WORKROOT",
    "PYTHONDONTWRITEBYTECODE",
}
PROMPTS = {"PS1", "PROMPT", "prompt", "path"}  # zsh has more names for PS1 and PATH
PREAMBLES = {
    "plain": "",
    "unset is an error": "set -u",
    "nothing globs": "set -f",
    "nothing is overwritten": "set -C",
    "everything is exported": "set -a; PS1='# '; export PS1",
    "much is set": "\n".join(
        [
            "trap 'echo trapped' USR1 INT",
            "umask 027",
            "IFS=/_",
            "set -fCu",
            "alias ll='ls -l' grep='grep --color'",
            "own() { echo own; }",
            "CDPATH=/:/tmp",
            "PS1='$ '",
            "REPO=/was; export VIRTUAL_ENV_PROMPT=''",
        ]
    ),
}
# What bootstrap.ps1, setup.ps1 and the session file call theirs.
NAMES = (
    *("root", "target", "next", "kit", "session", "setup", "answer", "proved", "last", "before"),
    *(
        "engine",
        "words",
        "text",
        "python",
        "call",
        "path",
        "old",
        "rest",
        "gone",
        "prompt",
        "shown",
    ),
)
# PowerShell's own, and for "much is set" its spelling.
POWERSHELL = {
    "plain": "",
    "strict": "Set-StrictMode -Version Latest",
    "every error stops": "$ErrorActionPreference = 'Stop'",
    "nothing is changed unasked": "$WhatIfPreference = $true; $ConfirmPreference = 'Low'; "
    "$PSDefaultParameterValues = @{ '*:WhatIf' = $true; '*:Confirm' = $true }",
    "no modules": "$PSModuleAutoLoadingPreference = 'None'",
    "arrays are joined in another way": "$OFS = '/'",
    "a read-only prompt": "Set-Item function:prompt -Options ReadOnly",
    "names of ours are read-only": "\n".join(
        f"Set-Variable {name} mine -Option ReadOnly" for name in NAMES
    ),
    "functions have our programs' names": "\n".join(
        f"function global:{name} {{ 'hostile {name}' }}"
        for name in ("python", "python3", "py", "git", "uv", "Get-Item", "Get-Command")
    ),
    "much is set": "\n".join(
        [
            "Set-StrictMode -Version Latest",
            "$ErrorActionPreference = 'Stop'",
            "$PSNativeCommandUseErrorActionPreference = $true",
            "$PSDefaultParameterValues = @{ '*:ErrorAction' = 'Stop' }",
            "Set-Alias ll Get-ChildItem; function global:own { 'own' }",
            "function global:prompt { 'mine> ' }",
            "$env:REPO = '/was'; [Environment]::SetEnvironmentVariable('VIRTUAL_ENV_PROMPT', '')",
            "$env:CDPATH = '/:/tmp'; $OFS = ', '",
        ]
    ),
}
FISH_PREAMBLES = {
    "plain": "",
    "much is set": "\n".join(
        [
            "umask 027",
            "alias ll='ls -l'",
            "function own; echo own; end",
            "set -gx CDPATH / /tmp",
            "function fish_prompt; echo -n '$ '; end",
            "set -gu REPO 'a list' of -three ''",
            "set -gx VIRTUAL_ENV_PROMPT ''",
            "set -gu WORKROOT",
        ]
    ),
}
SPELLED = {"pwsh": POWERSHELL, "fish": FISH_PREAMBLES}
preambled = pytest.mark.parametrize(
    ("shell", "preamble"),
    [(shell, name) for shell in SH for name in PREAMBLES]
    + [(FISH, name) for name in FISH_PREAMBLES]
    + [(PowerShell(), name) for name in POWERSHELL],
    ids=lambda given: given if isinstance(given, str) else given.name,
)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    """A proved lab that is only read."""
    return Lab(tmp_path_factory.mktemp("kept")).make().prove()


class Traces:
    """Snapshots taken in one shell, by name."""

    def __init__(self, shell: Posix, directory: Path) -> None:
        self.shell, self.directory = shell, directory

    def take(self, name: str) -> str:
        return snapshot(
            self.shell, self.directory / name, also="own _workroot own_workroot workroot"
        )

    def between(self, before: str, after: str) -> list[str]:
        return difference(self.directory / before, self.directory / after)


def play(shell: Posix, lab: Lab, *steps: str, **environ: str) -> Outcome:
    return scene.play(shell, lab, *steps, silent=False, **environ).outcome


def prepared(shell: Posix, preamble: str) -> str:
    return SPELLED.get(shell.name, PREAMBLES)[preamble]


def names(lines: list[str]) -> set[str]:
    """The variables that lines of a difference speak of."""
    sh = r"(?:export |typeset (?:-\S+ )*|declare (?:-\S+ )*)?([A-Za-z_]\w*)="
    fish = r"\$(\w+)(?:\[\d+\])?: "
    found = (re.match(rf"[+-] (?:{sh}|{fish})", line) for line in lines)
    return {match[1] or match[2] for match in found if match}


def items(lines: list[str]) -> set[str]:
    """What PowerShell alone lists: its own variables, functions and aliases."""
    found = (re.match(r"[+-] ((?:variable|function|alias) [^=]+)=", line) for line in lines)
    return {match[1] for match in found if match}


@preambled
def test_a_session_changes_the_documented_exports_and_deactivate_takes_all_back(
    preamble: str, shell: Posix, kept: Lab, tmp_path: Path
) -> None:
    traces = Traces(shell, tmp_path)
    source = [
        traces.take("before"),
        f". ./{shell.file}",
        traces.take("in"),
        "deactivate",
        traces.take("after"),
    ]
    outcome = play(shell, kept, prepared(shell, preamble), *source).must()
    assert outcome.err == "" and "trapped" not in outcome.out
    changed = names(traces.between("before", "in"))
    assert changed >= EXPORTS
    assert items(traces.between("before", "in")) <= {"function deactivate", "function prompt"}
    assert {
        name for name in changed - EXPORTS - PROMPTS if not name.startswith("_WORKROOT_OLD_")
    } == set()
    # Under `set -a` dash and busybox list as exported what `unset` took away; it has no value.
    assert [
        line
        for line in traces.between("before", "after")
        if "=" in line or "set -a" not in prepared(shell, preamble)
    ] == []


@pytest.mark.parametrize("preamble", ["plain", "much is set"])
@each_shell
def test_a_second_session_and_a_session_proved_anew_leave_no_more_than_one(
    preamble: str, shell: Posix, kept: Lab, tmp_path: Path
) -> None:
    traces = Traces(shell, tmp_path)
    start = f". ./{shell.file}"
    again = [
        shell.export("WORKROOT_CHECK", 1),
        start,
        shell.unset("WORKROOT_CHECK"),
        traces.take("again"),
    ]
    steps = [
        traces.take("before"),
        start,
        traces.take("in"),
        *again,
        "deactivate",
        traces.take("after"),
    ]
    play(shell, kept, prepared(shell, preamble), *steps).must()
    assert traces.between("in", "again") == []
    assert traces.between("before", "after") == []


@each_sh
def test_an_err_trap_of_the_person_stays_silent(shell: Posix, kept: Lab) -> None:
    if shell.name in ("dash", "busybox"):
        pytest.skip("no ERR trap there")
    outcome = play(shell, kept, "trap 'echo caught' ERR", ". ./bootstrap.sh", "deactivate", "trap")
    assert "caught" not in outcome.out.replace("'echo caught'", "").replace('"echo caught"', "")


# What goes wrong: (what the caller's shell has, what is done to the lab, a variable of the
# environment, a word of the sentence)


def no_python(lab: Lab) -> None:
    programs = lab.directory / "few"
    programs.mkdir()
    for name in ("sh", "readlink", "printf"):
        (programs / name).symlink_to(shutil.which(name))
    lab.environ["PATH"] = str(programs)


def broken_toml(lab: Lab) -> None:
    lab.config.write_text("repo = '/x\n")


def no_repo(lab: Lab) -> None:
    shutil.rmtree(lab.repo)


def no_kit(lab: Lab) -> None:
    for name in ("bootstrap.sh", "bootstrap.fish", "bootstrap.ps1"):
        path = lab.root / name
        path.write_text(path.read_text().replace(str(lab.kit), "/nowhere"))


def no_marker(lab: Lab) -> None:
    lab.config.write_text(
        lab.config.read_text().replace("[venv]", "marker = 'not_there'\n[venv]", 1)
    )


def foreign_venv(lab: Lab) -> None:
    (lab.venv / "pyvenv.cfg").unlink()


def nothing(lab: Lab) -> None:
    del lab


FAILURES: dict[str, tuple[str, Callable[[Lab], None], str]] = {
    "no python": ("", no_python, "no Python 3.11 or newer"),
    "broken toml": ("", broken_toml, "line 1, key repo"),
    "no repo": ("", no_repo, "is not there"),
    "a readonly REPO": ("readonly REPO=/mine", nothing, "readonly"),
    "a readonly REPO without a value": ("REPO=; readonly REPO", nothing, "readonly"),
    "a readonly PATH": ("readonly PATH", nothing, "readonly"),
    "a readonly WORKROOT that is unset": ("readonly WORKROOT", nothing, "readonly"),
    "a readonly memory of a session": ("readonly _WORKROOT_OLD_PATH_SET=", nothing, "readonly"),
    "a readonly PYTHONHOME": ("readonly PYTHONHOME=/mine", nothing, "readonly"),
    "an alias deactivate": (
        "[ -z \"${BASH_VERSION-}\" ] || shopt -s expand_aliases; alias deactivate='echo mine'",
        nothing,
        "alias deactivate",
    ),
    "no kit": ("", no_kit, "no kit at /nowhere"),
    "a failing health check": ("", no_marker, "marker"),
    "a venv that does not work": ("", foreign_venv, "no pyvenv.cfg"),
}
# A variable of the environment cannot be read-only in PowerShell; functions can.
IN_POWERSHELL = {name: row for name, row in FAILURES.items() if "readonly" not in name} | {
    "an alias deactivate": ("Set-Alias deactivate Get-Date", nothing, "alias deactivate"),
    "a read-only deactivate": (
        "function global:deactivate { 'mine' }; Set-Item function:deactivate -Options ReadOnly",
        nothing,
        "read-only function deactivate",
    ),
}
# Nothing that a person chooses is readonly in fish, and an alias is a function there.
IN_FISH = [name for name, (before, *_) in FAILURES.items() if not before]
failing = pytest.mark.parametrize(
    ("shell", "failure", "preamble"),
    [
        (shell, name, preamble)
        for shell in SH
        for name in FAILURES
        for preamble in ("plain", "much is set")
    ]
    + [(FISH, name, "much is set") for name in IN_FISH]
    + [(PowerShell(), name, "much is set") for name in IN_POWERSHELL],
    ids=lambda given: given if isinstance(given, str) else given.name,
)


@failing
def test_a_failure_changes_nothing(
    failure: str, preamble: str, shell: Posix, tmp_path: Path
) -> None:
    before, spoil, words = (IN_POWERSHELL if shell.name == "pwsh" else FAILURES)[failure]
    lab, traces = Lab(tmp_path / "lab").make(), Traces(shell, tmp_path)
    spoil(lab)
    prepare = re.sub(r"(\$env:)?REPO='?/was'?; ", "", prepared(shell, preamble))
    start = [traces.take("warm"), traces.take("before"), shell.source(), shell.status()]
    outcome = play(shell, lab, prepare, before, *start, traces.take("after")).must()
    assert "status=1" in outcome.out.splitlines(), outcome
    assert words in outcome.err and len(outcome.err.splitlines()) <= 3, outcome
    assert traces.between("before", "after") == []


FIXED = ("PATH", "REPO", "VIRTUAL_ENV", "PYTHONDONTWRITEBYTECODE", "_WORKROOT_OLD_PATH", "PS1")


@pytest.mark.parametrize("name", FIXED)
@each_sh
def test_what_was_made_readonly_in_a_session_keeps_that_session(
    name: str, shell: Posix, kept: Lab, tmp_path: Path
) -> None:
    """Neither `deactivate` nor another bootstrap takes away a part of it."""
    traces = Traces(shell, tmp_path)
    script = [
        "PS1='# '; . ./bootstrap.sh",
        f"readonly {name}",
        traces.take("in"),
        "deactivate",
        "echo left=$?",
        traces.take("left"),
        "export WORKROOT_CHECK=1; . ./bootstrap.sh",
        "echo again=$?; unset WORKROOT_CHECK",
        traces.take("again"),
    ]
    outcome = play(shell, kept, *script).must()
    assert {"left=1", "again=1"} <= set(outcome.out.splitlines()), outcome
    assert len(outcome.err.splitlines()) == 4 and outcome.err.count("readonly") == 2, outcome
    assert traces.between("in", "left") == traces.between("in", "again") == []


def test_a_deactivate_that_is_readonly_keeps_what_is(kept: Lab, tmp_path: Path) -> None:
    """Only bash has such functions: one's own, and a session's."""
    bash = next(shell for shell in SH if shell.name == "bash")
    traces = Traces(bash, tmp_path)
    own = ["deactivate() { echo own; }; readonly -f deactivate", traces.take("before")]
    outcome = play(bash, kept, *own, ". ./bootstrap.sh", "echo status=$?", traces.take("after"))
    assert "status=1" in outcome.out and "own" not in outcome.out and "readonly" in outcome.err
    assert traces.between("before", "after") == []
    script = [". ./bootstrap.sh", "readonly -f deactivate", traces.take("in"), "deactivate"]
    outcome = play(bash, kept, *script, "echo status=$?", traces.take("left")).must()
    assert "status=1" in outcome.out and len(outcome.err.splitlines()) == 2, outcome
    assert traces.between("in", "left") == []


@each_sh
def test_a_readonly_prompt_is_left_alone_and_the_session_is_had(
    shell: Posix, kept: Lab, tmp_path: Path
) -> None:
    traces = Traces(shell, tmp_path)
    script = [
        "readonly PS1='# '",
        traces.take("before"),
        ". ./bootstrap.sh",
        'echo "status=$? $PS1 $REPO"',
        "deactivate",
        "echo left=$?",
        traces.take("after"),
    ]
    outcome = play(shell, kept, *script).must()
    assert outcome.out.splitlines() == [f"status=0 #  {kept.repo}", "left=0"], outcome
    assert outcome.err == "" and traces.between("before", "after") == []


SPOILERS = {  # what a program of any shell does
    "broken toml": ("echo 'repo = ' > workroot.toml", "line 1, key repo"),
    "no repo": ('rm -r "$REPO"', "is not there"),
    "no kit": (
        "sed -i 's|^_workroot_kit=.*|_workroot_kit=/nowhere|' bootstrap.sh; "
        "sed -i 's|^set -l _workroot_kit .*|set -l _workroot_kit /nowhere|' bootstrap.fish; "
        "sed -i 's|^    [$]kit = [^$].*#|    $kit = \"/nowhere\" #|' bootstrap.ps1; "
        "touch workroot.toml",
        "no kit at /nowhere",
    ),
    "a failing health check": (
        "echo \"marker = 'not_there'\" | cat - workroot.toml > new; mv new workroot.toml",
        "not_there",
    ),
}


@pytest.mark.parametrize("failure", SPOILERS)
@each_shell
def test_a_failure_in_a_session_leaves_that_session(
    failure: str, shell: Posix, tmp_path: Path
) -> None:
    spoil, words = SPOILERS[failure]
    lab, traces = Lab(tmp_path / "lab").make().prove(), Traces(shell, tmp_path)
    script = [
        shell.source(),
        shell.program("/bin/sh", "-c", spoil),
        traces.take("in"),
        shell.source(),
        shell.status(),
        traces.take("after"),
    ]
    outcome = play(shell, lab, *script).must()
    assert "status=1" in outcome.out.splitlines() and words in outcome.err, outcome
    assert traces.between("in", "after") == []


def test_a_name_that_fish_keeps_readonly_is_refused(tmp_path: Path) -> None:
    """In another shell the session is had: `version` is no name of theirs."""
    lab, traces = Lab(tmp_path / "lab").make(), Traces(FISH, tmp_path)
    lab.config.write_text(lab.config.read_text() + "\n[session.env]\nversion = '2'\n")
    lab.prove()
    source = [traces.take("before"), FISH.source(), FISH.status(), traces.take("after")]
    outcome = play(FISH, lab, *source).must()
    assert "status=1" in outcome.out.splitlines(), outcome
    assert "readonly" in outcome.err and len(outcome.err.splitlines()) == 2, outcome
    assert traces.between("before", "after") == []


def test_what_is_universal_in_fish_is_hidden_and_stays(tmp_path: Path) -> None:
    """It belongs to all shells of the person, and lives in a file of theirs."""
    lab, traces = Lab(tmp_path / "lab").make().prove(), Traces(FISH, tmp_path)
    steps = [
        "set -Ux REPO /universal; set -Ux PYTHONHOME /nowhere",
        traces.take("before"),
        FISH.source(),
        FISH.python("in", "repo_marker"),
        FISH.deactivate(),
        traces.take("after"),
    ]
    outcome = play(FISH, lab, *steps).must()
    seen = reports(outcome)["in"]
    assert seen["environ"]["REPO"] == str(lab.repo) and not seen["environ"]["PYTHONHOME"]
    assert seen["modules"]["repo_marker"] == f"{lab.repo}/repo_marker.py"
    assert traces.between("before", "after") == []


def test_a_venv_that_is_activated_in_fish_stands_before_our_name(tmp_path: Path) -> None:
    lab = Lab(tmp_path / "lab").make().prove()
    run([BASE, "-m", "venv", "--without-pip", str(tmp_path / "own")], lab.environ, "/").must()
    activate = FISH.source(tmp_path / "own" / "bin" / "activate")
    steps = [FISH.set_prompt("> "), FISH.source(), activate, FISH.show_prompt("prompt")]
    outcome = play(FISH.prompting, lab, *steps, **PROMPTING).must()
    shown = re.sub("\x1b\\S*?m", "", outcome.out)
    assert "(own) " in shown and shown.count("(lab) > ") == 1 and "((" not in shown


@pytest.mark.parametrize("preamble", FISH_PREAMBLES)
def test_the_prompt_of_fish_is_the_function_that_it_was(preamble: str, tmp_path: Path) -> None:
    """Where one is shown at all."""
    lab, traces = Lab(tmp_path / "lab").make().prove(), Traces(FISH, tmp_path)
    steps = [FISH_PREAMBLES[preamble], traces.take("warm"), traces.take("before"), FISH.source()]
    steps += [traces.take("in"), FISH.deactivate(), traces.take("after")]
    play(FISH.prompting, lab, *steps, **PROMPTING).must()
    assert "+ _workroot_prompt" in traces.between("before", "in")
    assert traces.between("before", "after") == []
