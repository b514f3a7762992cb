"""`doctor`: what is broken is named with its cause and a way out, and healed to the byte;
looking changes nothing.
"""

import json
import os
import shutil
from pathlib import Path

import pytest
from test_user_tier import (
    Person,
    PlainUser,
    plain,  # noqa: F401  a fixture
    settle,
)
from worlds.again import again
from worlds.environment import difference, picture
from worlds.lab import KIT, Outcome
from worlds.workbench import Workbench


def two_packages(directory: Path) -> Workbench:
    bench = Workbench(directory).make()
    bench.wheel("alpha", commands={"alpha": "alpha:main"})
    bench.wheel("beta")
    bench.pip("install", "alpha", "beta").must()
    return bench


@pytest.fixture
def bench() -> Workbench:
    """A workroot with two packages, made by the kit and recorded."""
    return again(two_packages)


def findings(done: Outcome) -> dict[str, dict]:
    """What `doctor --json` found wrong, by id."""
    found = json.loads(done.out)["findings"]
    return {one["id"]: one for one in found if one["severity"] != "ok"}


def doctor(bench: Workbench, *words: str, **environ: str) -> dict[str, dict]:
    return findings(bench.workroot("doctor", "--json", *words, **environ))


def contents(bench: Workbench) -> dict[str, tuple]:
    """path -> mode and content in the venv, without what any import writes."""
    seen = bench.picture().items()
    return {path: entry[:2] for path, entry in seen if "__pycache__" not in path}


def test_a_healthy_workroot_has_no_finding(bench: Workbench) -> None:
    done = bench.workroot("doctor").must()
    kinds = {line.split()[0] for line in done.out.splitlines()}
    assert "nothing is wrong" in done.err and kinds == {"ok"}


def test_a_finding_has_evidence_cause_and_fix_and_makes_status_1(bench: Workbench) -> None:
    (bench.site / "alpha" / "__init__.py").unlink()
    done = bench.workroot("doctor", "--json")
    (one,) = findings(done).values()
    assert done.status == 1 and set(one) == {"severity", "id", "evidence", "cause", "fix"}
    assert one["id"] == "missing-files" and "alpha/__init__.py" in one["evidence"]
    assert one["cause"] and one["fix"] == "workroot doctor --fix"


# Files of packages that are gone, changed, or lead nowhere


def test_missing_files_come_back_from_the_store_to_the_byte(bench: Workbench) -> None:
    before = contents(bench)
    (bench.site / "alpha" / "__init__.py").unlink()
    shutil.rmtree(bench.site / "beta")
    bench.workroot("doctor", "--fix", PIP_FIND_LINKS="/nonexistent").must()
    assert difference(before, contents(bench)) == []


@pytest.mark.parametrize("name", ["line\nend.txt", 'a "b", c.txt', "ls\u2028.txt"])
def test_a_file_name_that_record_has_to_quote_is_read_back(bench: Workbench, name: str) -> None:
    bench.wheel("odd", files={"odd/__init__.py": "", f"odd/{name}": "kept"})
    bench.pip("install", "odd").must()
    assert doctor(bench) == {}
    (bench.site / "odd" / name).unlink()
    assert doctor(bench)["missing-files"]
    bench.workroot("doctor", "--fix").must()
    assert (bench.site / "odd" / name).read_text() == "kept"


def test_missing_files_that_the_store_lacks_are_installed_in_the_exact_version(
    bench: Workbench,
) -> None:
    before = contents(bench)
    bench.wheel("alpha", "2.0")
    (bench.site / "alpha" / "__init__.py").unlink()
    shutil.rmtree(bench.root / ".workroot" / "store")
    bench.workroot("doctor", "--fix").must()
    assert bench.packages() == {"alpha-1.0", "beta-1.0"}
    assert difference(before, contents(bench)) == []


def test_what_an_installation_cannot_bring_back_names_another_way_than_the_fix_that_failed(
    bench: Workbench,
) -> None:
    (bench.site / "alpha" / "__init__.py").unlink()
    shutil.rmtree(bench.root / ".workroot" / "store")
    done = bench.workroot("doctor", "--fix", "--json", PIP_FIND_LINKS="/nonexistent")
    one = findings(done)["missing-files"]
    assert done.status == 1 and "alpha" in one["evidence"]
    assert "doctor --fix" not in one["fix"] and "alpha" in one["fix"]
    bench.run("sh", "-c", one["fix"]).must()
    bench.workroot("doctor").must()


def test_a_heal_is_an_operation_that_no_undo_of_what_came_before_takes_back(
    bench: Workbench,
) -> None:
    bench.wheel("gamma")
    bench.pip("install", "gamma").must()
    (bench.site / "alpha" / "__init__.py").unlink()
    bench.workroot("doctor", "--fix").must()
    assert bench.kinds()[-1] == "heal"
    bench.workroot("undo").must()
    assert bench.packages() == {"alpha-1.0", "beta-1.0"}
    bench.run("python", "-c", "import alpha; assert alpha.version == '1.0'").must()
    bench.workroot("doctor").must()


def test_a_package_whose_files_lead_nowhere_is_named_and_healed(bench: Workbench) -> None:
    before = contents(bench)
    cache = bench.directory / "cache"
    shutil.move(bench.site / "alpha", cache)
    (bench.site / "alpha" / "inner").mkdir(parents=True)
    for name in ("__init__.py", "inner/deep.py"):
        (bench.site / "alpha" / name).symlink_to(cache / name)
    bench.workroot("history").must()
    shutil.rmtree(cache)
    assert "alpha/__init__.py" in doctor(bench)["missing-files"]["evidence"]
    bench.workroot("doctor", "--fix").must()
    assert difference(before, contents(bench)) == []


@pytest.mark.parametrize("how", ["gone", "empty"])
@pytest.mark.parametrize("name", ["RECORD", "METADATA"])
@pytest.mark.parametrize("store", [True, False], ids=["store", "no store"])
def test_a_package_that_lost_its_metadata_is_named_and_brought_back(
    bench: Workbench, name: str, how: str, store: bool
) -> None:
    before = contents(bench)
    path = bench.site / "alpha-1.0.dist-info" / name
    path.unlink()
    if how == "empty":
        path.write_bytes(b"")
    if not store:
        shutil.rmtree(bench.root / ".workroot" / "store")
    found = doctor(bench)
    found.pop("store", None)  # where the test removed it
    assert set(found) == {"lost-metadata"} and f"alpha-1.0.dist-info/{name}" in str(found)
    bench.workroot("doctor", "--fix").must()
    assert difference(before, contents(bench)) == []
    bench.wheel("alpha", "2.0")
    bench.pip("install", "alpha==2.0").must()
    assert "alpha-2.0" in bench.packages()


def test_an_edit_of_ones_own_is_undone_only_when_told_so_and_kept_in_the_trash(
    bench: Workbench,
) -> None:
    before = contents(bench)
    path = bench.site / "alpha" / "__init__.py"
    text = path.read_text() + "mine = 1\n"
    path.write_text(text)
    done = bench.workroot("doctor", "--fix", "--json")
    assert done.status == 1 and "--yes" in findings(done)["changed-files"]["fix"]
    assert path.read_text() == text
    bench.workroot("doctor", "--fix", "--yes").must()
    kept = [one.read_text() for one in (bench.root / ".workroot" / "trash").iterdir()]
    assert difference(before, contents(bench)) == [] and text in kept


def test_an_edit_that_another_workroot_sees_is_said_and_healed_there_alone(tmp_path: Path) -> None:
    first = Workbench(tmp_path / "first").make()
    other = Workbench(tmp_path / "other", installer="pip")
    hashed = pinned(first)
    for bench in (first, other):
        if bench is other:
            bench.make()
        bench.configure("[venv]", f"requirements = ['{hashed}']")
        bench.engine("setup", cwd=bench.root, PIP_FIND_LINKS=str(first.wheels)).must()
    edited, shared = (bench.site / "alpha" / "__init__.py" for bench in (first, other))
    assert edited.stat().st_ino == shared.stat().st_ino, "the two do not share the file"
    before = contents(other)
    with edited.open("a") as file:
        file.write("mine = 1\n")
    found = doctor(other)
    assert "alpha/__init__.py" in found["changed-files-shared"]["evidence"]
    other.workroot("doctor", "--fix", PIP_FIND_LINKS=str(first.wheels)).must()
    assert "mine" not in shared.read_text() and "mine" in edited.read_text()
    assert {path for path in difference(before, contents(other)) if "alpha/" in path} == set()
    other.workroot("doctor").must()


def pinned(bench: Workbench) -> Path:
    """A requirements file with hashes, of a wheel that there is."""
    import hashlib

    wheel = Path(bench.wheel("alpha"))
    path = bench.directory / "pinned.txt"
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    path.write_text(f"alpha==1.0 --hash=sha256:{digest}\n")
    return path


def test_a_damaged_pip_is_healed_too(bench: Workbench) -> None:
    before = contents(bench)
    shutil.rmtree(bench.site / "pip" / "_internal")
    shutil.rmtree(bench.root / ".workroot" / "store")
    assert "pip" in doctor(bench)["missing-files"]["evidence"]
    bench.workroot("doctor", "--fix").must()
    assert {path for path in difference(before, contents(bench)) if "/pip/" in path} == set()
    bench.pip("--version").must()


# .pth files

BROKEN = {
    "apple double": ("._beta.pth", b"\0\5\x16\7\0\2\0\0Mac OS X        \0\2\xb0\xff"),
    "latin-1": ("umlaut.pth", "/home/j\xf6rg/src\n".encode("latin-1")),
    "utf-16": ("powershell.pth", "\ufeff/home/me/src\r\n".encode("utf-16-le")),
    "nul": ("nul.pth", b"/home/me\0/src\n"),
    "ends Python": ("exit.pth", b"import sys; sys.exit('no')\n"),
}


@pytest.mark.parametrize(("name", "data"), BROKEN.values(), ids=BROKEN)
def test_a_broken_pth_file_is_named_and_that_one_file_is_moved_to_the_trash(
    bench: Workbench, name: str, data: bytes
) -> None:
    before = contents(bench)
    (bench.site / name).write_bytes(data)
    found = doctor(bench)
    assert set(found) == {"pth"} and str(bench.site / name) in found["pth"]["evidence"]
    bench.workroot("doctor", "--fix").must()
    kept = [one.read_bytes() for one in (bench.root / ".workroot" / "trash").iterdir()]
    assert difference(before, contents(bench)) == [] and kept == [data]
    bench.workroot("doctor").must()


def test_a_pth_file_that_hangs_python_is_named_and_healed(bench: Workbench) -> None:
    path = bench.site / "hang.pth"
    path.write_text("import time; time.sleep(1000)\n")
    found = findings(bench.workroot("doctor", "--json"))
    assert set(found) == {"pth"} and str(path) in found["pth"]["evidence"]
    bench.workroot("doctor", "--fix").must()
    assert not path.exists()


def test_after_a_pth_of_a_package_was_healed_only_that_package_is_spoken_of(
    bench: Workbench,
) -> None:
    bench.wheel("hook", files={"hook.pth": "import sys; sys.exit('no')\n"})
    bench.pip("install", "hook").must()
    assert "hook.pth" in doctor(bench)["pth"]["evidence"]
    done = bench.workroot("doctor", "--fix", "--json")
    assert done.status in (0, 1)
    assert all("hook" in one["evidence"] for one in findings(done).values())
    bench.run("python", "-c", "pass").must()


def test_an_unreadable_pth_file_is_named_and_moved(plain: PlainUser) -> None:  # noqa: F811
    plain.owns()
    plain.setup("--user").must()
    site = next(plain.tier.glob("venv/lib/python*/site-packages"))
    (site / "secret.pth").write_text("/nowhere\n")
    os.chown(site / "secret.pth", 65534, 65534)
    (site / "secret.pth").chmod(0)
    done = plain.shell("bash", "pyctl doctor --json")
    assert str(site / "secret.pth") in findings(done)["pth"]["evidence"]
    plain.shell("bash", "pyctl doctor --fix").must()
    assert not (site / "secret.pth").exists() and list((plain.tier / "trash").iterdir())


# A venv whose Python is gone


def settled_with_alpha(directory: Path) -> Person:
    person = settle(directory)
    person.wheel("alpha")
    person.shell("bash", "pip install -q alpha").must()
    return person


@pytest.fixture
def person() -> Person:
    return again(settled_with_alpha)


def test_a_user_tier_without_its_python_is_made_to_run_with_its_packages(person: Person) -> None:
    shutil.copy(KIT / "LICENSE", person.tier / "venv" / "mine.txt")
    for path in person.bin.glob("python*"):
        path.unlink()
    found = findings(person.shell("bash", "pyctl doctor --json"))
    assert set(found) == {"python"} and "doctor --fix" in found["python"]["fix"]
    person.shell("bash", "pyctl doctor --fix").must()
    person.shell("bash", "python -c 'import alpha' && pip --version && pyctl doctor").must()
    assert (person.tier / "venv" / "mine.txt").exists() and person.packages() == {"alpha-1.0"}


def test_a_user_tier_without_its_venv_gets_its_packages_back(person: Person) -> None:
    shutil.rmtree(person.tier / "venv")
    found = findings(person.shell("bash", "pyctl doctor --json"))
    assert set(found) == {"venv"}
    person.pyctl("doctor", "--fix", PIP_FIND_LINKS="/nonexistent").must()
    person.shell("bash", "python -c 'import alpha' && pyctl doctor").must()


def test_a_workroot_whose_base_is_gone_runs_again_with_its_packages(bench: Workbench) -> None:
    for path in (bench.venv / "bin").glob("python*"):
        path.unlink()
        path.symlink_to("/nonexistent/python3")
    assert set(doctor(bench)) == {"python"}
    bench.workroot("doctor", "--fix").must()
    bench.run("python", "-c", "import alpha, beta, repo_marker").must()
    assert bench.packages() == {"alpha-1.0", "beta-1.0"}


# What looking may do


def test_looking_writes_not_one_byte(bench: Workbench) -> None:
    (bench.site / "alpha" / "__init__.py").unlink()
    (bench.site / "bad.pth").write_bytes(b"\xff\xfe")
    before = [picture(top) for top in (bench.root, bench.repo, bench.home)]
    assert bench.workroot("doctor").status == 1
    after = [picture(top) for top in (bench.root, bench.repo, bench.home)]
    assert [difference(*pair) for pair in zip(before, after, strict=True)] == [[], [], []]


def test_looking_writes_not_one_byte_of_ones_own_engine(person: Person) -> None:
    before = picture(person.home)
    person.shell("bash", "pyctl doctor")
    assert difference(before, picture(person.home)) == []


def test_looking_beside_a_command_that_holds_the_lock_is_said_and_does_not_wait(
    bench: Workbench,
) -> None:
    import fcntl

    with (bench.root / ".workroot" / "lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = bench.workroot("doctor", timeout=30).must()
    assert "another command" in done.err


# The checks themselves


def test_the_checks_are_listed_explained_and_chosen_by_the_same_names(bench: Workbench) -> None:
    said = json.loads(bench.workroot("doctor", "--list", "--json").must().out)
    ids = [one["id"] for one in said["checks"]]
    assert len(ids) == len(set(ids)) and "pth" in ids
    for name in ids:
        assert bench.workroot("doctor", "--explain", name).must().out.count("\n") > 2, name
    (bench.site / "alpha" / "__init__.py").unlink()
    assert doctor(bench, "leftovers") == {}
    assert set(doctor(bench, "leftovers", "missing-files")) == {"missing-files"}


@pytest.mark.parametrize("text", ["beta (>=1.*)", "beta >"])
def test_a_requirement_that_no_installer_reads_is_said(bench: Workbench, text: str) -> None:
    bench.wheel("odd", requires=(text,))
    bench.pip("install", "--no-deps", "odd").must()
    [found] = [one for one in doctor(bench).values() if one["id"].startswith("requires")]
    assert (found["id"], found["severity"]) == ("requires-malformed", "warn")
    assert found["evidence"] == f"odd 1.0: {text!r} is no requirement"


def test_an_unknown_check_is_status_2_with_the_nearest_name(bench: Workbench) -> None:
    done = bench.workroot("doctor", "missing-flies")
    assert done.status == 2 and "missing-files" in done.err
    assert bench.workroot("doctor", "--explain", "nonsense").status == 2


def test_every_finding_of_the_health_check_is_of_a_check() -> None:
    text = (KIT / "python" / "health_check.py").read_text().partition('FINDINGS = """')[2]
    lines = text.partition('"""')[0].strip().splitlines()
    ids = {line.split()[1] for line in lines} - {"complete"}
    files = (KIT / "python" / "workroot" / "doctor" / "checks").glob("*.py")
    checks = {path.stem.replace("_", "-") for path in files}
    known = {
        one for one in ids if any(one == name or one.startswith(f"{name}-") for name in checks)
    }
    assert known == ids
