"""The set that a file of another machine names: as pip freeze and the kit write it, each package
once, editables by their place.
"""

import hashlib
import shutil
from pathlib import Path

import pytest
from worlds import wheels
from worlds.again import again
from worlds.workbench import Workbench, worked


@pytest.fixture
def bench() -> Workbench:
    """alpha 2 and beta are installed, alpha 1 was before."""
    return again(worked)


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


@pytest.mark.parametrize("line", ["-e git+https://example.org/x", "-e .", "-e", "-e file://[bad"])
def test_an_editable_without_a_name_is_refused_with_its_line(
    bench: Workbench, tmp_path: Path, line: str
) -> None:
    frozen = tmp_path / "frozen.txt"
    frozen.write_text(f"beta==1\n{line}\n")
    done = bench.workroot("restore", str(frozen))
    assert done.status == 2 and f"{frozen}, line 2: {line} " in done.err


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_file_is_read_as_other_systems_write_it(tmp_path: Path, encoding: str) -> None:
    # Not put back: another inode is a reason to fetch what is kept.
    bench = worked(tmp_path / "bench")
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


def test_a_pipe_is_read_once(bench: Workbench) -> None:
    line = "printf 'alpha==1\\nbeta==1\\n' | workroot restore /dev/stdin"
    bench.run("bash", "-c", line).must()
    assert bench.packages() == {"alpha-1", "beta-1"}
    bench.run("bash", "-c", "workroot restore <(printf 'alpha==2\\nbeta==1\\n')").must()
    assert bench.packages() == {"alpha-2", "beta-1"}


def test_a_set_may_come_from_any_pipe(bench: Workbench) -> None:
    bench.workroot("snapshot", "set").must()
    bench.pip("uninstall", "-y", "alpha").must()
    made = bench.root / ".workroot" / "snapshots" / "set.json"
    bench.run("bash", "-c", f"cat {made} | workroot restore -").must()
    assert bench.packages() == {"alpha-2", "beta-1"}
    line = "mkfifo list; printf 'alpha==1\nbeta==1\n' >list & sleep 0; workroot restore list"
    bench.run("bash", "-c", line.replace("&", "& while [ ! -p list ]; do :; done;")).must()
    assert bench.packages() == {"alpha-1", "beta-1"}
    assert not list((bench.root / ".workroot").glob("given*"))


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "alpha==1 ; os_name == 'x'\n"])
def test_a_file_that_names_no_package_is_refused_unless_that_is_meant(
    bench: Workbench, tmp_path: Path, text: str
) -> None:
    frozen = tmp_path / "frozen.txt"
    frozen.write_text(text)
    done = bench.workroot("restore", str(frozen))
    assert done.status == 2 and "names no package" in done.err and "--yes" in done.err
    assert bench.packages() == {"alpha-2", "beta-1"}
    bench.workroot("restore", str(frozen), "--yes").must()
    assert bench.packages() == set()


def test_an_editable_whose_directory_is_gone_is_said_so(bench: Workbench, tmp_path: Path) -> None:
    frozen = tmp_path / "frozen.txt"
    frozen.write_text("beta==1\n-e /nowhere/foo\n")
    done = bench.workroot("restore", str(frozen))
    assert done.status == 2 and "the directory /nowhere/foo is not there" in done.err


def test_a_file_with_a_coding_line_is_read_by_it(bench: Workbench, tmp_path: Path) -> None:
    frozen = tmp_path / "frozen.txt"
    text = "# -*- coding: latin-1 -*-\n# für alle\nalpha==1\nbeta==1\n"
    frozen.write_bytes(text.encode("latin-1"))
    bench.workroot("restore", str(frozen)).must()
    assert bench.packages() == {"alpha-1", "beta-1"}


def test_what_is_fetched_is_just_that_version_and_then_there_is_nothing_to_do(
    bench: Workbench, tmp_path: Path
) -> None:
    """`==` would take the one with a local part, which sorts higher."""
    bench.wheel("torchy", "2.1.0")
    bench.wheel("torchy", "2.1.0+cpu")
    frozen = tmp_path / "frozen.txt"
    frozen.write_text("torchy==2.1.0\n")
    bench.workroot("restore", str(frozen)).must()
    assert bench.packages() == {"torchy-2.1.0"}
    assert "nothing to do" in bench.workroot("restore", str(frozen)).must().err


def test_a_version_that_only_comes_with_a_local_part_is_not_taken_for_it(
    bench: Workbench, tmp_path: Path
) -> None:
    bench.wheel("torchy", "2.1.0+cpu")
    frozen = tmp_path / "frozen.txt"
    frozen.write_text("torchy==2.1.0\n")
    before = bench.picture()
    assert bench.workroot("restore", str(frozen)).status == 2
    assert bench.picture().keys() == before.keys()


PASSWORD = "s3cret"


@pytest.fixture
def shop(bench: Workbench, tmp_path: Path) -> Path:
    """Wheels that only the file's own --find-links leads to: delta 1 and 2."""
    for version in ("1", "2"):
        wheels.make_wheel(str(tmp_path / "shop"), "delta", version)
    return tmp_path / "shop"


def test_what_pip_freeze_wrote_with_options_is_restored_and_shows_no_password(
    bench: Workbench, tmp_path: Path, shop: Path
) -> None:
    url = f"https://u:{PASSWORD}@index.example.invalid/simple"
    (tmp_path / "r.txt").write_text(
        f"--extra-index-url {url}\n--find-links {shop}\n--pre\nalpha\ndelta\n"
    )
    bench.pip("install", "--find-links", str(shop), "delta==1").must()
    frozen = tmp_path / "frozen.txt"
    frozen.write_text(bench.pip("freeze", "-r", str(tmp_path / "r.txt")).must().out)
    assert url in frozen.read_text()
    bench.pip("uninstall", "-y", "delta").must()
    shutil.rmtree(bench.root / ".workroot" / "history")
    shutil.rmtree(bench.root / ".workroot" / "store")
    done = bench.workroot("restore", str(frozen)).must()
    assert "fetching what the store does not have: delta==1" in done.err
    assert bench.packages() == {"alpha-2", "beta-1", "delta-1"}
    history = bench.root / ".workroot" / "history"
    kept = "".join(path.read_text() for path in history.glob("*.json"))
    assert PASSWORD not in done.err + done.out + kept
    assert not list((bench.root / ".workroot").glob("requirements.txt*"))


@pytest.mark.parametrize(
    "option", ["-f shop", "--find-links=shop", "-fshop", "-f ./shop", "--find-links   '{shop}'"]
)
def test_a_files_own_links_are_used_however_they_are_spelled(
    bench: Workbench, tmp_path: Path, shop: Path, option: str
) -> None:
    frozen = tmp_path / "frozen.txt"
    frozen.write_text(f"{option.format(shop=shop)}\nalpha==2\ndelta==1\n")
    bench.workroot("restore", str(frozen)).must()
    assert bench.packages() == {"alpha-2", "delta-1"}


def test_files_that_a_file_includes_are_followed(
    bench: Workbench, tmp_path: Path, shop: Path
) -> None:
    (tmp_path / "more" / "deep").mkdir(parents=True)
    frozen, more = tmp_path / "frozen.txt", tmp_path / "more" / "more.txt"
    frozen.write_text("-r more/more.txt\n--constraint=more/limits.txt\nalpha\n-r frozen.txt\n")
    more.write_text("-f ../shop\n-rdeep/deeper.txt\ndelta\n")
    (tmp_path / "more" / "limits.txt").write_text("alpha==1\nbeta==7\ndelta==1\nbeta>=1\n")
    (tmp_path / "more" / "deep" / "deeper.txt").write_text("beta==1\n")
    bench.workroot("restore", str(frozen)).must()
    assert bench.packages() == {"alpha-1", "beta-1", "delta-1"}


def test_hashes_and_variables_of_an_included_file_count(
    bench: Workbench, tmp_path: Path, shop: Path
) -> None:
    frozen, more = tmp_path / "frozen.txt", tmp_path / "more.txt"
    frozen.write_text("-f ${SHOP}\n-r more.txt\nalpha==2\n")
    more.write_text(f"delta==1 --hash=sha256:{'0' * 64}\n")
    done = bench.workroot("restore", str(frozen), SHOP=str(shop))
    assert done.status == 2 and bench.packages() == {"alpha-2", "beta-1"}
    right = hashlib.sha256(next(shop.glob("delta-1-*")).read_bytes()).hexdigest()
    more.write_text(f"delta==1 --hash=sha256:{right}\n")
    bench.workroot("restore", str(frozen), SHOP=str(shop)).must()
    assert bench.packages() == {"alpha-2", "delta-1"}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("-r gone.txt", "includes gone.txt, which is not there"),
        ("-c gone.txt", "includes gone.txt, which is not there"),
        (f"-r https://u:{PASSWORD}@example.invalid/r.txt", "is not on this machine"),
        (f"gamma @ git+https://u:{PASSWORD}@example.invalid/g; x", "names no exact version"),
        ("gamma", "names no exact version"),
        (f"-e git+https://u:{PASSWORD}@example.invalid/g", "does not say of which package"),
    ],
)
def test_a_line_that_cannot_be_followed_is_said_without_a_password(
    bench: Workbench, tmp_path: Path, line: str, said: str
) -> None:
    frozen = tmp_path / "frozen.txt"
    frozen.write_text(f"alpha==2\n{line}\n")
    done = bench.workroot("restore", str(frozen))
    assert done.status == 2 and said in done.err and PASSWORD not in done.err
    assert bench.packages() == {"alpha-2", "beta-1"}
