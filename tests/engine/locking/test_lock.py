"""lock: the environment there is, pinned and hashed; pip and uv install the same from either
file.
"""

import hashlib
import json
import tomllib

import pytest
from worlds import shelf as shelves
from worlds import wheels
from worlds.again import again
from worlds.environment import find_uv
from worlds.lab import PATH, copy_venv, run
from worlds.shelf import LOCKS, PIP


@pytest.fixture
def shelf():
    return again(shelves.empty)


@pytest.fixture
def stocked():
    return again(shelves.stocked)


@pytest.fixture
def locked():
    return again(shelves.locked)


def installed(python):
    code = (
        "import importlib.metadata as m; "
        "print(*sorted(f'{d.name}=={d.version}' for d in m.distributions()))"
    )
    return set(run([str(python), "-I", "-c", code], {"PATH": PATH}, "/").must().out.split())


def digest(shelf, name):
    return hashlib.sha256((shelf.wheels / name).read_bytes()).hexdigest()


def new_venv(shelf):
    copy_venv(shelf.directory / "again")
    return shelf.directory / "again" / "bin" / "python"


@pytest.mark.parametrize("kind", ["json", "html"])
def test_exactly_the_installed_versions_are_pinned_and_hashed(stocked, kind):
    with stocked.index(kind):
        stocked.workroot("lock").must()
    requirements, pylock = stocked.locks()
    lines = [line for line in requirements.splitlines() if not line.startswith("#")]
    assert lines == [
        "alpha==1.0 \\",
        f"    --hash=sha256:{digest(stocked, 'alpha-1.0-py3-none-any.whl')}",
        "beta==2.0 \\",
        f"    --hash=sha256:{digest(stocked, 'beta-2.0-py3-none-any.whl')}",
    ]
    packages = tomllib.loads(pylock)["packages"]
    assert [
        (one["name"], one["version"], one["wheels"][0]["hashes"]["sha256"]) for one in packages
    ] == [
        ("alpha", "1.0", digest(stocked, "alpha-1.0-py3-none-any.whl")),
        ("beta", "2.0", digest(stocked, "beta-2.0-py3-none-any.whl")),
    ]


def test_a_pin_carries_the_extras_that_something_asks_for(shelf):
    shelf.wheel("app", requires=("core[mail,web]>=1",))
    shelf.wheel("core", requires=("helper ; extra == 'mail'", "other ; extra == 'unused'"))
    shelf.wheel("helper")
    shelf.install("app")
    requirements, _ = shelf.lock().locks()
    lines = [line for line in requirements.splitlines() if "==" in line]
    assert lines == ["app==1.0 \\", "core[mail,web]==1.0 \\", "helper==1.0 \\"]
    assert shelf.workroot("lock", "--check").status == 0


def test_pip_installs_the_same_from_the_requirements(stocked):
    with stocked.index():
        stocked.workroot("lock").must()
        python = new_venv(stocked)
        stocked.pip(
            "install",
            *PIP,
            "--no-deps",
            "--require-hashes",
            "-r",
            str(stocked.root / LOCKS[0]),
            python=python,
        ).must()
    assert installed(python) == installed(stocked.python) == {"alpha==1.0", "beta==2.0"}


@pytest.mark.skipif(not find_uv(), reason="no uv here")
@pytest.mark.parametrize(
    "words",
    [["sync", "pylock.toml"], ["install", "--require-hashes", "-r", "requirements.lock.txt"]],
)
def test_uv_installs_the_same_from_either_file(stocked, words):
    with stocked.index() as url:
        stocked.workroot("lock").must()
        environ = stocked.environ | {
            "UV_INDEX_URL": url,
            "UV_CACHE_DIR": str(stocked.directory / "uv"),
        }
        python = new_venv(stocked)
        run(
            [find_uv(), "pip", words[0], "--python", str(python), *words[1:]],
            environ,
            stocked.root,
            timeout=120,
        ).must()
    assert installed(python) == installed(stocked.python)


def test_a_wheel_whose_content_changed_is_refused(locked):
    wheels.make_wheel(str(locked.wheels), "beta", "2.0", files={"beta.py": "evil = 1\n"})
    with locked.index():
        outcome = locked.pip(
            "install",
            *PIP,
            "--require-hashes",
            "-r",
            str(locked.root / LOCKS[0]),
            python=new_venv(locked),
        )
    assert outcome.status != 0
    assert "do not match the hashes" in outcome.err.lower()


def test_check_needs_no_network_and_says_yes(locked):
    outcome = locked.workroot("lock", "--check", PIP_INDEX_URL="http://127.0.0.1:9/simple").must()
    assert outcome.out == ""
    assert "the lock is what is installed" in outcome.err


def test_check_shows_what_differs(locked):
    locked.wheel("gamma")
    locked.install("beta==3.0", "gamma")
    locked.pip("uninstall", "-q", "-y", "alpha").must()
    outcome = locked.workroot("lock", "--check")
    assert outcome.status == 1
    assert [line.partition("   #")[0] for line in outcome.out.splitlines()] == [
        "- alpha 1.0",
        "~ beta 2.0 -> 3.0",
        "+ gamma 1.0",
    ]


def test_check_tells_programs_the_same(locked):
    locked.install("beta==3.0")
    outcome = locked.workroot("lock", "--check", "--json")
    document = json.loads(outcome.out)
    assert (outcome.status, document["same"]) == (1, False)
    assert [file["differences"] for file in document["files"]] == [
        [{"name": "beta", "locked": "2.0", "here": "3.0"}]
    ] * 2


def test_check_of_a_lock_that_is_not_there_is_no(stocked):
    outcome = stocked.workroot("lock", "--check")
    assert outcome.status == 1
    assert f"there is no {stocked.root / LOCKS[0]}" in outcome.err


def test_a_dry_run_writes_nothing(stocked):
    with stocked.index():
        outcome = stocked.workroot("lock", "-n").must()
    assert not [name for name in LOCKS if (stocked.root / name).exists()]
    assert "would be written" in outcome.err


def test_what_the_index_does_not_have_keeps_the_lock_from_being_written(stocked):
    stocked.wheel("private")
    stocked.install("private")
    (stocked.wheels / "private-1.0-py3-none-any.whl").unlink()
    with stocked.index():
        outcome = stocked.workroot("lock")
        assert outcome.status == 1
        assert "private 1.0 is not on http://127.0.0.1" in outcome.err
        assert not (stocked.root / LOCKS[0]).exists()
        assert stocked.workroot("lock", "--partial").status == 1
    assert "private" not in stocked.locks()[0]


def test_an_index_that_does_not_answer_writes_nothing(stocked):
    outcome = stocked.workroot("lock", PIP_INDEX_URL="http://127.0.0.1:9/simple")
    assert outcome.status == 2
    assert "could not be looked up: http://127.0.0.1:9/simple/" in outcome.err
    assert not (stocked.root / LOCKS[0]).exists()


def test_a_file_without_a_hash_on_the_index_is_fetched_and_hashed(stocked):
    stocked.hashed = False
    with stocked.index("html"):
        stocked.workroot("lock").must()
    assert f"--hash=sha256:{digest(stocked, 'beta-2.0-py3-none-any.whl')}" in stocked.locks()[0]


def test_a_local_wheel_is_pinned_by_the_hash_it_was_installed_with(stocked):
    stocked.wheel("delta", "4.0")
    wheel = stocked.wheels / "delta-4.0-py3-none-any.whl"
    stocked.pip("install", *PIP, "--no-index", str(wheel)).must()
    with stocked.index():
        stocked.workroot("lock").must()
        python = new_venv(stocked)
        stocked.pip(
            "install",
            *PIP,
            "--no-deps",
            "--require-hashes",
            "-r",
            str(stocked.root / LOCKS[0]),
            python=python,
        ).must()
    assert "delta==4.0" in installed(python)
    package = next(
        one for one in tomllib.loads(stocked.locks()[1])["packages"] if one["name"] == "delta"
    )
    assert package["archive"]["hashes"] == {"sha256": digest(stocked, wheel.name)}
    assert (stocked.root / package["archive"]["path"]).resolve() == wheel.resolve()
    stocked.workroot("lock", "--check").must()


def test_an_editable_is_named_and_not_hashed(stocked):
    project = wheels.make_project(str(stocked.directory / "proj"), "server")
    stocked.pip("install", *PIP, "--no-index", "--no-build-isolation", "-e", project).must()
    with stocked.index():
        stocked.workroot("lock").must()
    requirements, pylock = stocked.locks()
    assert "# editable: server ../proj" in requirements.splitlines()
    package = next(one for one in tomllib.loads(pylock)["packages"] if one["name"] == "server")
    assert package == {"name": "server", "directory": {"path": "../proj", "editable": True}}
    stocked.workroot("lock", "--check").must()


def test_a_checkout_is_pinned_by_its_commit(stocked):
    direct = {
        "url": "https://token@git.example/x.git",
        "vcs_info": {"vcs": "git", "commit_id": "a" * 40, "requested_revision": "main"},
    }
    (next(stocked.site.glob("beta-*.dist-info")) / "direct_url.json").write_text(json.dumps(direct))
    with stocked.index():
        stocked.workroot("lock").must()
    requirements, pylock = stocked.locks()
    assert f"# vcs: beta {'a' * 40} https://git.example/x.git" in requirements.splitlines()
    package = next(one for one in tomllib.loads(pylock)["packages"] if one["name"] == "beta")
    assert package["vcs"] == {
        "type": "git",
        "url": "https://git.example/x.git",
        "requested-revision": "main",
        "commit-id": "a" * 40,
    }
    assert "token" not in requirements + pylock
    stocked.workroot("lock", "--check").must()


def test_the_name_and_password_of_an_index_are_used_and_never_written(stocked):
    with stocked.index() as url:
        stocked.workroot("lock", PIP_INDEX_URL=url.replace("http://", "http://me:secret@")).must()
    assert "secret" not in "".join(stocked.locks())


def test_a_withdrawn_version_is_locked_and_said(stocked):
    stocked.said["beta-2.0-py3-none-any.whl"]["yanked"] = "bad build"
    with stocked.index():
        outcome = stocked.workroot("lock").must()
    assert "beta 2.0 was withdrawn from the index: bad build" in outcome.err
    assert "beta==2.0" in stocked.locks()[0]


def test_a_package_that_is_there_twice_is_an_error(stocked):
    (stocked.site / "beta-9.dist-info").mkdir()
    (stocked.site / "beta-9.dist-info" / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: beta\nVersion: 9\n"
    )
    outcome = stocked.workroot("lock", "--check")
    assert outcome.status == 2
    assert "beta is installed twice" in outcome.err


def test_find_links_are_looked_into_as_well(stocked):
    environ = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(stocked.directory / "nowhere")}
    assert stocked.workroot("lock", **environ).status == 1
    config = stocked.venv / "pip.conf"
    config.write_text(
        "[install]\n"
        "no-index = true\n"
        f"find-links = file://{str(stocked.wheels).replace(' ', '%20')}\n"
    )
    stocked.workroot("lock").must()
    assert f"--hash=sha256:{digest(stocked, 'alpha-1.0-py3-none-any.whl')}" in stocked.locks()[0]
