"""What a user gets after sourcing, and what deactivate takes back: one table of scenarios, in every
shell.
"""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from worlds.lab import BASE, KIT, Lab, git, reports, run
from worlds.proving import proved
from worlds.scene import PROMPTING, Seen, play
from worlds.shells import EVERY, Posix, quote

SOURCE = "./bootstrap.sh"


class Scenario(NamedTuple):
    """One row: a sentence, what plays it, the lab it needs, and whether only the sh family has the
    subject, or that and fish.
    """

    name: str
    play: Callable
    lab: str  # 'kept': read only, shared and proved; 'made': its own, not proved; 'proved': its own
    posix: bool
    fish: bool


SCENARIOS: list[Scenario] = []


def scenario(lab: str = "kept", posix: bool = False, fish: bool = False) -> Callable:
    """Enter a function into the table; its name is the sentence that it proves."""

    def enter(play: Callable) -> Callable:
        SCENARIOS.append(Scenario(play.__name__, play, lab, posix, fish))
        return play

    return enter


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    """A proved lab that scenarios only read."""
    return Lab(tmp_path_factory.mktemp("kept")).make().prove()


def documented(lab: Lab, before: dict[str, str]) -> dict[str, str]:
    """The environment that a session makes of another: exactly what the design names."""
    own = {
        "PATH": ":".join([*lab.entries, before["PATH"]]),
        "VIRTUAL_ENV": str(lab.venv),
        "VIRTUAL_ENV_PROMPT": lab.root.name,
        "REPO": str(lab.repo),
        "WORKROOT": str(lab.root),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    return {name: value for name, value in (before | own).items() if name != "PYTHONHOME"}


def assert_session(lab: Lab, seen: Seen, label: str = "in", before: str = "before") -> None:
    assert seen.environ(label) == documented(lab, seen.environ(before))
    assert seen[label]["status"] in ("0", 0)


def start(shell: Posix, path: str | Path = SOURCE) -> list[str]:
    """Source between two reports."""
    return [shell.report("before"), shell.source(path), shell.report("in")]


# What a session is


@scenario()
def the_environment_is_exactly_the_documented_one(shell, lab):
    assert_session(lab, play(shell, lab, *start(shell)))


@scenario()
def python_is_the_venvs(shell, lab):
    seen = play(shell, lab, shell.source(), shell.python("in"))
    assert (seen["in"]["executable"], seen["in"]["prefix"]) == (str(lab.python), str(lab.venv))


@scenario()
def the_repo_imports_from_the_workroot(shell, lab):
    seen = play(shell, lab, shell.source(), shell.python("in", "repo_marker", "pipeline"))
    assert seen["in"]["modules"] == {
        "repo_marker": f"{lab.repo}/repo_marker.py",
        "pipeline": f"{lab.repo}/pipeline/__init__.py",
    }


@scenario()
def workroot_is_a_command(shell, lab):
    seen = play(shell, lab, shell.source(), shell.program("workroot", "--version"))
    assert seen.outcome.status == 0 and seen.outcome.out.strip()


@scenario("made")
def outputs_land_in_the_workroot_and_the_repo_stays_clean(shell, lab):
    code = "import repo_marker, pipeline; open('result.txt', 'w').write(str(pipeline.ANSWER))"
    play(shell, lab, shell.source(), shell.program("python", "-c", code))
    assert (lab.root / "result.txt").read_text() == "42"
    assert lab.git("status", "--porcelain", "--ignored") == ""
    assert not list(lab.repo.rglob("__pycache__"))


@scenario("made")
def a_first_session_makes_the_venv(shell, lab):
    shutil.rmtree(lab.venv)
    seen = play(shell, lab, *start(shell), shell.python("py", "repo_marker"), silent=False)
    assert_session(lab, seen)
    assert seen["py"]["modules"]["repo_marker"] == f"{lab.repo}/repo_marker.py"


@scenario()
def a_session_that_holds_says_nothing(shell, lab):
    seen = play(shell, lab, shell.source())
    assert (seen.outcome.status, seen.outcome.out, seen.outcome.err) == (0, "", "")


# Ways to source


@scenario()
def sourcing_twice_is_sourcing_once(shell, lab):
    seen = play(
        shell,
        lab,
        *start(shell),
        shell.source(),
        shell.report("again"),
        shell.deactivate(),
        shell.report("after"),
    )
    assert_session(lab, seen)
    assert_session(lab, seen, "again")
    assert seen.environ("after") == seen.environ("before")


@scenario()
def by_an_absolute_path_from_another_directory(shell, lab):
    seen = play(shell, lab, *start(shell, lab.root / "bootstrap.sh"), cwd=lab.home)
    assert_session(lab, seen)
    assert seen["in"]["cwd"] == str(lab.home)


@scenario()
def by_a_relative_path_from_another_directory(shell, lab):
    assert_session(
        lab, play(shell, lab, *start(shell, f"../{lab.root.name}/bootstrap.sh"), cwd=lab.home)
    )


@scenario()
def by_a_relative_path_from_below(shell, lab):
    assert_session(lab, play(shell, lab, *start(shell, "../bootstrap.sh"), cwd=lab.venv))


@scenario(posix=True, fish=True)
def by_a_bare_name(shell, lab):
    path = shell.export("PATH", f"{lab.root}:{lab.environ['PATH']}")
    steps = [path, *start(shell, "bootstrap.sh")]
    assert_session(lab, play(shell, lab, *steps))


@scenario("proved")
def through_a_link_to_the_file(shell, lab):
    link = lab.home / shell.file
    link.symlink_to(lab.root / shell.file)
    assert_session(lab, play(shell, lab, *start(shell, lab.home / "bootstrap.sh"), cwd=lab.home))


@scenario("proved")
def through_a_link_of_another_name(shell, lab):
    link = lab.home / shell.file.replace("bootstrap", "enter")
    link.symlink_to(lab.root / shell.file)
    assert_session(lab, play(shell, lab, *start(shell, lab.home / "enter.sh"), cwd=lab.home))


@scenario("proved")
def through_a_link_to_the_directory(shell, lab):
    (lab.home / "way").symlink_to(lab.root)
    assert_session(lab, play(shell, lab, *start(shell), cwd=lab.home / "way"))


@scenario(posix=True, fish=True)
def inside_a_function(shell, lab):
    seen = play(
        shell,
        lab,
        shell.report("before"),
        shell.function("enter", shell.source()),
        "enter",
        shell.report("in"),
    )
    assert_session(lab, seen)


@scenario(posix=True, fish=True)
def inside_a_function_with_arguments(shell, lab):
    steps = [
        shell.report("before"),
        shell.function("enter", shell.source()),
        "enter --help new",
        shell.report("in"),
    ]
    assert_session(lab, play(shell, lab, *steps))


@scenario("proved", posix=True, fish=True)
def from_a_script_file(shell, lab):
    script = lab.home / "job"
    script.write_text("\n".join(start(shell, lab.root / "bootstrap.sh")))
    outcome = run([*shell.argv[:-1], str(script)], lab.environ, lab.home).must()
    assert_session(lab, Seen(reports(outcome), outcome))


@scenario("proved", posix=True, fish=True)
def from_a_script_that_is_called_bootstrap_too(shell, lab):
    script = lab.home / shell.file
    script.write_text("\n".join(start(shell, lab.root / "bootstrap.sh")))
    outcome = run([*shell.argv[:-1], str(script)], lab.environ, lab.home).must()
    assert_session(lab, Seen(reports(outcome), outcome))


@scenario(posix=True, fish=True)
def executed_instead_of_sourced_it_says_so(shell, lab):
    for path in (f"./{shell.file}", str(lab.root / shell.file)):
        outcome = run([*shell.argv[:-1], path], lab.environ, lab.root)
        assert (outcome.status, outcome.out) == (2, "")
        assert outcome.err == f"workroot: source this file: . ./{shell.file}\n"


# Which kit, which workroot


def own_kit(lab: Lab) -> Path:
    """A copy of the kit that is a workroot for its own Python code."""
    kit = lab.directory / "kit"
    shutil.copytree(
        KIT,
        kit,
        ignore=shutil.ignore_patterns(
            ".git", ".venv", ".workroot", "tests", "__pycache__", "workroot.toml"
        ),
    )
    return kit


@scenario("made")
def the_kit_is_its_own_workroot(shell, lab):
    kit = own_kit(lab)
    (kit / "workroot.toml").write_text("repo = '.'\npaths = ['python']\n")
    seen = play(shell, lab, shell.source(), shell.python("in", "workroot"), cwd=kit, silent=False)
    assert seen["in"]["modules"]["workroot"] == f"{kit}/python/workroot/__init__.py"
    assert seen["in"]["environ"]["WORKROOT"] == str(kit)


@scenario("proved")
def the_kits_bootstrap_gives_the_session_of_the_current_directory(shell, lab):
    seen = play(shell, lab, *start(shell, KIT / "bootstrap.sh"))
    assert_session(lab, seen)


@scenario("made")
def repo_and_the_kits_bootstrap_make_an_empty_directory_a_workroot(shell, lab):
    empty = lab.directory / "empty"
    empty.mkdir()
    seen = play(
        shell,
        lab,
        shell.export("REPO", lab.repo),
        shell.source(KIT / "bootstrap.sh"),
        shell.python("in", "repo_marker"),
        cwd=empty,
        silent=False,
    )
    assert seen["in"]["environ"]["WORKROOT"] == str(empty)
    assert seen["in"]["modules"]["repo_marker"] == f"{lab.repo}/repo_marker.py"
    assert str(lab.repo) in (empty / "workroot.toml").read_text()


@scenario("proved")
def the_repo_of_another_live_session_makes_no_workroot(shell, lab):
    empty = lab.directory / "empty"
    empty.mkdir()
    steps = [
        shell.source(lab.root / "bootstrap.sh"),
        shell.report("in"),
        shell.source(KIT / "bootstrap.sh"),
        shell.report("after"),
    ]
    seen = play(shell, lab, *steps, cwd=empty, silent=False)
    assert seen["after"]["status"] in ("1", 1) and seen.environ("after") == seen.environ("in")
    assert f"REPO={lab.repo} belongs to the session of {lab.root}" in seen.outcome.err
    assert os.listdir(empty) == []


@scenario("made")
def without_a_repo_the_kits_bootstrap_says_how_and_changes_nothing(shell, lab):
    empty = lab.directory / "empty"
    empty.mkdir()
    seen = play(shell, lab, *start(shell, KIT / "bootstrap.sh"), cwd=empty, silent=False)
    assert seen["in"]["status"] in ("1", 1) and seen.environ("in") == seen.environ("before")
    spelled = {"pwsh": "$env:REPO = 'PATH'", "fish": "set -gx REPO PATH"}
    assert f"no workroot.toml in {empty}" in seen.outcome.err
    assert spelled.get(shell.name, "export REPO=PATH") in seen.outcome.err
    assert os.listdir(empty) == []


@scenario("proved")
def a_session_that_holds_needs_no_kit(shell, lab):
    without_kit(lab)
    assert_session(lab, play(shell, lab, *start(shell)))


@scenario("made")
def a_kit_that_is_gone_gets_one_sentence(shell, lab):
    without_kit(lab)
    seen = play(shell, lab, *start(shell), silent=False)
    assert seen["in"]["status"] in ("1", 1) and seen.environ("in") == seen.environ("before")
    first, hint = seen.outcome.err.splitlines()
    assert first.startswith("workroot: no kit at") and "WORKROOT_KIT" in hint


@scenario("made")
def workroot_kit_names_the_kit_that_moved(shell, lab):
    without_kit(lab)
    seen = play(shell, lab, shell.export("WORKROOT_KIT", KIT), *start(shell), silent=False)
    assert_session(lab, seen)


def without_kit(lab: Lab) -> None:
    """Let the workroot's own bootstraps name a kit that is not there."""
    for file in ("bootstrap.sh", "bootstrap.fish", "bootstrap.ps1"):
        path = lab.root / file
        path.write_text(path.read_text().replace(str(KIT), str(lab.directory / "gone")))


# Settings of the caller


@scenario(posix=True)
def under_set_eu(shell, lab):
    seen = play(shell, lab, "set -eu", *start(shell), shell.deactivate(), shell.report("after"))
    assert_session(lab, seen)
    assert seen.environ("after") == seen.environ("before")


@scenario("made", posix=True)
def under_set_eu_when_proved_anew(shell, lab):
    seen = play(shell, lab, "set -eu", *start(shell), shell.deactivate(), shell.report("after"))
    assert_session(lab, seen)
    assert seen.environ("after") == seen.environ("before")


@scenario(posix=True)
def under_set_f(shell, lab):
    assert_session(lab, play(shell, lab, "set -f", *start(shell)))
    assert_session(
        lab, play(shell, lab, "set -f", *start(shell, lab.root / "bootstrap.sh"), cwd=lab.home)
    )


@scenario(posix=True)
def under_noclobber(shell, lab):
    assert_session(lab, play(shell, lab, "set -C", *start(shell)))


@scenario(posix=True)
def under_allexport(shell, lab):
    seen = play(shell, lab, "set -a", *start(shell), shell.deactivate(), shell.report("after"))
    assert {name for name in seen.environ("in") if name.startswith("_workroot")} == set()
    assert (
        seen.environ("after").items() - {("PS1", seen.environ("after").get("PS1"))}
        == seen.environ("before").items()
    )


@scenario(posix=True)
def with_an_odd_ifs(shell, lab):
    for ifs in ("/", "_.", ":"):
        seen = play(shell, lab, f"IFS={quote(ifs)}", *start(shell), shell.show("ifs", "IFS"))
        assert_session(lab, seen)
        assert seen.shown("ifs") == ifs


@scenario()
def with_cdpath(shell, lab):
    seen = play(
        shell,
        lab,
        shell.export("CDPATH", f"/:{lab.directory}:."),
        *start(shell, f"../{lab.root.name}/bootstrap.sh"),
        cwd=lab.home,
    )
    assert_session(lab, seen)


@scenario("made", posix=True)
def with_hostile_aliases(shell, lab):
    """bash knows aliases in scripts when told so."""
    names = (
        "unset",
        "export",
        "eval",
        "command",
        "printf",
        "echo",
        "cd",
        "pwd",
        "test",
        "trap",
        "python",
        "python3",
        "sh",
        "readlink",
        "return",
        "alias",
    )
    steps = [
        "shopt -s expand_aliases" if shell.name == "bash" else ":",
        *(f"alias {name}='echo hostile {name}'" for name in names),
    ]
    job = lab.home / "job"
    job.write_text("\n".join(["\\. ./bootstrap.sh", "\\" + shell.report("in")]))
    seen = play(shell, lab, shell.report("before"), *steps, f"\\. {quote(job)}")
    assert_session(lab, seen)


@scenario("made", posix=True, fish=True)
def with_functions_of_our_programs_names(shell, lab):
    """In fish those that it lets a function take from a builtin as well."""
    names = ["python", "python3", "sh", "readlink", "git"]
    if shell.name == "fish":
        names += ["contains", "count", "echo", "functions", "math", "printf", "realpath"]
    steps = [shell.function(name, "command false") for name in names]
    assert_session(lab, play(shell, lab, *steps, *start(shell)))


@scenario(posix=True)
def positional_parameters_stay(shell, lab):
    seen = play(
        shell,
        lab,
        "set -- one 'two three'",
        shell.source(),
        'command printf "args=x%s\\n" "$#:$1:$2"',
    )
    assert seen.shown("args") == "2:one:two three"


# Programs of the session's Python


@scenario("proved")
def pydoc_is_the_sessions_and_writes_what_it_imports_there(shell, lab):
    """As virtualenv's own suite asks of an activation; on PATH another Python's would come next."""
    (lab.site / "installed_here.py").write_text("")
    (lab.root / "pydoc_test.py").write_text(
        "import installed_here, pipeline, sys\nw = sys.prefix\n"
    )
    for name in ("pydoc", "pydoc3"):
        page = lab.root / "pydoc_test.html"
        seen = play(shell, lab, shell.source(), shell.program(name, "-w", "pydoc_test"))
        assert str(lab.venv) in page.read_text(), seen.outcome
        page.unlink()


@scenario()
def what_else_a_python_brings_as_programs_is_the_sessions(shell, lab):
    names = ("pydoc", "pydoc3", "idle", "idle3")
    seen = play(shell, lab, shell.source(), *map(shell.which, names))
    assert seen.outcome.out.split() == [f"{lab.root}/.workroot/bin/{name}" for name in names]


@scenario("proved")
def workroot_run_takes_a_file_of_the_session_from_anywhere(shell, lab):
    script = lab.root / "show.py"
    script.write_text("import os, sys; print(f'ran={os.getcwd()} {sys.prefix}')\n")
    steps = [shell.source(), shell.unset("WORKROOT"), shell.cd("/")]
    seen = play(shell, lab, *steps, shell.program("workroot", "run", script))
    assert f"ran={lab.root} {lab.venv}" in seen.outcome.out.splitlines()


# Other sessions


@scenario()
def a_child_shell_has_each_entry_once(shell, lab):
    inner = shell.child(*start(shell), shell.deactivate(), shell.report("after"))
    seen = play(shell, lab, shell.report("outside"), shell.source(), inner)
    assert seen.environ("in") == seen.environ("before") == documented(lab, seen.environ("outside"))
    assert seen.environ("after") == seen.environ("before")


@scenario()
def what_a_login_shell_left_of_a_session_is_nobodys(shell, lab):
    """It began PATH anew, and so the inherited session has ended.

    After deactivate it is as after a first one.
    """
    inner = shell.child(
        shell.export("PATH", lab.environ["PATH"]),
        shell.export("PYTHONDONTWRITEBYTECODE", "mine"),
        *start(shell),
        shell.deactivate(),
        shell.report("after"),
    )
    seen = play(shell, lab, shell.report("outside"), shell.source(), inner)
    assert seen.environ("in") == documented(lab, seen.environ("outside"))
    mine = {"PYTHONDONTWRITEBYTECODE": "mine"}
    assert seen.environ("after") == seen.environ("outside") | mine


@scenario("proved")
def a_login_shell_inside_of_another_workroots_session(shell, lab):
    other = Lab(lab.directory, root="other", repo="src2").make().prove()
    inner = shell.child(
        shell.export("PATH", lab.environ["PATH"]),
        *start(shell),
        shell.deactivate(),
        shell.report("after"),
    )
    source = shell.source(other.root / "bootstrap.sh")
    seen = play(shell, lab, shell.report("outside"), source, inner)
    assert seen.environ("in") == documented(lab, seen.environ("outside"))
    assert seen.environ("after") == seen.environ("outside")


def plain_venv(lab: Lab, *steps: str) -> Path:
    """A venv of the person's own, with its activate scripts."""
    venv = lab.directory / "own"
    run([BASE, "-m", "venv", "--without-pip", str(venv)], lab.environ, "/").must()
    return venv


@scenario("proved", posix=True, fish=True)
def another_venvs_session_is_left_first(shell, lab):
    venv = plain_venv(lab)
    activate = [shell.assign("OSTYPE", "linux"), shell.source(venv / "bin" / "activate")]
    steps = [
        shell.export("PS1", "> "),
        shell.report("outside"),
        *activate,
        shell.source(),
        shell.report("in"),
        shell.deactivate(),
        shell.report("after"),
    ]
    seen = play(shell, lab, *steps, VIRTUAL_ENV_DISABLE_PROMPT="1")
    assert seen.environ("in") == documented(lab, seen.environ("outside"))
    assert seen.environ("after") == seen.environ("outside")


@scenario("proved")
def a_second_workroots_session_replaces_the_first(shell, lab):
    other = Lab(lab.directory, root="other", repo="src2").make().prove()
    steps = [
        *start(shell),
        shell.source(other.root / "bootstrap.sh"),
        shell.report("second"),
        shell.deactivate(),
        shell.report("after"),
    ]
    seen = play(shell, lab, *steps)
    assert_session(lab, seen)
    assert_session(other, seen, "second")
    assert seen.environ("after") == seen.environ("before")


@scenario("proved")
def a_child_of_another_venv_gets_the_workroots_python(shell, lab):
    venv = plain_venv(lab)
    environ = {"VIRTUAL_ENV": str(venv), "PATH": f"{venv}/bin:{lab.environ['PATH']}"}
    seen = play(shell, lab, *start(shell), shell.deactivate(), shell.report("after"), **environ)
    assert seen["in"]["environ"]["PATH"].split(":")[:2] == lab.entries
    assert str(venv / "bin") not in seen["in"]["environ"]["PATH"].split(":")
    assert seen.environ("after") == seen.environ("before")


# The way back


@scenario()
def deactivate_gives_back_exactly_what_was(shell, lab):
    seen = play(
        shell,
        lab,
        *start(shell),
        shell.deactivate(),
        shell.report("after"),
        REPO="/was",
        PYTHONHOME="/was/home",
        VIRTUAL_ENV_PROMPT="",
    )
    assert_session(lab, seen)
    assert seen.environ("after") == seen.environ("before")


@scenario()
def what_was_unset_is_unset_again(shell, lab):
    names = (
        "REPO",
        "WORKROOT",
        "VIRTUAL_ENV",
        "VIRTUAL_ENV_PROMPT",
        "PYTHONDONTWRITEBYTECODE",
        "PYTHONHOME",
    )
    seen = play(
        shell, lab, shell.source(), shell.deactivate(), *(shell.show(name, name) for name in names)
    )
    assert [seen.shown(name) for name in names] == [None] * len(names)


@scenario(posix=True, fish=True)
def what_was_set_but_not_exported_is_so_again(shell, lab):
    steps = [
        shell.assign("REPO", "/was"),
        shell.assign("PYTHONHOME", "/home"),
        *start(shell),
        shell.deactivate(),
    ]
    seen = play(
        shell,
        lab,
        *steps,
        shell.report("after"),
        shell.show("repo", "REPO"),
        shell.show("pythonhome", "PYTHONHOME"),
    )
    assert (
        seen["in"]["environ"]["REPO"] == str(lab.repo) and "PYTHONHOME" not in seen["in"]["environ"]
    )
    assert (seen.shown("repo"), seen.shown("pythonhome")) == ("/was", "/home")
    assert seen.environ("after") == seen.environ("before")


@scenario(posix=True, fish=True)
def a_path_that_is_no_export_becomes_one_and_is_as_it_was_again(shell, lab):
    """As below `env -i`.

    mksh and busybox export it from the start, and dash cannot take an export back.
    """
    steps = [
        shell.assign("PATH", lab.environ["PATH"]),
        *start(shell),
        shell.python("python", "repo_marker"),
        shell.deactivate(),
        shell.report("after"),
        shell.show("path", "PATH"),
    ]
    seen = play(shell, lab, *steps, before=("/usr/bin/env", "-u", "PATH"))
    before = seen.environ("before")
    assert seen.environ("in") == documented(lab, before | {"PATH": lab.environ["PATH"]})
    assert seen["python"]["prefix"] == str(lab.venv)
    assert seen.shown("path") == lab.environ["PATH"]
    kept = {"PATH": lab.environ["PATH"]} if shell.name == "dash" else {}
    assert seen.environ("after") == before | kept


@scenario(posix=True, fish=True)
def without_a_path_the_systems_programs_are_there_and_path_is_unset_again(shell, lab):
    steps = [shell.unset("PATH"), shell.source(), shell.report("in"), shell.program("true")]
    seen = play(shell, lab, *steps, shell.deactivate(), shell.show("left", "PATH"))
    assert seen["in"]["environ"]["PATH"].split(":")[:2] == lab.entries
    assert seen.shown("left") is None


@scenario()
def awkward_values_come_back_byte_for_byte(shell, lab):
    for value in (
        "x-",
        "-x",
        "a b  c ",
        "$HOME `id` \\ \" '",
        "*?[a]",
        "two\nlines",
        "=",
        "\u00e9\u65e5",
    ):
        seen = play(
            shell,
            lab,
            *start(shell),
            shell.deactivate(),
            shell.report("after"),
            REPO=value,
            PYTHONDONTWRITEBYTECODE=value,
        )
        assert_session(lab, seen)
        assert seen.environ("after") == seen.environ("before")


@scenario()
def a_path_that_the_person_changed_keeps_the_change(shell, lab):
    added = shell.widen_path("/added", "/last")
    seen = play(shell, lab, *start(shell), added, shell.deactivate(), shell.report("after"))
    assert seen["after"]["environ"]["PATH"] == f"/added:{seen['before']['environ']['PATH']}:/last"


@scenario()
def variables_that_the_person_changed_stay_changed(shell, lab):
    steps = [
        shell.source(),
        shell.export("REPO", "/mine"),
        shell.unset("PYTHONDONTWRITEBYTECODE"),
        shell.deactivate(),
        shell.report("after"),
    ]
    seen = play(shell, lab, *steps, REPO="/was")
    assert seen["after"]["environ"]["REPO"] == "/mine"
    assert "PYTHONDONTWRITEBYTECODE" not in seen["after"]["environ"]


@scenario(posix=True, fish=True)
def an_empty_and_a_missing_path_entry_come_back(shell, lab):
    path = f":{lab.environ['PATH']}::/usr/local/bin:"
    seen = play(shell, lab, *start(shell), shell.deactivate(), shell.report("after"), PATH=path)
    assert seen.environ("after") == seen.environ("before")


@scenario(posix=True, fish=True)
def the_prompt_names_the_workroot_and_comes_back(shell, lab):
    steps = [
        shell.set_prompt("> "),
        shell.source(),
        shell.show_prompt("in"),
        shell.deactivate(),
        shell.show_prompt("after"),
    ]
    seen = play(shell.prompting, lab, *steps, **PROMPTING)
    assert (seen.shown("in"), seen.shown("after")) == (f"({lab.root.name}) > ", "> ")


@scenario(posix=True, fish=True)
def a_prompt_that_the_person_changed_keeps_the_change(shell, lab):
    steps = [
        shell.set_prompt("> "),
        shell.source(),
        shell.prepend_to_prompt("[mine] "),
        shell.deactivate(),
        shell.show_prompt("after"),
    ]
    seen = play(shell.prompting, lab, *steps, **PROMPTING)
    assert seen.shown("after") == "[mine] > "


@scenario(posix=True, fish=True)
def without_a_prompt_none_is_made(shell, lab):
    seen = play(
        shell.prompting,
        lab,
        shell.unset_prompt(),
        shell.source(),
        shell.show_prompt("in"),
        shell.deactivate(),
        shell.show_prompt("after"),
        **PROMPTING,
    )
    assert (seen.shown("in"), seen.shown("after")) == (None, None)


@scenario(posix=True, fish=True)
def virtual_env_disable_prompt_leaves_the_prompt(shell, lab):
    seen = play(
        shell.prompting,
        lab,
        shell.set_prompt("> "),
        shell.source(),
        shell.show_prompt("in"),
        VIRTUAL_ENV_DISABLE_PROMPT="1",
        **PROMPTING,
    )
    assert seen.shown("in") == "> "


@scenario()
def deactivate_leaves_no_deactivate(shell, lab):
    question = shell.ask_for_function("deactivate")
    seen = play(shell, lab, shell.source(), shell.deactivate(), question, silent=False)
    assert seen.shown("left") in ("1", "127", "False")


# Settings of the person


@scenario("made")
def workroot_quiet_silences_what_is_done_but_not_errors(shell, lab):
    assert play(shell, lab, shell.source(), WORKROOT_QUIET="1").outcome.status == 0
    shutil.rmtree(lab.repo)
    seen = play(shell, lab, *start(shell), silent=False, WORKROOT_QUIET="1")
    assert f"the repo {lab.repo} is not there" in seen.outcome.err


@scenario("proved")
def workroot_check_proves_anew(shell, lab):
    listed = lab.root / ".workroot" / "proof" / "list"
    os.utime(listed, (0, 0))
    play(shell, lab, shell.source())
    assert listed.stat().st_mtime == 0
    play(shell, lab, shell.source(), WORKROOT_CHECK="1")
    assert listed.stat().st_mtime > 0


@scenario("made")
def workroot_venv_chooses_another_environment(shell, lab):
    lab.config.write_text(lab.config.read_text() + "\n[venvs.second]\n")
    seen = play(
        shell,
        lab,
        shell.source(),
        shell.python("in", "repo_marker"),
        silent=False,
        WORKROOT_VENV="second",
    )
    assert seen["in"]["prefix"] == f"{lab.root}/.venvs/second"
    assert seen["in"]["modules"]["repo_marker"] == f"{lab.repo}/repo_marker.py"
    seen = play(shell, lab, shell.source(), shell.python("in"), silent=False)
    assert seen["in"]["prefix"] == str(lab.venv)


@scenario("made")
def an_unknown_workroot_venv_is_refused(shell, lab):
    seen = play(shell, lab, *start(shell), silent=False, WORKROOT_VENV="third")
    assert seen["in"]["status"] in ("1", 1) and seen.environ("in") == seen.environ("before")
    assert "WORKROOT_VENV=third: no [venvs.third]" in seen.outcome.err


@scenario("made")
def session_env_is_set_and_taken_back(shell, lab):
    lines = [
        "[session.env]",
        "DATA = '{workroot}/data'",
        "SRC = '{repo}'",
        "ODD = '''a $HOME `id` \"q\" it's'''",
    ]
    text = lab.config.read_text() + "\n" + "\n".join(lines) + "\n"
    lab.config.write_text(text)
    seen = play(shell, lab, *start(shell), shell.deactivate(), shell.report("after"), DATA="mine")
    own = {"DATA": f"{lab.root}/data", "SRC": str(lab.repo), "ODD": 'a $HOME `id` "q" it\'s'}
    assert seen.environ("in") == documented(lab, seen.environ("before")) | own
    assert seen.environ("after") == seen.environ("before")


@scenario("made")
def bytecode_workroot_keeps_it_out_of_the_repo(shell, lab):
    lab.config.write_text(
        lab.config.read_text().replace("bytecode = 'off'", "bytecode = 'workroot'")
    )
    seen = play(
        shell,
        lab,
        shell.source(),
        shell.report("in"),
        shell.python("py", "repo_marker"),
        PYTHONDONTWRITEBYTECODE="1",
    )
    assert "PYTHONDONTWRITEBYTECODE" not in seen["in"]["environ"]
    assert seen["in"]["environ"]["PYTHONPYCACHEPREFIX"] == f"{lab.root}/.workroot/pycache"
    assert not list(lab.repo.rglob("__pycache__")) and list(
        (lab.root / ".workroot" / "pycache").rglob("repo_marker*.pyc")
    )


@scenario("made")
def bytecode_on_leaves_python_to_itself(shell, lab):
    lab.config.write_text(lab.config.read_text().replace("bytecode = 'off'", "bytecode = 'on'"))
    seen = play(shell, lab, shell.source(), shell.report("in"))
    assert not {"PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX"} & set(seen["in"]["environ"])


@scenario("made")
def pythonhome_and_pythonpath_do_not_lead_the_engine_astray(shell, lab):
    seen = play(
        shell,
        lab,
        shell.report("before"),
        shell.source(),
        shell.python("in", "repo_marker"),
        PYTHONHOME="",
        PYTHONPATH=str(lab.home),
    )
    assert seen["in"]["modules"]["repo_marker"] == f"{lab.repo}/repo_marker.py"


# Layouts


@scenario("made")
def several_repos_import_in_order(shell, lab):
    second = lab.directory / "second"
    (second / "pipeline").mkdir(parents=True)
    (second / "pipeline" / "__init__.py").write_text("")
    (second / "extra.py").write_text("")
    lab.config.write_text(f"repo = ['{lab.repo}', '{second}']\n")
    seen = play(shell, lab, shell.source(), shell.python("in", "pipeline", "extra"), silent=False)
    assert seen["in"]["modules"] == {
        "pipeline": f"{lab.repo}/pipeline/__init__.py",
        "extra": f"{second}/extra.py",
    }
    assert seen["in"]["environ"]["REPO"] == str(lab.repo)


@scenario("made")
def a_worktree_imports_its_own_code(shell, lab):
    tree = lab.directory / "tree"
    git(lab.repo, "worktree", "add", "-q", str(tree))
    other = Lab(lab.directory, root="other", repo="tree")
    other.engine("new", str(other.root), "--repo", str(tree)).must()
    seen = play(shell, other, shell.source(), shell.python("in", "repo_marker"), silent=False)
    assert seen["in"]["modules"]["repo_marker"] == f"{tree}/repo_marker.py"


@pytest.mark.parametrize("shell", EVERY, ids=lambda shell: shell.name)
@pytest.mark.parametrize("row", SCENARIOS, ids=lambda row: row.name)
def test_session(row: Scenario, shell: Posix, kept: Lab, tmp_path: Path) -> None:
    labs = {"kept": lambda: kept, "made": lambda: Lab(tmp_path).make(), "proved": proved}
    row.play(shell, labs[row.lab]())


def test_the_table_has_thirty_scenarios_and_each_has_a_name_of_its_own() -> None:
    assert len(SCENARIOS) >= 30
    assert len({row.name for row in SCENARIOS}) == len(SCENARIOS)
