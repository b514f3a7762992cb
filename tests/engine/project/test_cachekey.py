"""The cache key of CI changes exactly when what the environment is made of does."""

import os

import pytest
from worlds.lab import BASE, KIT, Lab, run


@pytest.fixture
def keyed(tmp_path):
    """A workroot with inputs, and nothing set up."""
    lab = Lab(tmp_path)
    (lab.repo / "server").mkdir(parents=True)
    lab.root.mkdir()
    for name, text in (
        ("requirements.txt", "-r more/base.txt\nalpha==1\n"),
        ("more/base.txt", "-c 'the limits.txt'\nbeta==1\n"),
        ("more/the limits.txt", "beta<2\n"),
    ):
        (lab.root / name).parent.mkdir(exist_ok=True)
        (lab.root / name).write_text(text)
    (lab.repo / "server" / "pyproject.toml").write_text(
        "[project]\nname = 'server'\ndependencies = []\n"
    )
    lab.config.write_text(
        f"repo = '{lab.repo}'\n"
        "[venv]\n"
        f"python = '{BASE}'\n"
        "requirements = ['requirements.txt']\n"
        "editable = ['../src/server']\n"
    )
    return lab


def key(lab):
    return lab.engine("env", "--cache-key", cwd=lab.root).must().out.strip()


def test_a_key_says_what_it_is_for(keyed):
    words = key(keyed).split("-")
    version = (
        run(
            [BASE, "-I", "-c", "import platform; print(platform.python_version())"],
            keyed.environ,
            "/",
        )
        .must()
        .out.strip()
    )
    assert words[0] == "workroot"
    assert version in words
    assert key(keyed).isascii()
    assert not set(key(keyed)) & set(" ,/\\:")


@pytest.mark.parametrize(
    "name",
    [
        "root/requirements.txt",
        "root/more/base.txt",
        "root/more/the limits.txt",
        "src/server/pyproject.toml",
    ],
)
def test_a_byte_of_an_input_changes_the_key_and_back(keyed, name):
    path = keyed.directory / name.replace("root/", "lab/")
    before, text = key(keyed), path.read_text()
    path.write_text(text + " ")
    assert key(keyed) != before
    path.write_text(text)
    assert key(keyed) == before


def test_times_and_places_and_other_settings_do_not_change_the_key(keyed, tmp_path_factory):
    before = key(keyed)
    for path in keyed.directory.rglob("*"):
        os.utime(path, (1, 1))
    (keyed.repo / "server" / "code.py").write_text("x = 1\n")
    with keyed.config.open("a") as file:
        file.write("[session]\nbytecode = 'on'\n")
    moved = tmp_path_factory.mktemp("else where") / "moved"
    keyed.directory.rename(moved)
    keyed.directory.mkdir()
    (moved / "lab" / "workroot.toml").write_text(
        (moved / "lab" / "workroot.toml").read_text().replace(str(keyed.repo), str(moved / "src"))
    )
    assert (
        run(
            ["sh", str(KIT / "setup.sh"), "env", "--cache-key"],
            keyed.environ | {"HOME": str(moved)},
            moved / "lab",
        )
        .must()
        .out.strip()
        == before
    )


def test_the_key_before_setup_is_the_key_after_it(tmp_path):
    lab = Lab(tmp_path).make()
    before = key(lab)
    lab.engine("session", str(lab.root)).must()
    assert key(lab) == before


def test_another_python_has_another_key(keyed):
    before = key(keyed)
    other = keyed.directory / "other-python"
    other.write_text(
        "#!/bin/sh\n"
        'case $* in (*_base_executable*) printf "%s\\n3 9 99\\n" "$0";; '
        f'(*) exec {BASE} "$@" | sed s/{version()}/3.9.99/g;; esac\n'
    )
    other.chmod(0o755)
    keyed.config.write_text(keyed.config.read_text().replace(BASE, str(other)))
    assert key(keyed) != before
    assert key(keyed).rpartition("-")[2] == before.rpartition("-")[2]


def version():
    return (
        run([BASE, "-I", "-c", "import platform; print(platform.python_version())"], {}, "/")
        .must()
        .out.strip()
    )


def test_an_input_that_is_missing_is_named(keyed):
    (keyed.root / "more" / "the limits.txt").unlink()
    outcome = keyed.engine("env", "--cache-key", cwd=keyed.root)
    assert outcome.status == 2
    assert "includes the limits.txt, which is not there" in outcome.err


LIMITS = [
    "-c 'more/the limits.txt'",
    '-c "more/the limits.txt"',
    "-cmore/the\\ limits.txt",
    "--constraint='more/the limits.txt'  # why",
    "--constraint more/'the limits.txt'",
    "\ufeff-c 'more/the limits.txt'",
    "  -c \\\n'more/the limits.txt'",
    "-c '${PLACE}/the limits.txt'",
]


@pytest.mark.parametrize("line", LIMITS)
def test_a_file_is_followed_however_pip_lets_one_name_it(keyed, line):
    (keyed.root / "requirements.txt").write_text(f"{line}\nalpha==1\n", encoding="utf-8")
    keyed.environ["PLACE"] = "more"
    before = key(keyed)
    (keyed.root / "more" / "the limits.txt").write_text("beta<3\n")
    assert key(keyed) != before


@pytest.mark.parametrize(
    "line",
    [
        "-c https://example.org/limits.txt",
        "# -c absent.txt",
        "alpha==1  # -c absent.txt",
        "--config-settings x",
        "-c 'absent.txt",
    ],
)
def test_what_names_no_file_here_is_left_to_pip(keyed, line):
    (keyed.root / "requirements.txt").write_text(f"{line}\n")
    key(keyed)
