"""graph: who depends on whom, read from what is installed and judged for the venv's own Python."""

import json
import re

import pytest
from worlds.again import again
from worlds.shelf import empty


@pytest.fixture
def shelf():
    return again(empty)


def with_a_tree(directory):
    shelf = empty(directory)
    shelf.wheel("app", requires=("middle>=1", "leaf[fast]", "nowhere; sys_platform == 'vms'"))
    shelf.wheel("middle", "1.5", requires=("leaf>=1,<3",))
    shelf.wheel("leaf", "2.0", requires=("speed; extra == 'fast'", "unused; extra == 'other'"))
    shelf.wheel("speed")
    shelf.install("app")
    return shelf


@pytest.fixture
def stocked():
    return again(with_a_tree)


def edges(shelf, *arguments):
    found = json.loads(shelf.workroot("graph", "--json", *arguments).must().out)
    return {(edge["source"], edge["target"]): edge for edge in found["requires"]}


def test_a_tree_starts_at_what_nothing_needs_and_shows_everything_once(stocked):
    assert stocked.workroot("graph").must().out.splitlines() == [
        "app 1.0",
        "|-- leaf 2.0",
        "|   `-- speed 1.0 [extra fast]",
        "`-- middle 1.5 (>=1)",
        "    `-- leaf 2.0 (>=1,<3) (above)",
    ]


def test_reversed_it_goes_up_from_a_package_to_what_needs_it(stocked):
    assert stocked.workroot("graph", "--reverse", "Leaf").must().out.splitlines() == [
        "leaf 2.0",
        "|-- app 1.0",
        "`-- middle 1.5 (needs leaf>=1,<3)",
        "    `-- app 1.0 (needs middle>=1)",
    ]


def test_markers_and_extras_are_judged(stocked):
    assert set(edges(stocked)) == {
        ("app", "middle"),
        ("app", "leaf"),
        ("middle", "leaf"),
        ("leaf", "speed"),
    }


def test_a_name_limits_it_to_what_that_package_needs(stocked):
    assert set(edges(stocked, "middle")) == {("middle", "leaf"), ("leaf", "speed")}


def test_an_extra_that_a_person_asked_for_shows_when_it_explains_what_is_installed(shelf):
    shelf.wheel("server", requires=("loop>=1; extra == 'standard'", "absent; extra == 'more'"))
    shelf.wheel("loop")
    shelf.install("server[standard]")
    assert edges(shelf)["server", "loop"]["extra"] == "standard"


def test_a_package_that_was_asked_for_by_name_is_not_put_below_someones_extra(shelf):
    shelf.wheel("tester", requires=("plug",))
    shelf.wheel("plug", requires=("tester; extra == 'dev'",))
    shelf.install("tester")
    assert shelf.workroot("graph").must().out.splitlines() == ["tester 1.0", "`-- plug 1.0"]


def test_a_circle_ends(shelf):
    shelf.wheel("hen", requires=("egg",))
    shelf.wheel("egg", requires=("hen",))
    shelf.install("hen")
    assert shelf.workroot("graph").must().out.splitlines() == [
        "egg 1.0",
        "`-- hen 1.0",
        "    `-- egg 1.0 (circle)",
    ]


def test_what_is_missing_and_what_does_not_fit_is_marked(shelf):
    shelf.wheel("app", requires=("gone>=2", "old>=2"))
    shelf.wheel("old", "1.0")
    shelf.install("--no-deps", "app", "old")
    problems = {target: edge["problem"] for (_, target), edge in edges(shelf).items()}
    assert problems == {"gone": "missing", "old": "has 1.0"}
    assert "old 1.0 (>=2) has 1.0!" in shelf.workroot("graph").out


def test_a_requirement_that_is_none_is_said_and_passed_over(shelf):
    shelf.wheel("app", requires=("fine",))
    shelf.wheel("fine")
    shelf.install("app")
    metadata = next(shelf.site.glob("app-*.dist-info")) / "METADATA"
    metadata.write_text(
        metadata.read_text().replace(
            "Requires-Dist: fine",
            "Requires-Dist: fine\nRequires-Dist: ???\nRequires-Dist: x; colour == 'red'",
        )
    )
    outcome = shelf.workroot("graph").must()
    assert outcome.out.splitlines() == ["app 1.0", "`-- fine 1.0"]
    assert "'???' is no requirement" in outcome.err
    assert "colour == 'red'" in outcome.err


def test_nothing_in_a_name_is_syntax_or_moves_the_cursor(shelf):
    directory = shelf.site / "evil-1.dist-info"
    directory.mkdir()
    (directory / "METADATA").write_text(
        'Metadata-Version: 2.1\nName: e"]; x --> y;\\ \x1b[2J\nVersion: 1"\n'
    )
    for kind in ("tree", "mermaid", "dot"):
        out = shelf.workroot("graph", "--format", kind).must().out
        assert "\x1b" not in out
    assert re.search(
        r'^    p\d+\["[^"\]]*"\]$', shelf.workroot("graph", "--format", "mermaid").out, re.MULTILINE
    )


def test_mermaid_names_every_package_and_every_edge(stocked):
    out = stocked.workroot("graph", "--format", "mermaid").must().out
    ids = {name: key for key, name in re.findall(r'^    (p\d+)\["(\S+) \S+"\]$', out, re.MULTILINE)}
    assert set(ids) == {"app", "leaf", "middle", "speed"}
    found = set(re.findall(r"^    (p\d+) (?:-->|-\.->).* (p\d+)$", out, re.MULTILINE))
    assert found == {(ids[one], ids[other]) for one, other in edges(stocked)}


def test_dot_names_every_package_and_every_edge(stocked):
    out = stocked.workroot("graph", "--format", "dot").must().out
    ids = {
        name: key
        for key, name in re.findall(r'^    (p\d+) \[label="(\S+) \S+"\];$', out, re.MULTILINE)
    }
    assert set(re.findall(r"^    (p\d+) -> (p\d+) ", out, re.MULTILINE)) == {
        (ids[one], ids[other]) for one, other in edges(stocked)
    }


def test_a_package_that_is_not_there_is_named_with_the_nearest(stocked):
    outcome = stocked.workroot("graph", "midle")
    assert outcome.status == 2
    assert "midle is not installed here" in outcome.err
    assert "graph middle" in outcome.err
