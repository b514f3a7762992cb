"""What a session's Python takes before the venv's packages and the repo, with both files."""

from pathlib import Path

import pytest

from workroot.pythons.venv import Venv
from workroot.session import ahead


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    for name in ("repo/pipeline.py", "repo/package/__init__.py", "repo/tests/helpers.py"):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("")
    return tmp_path / "repo"


def copy(directory: Path, name: str) -> Path:
    file = directory / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("")
    return file


def told(repo: Path, *started_in: Path, **environ: str) -> list[tuple[str, str, str]]:
    found = ahead.shadows([str(repo)], [str(place) for place in started_in], environ)
    return [(one.name, one.taken, one.lost) for one in found]


@pytest.mark.parametrize(
    ("name", "lost"),
    [
        ("pipeline.py", "pipeline.py"),
        ("pipeline/__init__.py", "pipeline.py"),
        ("package.py", "package/__init__.py"),
        ("tests/__init__.py", "tests"),
    ],
)
def test_a_copy_that_pythonpath_names_is_taken(
    tmp_path: Path, repo: Path, name: str, lost: str
) -> None:
    taken = copy(tmp_path / "other", name)
    found = told(repo, PYTHONPATH=f"/nowhere:{tmp_path / 'other'}")
    assert found == [(lost.partition("/")[0].partition(".")[0], str(taken), str(repo / lost))]


def test_where_python_is_started_comes_before_pythonpath(tmp_path: Path, repo: Path) -> None:
    copy(tmp_path / "other", "pipeline.py")
    here = copy(tmp_path / "lab", "pipeline.py")
    environ = {"PYTHONPATH": str(tmp_path / "other")}
    assert told(repo, tmp_path / "lab", **environ)[0][1] == str(here)
    safe = told(repo, tmp_path / "lab", PYTHONSAFEPATH="1", **environ)
    assert safe[0][1] == str(tmp_path / "other" / "pipeline.py")


def test_what_takes_nothing_is_not_told(tmp_path: Path, repo: Path) -> None:
    """Another directory of the same namespace, data, a module of another name."""
    for name in ("tests/more.py", "package/data.txt", "random.py"):
        copy(tmp_path / "lab", name)
    assert told(repo, tmp_path / "lab", PYTHONPATH="") == []


def test_the_repo_itself_by_another_way_is_not_told(tmp_path: Path, repo: Path) -> None:
    (tmp_path / "way").symlink_to(repo)
    assert told(repo, repo, PYTHONPATH=str(tmp_path / "way")) == []


def test_an_import_path_that_is_gone_is_the_health_checks_matter(tmp_path: Path) -> None:
    assert told(tmp_path / "gone", tmp_path) == []


@pytest.mark.parametrize("style", ["extend_path", "declare_namespace"])
def test_a_package_of_the_repo_hides_an_installed_namespace(
    tmp_path: Path, repo: Path, style: str
) -> None:
    """But for one that takes in the directories of its name, and for what is no Python."""
    for name in ("site/package/part.py", "site/pipeline/data.txt", "site/tests/more.py"):
        copy(tmp_path, name)
    own = repo / "package" / "__init__.py"
    (one,) = ahead.hidden([str(repo)], str(tmp_path / "site"))
    assert (one.name, one.taken, one.lost) == ("package", str(own), f"{tmp_path}/site/package")
    own.write_text(f"__path__ = {style}(__path__, __name__)")
    assert ahead.hidden([str(repo)], str(tmp_path / "site")) == []


def test_a_module_behind_takes_a_directory_of_the_repo_and_nothing_else(
    tmp_path: Path, repo: Path
) -> None:
    for name in ("site/tests/__init__.py", "site/package/__init__.py", "site/pipeline.py"):
        copy(tmp_path, name)
    (one,) = ahead.overtaken([str(repo)], str(tmp_path / "site"))
    assert (one.name, one.lost) == ("tests", str(repo / "tests"))
    (tmp_path / "site" / "tests" / "__init__.py").write_text("extend_path")
    assert ahead.overtaken([str(repo)], str(tmp_path / "site")) == []


@pytest.mark.parametrize(
    ("shown", "environ", "place"),
    [
        ("true", {"HOME": "/h"}, "/h/.local/lib/python3.12/site-packages"),
        ("True", {"PYTHONUSERBASE": "/u"}, "/u/lib/python3.12/site-packages"),
        ("true", {"HOME": "/h", "PYTHONNOUSERSITE": "1"}, ""),
        ("false", {"HOME": "/h"}, ""),
    ],
)
def test_a_venv_that_shows_the_systems_packages_looks_into_the_persons_own(
    tmp_path: Path, shown: str, environ: dict, place: str
) -> None:
    (tmp_path / "pyvenv.cfg").write_text(f"include-system-site-packages = {shown}\n")
    venv = Venv(str(tmp_path), "", "", (3, 12, 1), False)
    assert ahead.user_site(venv, environ) == place
