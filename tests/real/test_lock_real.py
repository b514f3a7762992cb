"""A real environment is locked; pip and uv make the same one again from either file; its graph
agrees with pip's own.
"""

import json
import tomllib
from pathlib import Path

import pytest
from worlds import index
from worlds.environment import find_uv, template
from worlds.lab import BASE, Lab, Outcome, copy_venv, run

WANTED = (
    "httpx==0.27.2",
    "rich==13.7.1",
    "pydantic==2.8.2",
    "pyyaml==6.0.2",
    "typing-extensions",
    "six==1.16.0",
)
PIP = ("--no-input", "--disable-pip-version-check")


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    lab = Lab(tmp_path_factory.mktemp("real"), root="a lab's $(home)").make()
    lab.environ = index.environ(str(lab.home))
    pip(lab, lab.python, "install", *WANTED).must()
    workroot(lab, "lock").must()
    return lab


def workroot(lab: Lab, *arguments: str) -> Outcome:
    return lab.engine(*arguments, cwd=lab.root)


def pip(lab: Lab, python: Path, *arguments: str) -> Outcome:
    words = [
        f"{template()}/bin/python",
        "-Im",
        "pip",
        "--python",
        str(python),
        *arguments[:1],
        *PIP,
        *arguments[1:],
    ]
    return run(words, lab.environ, lab.root, timeout=600)


def packages(python: Path) -> dict[str, str]:
    code = (
        "import importlib.metadata as m, json; "
        "print(json.dumps({d.name.lower(): d.version for d in m.distributions()}))"
    )
    return json.loads(run([str(python), "-I", "-c", code], {}, "/").must().out)


def fresh(lab: Lab, name: str) -> Path:
    copy_venv(lab.directory / name, BASE)
    return lab.directory / name / "bin" / "python"


def uv(lab: Lab, *arguments: str) -> Outcome:
    return run(
        [find_uv(), "pip", *arguments],
        lab.environ | {"UV_CACHE_DIR": str(lab.directory / "uv")},
        lab.root,
        timeout=600,
    )


def test_pip_makes_the_same_environment_from_the_requirements(lab: Lab) -> None:
    python = fresh(lab, "by-pip")
    pip(lab, python, "install", "--require-hashes", "-r", "requirements.lock.txt").must()
    assert packages(python) == packages(lab.python)


@pytest.mark.parametrize(
    "words",
    [("sync", "pylock.toml"), ("install", "--require-hashes", "-r", "requirements.lock.txt")],
)
def test_uv_makes_the_same_environment_from_either_file(lab: Lab, words: tuple[str, ...]) -> None:
    python = fresh(lab, f"by-uv-{words[0]}")
    uv(lab, words[0], "--python", str(python), *words[1:]).must()
    assert packages(python) == packages(lab.python)
    assert workroot(lab, "lock", "--check").status == 0


def test_another_python_is_refused_by_uv_rather_than_given_a_part(lab: Lab) -> None:
    path = lab.root / "pylock.vms.toml"
    path.write_text(
        (lab.root / "pylock.toml")
        .read_text()
        .replace("sys_platform == 'linux'", "sys_platform == 'vms'")
    )
    outcome = uv(lab, "sync", "--python", str(fresh(lab, "refused")), str(path))
    assert outcome.status != 0, outcome


def test_the_lock_has_the_files_that_uv_would_lock(lab: Lab) -> None:
    source = lab.directory / "wanted.in"
    source.write_text(
        "".join(f"{name}=={version}\n" for name, version in packages(lab.python).items())
    )
    target = lab.directory / "pylock.uv.toml"
    uv(
        lab,
        "compile",
        "-q",
        "--python",
        str(lab.python),
        "--no-deps",
        str(source),
        "-o",
        str(target),
    ).must()
    own, other = hashes(lab.root / "pylock.toml"), hashes(target)
    assert own.keys() == other.keys()
    assert not [name for name in other if not other[name] or not other[name] <= own[name]]


def hashes(path: Path) -> dict[str, set[str]]:
    return {
        one["name"]: {wheel["hashes"]["sha256"] for wheel in one.get("wheels", [])}
        for one in tomllib.loads(path.read_text())["packages"]
    }


def test_the_graph_has_the_requirements_that_pip_shows(lab: Lab) -> None:
    document = json.loads(workroot(lab, "graph", "--json").must().out)
    for name in ("httpx", "rich", "pydantic"):
        shown = pip(lab, lab.python, "show", name).must().out
        required = next(
            line for line in shown.splitlines() if line.startswith("Requires: ")
        ).removeprefix("Requires: ")
        own = {
            edge["target"]
            for edge in document["requires"]
            if edge["source"] == name and not edge["extra"]
        }
        assert own == {one.strip().lower().replace("_", "-") for one in required.split(",")}
    assert not [edge for edge in document["requires"] if edge["problem"]]


def test_outdated_agrees_with_pip(lab: Lab) -> None:
    outcome = workroot(lab, "outdated", "--json")
    assert outcome.status == 1
    own = {one["name"]: one["newest"] for one in json.loads(outcome.out)["outdated"]}
    listed = json.loads(pip(lab, lab.python, "list", "--outdated", "--format", "json").must().out)
    assert own == {one["name"].lower().replace("_", "-"): one["latest_version"] for one in listed}
