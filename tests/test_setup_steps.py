"""Each step of setup happens once and only when needed, with pip and with uv; what fails leaves the
packages as they were.
"""

import os
import shlex
import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from worlds import moved_index, wheels
from worlds.again import again
from worlds.environment import find_uv, picture
from worlds.lab import BASE, KIT, run
from worlds.project import Project, versions
from worlds.terminal import Terminal


@pytest.fixture(params=["pip", "uv"])
def project(request, tmp_path: Path) -> Project:
    if request.param == "uv" and not find_uv():
        pytest.skip("no uv here")
    return Project(tmp_path, uv=request.param == "uv")


def ask(project: Project) -> Project:
    """Hashed requirements, an editable package, and nothing installed yet."""
    project.write(
        "requirements.txt",
        project.wheel("alpha")
        + project.wheel("beta", requires=("alpha",), commands={"betas": "beta:main"}),
    )
    wheels.make_project(str(project.path / "server"), "server")
    return project.configure(
        "requirements = ['requirements.txt']\neditable = ['server']\nimports = ['alpha', 'server']"
    )


def installed_with_pip(directory: Path) -> Project:
    project = ask(Project(directory))
    project.setup().must()
    return project


def installed_with_uv(directory: Path) -> Project:
    project = ask(Project(directory, uv=True))
    project.setup().must()
    return project


@pytest.fixture
def hashed(project: Project) -> Project:
    """A project with hashed requirements and an editable package."""
    return ask(project)


@pytest.fixture(params=["pip", "uv"])
def installed(request) -> Project:
    """The same after its setup."""
    return of_installer(request.param, {"pip": installed_with_pip, "uv": installed_with_uv})


def of_installer(name: str, worlds: dict[str, Callable[[Path], Project]]) -> Project:
    if name == "uv" and not find_uv():
        pytest.skip("no uv here")
    return again(worlds[name])


def test_hashed_requirements_and_editables_are_installed_by_one_command(installed: Project) -> None:
    assert versions(installed) == "['alpha==1.0', 'beta==1.0', 'server==1.0']"
    assert (
        str(installed.path / "server")
        in installed.sees("import server; print(server.__file__)").must().out
    )


def test_a_lock_gives_its_set_whatever_the_index_has_newer(project: Project) -> None:
    moved_index.fill(str(project.wheels))
    project.write("requirements.txt", moved_index.lock(str(project.wheels)))
    project.configure("requirements = ['requirements.txt']").setup().must()
    assert versions(project) == "['app==1.0', 'core==1.0', 'helper==1.0', 'plain==1.0']"


def test_a_build_backend_in_the_repo_leaves_no_bytecode_there(project: Project) -> None:
    wheels.make_project(str(project.path / "server"), "server")
    project.configure("editable = ['server']").setup().must()
    assert list((project.path / "server").rglob("__pycache__")) == []
    project.sees("import server").must()


def test_installed_modules_are_compiled(installed: Project) -> None:
    assert (
        "pyc"
        in installed.sees(
            "import alpha.inner.deep as d, os; "
            "print(d.__cached__ if os.path.exists(d.__cached__) else '')"
        )
        .must()
        .out
    )


def test_a_second_setup_changes_nothing(installed: Project) -> None:
    before = picture(installed.path / "python")
    assert "installing" not in installed.setup().must().err
    assert picture(installed.path / "python") == before


@pytest.mark.parametrize("broken", [".", "bin/python", "pyvenv.cfg"])
def test_a_venv_that_is_gone_or_broken_comes_back_with_all_that_it_had(
    installed: Project, broken: str
) -> None:
    before = versions(installed)
    target = installed.path / "python" / ".venv" / broken
    shutil.rmtree(target) if target.is_dir() else target.unlink()
    expect(installed.setup("--check"), 1)
    installed.setup().must()
    assert versions(installed) == before
    installed.sees("import pip").must()


def test_a_venv_of_another_python_than_is_asked_for_is_named(installed: Project) -> None:
    settings = installed.path / "workroot.toml"
    settings.write_text(settings.read_text().replace(f"python = '{BASE}'", "python = '<3.8'"))
    assert "python-other" in installed.setup().must().out
    assert (
        "create --force"
        in run(
            [str(installed.path / ".workroot/bin/workroot"), "check"],
            installed.environ,
            installed.path,
        )
        .must()
        .out
    )


def test_check_says_by_its_status_whether_there_is_something_to_do_and_what(
    hashed: Project,
) -> None:
    assert "is not there" in expect(hashed.setup("--check"), 1).out
    hashed.setup().must()
    hashed.setup("--check").must()
    hashed.write("requirements.txt", hashed.wheel("alpha"))
    assert "requirements.txt is new or has changed" in expect(hashed.setup("--check"), 1).out


def test_check_writes_nothing(hashed: Project) -> None:
    before = picture(hashed.directory)
    hashed.setup("--check")
    assert picture(hashed.directory) == before


def test_a_changed_hash_is_refused_with_the_installers_words_and_the_packages_stay(
    installed: Project,
) -> None:
    before = versions(installed)
    installed.wheel("gamma")
    installed.write("requirements.txt", f"gamma==1.0 --hash=sha256:{'0' * 64}\n")
    failed = expect(installed.setup(), 2)
    assert "could not install requirements.txt; the packages are as before" in failed.err
    assert "hash" in failed.err.lower() and "Traceback" not in failed.err
    assert versions(installed) == before


def test_one_hash_means_that_every_requirement_has_one(hashed: Project) -> None:
    hashed.wheel("gamma")
    hashed.write("requirements.txt", hashed.wheel("alpha") + "gamma==1.0\n")
    assert "hash" in expect(hashed.setup(), 2).err.lower()


@pytest.mark.parametrize(
    "text",
    ["alpha==1.0\nalpha==2.0\n", "absent==1.0\n", "beta==1.0\nalpha==2.0\n"],
    ids=["conflict", "absent", "nested"],
)
def test_pins_that_cannot_be_met_leave_the_packages_as_they_were(
    project: Project, text: str
) -> None:
    for version in ("1.0", "2.0"):
        project.wheel("alpha", version)
    project.wheel("beta", requires=("alpha<2",))
    project.write("requirements.txt", "alpha==1.0\n")
    project.configure("requirements = ['requirements.txt']").setup().must()
    project.write("requirements.txt", text)
    failed = expect(project.setup(), 2)
    assert "the packages are as before" in failed.err and len(failed.err.splitlines()) <= 17
    assert versions(project) == "['alpha==1.0']"


def test_a_wheel_for_another_python_is_said_to_be_no_candidate(project: Project) -> None:
    path = Path(wheels.make_wheel(str(project.wheels), "alpha"))
    path.rename(path.with_name("alpha-1.0-cp36-cp36m-win32.whl"))
    project.write("requirements.txt", "alpha==1.0\n")
    assert (
        "alpha" in expect(project.configure("requirements = ['requirements.txt']").setup(), 2).err
    )


@pytest.mark.parametrize(
    "lines, named",
    [
        ("requirements = ['absent.txt']", "the requirements file"),
        ("editable = ['absent']", "the editable package"),
        ("requirements = ['here.txt']", "other.txt"),
        ("editable = ['.']", "pyproject.toml"),
    ],
)
def test_what_is_missing_is_named_before_anything_is_installed(
    project: Project, lines: str, named: str
) -> None:
    project.write("here.txt", "-r other.txt\n")
    failed = expect(project.configure(lines).setup(), 2)
    assert named in failed.err and "Traceback" not in failed.err


def test_an_index_that_does_not_answer_is_one_sentence_and_its_last_words(project: Project) -> None:
    project.write("requirements.txt", "alpha==1.0\n")
    project.configure("requirements = ['requirements.txt']")
    del project.environ["PIP_NO_INDEX"], project.environ["PIP_FIND_LINKS"]
    nowhere = {
        "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
        "PIP_RETRIES": "0",
        "UV_HTTP_RETRIES": "0",
    }
    assert "could not install requirements.txt" in expect(project.setup(**nowhere), 2).err


def respell(project: Project, old: str, new: str) -> None:
    """Change a text of the build backend of the editable package, which must be in it."""
    backend = project.path / "server" / "backend.py"
    text = backend.read_text()
    assert old in text
    backend.write_text(text.replace(old, new))


def test_an_editable_that_needs_what_is_not_pinned_is_refused_by_name(hashed: Project) -> None:
    respell(hashed, '"Version: 1.0"', '"Version: 1.0", "Requires-Dist: delta"')
    project = hashed.path / "server" / "pyproject.toml"
    project.write_text(project.read_text() + '[project]\nname = "server"\nversion = "1.0"\n')
    failed = expect(hashed.setup(), 2)
    assert (
        "requirements.txt has not all that the editable packages need" in failed.err
        and "delta" in failed.err
    )


def test_an_editable_whose_declarations_changed_is_installed_again(installed: Project) -> None:
    respell(installed, "server-1.0", "server-2.0")
    respell(installed, '"Version: 1.0"', '"Version: 2.0"')
    pyproject = installed.path / "server" / "pyproject.toml"
    pyproject.write_text(pyproject.read_text() + "# newer\n")
    installed.setup().must()
    assert "server==2.0" in versions(installed)


def test_a_native_module_that_is_not_built_is_a_warning_and_found_once_it_is(
    project: Project,
) -> None:
    project.configure("optional_imports = ['fast']", top="optional_paths = ['build/python']")
    assert "fast is not built yet" in project.setup().must().out
    project.write("build/python/fast.py", "")
    assert "not built" not in project.setup().must().out
    project.sees("import fast").must()


def test_an_optional_path_that_is_missing_is_said_where_no_module_is_named(
    project: Project,
) -> None:
    assert (
        "build/python: not built yet"
        in project.configure(top="optional_paths = ['build/python']").setup().must().out
    )


def test_a_build_renews_the_link_by_itself(project: Project) -> None:
    project.configure(top="optional_paths = ['build/python']").setup().must()
    project.write("build/python/fast.py", "")
    from worlds.lab import run

    run(
        [str(project.path / ".workroot/bin/workroot"), "link", "-q", "-C", str(project.path)],
        project.environ,
        "/",
    ).must()
    project.sees("import fast").must()
    shutil.rmtree(project.path / "build")
    project.setup().must()
    assert (
        "build/python"
        not in next(project.path.glob("python/.venv/lib/*/site-packages/repo.pth")).read_text()
    )


def test_a_package_taken_out_by_hand_is_put_back(installed: Project) -> None:
    site = next(installed.path.glob("python/.venv/lib/*/site-packages"))
    for path in site.glob("alpha*"):
        shutil.rmtree(path)
    installed.setup().must()
    installed.sees("import alpha").must()


def test_a_second_tree_is_linked_from_the_first_ones_packages(installed: Project) -> None:
    other = installed.copy("other")
    shutil.rmtree(other.path / "python")
    shutil.rmtree(other.path / ".workroot")
    backend = other.path / "server" / "backend.py"
    backend.write_text(backend.read_text().replace(str(installed.path), str(other.path)))
    for wheel in installed.wheels.iterdir():
        wheel.unlink()
    assert "linked requirements.txt" in other.setup().must().err
    assert versions(other) == versions(installed)
    assert (
        str(other.path / "server") in other.sees("import server; print(server.__file__)").must().out
    )
    assert str(other.path) in (other.python.parent / "betas").read_text()


def test_a_linked_package_satisfies_its_own_record(installed: Project) -> None:
    other = installed.copy("other-tree")
    shutil.rmtree(other.path / "python")
    other.setup().must()
    code = """
import importlib.metadata as m, hashlib, base64
for file in m.files('beta'):
    if file.hash:
        digest = hashlib.sha256(file.locate().read_bytes()).digest()
        written = base64.urlsafe_b64encode(digest).rstrip(b'=').decode()
        assert written == file.hash.value, file
"""
    other.sees(code).must()


def test_a_kept_package_that_was_edited_in_place_is_not_taken(installed: Project) -> None:
    module = next(installed.path.glob("python/.venv/lib/*/site-packages/alpha/__init__.py"))
    with module.open("a") as file:
        file.write("edited = True\n")
    other = installed.copy("other")
    shutil.rmtree(other.path / "python")
    shutil.rmtree(other.path / ".workroot")
    assert "linked" not in other.setup().must().err
    assert other.sees("import alpha; alpha.edited").status == 1


def test_without_a_home_nothing_is_kept_and_setup_works(hashed: Project) -> None:
    del hashed.environ["HOME"]
    hashed.setup().must()
    assert versions(hashed).count("==") == 3


def test_a_copied_tree_imports_its_own_code(hashed: Project) -> None:
    hashed.write("own.py", "")
    hashed.setup().must()
    other = hashed.copy("other")
    backend = other.path / "server" / "backend.py"
    backend.write_text(backend.read_text().replace(str(hashed.path), str(other.path)))
    other.setup().must()
    found = other.sees("import own, server; print(own.__file__, server.__file__)").must().out
    assert found.split() == [
        str(other.path / "own.py"),
        str(other.path / "server" / "server" / "__init__.py"),
    ]
    assert (
        str(hashed.path)
        in hashed.sees("import own, server; print(own.__file__, server.__file__)").must().out
    )


def test_git_variables_of_a_hook_lead_nowhere(hashed: Project) -> None:
    hashed.setup(
        GIT_DIR="/nonexistent", GIT_WORK_TREE="/nonexistent", GIT_INDEX_FILE="/nonexistent"
    ).must()


@pytest.mark.parametrize(
    "after", [0.7, *(pytest.param(after, marks=pytest.mark.thorough) for after in (0.3, 1.2))]
)
def test_a_killed_first_installation_is_done_anew(project: Project, after: float) -> None:
    wide = [
        Path(wheels.make_wide_wheel(str(project.wheels), f"wide{number}", modules=200)).stem
        for number in range(4)
    ]
    project.write(
        "requirements.txt", "".join(f"wide{number}==1.0\n" for number in range(len(wide)))
    )
    project.configure("requirements = ['requirements.txt']\nimports = ['wide3']")
    child = subprocess.Popen(
        ["sh", str(KIT / "setup.sh")],
        env=project.environ,
        cwd=project.path,
        start_new_session=True,
        stderr=subprocess.DEVNULL,
    )
    try:
        child.wait(after)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
    project.setup().must()
    assert versions(project).count("wide") == 4
    project.sees("import wide0.part4.module3, wide3.part0.module0").must()


def expect(outcome, status: int):
    assert outcome.status == status, outcome
    return outcome


def test_a_package_that_is_gone_is_something_to_do_for_setup_and_not_for_a_session(
    installed: Project,
) -> None:
    before = versions(installed)
    run(
        [str(installed.python), "-m", "pip", "uninstall", "-q", "-y", "beta"],
        installed.environ,
        installed.path,
    ).must()
    assert "beta 1.0 is not there any more" in expect(installed.setup("--check"), 1).out
    run(
        ["sh", str(KIT / "setup.sh"), "session", str(installed.path)],
        installed.environ,
        installed.path,
    ).must()
    assert "beta" not in versions(installed)
    expect(installed.setup("--check"), 1)
    installed.setup().must()
    assert versions(installed) == before
    installed.setup("--check").must()


def test_an_undo_of_the_requirements_leaves_pip(installed: Project) -> None:
    shutil.rmtree(installed.path / "python" / ".venv")
    installed.setup().must()
    done = run(
        [str(installed.path / ".workroot/bin/workroot"), "undo"], installed.environ, installed.path
    ).must()
    assert "- alpha 1.0" in done.out and "pip" not in done.out
    installed.sees("import pip").must()


def failed_with_pip(directory: Path) -> Project:
    return fail(Project(directory))


def failed_with_uv(directory: Path) -> Project:
    return fail(Project(directory, uv=True))


def fail(project: Project) -> Project:
    project.wheel("alpha")
    project.write("requirements.txt", "alpha==1.0\nabsent==1.0\n")
    project.configure("requirements = ['requirements.txt']\nimports = ['alpha']")
    expect(project.setup(), 2)
    return project


@pytest.fixture(params=["pip", "uv"])
def failed(request) -> Project:
    """A project whose first setup could not install what it asks for."""
    return of_installer(request.param, {"pip": failed_with_pip, "uv": failed_with_uv})


def test_after_a_failed_setup_check_and_doctor_name_what_is_not_installed(failed: Project) -> None:
    for command, fix in (("check", "workroot setup"), ("doctor", "workroot doctor --fix")):
        said = expect(failed.command(command), 1).out
        assert "requirements.txt is not installed: alpha is missing, absent is missing" in said
        assert f"fix: {fix}\n" in said


def test_after_a_failed_setup_there_is_a_session_whose_pip_records(failed: Project) -> None:
    assert os.access(failed.path / ".workroot" / "bin" / "pip", os.X_OK)
    failed.source('pip install -q alpha && python -c "import alpha"').must()
    assert versions(failed) == "['alpha==1.0']"
    assert "+ alpha 1.0" in failed.command("diff").must().out


def test_what_was_installed_and_is_another_version_now_is_named(installed: Project) -> None:
    installed.command("check").must()
    installed.wheel("alpha", "2.0")
    installed.source("pip install -q alpha==2.0").must()
    assert "alpha is 2.0, not ==1.0" in expect(installed.command("check"), 1).out


@pytest.mark.parametrize(
    "content",
    [None, b"alpha==1.0  # caf\xe9 \xff\xfe\n# -*- coding: no-such -*-\n", b"-r nowhere.txt\n"],
    ids=["absent", "undecodable", "includes what is not there"],
)
def test_a_requirements_file_that_cannot_be_read_leaves_the_session_standing(
    tmp_path: Path, content: bytes | None
) -> None:
    project = Project(tmp_path).configure("requirements = ['requirements.txt']")
    if content is not None:
        (project.path / "requirements.txt").write_bytes(content)
    project.setup()
    seen = project.source('printf "%s\\n" "$VIRTUAL_ENV"').must()
    assert seen.out == f"{project.path}/python/.venv\n"
    assert "the requirements are not installed" in seen.err
    assert project.setup().status == 2


@pytest.mark.parametrize("asked", ["hashed", "named", "by hand"])
def test_a_package_that_lost_files_is_installed_anew_in_just_its_version(
    project: Project, asked: str
) -> None:
    pinned = project.wheel("alpha")
    files = {"hashed": pinned, "named": "alpha\n", "by hand": ""}
    project.write("requirements.txt", files[asked])
    project.configure("requirements = ['requirements.txt']").setup().must()
    if asked == "by hand":
        project.source("pip install -q alpha==1.0").must()
    project.wheel("alpha", "2.0")
    project.configure("requirements = ['requirements.txt']\nimports = ['alpha']").setup().must()
    for module in project.path.glob("python/.venv/lib/*/site-packages/alpha/__init__.py"):
        module.unlink()
        shutil.rmtree(module.parent)
    project.setup().must()
    project.sees("import alpha.inner.deep").must()
    assert versions(project) == "['alpha==1.0']"


def test_what_setup_cannot_mend_names_another_way_out_than_setup(project: Project) -> None:
    failed = expect(project.configure("imports = ['nowhere']").setup(), 1)
    assert "import-failed" in failed.out and "workroot setup" not in failed.out
    assert "workroot install NAME" in failed.out
    project.source("true").must()


def test_a_module_that_cannot_be_imported_leaves_the_session_standing(installed: Project) -> None:
    module = next(installed.path.glob("python/.venv/lib/*/site-packages/alpha/__init__.py"))
    module.write_text("raise ImportError('broken by hand')\n")
    seen = installed.source('printf "%s\\n" "$VIRTUAL_ENV"', WORKROOT_CHECK="1").must()
    assert seen.out == f"{installed.path}/python/.venv\n" and "broken by hand" in seen.err


def link_of(project: Project) -> str:
    (found,) = project.path.glob("python/.venv/lib/*/site-packages/repo.pth")
    return found.read_text()


def test_a_repo_that_is_gone_is_taken_out_of_the_link_once_and_comes_back(tmp_path: Path) -> None:
    project = Project(tmp_path).configure()
    repo, config = tmp_path / "code", project.path / "workroot.toml"
    repo.mkdir()
    (repo / "own.py").write_text("")
    config.write_text(config.read_text().replace("repo = '.'", f"repo = '{repo}'"))
    project.setup().must()
    whole = link_of(project)
    repo.rename(tmp_path / "elsewhere")
    first, second = expect(project.setup(), 2).err, expect(project.setup(), 2).err
    assert f"the repo {repo} is not there" in first and f"the repo {repo} is not there" in second
    assert "the link leaves it out until it is back" in first and "leaves it out" not in second
    assert str(repo) not in link_of(project)
    (tmp_path / "elsewhere").rename(repo)
    project.setup().must()
    assert link_of(project) == whole
    project.sees("import own").must()


def test_a_workroot_command_that_lost_its_x_bit_runs_again_after_setup(tmp_path: Path) -> None:
    project = Project(tmp_path).configure()
    project.setup().must()
    command = project.path / ".workroot" / "bin" / "workroot"
    command.chmod(0o644)
    project.setup("--offline").must()
    project.command("check").must()


def test_on_a_terminal_a_first_session_shows_the_installers_own_progress(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.wheel("alpha")
    project.write("requirements.txt", "alpha==1.0\n")
    project.configure("requirements = ['requirements.txt']")
    setup = f"sh {shlex.quote(str(KIT / 'setup.sh'))} session ."
    seen = run(["script", "-qec", setup, "/dev/null"], project.environ, project.path, timeout=300)
    assert "installing requirements.txt with" in seen.must().out
    assert "Successfully installed alpha-1.0" in seen.out or "alpha==1.0" in seen.out


def waits(project: Project) -> Path:
    """Have the project import a module that waits until something is written into what is given."""
    gate = project.directory / "gate"
    os.mkfifo(gate)
    project.write("gated.py", f"open({str(gate)!r}).read()\n")
    project.configure("imports = ['gated']")
    return gate


def test_a_silent_step_shows_on_a_terminal_that_it_goes_on(tmp_path: Path) -> None:
    project = Project(tmp_path)
    gate = waits(project)
    with Terminal("bash", project.environ, project.path) as terminal:
        terminal.send(f"sh {shlex.quote(str(KIT / 'setup.sh'))} session .; echo ended=$?")
        assert terminal.until(lambda: "workroot: proving the environment" in terminal.said)
        gate.write_text("")
        assert terminal.until(lambda: "ended=0" in terminal.said)
    _, _, last = terminal.said.rpartition("workroot: proving the environment")
    assert "\r" in last, "the place is free for what is said next"


def test_in_a_pipe_each_step_is_a_line_and_nothing_turns(tmp_path: Path) -> None:
    project = Project(tmp_path).configure()
    said = project.setup().must().err.splitlines()
    assert said[0].startswith(f"workroot: making {project.path}/python/.venv with Python")
    assert said[-1] == "  . ./bootstrap.sh" and not any("\r" in line for line in said)
