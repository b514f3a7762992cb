"""Commands that run, activate and make: what they pass on, what they print for other shells, and
what they refuse.
"""

import os
import shutil
from pathlib import Path

import pytest
from worlds.lab import Lab, run
from worlds.proving import refused, session, workroot
from worlds.workbench import worked


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    lab = workroot(Lab(tmp_path))
    session(lab).must()
    return lab


@pytest.mark.parametrize(
    "words", [["--"], ["--", "x"], ["-C", "elsewhere"], ["--args", "-q"], ["a b", "", "$(id)"]]
)
def test_run_passes_on_every_word_as_it_is(lab: Lab, words: list[str]) -> None:
    (lab.root / "show.py").write_text("import sys; print(sys.argv[1:])\n")
    assert lab.engine("run", "show.py", *words, cwd=lab.root).must().out == f"{words}\n"
    assert (
        lab.engine("run", "-q", "-C", str(lab.root), "--", "show.py", *words, cwd=lab.root)
        .must()
        .out
        == f"{words}\n"
    )
    assert (
        lab.engine("run", "--script", "show.py", "--args", *words, cwd=lab.root).must().out
        == f"{words}\n"
    )


def test_run_starts_nothing_where_the_check_fails(lab: Lab) -> None:
    lab.config.write_text(f"repo = '{lab.repo}'\nmarker = 'nonexistent'\n")
    done = lab.engine("run", "sh", "-c", "echo started", cwd=lab.root)
    assert (done.status, done.out) == (2, "")
    refused(done, "nonexistent")


def test_run_works_where_what_was_recorded_is_gone(lab: Lab) -> None:
    (lab.root / ".workroot" / "state.json").unlink()
    assert lab.engine("run", "echo", "works", cwd=lab.root).must().out == "works\n"


def test_run_installs_nothing_again_that_was_taken_out(tmp_path: Path) -> None:
    bench = worked(tmp_path)
    (bench.root / "requirements.txt").write_text("gamma\n")
    bench.configure("[venv]", "requirements = ['requirements.txt']")
    bench.engine("setup", cwd=bench.root).must()
    bench.workroot("undo").must()
    bench.workroot("run", "true").must()
    assert bench.packages() == {"alpha-2", "beta-1"}


def test_what_run_starts_ends_when_nobody_reads_any_more(lab: Lab) -> None:
    piped = f"sh '{lab.kit}/setup.sh' run sh -c 'exec yes' | head -n 1"
    assert run(["sh", "-c", piped], lab.environ, lab.root).err == ""


def test_the_line_for_fish_works_from_anywhere(lab: Lab) -> None:
    fish = shutil.which("fish") or pytest.skip("no fish here")
    rows = dict(
        line.split(None, 1) for line in lab.engine("activate", cwd=lab.root).must().out.splitlines()
    )
    assert (
        run([fish, "-c", f"{rows['fish']}; echo $REPO"], lab.environ, "/").must().out
        == f"{lab.repo}\n"
    )


@pytest.mark.parametrize("where", ["/", "other", "gone"])
def test_a_workroots_own_command_knows_its_workroot_from_anywhere(lab: Lab, where: str) -> None:
    (lab.root / "show.py").write_text("import os, sys; print(os.getcwd(), sys.prefix)\n")
    other = Lab(lab.directory / "there").make()
    typed = f"'{lab.root}/.workroot/bin/workroot' run '{lab.root}/show.py'"
    begin = {"/": "cd /", "other": f"cd '{other.root}'", "gone": "mkdir x; cd x; rmdir ../x"}[where]
    done = run(["sh", "-c", f"{begin}; {typed}"], lab.environ, lab.directory).must()
    assert done.out == f"{lab.root} {lab.venv}\n"


def test_a_workroots_own_command_is_known_by_its_place_and_through_a_link(lab: Lab) -> None:
    copy = lab.directory / "copy"
    shutil.copytree(lab.root, copy, symlinks=True)
    link = lab.directory / "link"
    link.symlink_to(lab.root / ".workroot" / "bin" / "workroot")
    for command, cwd, root in (
        (link, "/", lab.root),
        (copy / ".workroot/bin/workroot", "/", copy),
        (".workroot/bin/workroot", copy, copy),
    ):
        done = run(["sh", "-c", f"'{command}' activate"], lab.environ, cwd).must()
        assert f". {root}/bootstrap.sh" in done.out


def test_run_works_in_a_workroot_that_a_backup_brought_back(lab: Lab) -> None:
    """With its times, so that its proof holds; of a venv of one's own that is another file now."""
    (lab.venv / "workroot-venv").unlink(missing_ok=True)
    lab.prove()
    kept = lab.root.rename(lab.directory / "kept")
    shutil.copytree(kept, lab.root, symlinks=True)
    asks = "import repo_marker, sys; print(sys.prefix)"
    assert lab.engine("run", "python", "-c", asks, cwd=lab.root).must().out == f"{lab.venv}\n"


def test_a_directory_that_is_named_comes_before_the_commands_own(lab: Lab) -> None:
    other = Lab(lab.directory / "there").make()
    command = str(lab.root / ".workroot/bin/workroot")
    done = run([command, "activate", "-C", str(other.root)], lab.environ, "/").must()
    assert f". {other.root}/bootstrap.sh" in done.out


def test_create_names_the_python_that_is_there_instead_of_the_one_asked_for(lab: Lab) -> None:
    refused(lab.engine("create", "--python", "nonsense", cwd=lab.root), "nonsense")
    refused(lab.engine("create", "--python", "<3.10", cwd=lab.root))
    lab.engine("create", "--python", ">=3.8", cwd=lab.root).must()


@pytest.mark.parametrize("name", ["session", "version", "undo", "setup", "install"])
def test_help_is_printed_to_whoever_reads_it(lab: Lab, name: str) -> None:
    assert "workroot" in lab.engine(name, "--help", cwd="/").must().out
    done = run(["sh", "-c", f"sh '{lab.kit}/setup.sh' {name} --help | true"], lab.environ, lab.root)
    assert (done.status, done.err) == (0, "")


def test_no_path_gets_no_entry_for_the_current_directory(lab: Lab) -> None:
    for name in ("json", "dotenv", "github", "gitlab"):
        python = os.path.join(os.path.dirname(os.path.realpath(lab.python)), "python3")
        done = run(
            [
                python,
                "-I",
                "-S",
                str(lab.kit / "python/workroot/__main__.py"),
                "env",
                "--format",
                name,
            ],
            {"HOME": "/", "PATH": ""},
            lab.root,
        ).must()
        assert f"{lab.root}/.venv/bin:" not in done.out, name


def test_a_dangling_link_among_the_optional_paths_is_not_built_yet(lab: Lab) -> None:
    (lab.repo / "build").symlink_to("/nowhere/at/all")
    lab.config.write_text(f"repo = '{lab.repo}'\noptional_paths = ['build']\n")
    assert "not built yet" in lab.engine("setup", cwd=lab.root).must().out


def test_what_a_killed_process_of_the_same_number_left_is_no_hindrance(lab: Lab) -> None:
    lab.config.touch()
    script = (
        ": >.workroot/session.sh.$$.tmp; : >.workroot/state.json.$$.tmp; "
        f'exec sh "{lab.kit}/setup.sh" session'
    )
    run(["sh", "-c", script], lab.environ, lab.root).must()
