"""A lock installs the same set whatever came out since, with each of several pips and with uv."""

from pathlib import Path

import pytest
from worlds import moved_index, pips
from worlds.environment import find_uv
from worlds.project import Project, versions

INSTALLERS = [*pips.SPREAD, "uv"]


def project_with(installer: str, directory: Path) -> Project:
    """A project whose venv the kit made, with that pip in it, beside an index that has moved on."""
    project = Project(directory, uv=installer == "uv")
    moved_index.fill(str(project.wheels))
    project.configure(f"installer = '{'uv' if installer == 'uv' else 'pip'}'").setup().must()
    if installer != "uv":
        pips.put(installer, project.python)
    return project


@pytest.mark.parametrize("installer", INSTALLERS)
def test_a_lock_gives_the_pinned_set_from_an_index_that_has_moved_on(
    installer: str, tmp_path: Path
) -> None:
    if installer == "uv" and not find_uv():
        pytest.skip("no uv here")
    project = project_with(installer, tmp_path)
    project.write("requirements.txt", moved_index.lock(str(project.wheels)))
    project.configure("requirements = ['requirements.txt']").setup().must()
    assert versions(project) == "['app==1.0', 'core==1.0', 'helper==1.0', 'plain==1.0']"


@pytest.mark.parametrize("installer", INSTALLERS)
def test_a_lock_that_is_not_whole_is_named_with_what_it_lacks(
    installer: str, tmp_path: Path
) -> None:
    if installer == "uv" and not find_uv():
        pytest.skip("no uv here")
    project = project_with(installer, tmp_path)
    text = moved_index.lock(str(project.wheels), ["app", "core", "helper"])
    project.write("requirements.txt", text)
    failed = project.configure("requirements = ['requirements.txt']").setup()
    assert (
        failed.status == 2 and "requirements.txt has not all that its packages need" in failed.err
    )
    assert "plain" in failed.err
