"""The project template: put into a directory without touching what is there, working from any
clone, its kit renewed without loss.
"""

import json
import os
import re
import shutil
from pathlib import Path

import pytest
from worlds.environment import picture
from worlds.lab import BASE, KIT, Outcome, git, run
from worlds.project import SH, with_a_pip
from worlds.shells import PowerShell, quote_pwsh

TEMPLATE = KIT / "templates" / "project"
SHELLS = ("bash", "zsh", "dash", "ksh93", "mksh", "fish", "pwsh")
# Who types the script: its ending, and the shell that is needed for it.
each_twin = pytest.mark.parametrize("shell", ["sh", "pwsh"])


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    # Unpacking and compiling pip takes two seconds: the person has done that before.
    shutil.copytree(with_a_pip(), tmp_path / "home" / ".cache" / "workroot")
    return {
        "HOME": str(tmp_path / "home"),
        "PATH": SH,
        "LANG": "C.UTF-8",
        "WORKROOT_PYTHON": BASE,
        "PIP_NO_INDEX": "1",
    }


@pytest.fixture
def project(tmp_path: Path, environ: dict[str, str]) -> Path:
    """The environment alone, which needs no index."""
    new(environ, tmp_path / "project", "--bare").must()
    return tmp_path / "project"


def new(environ: dict[str, str], directory: Path, *arguments: str, kit: Path = KIT) -> Outcome:
    return run(
        ["sh", str(kit / "setup.sh"), "new", "--template", "project", str(directory), *arguments],
        environ,
        "/",
    )


def setup(
    environ: dict[str, str],
    project: Path,
    *arguments: str,
    cwd: Path | str = "/",
    shell: str = "sh",
) -> Outcome:
    return script(shell, environ, project / "python" / "setup", *arguments, cwd=cwd)


def script(
    shell: str, environ: dict[str, str], path: Path, *arguments: str, cwd: Path | str = "/"
) -> Outcome:
    """One of the twins, as its shell runs it. path: without its ending."""
    if shell == "sh":
        return run([f"{path}.sh", *arguments], environ, cwd)
    words = " ".join(map(quote_pwsh, [f"{path}.ps1", *arguments]))
    return run([*PowerShell.argv, f"& {words}; exit $LASTEXITCODE"], environ, cwd)


def commit(project: Path) -> None:
    git(project, "init", "-q")
    git(project, "add", "-A")
    git(project, "-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-qm", "all")


def listing(directory: Path) -> set[str]:
    return {
        str(path.relative_to(directory))
        for path in directory.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_an_empty_directory_gets_the_template_and_the_kit(
    environ: dict[str, str], tmp_path: Path
) -> None:
    new(environ, tmp_path / "p").must()
    found = listing(tmp_path / "p")
    assert {name for name in found if not name.startswith("tools/workroot/")} == listing(TEMPLATE)
    assert {
        "setup.sh",
        "setup.ps1",
        "bootstrap.sh",
        "bootstrap.fish",
        "bootstrap.ps1",
        "python/health_check.py",
        "MANIFEST",
        "VERSION",
    } <= {name.removeprefix("tools/workroot/") for name in found}
    assert not any(
        name.startswith(("tools/workroot/templates", "tools/workroot/tests")) for name in found
    )


def test_the_manifest_has_the_hash_of_every_file_of_the_kit(project: Path) -> None:
    run(
        ["sha256sum", "--check", "--strict", "--quiet", "MANIFEST"],
        {"PATH": SH},
        project / "tools/workroot",
    ).must()
    named = {
        line.split("  ")[1]
        for line in (project / "tools/workroot/MANIFEST").read_text().splitlines()
    }
    assert named == listing(project / "tools/workroot") - {"MANIFEST"}


@pytest.mark.parametrize(
    "name, line",
    [
        ("bootstrap.sh", r"_workroot_kit=.*"),
        ("bootstrap.fish", r"set -l _workroot_kit .*"),
        ("bootstrap.ps1", r" *\$kit = .*"),
    ],
)
def test_a_bootstrap_of_a_template_is_the_kits_own_but_for_one_line(name: str, line: str) -> None:
    def without(path: Path) -> str:
        return re.sub(rf"(?m)^{line} #.*$", "", path.read_text(), count=1)

    assert (
        without(KIT / name)
        == without(TEMPLATE / name)
        == without(KIT / "templates" / "workroot" / name)
    )


def test_doing_it_twice_writes_nothing(environ: dict[str, str], tmp_path: Path) -> None:
    new(environ, tmp_path / "p").must()
    before = picture(tmp_path / "p")
    again = new(environ, tmp_path / "p").must()
    assert picture(tmp_path / "p") == before and again.out == "" and "nothing to write" in again.err


def test_nothing_that_is_there_is_overwritten_and_the_lines_to_change_are_listed(
    environ: dict[str, str], tmp_path: Path
) -> None:
    project = tmp_path / "p"
    existing = {
        "CMakeLists.txt": (
            "project(x)\n"
            "find_package(Python3 REQUIRED)\n"
            "add_custom_target(docs COMMAND ${Python3_EXECUTABLE} docs.py)\n"
        ),
        ".gitignore": "build/\n",
        "CLAUDE.md": "# Notes\n",
        "server/start_server.sh": "#!/bin/sh\necho mine\n",
        ".mcp.json": '{"mcpServers": {"a": {\n  "command": "scripts/.venv/bin/python3"}}}\n',
    }
    for name, text in existing.items():
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(text)
    said = new(environ, project).must().out
    assert {name: (project / name).read_text() for name in existing} == existing
    assert (project / "python" / "requirements.txt").is_file() and (project / "native").is_dir()
    for line in (
        "line 2: find_package(Python3 REQUIRED)  ->  include(cmake/Workroot.cmake)",
        "COMMAND ${PROJECT_PYTHON} docs.py",
        "add: python/.venv/",
        'line 2: "command": "scripts/.venv/bin/python3"',
        "CLAUDE.md",
        "server/start_server.sh",
    ):
        assert line in said


def test_the_environment_alone_knows_the_projects_own_packages(
    environ: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "p" / "replay").mkdir(parents=True)
    (tmp_path / "p" / "replay" / "pyproject.toml").write_text("[build-system]\nrequires = []\n")
    new(environ, tmp_path / "p", "--bare").must()
    assert "editable = ['replay']" in (tmp_path / "p" / "workroot.toml").read_text()
    assert not (tmp_path / "p" / "server").exists()


def test_a_file_in_the_way_is_said_and_nothing_is_written(
    environ: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("mine")
    assert new(environ, tmp_path / "file").status == 2
    (tmp_path / "p" / "tools" / "workroot").mkdir(parents=True)
    (tmp_path / "p" / "tools" / "workroot" / "mine.txt").write_text("mine")
    failed = new(environ, tmp_path / "p")
    assert (
        failed.status == 2
        and "is no kit" in failed.err
        and listing(tmp_path / "p") == {"tools/workroot/mine.txt"}
    )


SOME_NAMES = ["plain", "$(touch x)", "wörk-日本"]
OTHER_NAMES = ["with space", "a'b", "-dash"]


@pytest.mark.parametrize(
    "name", [*SOME_NAMES, *(pytest.param(name, marks=pytest.mark.thorough) for name in OTHER_NAMES)]
)
def test_a_clone_anywhere_is_set_up_by_one_command_and_stays_clean(
    environ: dict[str, str], project: Path, tmp_path: Path, name: str
) -> None:
    commit(project)
    clone = tmp_path / "elsewhere" / name
    git(tmp_path, "clone", "-q", str(project), str(clone))
    shutil.rmtree(project)
    setup(environ, clone, cwd=tmp_path).must()
    assert git(clone, "status", "--porcelain") == ""
    setup(environ, clone, "--check", cwd=tmp_path).must()


def test_the_steps_of_ci_name_a_key_set_up_and_hand_on_the_environment(
    environ: dict[str, str], project: Path, tmp_path: Path
) -> None:
    runner = {name: tmp_path / name for name in ("GITHUB_OUTPUT", "GITHUB_ENV", "GITHUB_PATH")}
    text = (TEMPLATE / ".github" / "workflows" / "ci.yml").read_text()
    steps = [line.partition("run: ")[2] for line in text.splitlines() if "run: " in line]
    for step in steps[:3]:
        run(
            ["bash", "-e", "-c", step],
            environ | {name: str(path) for name, path in runner.items()},
            project,
        ).must()
    key = run(["sh", "tools/workroot/setup.sh", "env", "--cache-key"], environ, project).must().out
    assert (
        runner["GITHUB_OUTPUT"].read_text() == f"key={key}"
        and "steps.environment.outputs.key" in text
    )
    assert "VIRTUAL_ENV" in runner["GITHUB_ENV"].read_text()
    assert (
        str(project / "python" / ".venv" / "bin") in runner["GITHUB_PATH"].read_text().splitlines()
    )


@pytest.mark.parametrize("shell", SHELLS)
def test_a_clones_bootstrap_finds_the_kit_beside_it(
    environ: dict[str, str], project: Path, tmp_path: Path, shell: str
) -> None:
    clone = tmp_path / "clone"
    shutil.copytree(project, clone)
    shutil.rmtree(project)
    file = "bootstrap.fish" if shell == "fish" else "bootstrap.sh"
    shown = 'printf "%s\\n" "$VIRTUAL_ENV" "$WORKROOT" "$REPO"'
    argv = [shell, "-c", f". ./{file} && {shown}"]
    if shell == "pwsh":
        shown = "$env:VIRTUAL_ENV, $env:WORKROOT, $env:REPO"
        argv = [*PowerShell.argv, f". ./bootstrap.ps1; {shown}"]
    found = run(argv, environ, clone).must()
    assert found.out.splitlines() == [str(clone / "python/.venv"), str(clone), str(clone)]


@pytest.mark.parametrize("shell", ["pwsh"])
def test_a_clone_anywhere_is_set_up_from_powershell_and_stays_clean(
    environ: dict[str, str], project: Path, tmp_path: Path, shell: str
) -> None:
    """Two names that it could read otherwise, in one process."""
    commit(project)
    lines = []
    clones = [tmp_path / "elsewhere" / name for name in ("a'b [1]", "-\u2019; touch x; $(1)")]
    for clone in clones:
        git(tmp_path, "clone", "-q", str(project), str(clone))
        called = f"& {quote_pwsh(clone / 'python' / 'setup.ps1')}"
        lines += [f"{called} 2>$null; $LASTEXITCODE"]
    shutil.rmtree(project)
    done = run([*PowerShell.argv, "\n".join(lines)], environ, tmp_path).must()
    assert done.out.split() == ["0"] * len(clones), done
    assert [git(clone, "status", "--porcelain") for clone in clones] == [""] * len(clones)


def test_a_worktree_has_its_own_environment_and_code_inside_a_hook_too(
    environ: dict[str, str], project: Path, tmp_path: Path
) -> None:
    (project / "own.py").write_text("")
    commit(project)
    setup(environ, project).must()
    git(project, "worktree", "add", "-q", str(tmp_path / "feature"))
    hook = environ | {
        "GIT_DIR": str(project / ".git"),
        "GIT_INDEX_FILE": str(project / ".git/index"),
        "WORKROOT": str(project),
        "VIRTUAL_ENV": "/x",
    }
    setup(hook, tmp_path / "feature").must()
    asked = [
        str(tmp_path / "feature/python/.venv/bin/python"),
        "-I",
        "-B",
        "-c",
        "import own; print(own.__file__)",
    ]
    assert run(asked, {"PATH": SH}, "/").must().out.strip() == str(tmp_path / "feature" / "own.py")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_a_tree_that_another_user_owns_is_set_up_as_well(
    environ: dict[str, str], project: Path
) -> None:
    commit(project)
    run(["chown", "-R", "23456:23456", str(project)], {"PATH": SH}, "/").must()
    setup(environ, project).must()
    setup(environ, project, "--check").must()


@each_twin
def test_a_clone_without_its_kit_says_so(
    environ: dict[str, str], project: Path, shell: str
) -> None:
    shutil.rmtree(project / "tools")
    failed = setup(environ, project, shell=shell)
    assert failed.status == 2 and failed.err == (
        f"setup: no kit in {project}/tools/workroot\n  restore it from version control\n"
    )


@each_twin
def test_a_submodule_in_the_kits_place_serves_and_is_fetched_by_setup(
    environ: dict[str, str], project: Path, tmp_path: Path, shell: str
) -> None:
    kit = tmp_path / "kit"
    shutil.copytree(
        KIT,
        kit,
        ignore=shutil.ignore_patterns(".git", "tests", "__pycache__", ".venv", ".workroot"),
    )
    commit(kit)
    shutil.rmtree(project / "tools")
    git(project, "init", "-q")
    git(
        project,
        "-c",
        "protocol.file.allow=always",
        "submodule",
        "add",
        "-q",
        str(kit),
        "tools/workroot",
    )
    commit(project)
    git(tmp_path, "clone", "-q", str(project), str(tmp_path / "clone"))
    allowed = {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "protocol.file.allow",
        "GIT_CONFIG_VALUE_0": "always",
    }
    setup(environ | allowed, tmp_path / "clone", shell=shell).must()
    before = picture(project / "tools/workroot")
    new(environ, project, "--bare").must()
    refused = run(["sh", str(KIT / "setup.sh"), "new", "--update", str(project)], environ, "/")
    assert (
        refused.status == 2
        and "submodule" in refused.err
        and picture(project / "tools/workroot") == before
    )


def test_a_kit_that_travels_says_that_it_has_no_tests(
    environ: dict[str, str], project: Path
) -> None:
    done = run(["sh", str(project / "tools/workroot/setup.sh"), "--test"], environ, project)
    assert done.status == 2 and "without its tests" in done.err


def test_update_renews_the_kit_and_refuses_to_lose_edits(
    environ: dict[str, str], project: Path, tmp_path: Path
) -> None:
    newer = tmp_path / "newer"
    shutil.copytree(
        KIT,
        newer,
        ignore=shutil.ignore_patterns(".git", "tests", "__pycache__", ".venv", ".workroot"),
    )
    (newer / "setup.sh").write_text((newer / "setup.sh").read_text() + "# newer\n")
    (newer / "python" / "health_check.py").rename(newer / "python" / "renamed.py")
    kit, update = (
        project / "tools/workroot",
        ["sh", str(newer / "setup.sh"), "new", "--update", str(project)],
    )
    for name in ("setup.sh", "mine.txt"):
        kept = (kit / name).read_bytes() if (kit / name).exists() else None
        (kit / name).write_text("mine")
        before = picture(project)
        failed = run(update, environ, "/")
        assert failed.status == 2 and name in failed.err and picture(project) == before
        (kit / name).unlink() if kept is None else (kit / name).write_bytes(kept)
    run(update, environ, "/").must()
    assert "# newer" in (kit / "setup.sh").read_text() and os.access(kit / "setup.sh", os.X_OK)
    assert (kit / "python/renamed.py").exists() and not (kit / "python/health_check.py").exists()
    assert "up to date" in run(update, environ, "/").must().err


def test_an_update_that_was_interrupted_is_finished_by_the_next(
    environ: dict[str, str], project: Path, tmp_path: Path
) -> None:
    newer = tmp_path / "newer"
    shutil.copytree(
        KIT,
        newer,
        ignore=shutil.ignore_patterns(".git", "tests", "__pycache__", ".venv", ".workroot"),
    )
    (newer / "setup.sh").write_text((newer / "setup.sh").read_text() + "# newer\n")
    shutil.copy(newer / "setup.sh", project / "tools/workroot/setup.sh")
    run(["sh", str(newer / "setup.sh"), "new", "--update", str(project)], environ, "/").must()
    run(
        ["sha256sum", "--check", "--strict", "--quiet", "MANIFEST"],
        {"PATH": SH},
        project / "tools/workroot",
    ).must()


def test_a_kit_that_travels_makes_no_new_projects(
    environ: dict[str, str], project: Path, tmp_path: Path
) -> None:
    failed = new(environ, tmp_path / "other", kit=project / "tools/workroot")
    assert failed.status == 2 and "has no templates" in failed.err and "Traceback" not in failed.err


@pytest.mark.skipif(not shutil.which("cmake"), reason="no cmake")
def test_cmake_stops_without_an_environment_and_takes_no_other_python_with_one(
    environ: dict[str, str], project: Path
) -> None:
    (project / "CMakeLists.txt").write_text(
        "cmake_minimum_required(VERSION 3.21)\n"
        "project(x NONE)\n"
        "include(cmake/Workroot.cmake)\n"
        "find_package(Python3)\n"
        'message(STATUS "found ${PROJECT_PYTHON} ${Python3_EXECUTABLE}")\n'
    )
    configure = ["cmake", "-S", str(project), "-B", str(project / "build")]
    failed = run(configure, environ, "/")
    assert failed.status == 1 and "is not set up. Run python/setup.sh" in " ".join(
        failed.err.split()
    )
    setup(environ, project).must()
    python = project / "python/.venv/bin/python"
    assert f"found {python} {python}" in run(configure, environ, "/").must().out
    shutil.rmtree(project / "python/.venv")
    failed = run(configure, environ, "/")
    assert failed.status == 1 and "does not stand. Run python/setup.sh" in " ".join(
        failed.err.split()
    )


@pytest.fixture
def whole(environ: dict[str, str], tmp_path: Path) -> Path:
    """The whole template with nothing to install, its MCP server one that says which Python runs
    which file.
    """
    project = tmp_path / "whole"
    new(environ, project).must()
    config = project / "workroot.toml"
    config.write_text(
        re.sub(
            r"(?m)^(requirements|editable|imports|optional_imports) = .*\n", "", config.read_text()
        )
    )
    (project / "tools/mcp_server.py").write_text("import sys; print(sys.prefix, __file__)\n")
    return project


def test_the_mcp_server_is_that_of_the_tree_the_client_stands_in(
    environ: dict[str, str], whole: Path, tmp_path: Path
) -> None:
    commit(whole)
    git(whole, "worktree", "add", "-q", str(tmp_path / "feature"))
    server = json.loads((whole / ".mcp.json").read_text())["mcpServers"]["example"]
    for tree in (whole, tmp_path / "feature"):
        setup(environ, tree).must()
    for tree, more in (
        (whole, {}),
        (tmp_path / "feature", {"WORKROOT": str(whole)}),
        (whole, {"PYTHONPATH": "/x", "PYTHONHOME": "/x"}),
    ):
        for cwd in (tree, tree / "docs", tree / "tools/workroot/python"):
            said = run([server["command"], *server["args"]], environ | more, cwd).must().out.split()
            assert said == [str(tree / "python/.venv"), str(tree / "tools/mcp_server.py")]
    said = (
        run([server["command"], *server["args"]], environ | {"CLAUDE_PROJECT_DIR": str(whole)}, "/")
        .must()
        .out.split()
    )
    assert said == [str(whole / "python/.venv"), str(whole / "tools/mcp_server.py")]


@each_twin
def test_the_server_without_an_environment_says_what_to_run(
    environ: dict[str, str], whole: Path, shell: str
) -> None:
    failed = script(shell, environ, whole / "server" / "start_server")
    wanted = "python/setup.ps1" if shell == "pwsh" else "python/setup.sh"
    assert failed.status == 2 and wanted in failed.err


def test_every_script_of_the_template_is_ascii_with_unix_lines() -> None:
    for path in [*TEMPLATE.rglob("*.sh"), *TEMPLATE.rglob("*.ps1")]:
        assert path.read_bytes().isascii() and b"\r" not in path.read_bytes(), path
