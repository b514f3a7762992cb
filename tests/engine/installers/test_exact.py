"""The set that a file of another machine names: as pip freeze and the kit write it, each package
once, editables by their place.
"""

from pathlib import Path

import pytest
from worlds import wheels
from worlds.workbench import Workbench


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    """alpha 2 and beta are installed, alpha 1 was before."""
    bench = Workbench(tmp_path).make()
    for name, version in (("alpha", "1"), ("alpha", "2"), ("beta", "1")):
        bench.wheel(name, version)
    bench.pip("install", "alpha==1").must()
    bench.pip("install", "alpha==2", "beta").must()
    return bench


def project_of(directory: Path, name: str) -> Path:
    """A project that says its name, as editable packages do."""
    wheels.make_project(str(directory), name)
    with open(directory / "pyproject.toml", "a", encoding="utf-8") as file:
        file.write(f'[project]\nname = "{name}"\nversion = "1.0"\n')
    return directory


@pytest.mark.parametrize("writer", ["freeze", "snapshot"])
def test_an_editable_of_a_file_stays_or_is_installed_from_where_it_was(
    bench: Workbench, tmp_path: Path, writer: str
) -> None:
    bench.pip("install", "-e", str(project_of(tmp_path / "my project", "mine"))).must()
    bench.workroot("snapshot", "with-mine").must()
    frozen = tmp_path / "frozen.txt"
    written = {
        "freeze": bench.pip("freeze").must().out,
        "snapshot": (bench.root / ".workroot/snapshots/with-mine.txt").read_text(),
    }
    frozen.write_text(written[writer])
    assert "-e " in frozen.read_text()
    bench.pip("uninstall", "-y", "alpha").must()
    assert "mine" not in bench.workroot("restore", str(frozen)).must().err
    bench.pip("uninstall", "-y", "mine").must()
    assert (
        "fetching what the store does not have: -e "
        in bench.workroot("restore", str(frozen)).must().err
    )
    assert bench.packages() == {"alpha-2", "beta-1", "mine-1.0"}
    assert (
        str(tmp_path / "my project")
        in bench.run("python", "-c", "import mine; print(mine.__file__)").must().out
    )


EDITABLES = [
    "-e git+https://example.org/x@abc#egg=Mine",
    "-e file:///nowhere#subdirectory=x&egg=mine[more]",
    "--editable={place}",
    "-e '{place}'",
    "-e {place}[more]",
]


@pytest.mark.parametrize("line", EDITABLES)
def test_an_editable_is_known_by_the_name_it_is_given_or_gives_itself(
    bench: Workbench, tmp_path: Path, line: str
) -> None:
    place = project_of(tmp_path / "a place", "mine")
    bench.pip("install", "-e", str(place)).must()
    (place / "pyproject.toml").unlink()
    (place / "setup.cfg").write_text("[metadata]\nname = Mine\n")
    frozen = tmp_path / "frozen.txt"
    frozen.write_text(line.format(place=place) + "\nbeta==1\n")
    assert "fetching" not in bench.workroot("restore", str(frozen)).must().err
    assert bench.packages() == {"beta-1", "mine-1.0"}


@pytest.mark.parametrize(
    "line", ["-e /nowhere", "-e git+https://example.org/x", "-e .", "-e", "-e file://[bad"]
)
def test_an_editable_without_a_name_is_refused_with_its_line(
    bench: Workbench, tmp_path: Path, line: str
) -> None:
    frozen = tmp_path / "frozen.txt"
    frozen.write_text(f"beta==1\n{line}\n")
    done = bench.workroot("restore", str(frozen))
    assert done.status == 2 and f"{frozen}, line 2: {line} " in done.err


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_file_is_read_as_other_systems_write_it(
    bench: Workbench, tmp_path: Path, encoding: str
) -> None:
    frozen = tmp_path / "frozen.txt"
    frozen.write_bytes(
        f"alpha==1 \\\r\n    --hash=sha256:{'0' * 64}\r\n# \\\r\nbeta==1\r\nbeta==1\r\n".encode(
            encoding
        )
    )
    bench.workroot("restore", str(frozen)).must()
    assert bench.packages() == {"alpha-1", "beta-1"}


def test_a_package_that_a_file_names_twice_has_one_version(
    bench: Workbench, tmp_path: Path
) -> None:
    frozen = tmp_path / "frozen.txt"
    frozen.write_text("alpha==1\nbeta==1\nAlpha==1.0\nbeta==1\nalpha==2\n")
    done = bench.workroot("restore", str(frozen))
    assert done.status == 2 and f"{frozen}, line 5: alpha is 2 here and 1 in line 1" in done.err
    assert bench.packages() == {"alpha-2", "beta-1"}
    frozen.write_text("alpha==1\nbeta==1\nAlpha==1.0\n")
    bench.workroot("restore", str(frozen)).must()
    assert bench.packages() == {"alpha-1", "beta-1"}
