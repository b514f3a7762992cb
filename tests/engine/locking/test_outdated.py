"""outdated: what could be updated, as pip would choose, from a local index."""

import json

import pytest
from worlds.again import again
from worlds.shelf import empty


@pytest.fixture
def shelf():
    return again(empty)


def outdated(shelf, status=1):
    outcome = shelf.workroot("outdated", "--json")
    assert outcome.status == status, outcome
    return {
        one["name"]: (one["installed"], one["allowed"], one["newest"])
        for one in json.loads(outcome.out)["outdated"]
    }


def installed(shelf, *versions, **content):
    """alpha in its first version, the others on the index."""
    shelf.wheel("alpha", versions[0], **content)
    shelf.install(f"alpha=={versions[0]}")
    for version in versions[1:]:
        shelf.wheel("alpha", version)
    return shelf


@pytest.mark.parametrize("kind", ["json", "html"])
def test_a_newer_version_is_found_and_the_status_is_one(shelf, kind):
    installed(shelf, "1.9", "1.10", "1.2")
    with shelf.index(kind):
        outcome = shelf.workroot("outdated")
    assert outcome.status == 1
    assert outcome.out.split() == [
        "package",
        "installed",
        "allowed",
        "newest",
        "alpha",
        "1.9",
        "1.10",
        "1.10",
    ]
    assert "workroot install --upgrade alpha" in outcome.err


def test_the_newest_is_not_outdated(shelf):
    installed(shelf, "2.0", "1.0")
    with shelf.index():
        outcome = shelf.workroot("outdated").must()
    assert outcome.out == ""
    assert "nothing newer" in outcome.err


def test_pre_releases_count_only_where_one_is_installed(shelf):
    installed(shelf, "1.0", "2.0rc1", "2.0.dev3")
    with shelf.index():
        assert outdated(shelf, 0) == {}
        shelf.install("alpha==2.0.dev3")
        assert outdated(shelf) == {"alpha": ("2.0.dev3", "2.0rc1", "2.0rc1")}


@pytest.mark.parametrize("kind", ["json", "html"])
def test_what_was_withdrawn_or_is_for_another_python_is_no_update(shelf, kind):
    installed(shelf, "1.0")
    shelf.wheel("alpha", "1.5", requires_python=">=3.8")
    shelf.wheel("alpha", "2.0", yanked="broken")
    shelf.wheel("alpha", "3.0", requires_python=">=4")
    with shelf.index(kind):
        assert outdated(shelf) == {"alpha": ("1.0", "1.5", "1.5")}


def test_a_wheel_that_this_python_cannot_use_is_no_update(shelf):
    installed(shelf, "1.0", "2.0")
    (shelf.wheels / "alpha-2.0-py3-none-any.whl").rename(
        shelf.wheels / "alpha-2.0-cp27-cp27m-win32.whl"
    )
    with shelf.index():
        assert outdated(shelf, 0) == {}


def test_what_other_packages_allow_is_told_from_what_there_is(shelf):
    installed(shelf, "1.0", "1.5", "2.0")
    shelf.wheel("app", requires=("alpha<2",))
    shelf.install("app", "alpha==1.0")
    with shelf.index():
        assert outdated(shelf) == {"alpha": ("1.0", "1.5", "2.0")}
        assert "app needs alpha<2" in shelf.workroot("outdated").out


def test_an_index_that_does_not_answer_is_no_clean_answer(shelf):
    installed(shelf, "1.0")
    outcome = shelf.workroot("outdated", PIP_INDEX_URL="http://127.0.0.1:9/simple")
    assert outcome.status == 2
    assert "alpha: http://127.0.0.1:9/simple/alpha/" in outcome.err


def test_a_package_that_the_index_does_not_have_is_said(shelf):
    installed(shelf, "1.0")
    (shelf.wheels / "alpha-1.0-py3-none-any.whl").unlink()
    with shelf.index():
        outcome = shelf.workroot("outdated").must()
    assert "not on the index" in outcome.err
    assert "alpha" in outcome.err


def test_a_page_of_links_that_is_gone_keeps_nothing_back(shelf):
    installed(shelf, "1.0", "1.1")
    with shelf.index() as url:
        shelf.environ["PIP_FIND_LINKS"] = f"{url}/gone"
        assert outdated(shelf) == {"alpha": ("1.0", "1.1", "1.1")}
        shelf.workroot("lock").must()


def test_an_index_whose_address_is_none_is_said_without_its_password(shelf):
    installed(shelf, "1.0")
    outcome = shelf.workroot("outdated", PIP_INDEX_URL="http://me:s3cret@[bad")
    assert outcome.status == 2
    assert "alpha: http://[bad/alpha/" in outcome.err
    assert "s3cret" not in outcome.err + outcome.out
    assert "Traceback" not in outcome.err
