"""A new workroot is the picture in templates/, filled; nothing that is there is overwritten."""

import tomllib
from pathlib import Path

import pytest
from worlds.lab import KIT as KIT_PATH
from worlds.lab import Lab, Outcome, make_repo, run

from workroot.errors import WorkrootError
from workroot.project import templates
from workroot.root import KIT, Root


@pytest.mark.parametrize(
    ("files", "paths"),
    [
        (["pipeline/__init__.py", "train.py"], ["."]),
        (["src/pipeline/__init__.py", "setup.py", "tests/__init__.py"], ["src"]),
        (["python/pipeline/__init__.py", "main.rs"], ["python"]),
        (["single.py"], ["."]),
        ([], ["."]),
    ],
)
def test_the_layout_of_a_repo_is_understood(
    tmp_path: Path, files: list[str], paths: list[str]
) -> None:
    for file in files:
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text("")
    assert templates.layout([str(tmp_path)]) == paths


def new(directory: Path, *repos: Path) -> Root:
    root = Root(str(directory))
    templates.new(root, [str(repo) for repo in repos], lambda sentence: None)
    return root


def test_what_is_written_is_the_template_with_the_kit_and_the_repos_in_it(tmp_path: Path) -> None:
    repos = [tmp_path / 'it\'s a "repo"', tmp_path / "second"]
    for repo in repos:
        repo.mkdir()
    root = new(tmp_path / "lab", *repos)
    assert tomllib.loads(Path(root.config).read_text())["repo"] == [str(repo) for repo in repos]
    for name in ("bootstrap.sh", "bootstrap.fish", "bootstrap.ps1"):
        own, kits = (Path(top, name).read_text().splitlines() for top in (root.path, KIT))
        assert [line for line in own if line not in kits] == [line for line in own if KIT in line]


def test_nothing_that_is_there_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "lab").mkdir()
    (tmp_path / "lab" / "bootstrap.sh").write_text("mine")
    new(tmp_path / "lab", tmp_path)
    assert (tmp_path / "lab" / "bootstrap.sh").read_text() == "mine"
    with pytest.raises(WorkrootError, match="is a workroot already"):
        new(tmp_path / "lab", tmp_path)


def test_a_repo_that_is_not_there_or_no_directory_is_named_and_nothing_is_written(
    tmp_path: Path,
) -> None:
    (tmp_path / "file").write_text("")
    for name, words in (("gone", "is not there"), ("file", "is not a directory")):
        with pytest.raises(WorkrootError, match=words):
            new(tmp_path / "lab", tmp_path / name)
    assert not (tmp_path / "lab").exists()


def by_command(lab: Lab, *words: str) -> Outcome:
    return lab.engine("new", str(lab.root), "--repo", str(lab.repo), *words)


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    """A directory that is no workroot yet, with a bootstrap.sh of a person's own."""
    lab = Lab(tmp_path, root="it's a lab")
    make_repo(lab.repo)
    lab.root.mkdir()
    (lab.root / "bootstrap.sh").write_text("echo mine\n")
    return lab


def test_a_bootstrap_of_ones_own_is_said_to_stay_with_the_line_to_add(lab: Lab) -> None:
    done = by_command(lab).must()
    assert (lab.root / "bootstrap.sh").read_text() == "echo mine\n"
    assert "bootstrap.sh is left as it is; to change:" in done.out
    line = next(line.strip() for line in done.out.splitlines() if "add: " in line)
    assert "bootstrap.ps1" not in done.out and "--force" in done.err
    script = f'{line.removeprefix("add: ")} && printf "%s" "$WORKROOT"'
    assert run(["bash", "-c", script], lab.environ, lab.root).must().out == str(lab.root)


def test_a_bootstrap_that_names_another_kit_is_said_with_its_line(lab: Lab) -> None:
    text = (KIT_PATH / "templates" / "workroot" / "bootstrap.sh").read_text()
    (lab.root / "bootstrap.sh").write_text(text.replace("__WORKROOT_KIT_SH__", "/gone/kit"))
    assert f"set: _workroot_kit={KIT}" in by_command(lab).must().out


def test_a_forced_new_puts_its_bootstrap_there_and_keeps_the_old_one(lab: Lab) -> None:
    done = by_command(lab, "--force").must()
    (kept,) = (lab.root / ".workroot" / "trash").iterdir()
    assert kept.read_text() == "echo mine\n" and str(kept) in done.err
    words = ["bash", "-c", '. ./bootstrap.sh && printf "%s" "$WORKROOT"']
    assert run(words, lab.environ, lab.root).must().out == str(lab.root)
