"""Requirements files are read as pip reads them, so that setup takes what pip takes and sees every
change of it.
"""

from pathlib import Path

import pytest
from worlds import wheels
from worlds.environment import find_uv
from worlds.project import Project, versions


@pytest.fixture(params=["pip", "uv"])
def project(request, tmp_path: Path) -> Project:
    if request.param == "uv" and not find_uv():
        pytest.skip("no uv here")
    return Project(tmp_path, uv=request.param == "uv")


def due(project: Project) -> str:
    """What setup would do."""
    outcome = project.setup("--check")
    assert outcome.status == 1, outcome
    return outcome.out


@pytest.mark.parametrize(
    ("line", "encoding"),
    [
        ('-r "other file.txt"', "utf-8"),
        ("-rother\\ file.txt", "utf-8-sig"),
        ("-r 'other file.txt'", "utf-16"),
    ],
)
def test_a_file_that_pip_includes_is_seen_to_change(
    tmp_path: Path, line: str, encoding: str
) -> None:
    project = Project(tmp_path)
    project.wheel("alpha")
    project.write("other file.txt", "alpha==1.0\n")
    (project.path / "requirements.txt").write_text(f"{line}\n", encoding=encoding)
    project.configure("requirements = ['requirements.txt']").setup().must()
    assert versions(project) == "['alpha==1.0']"
    project.setup("--check").must()
    project.write("other file.txt", "alpha==1.0\n# changed\n")
    assert "requirements.txt is new or has changed" in due(project)


def test_a_hash_in_a_comment_asks_for_none(project: Project) -> None:
    project.wheel("alpha")
    project.write("requirements.txt", "alpha==1.0  # once: --hash=sha256:00\n")
    project.configure("requirements = ['requirements.txt']").setup().must()
    assert versions(project) == "['alpha==1.0']"


def test_a_file_of_comments_with_a_byte_order_mark_asks_for_nothing(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.write("requirements.txt", "\ufeff# nothing yet\n")
    assert (
        "installing"
        not in project.configure("requirements = ['requirements.txt']").setup().must().err
    )


def test_an_editable_that_reads_its_dependencies_from_a_file_is_installed_again(
    project: Project,
) -> None:
    wheels.make_project(str(project.path / "server"), "server")
    project.configure("editable = ['server']").write("server/requirements.txt", "")
    project.setup().must()
    project.setup("--check").must()
    project.write("server/requirements.txt", "alpha\n")
    assert "server is new or has changed" in due(project)
