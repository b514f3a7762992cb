"""repo.pth: which line is written for which path, read back by every kind of Python in every
locale.
"""

import os
from pathlib import Path

import pytest
from worlds.interpreters import every, label, locales, minor
from worlds.lab import Lab, git, make_repo, run
from worlds.proving import healthy, refused, session, workroot

NAMES = [
    "plain", "with space", "it's", 'say "hi"', "back\\slash", "$HOME", "`id`", "100%", "a;b",
    "a:b", "*[?", "-dash", "~tilde", "#hash",
    "import x", "trailing ", "tab at the end\t", "nbsp at the end\u00a0", " leading", "répo-日本",
    "emoji 🐍", "line\nbreak", "return\r",
    "form\x0cfeed", "separator\x1c", "next\x85line", "line\u2028end", "right\u202eleft", "x" * 200,
]  # fmt: skip
ENDS = [
    python
    for python in every()
    if minor(python) in {min(map(minor, every())), 12, max(map(minor, every()))}
]


@pytest.mark.parametrize("python", ENDS, ids=label)
def test_a_repo_of_any_name_imports_in_every_locale(tmp_path: Path, python: str) -> None:
    lab = workroot(Lab(tmp_path))
    lab.engine("create", "-C", str(lab.root), "--python", python).must()
    for number, name in enumerate(NAMES):
        lab.repo = tmp_path / "repos" / name
        make_repo(lab.repo)
        lab.config.unlink()
        lab.engine("new", str(lab.root), "--repo", str(lab.repo)).must()
        session(lab).must()
        line_only(lab)
        for environ in (
            locales().values() if number % 4 == 1 or not name.isascii() else [locales()["UTF-8"]]
        ):
            assert imports(lab, environ) == str(lab.repo / "pipeline"), ascii(name)


def line_only(lab: Lab) -> None:
    """The form that the link always has."""
    content = (lab.site / "repo.pth").read_bytes()
    assert (
        content.isascii()
        and content.endswith(b"\n")
        and b"\r" not in content
        and content.count(b"\n") == 1
    )
    assert not content.startswith((b"import ", b"import\t", b"#"))


def imports(lab: Lab, environ: dict[str, str]) -> str:
    """The real directory that the package comes from."""
    script = (
        "import os, sys, pipeline; "
        "sys.stdout.buffer.write(os.fsencode(os.path.realpath(os.path.dirname(pipeline.__file__))))"
    )
    outcome = run([str(lab.python), "-B", "-c", script], lab.environ | environ, "/").must()
    assert outcome.err == ""
    return outcome.out


def test_a_repo_that_no_toml_can_name_is_refused_in_one_sentence(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    make_repo(bad := tmp_path / os.fsdecode(b"bad\xff"))
    refused(lab.engine("new", str(lab.root), "--repo", str(bad)), "has a name that is not UTF-8")
    assert not lab.root.exists()


@pytest.mark.parametrize("name", ["trailing ", "line\nbreak", "répo", "import x"], ids=ascii)
def test_a_workroot_of_an_odd_name_links_a_repo_inside_it(tmp_path: Path, name: str) -> None:
    lab = workroot(Lab(tmp_path, root=name, repo=f"{name}/code"))
    session(lab).must()
    line_only(lab)
    healthy(lab)


def test_several_repos_are_searched_in_their_order(tmp_path: Path) -> None:
    lab = workroot(Lab(tmp_path))
    make_repo(second := tmp_path / "second")
    (second / "extra.py").write_text("")
    lab.config.write_text(f"repo = ['{lab.repo}', '{second}']\n")
    session(lab).must()
    assert (lab.site / "repo.pth").read_text() == f"{lab.repo}\n{second}\n"
    assert imports(lab, {}) == str(lab.repo / "pipeline")
    assert run([str(lab.python), "-B", "-c", "import extra"], lab.environ, "/").must()


def test_each_worktree_is_linked_to_its_own_tree(tmp_path: Path) -> None:
    lab = workroot(Lab(tmp_path))
    git(lab.repo, "worktree", "add", "-q", str(tmp_path / "branch"))
    other = Lab(tmp_path, root="other")
    other.repo = tmp_path / "branch"
    other.engine("new", str(other.root), "--repo", str(other.repo)).must()
    for place in (lab, other):
        session(place).must()
        assert imports(place, {}) == str(place.repo / "pipeline")


@pytest.mark.parametrize(
    "content",
    [b"", b"import os\n", b"/nonexistent\n", b"\xff\xfe/\x00", b"\xef\xbb\xbf/tmp\n"],
    ids=ascii,
)
def test_a_link_that_somebody_changed_is_put_right(tmp_path: Path, content: bytes) -> None:
    lab = workroot(Lab(tmp_path))
    session(lab).must()
    (lab.site / "repo.pth").write_bytes(content)
    session(lab).must()
    line_only(lab)
    healthy(lab)


def test_a_link_that_is_right_keeps_its_times(tmp_path: Path) -> None:
    lab = workroot(Lab(tmp_path))
    session(lab).must()
    before = (lab.site / "repo.pth").stat()
    session(lab, WORKROOT_CHECK="1").must()
    after = (lab.site / "repo.pth").stat()
    assert (after.st_mtime_ns, after.st_ino) == (before.st_mtime_ns, before.st_ino)
