"""What an index has of a project is read from its pages, whatever their form, and another project's
files are never taken.
"""

import pytest
from worlds.shelf import Shelf

from workroot.errors import WorkrootError
from workroot.locking import releases


@pytest.fixture
def shelf(tmp_path):
    return Shelf(tmp_path)


def sources(shelf, **environ):
    return releases.Sources(shelf.environ | environ, str(shelf.venv))


@pytest.mark.parametrize("kind", ["json", "html"])
def test_both_forms_of_a_page_say_the_same(shelf, kind):
    shelf.wheel("my-alpha", "1.0")
    shelf.wheel("my-alpha", "2.0", yanked="broken & withdrawn", requires_python=">=3.8,<4")
    with shelf.index(kind) as url:
        one, two = sources(shelf).files("my-alpha")
    assert (one.name, one.version, one.yanked, one.requires_python) == (
        "my_alpha-1.0-py3-none-any.whl",
        "1.0",
        "",
        "",
    )
    assert (two.yanked, two.requires_python, two.index) == (
        "broken & withdrawn",
        ">=3.8,<4",
        url + "/",
    )
    assert two.url == url.replace("/simple", "/files/my_alpha-2.0-py3-none-any.whl")
    assert dict(two.hashes)["sha256"] == shelf.rows("my-alpha")[1]["hashes"]["sha256"]


@pytest.mark.parametrize(
    ("name", "version"),
    [
        ("my_alpha-1.0-py3-none-any.whl", "1.0"),
        ("My.Alpha-1.0.tar.gz", "1.0"),
        ("my-alpha-1.0.post1.zip", "1.0.post1"),
        ("my_alpha-1.0+cu12-py3-none-any.whl", "1.0+cu12"),
        ("my-alpha-beta-1.0.tar.gz", ""),
        ("my_alpha_beta-1.0-py3-none-any.whl", ""),
        ("my-alpha-1.0.exe", ""),
        ("my-alpha.tar.gz", ""),
        ("alpha-1.0.tar.gz", ""),
    ],
)
def test_a_file_name_gives_the_version_of_that_project_only(shelf, name, version):
    shelf.wheels.joinpath(name).write_text("x")
    found = sources(shelf, PIP_NO_INDEX="1", PIP_FIND_LINKS=str(shelf.wheels)).files("my-alpha")
    assert [file.version for file in found] == ([version] if version else [])


def test_a_project_that_is_not_there_has_no_files(shelf):
    with shelf.index():
        assert sources(shelf).files("nothing") == []


def test_of_two_files_with_one_name_the_first_index_counts(shelf, tmp_path):
    other = Shelf(tmp_path / "other")
    for one in (shelf, other):
        one.wheel("alpha", "1.0", files={"alpha.py": str(one is shelf)})
    other.wheel("alpha", "2.0")
    with shelf.index() as url, other.index() as more:
        found = sources(shelf, PIP_EXTRA_INDEX_URL=more).files("alpha")
    assert [(file.version, file.index) for file in found] == [
        ("1.0", url + "/"),
        ("2.0", more + "/"),
    ]


def test_many_projects_are_asked_for_and_counted(shelf):
    names = [f"p{number}" for number in range(20)]
    for name in names:
        shelf.wheel(name)
    counted = []
    with shelf.index():
        found = releases.of_all(
            sources(shelf), names, lambda done, total: counted.append((done, total))
        )
    assert sorted(found) == sorted(names)
    assert counted == [(done, 20) for done in range(1, 21)]


def test_a_page_that_cannot_be_had_is_that_projects_error(shelf):
    found = releases.of_all(
        sources(shelf, PIP_INDEX_URL="http://127.0.0.1:9/simple"),
        ["alpha"],
        lambda done, total: None,
    )
    assert isinstance(found["alpha"], WorkrootError)
    assert "http://127.0.0.1:9/simple/alpha/" in found["alpha"].message


def test_a_page_that_is_none_is_named(shelf):
    (shelf.wheels / "alpha-1.0-py3-none-any.whl").write_text("x")
    shelf.rows = lambda project: [{"no": "file"}]
    with shelf.index(), pytest.raises(WorkrootError, match="is no page of a package index"):
        sources(shelf).files("alpha")


def test_a_page_of_links_that_is_not_there_is_passed_over(shelf):
    shelf.wheel("alpha")
    with shelf.index() as url:
        found = sources(
            shelf,
            PIP_FIND_LINKS=(
                f"{url}/nothing {url}/nothing/more http://[bad file://[bad {shelf.wheels}"
            ),
        ).files("alpha")
    assert [file.version for file in found] == ["1.0"]


@pytest.mark.parametrize("kind", ["json", "html"])
def test_a_link_that_is_no_address_is_passed_over(shelf, kind):
    shelf.wheel("alpha", "1.0")
    rows = shelf.rows("alpha")
    shelf.rows = lambda project: [
        {**rows[0], "filename": "alpha-2.0.tar.gz", "url": "http://[bad/alpha-2.0.tar.gz"},
        *rows,
    ]
    with shelf.index(kind) as url:
        assert [file.version for file in sources(shelf).files("alpha")] == ["1.0"]
        linked = (
            sources(shelf, PIP_NO_INDEX="1", PIP_FIND_LINKS=f"{url}/alpha/").files("alpha")
            if kind == "html"
            else rows
        )
    assert len(linked) == 1


def test_an_index_that_is_no_address_is_that_projects_error(shelf):
    found = releases.of_all(
        sources(shelf, PIP_INDEX_URL="http://me:secret@[bad"), ["alpha"], lambda done, total: None
    )
    assert "http://[bad/alpha/: " in found["alpha"].message
    assert (
        "secret"
        not in found["alpha"].message
        + sources(shelf, PIP_INDEX_URL="http://me:secret@[bad").words()
    )
