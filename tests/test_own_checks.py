"""[doctor] checks: a project's own checks are run by the venv's Python, and stand beside the kit's;
one that cannot tell what it found is itself a finding.
"""

import json
from pathlib import Path

import pytest
from worlds.lab import Lab, Outcome
from worlds.proving import session, workroot

GOOD = '''"""Is the data where the pipeline wants it?

It is fetched by hand.
"""

import os
import pipeline


def check(*context):
    print("to stdout")
    os.system("echo to stdout as well")
    (facts,) = context
    assert os.path.samefile(facts["paths"][0], os.path.dirname(os.path.dirname(pipeline.__file__)))
    yield {"id": "my-data-gone", "severity": "fail", "evidence": "no data in " + facts["workroot"],
           "cause": "nobody fetched it", "fix": "make data"}
    yield {"severity": "ok", "evidence": "the rest is there"}
'''
BROKEN = {
    "raises": ("def check():\n    1 / 0\n", "ZeroDivisionError"),
    "exits": ("raise SystemExit(0)\n", "before it had told"),
    "dies": ("import os\ndef check(*context):\n    os._exit(3)\n", "status 3"),
    "is_no_python": ("def check(:\n", "SyntaxError"),
    "has_a_nul": ("\0", "could not be run"),
    "has_no_check": ("found = []\n", "check"),
    "gives_a_word": ("def check():\n    return ['bad']\n", "no finding"),
    "gives_an_odd_severity": (
        "def check():\n    return [{'severity': 'bad', 'evidence': 'x'}]\n",
        "'bad'",
    ),
    "gives_no_json": ("def check():\n    return [{'evidence': b'x'}]\n", "TypeError"),
}
SILENT = {
    "takes_nothing": "def check():\n    pass\n",
    "pth": "def check(context):\n    return []\n",
}


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    """A workroot whose configuration names all of them, and one that is not there."""
    lab = workroot(Lab(tmp_path_factory.mktemp("own")))
    tools = lab.root / "it's tools"
    tools.mkdir()
    texts = {"my_data": GOOD, **SILENT, **{name: text for name, (text, _) in BROKEN.items()}}
    for name, text in texts.items():
        (tools / f"{name}.py").write_text(text)
    names = [f"it's tools/{name}.py" for name in (*texts, "gone")]
    with (lab.root / "workroot.toml").open("a") as config:
        config.write(f"\n[doctor]\nchecks = {json.dumps(names)}\n")
    session(lab).must()
    return lab


def doctor(lab: Lab, *words: str) -> Outcome:
    return lab.engine("doctor", "-C", str(lab.root), *words)


@pytest.fixture(scope="module")
def found(lab: Lab) -> dict[str, dict]:
    """What one look finds, by id."""
    done = doctor(lab, "--json")
    assert done.status == 1
    return {one["id"]: one for one in json.loads(done.out)["findings"]}


def test_what_it_gives_is_a_finding_and_what_it_prints_is_none(found: dict[str, dict]) -> None:
    one = found["my-data-gone"]
    assert (one["severity"], one["cause"], one["fix"]) == ("fail", "nobody fetched it", "make data")
    assert one["evidence"].startswith("no data in ")
    assert found["my-data"]["severity"] == "ok"


@pytest.mark.parametrize("name", BROKEN)
def test_one_that_cannot_tell_is_a_finding_that_names_its_file(
    name: str, found: dict[str, dict]
) -> None:
    one = found[name.replace("_", "-")]
    assert one["severity"] == "fail" and f"it's tools/{name}.py" in one["evidence"] + one["fix"]
    _, word = BROKEN[name]
    assert word in one["evidence"] and one["fix"]


def test_one_that_is_not_there_is_named(found: dict[str, dict]) -> None:
    assert "it's tools/gone.py is not there" in found["gone"]["evidence"]


def test_one_with_nothing_to_say_says_nothing(found: dict[str, dict]) -> None:
    assert not {"takes-nothing", "own-pth"} & set(found) and found["pth"]["severity"] == "ok"


def test_it_is_listed_explained_and_asked_for_like_the_others(lab: Lab) -> None:
    listed = json.loads(doctor(lab, "--list", "--json").must().out)["checks"]
    summaries = {one["id"]: one["summary"] for one in listed}
    assert summaries["my-data"] == "Is the data where the pipeline wants it?"
    assert summaries["own-pth"] == "" and summaries["pth"]
    assert "fetched by hand" in doctor(lab, "--explain", "my-data-gone").must().out
    alone = json.loads(doctor(lab, "--json", "my-data").out)["findings"]
    assert [one["id"] for one in alone] == ["my-data-gone", "my-data"]


def test_nothing_is_written_beside_it(lab: Lab, found: dict[str, dict]) -> None:
    there = {path.suffix for path in Path(lab.root, "it's tools").rglob("*")}
    assert found and there == {".py"}


def test_a_wrong_configuration_is_no_reason_not_to_list_the_kits_own(lab: Lab) -> None:
    config = lab.root / "workroot.toml"
    text = config.read_text()
    try:
        config.write_text("repo = [\n")
        assert "pth-fails" in doctor(lab, "--list").must().out
    finally:
        config.write_text(text)
