"""`workroot where`: the file that an import takes, why, whose it is, and what lost."""

import json
from pathlib import Path

import pytest
from worlds import wheels
from worlds.workbench import Workbench


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Workbench:
    """One that tests only look at."""
    bench = Workbench(tmp_path_factory.mktemp("where")).make()
    bench.wheel("alpha", files={"alpha/__init__.py": "raise SystemExit", "alpha/in/deep.py": ""})
    bench.wheel("space", files={"space/part/a.py": ""})
    bench.pip("install", "-q", "alpha", "space").must()
    place = wheels.make_project(str(bench.directory / "mine"), "mine")
    bench.pip("install", "-q", "--no-build-isolation", "-e", place).must()
    return bench


def asked(bench: Workbench, *names: str, **environ: str) -> dict[str, dict]:
    done = bench.workroot("where", "--json", *names, **environ)
    return {one["name"]: one for one in json.loads(done.out)["modules"]}


@pytest.mark.parametrize(
    ("name", "kind", "owner"),
    [
        ("alpha", "package", "alpha 1.0"),
        ("alpha.in.deep", "module", "alpha 1.0"),
        ("alpha.in", "namespace", "alpha 1.0"),
        ("space", "namespace", "space 1.0"),
        ("sys", "built-in", "standard library"),
        ("os", "frozen", "standard library"),
        ("json", "package", "standard library"),
        ("repo_marker", "module", "the repo"),
        ("mine", "package", "mine 1.0"),
    ],
)
def test_what_a_module_is_and_whose(bench: Workbench, name: str, kind: str, owner: str) -> None:
    one = asked(bench, name)[name]
    assert (one["kind"], one["owner"], one["found"]) == (kind, owner, True)


def test_it_imports_nothing_and_names_the_file(bench: Workbench) -> None:
    done = bench.workroot("where", "alpha").must()
    assert str(bench.site / "alpha" / "__init__.py") in done.out and "site-packages" in done.out


def test_an_editable_package_is_called_one(bench: Workbench) -> None:
    assert "editable mine 1.0" in bench.workroot("where", "mine").must().out


def test_a_name_that_is_not_found_is_status_1_and_the_others_are_said(bench: Workbench) -> None:
    done = bench.workroot("where", "alpha", "gone")
    assert done.status == 1 and "gone  is not found" in done.out and "alpha 1.0" in done.out


def test_pythonpath_and_the_copies_that_lost_are_named(bench: Workbench, tmp_path: Path) -> None:
    (tmp_path / "repo_marker.py").write_text("")
    one = asked(bench, "repo_marker", PYTHONPATH=str(tmp_path))["repo_marker"]
    assert (one["file"], one["by"]) == (str(tmp_path / "repo_marker.py"), "PYTHONPATH")
    assert one["lost"] == [{"file": str(bench.repo / "repo_marker.py"), "owner": "the repo"}]


def test_without_a_name_it_tells_of_every_top_level_module_of_the_repo(bench: Workbench) -> None:
    assert set(asked(bench)) == {"repo_marker", "pipeline"}
