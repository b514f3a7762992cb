"""What CI takes from a session: lines that a shell reads back to the same values."""

import pytest
from worlds.lab import Lab, run

NAMES = ("VIRTUAL_ENV", "VIRTUAL_ENV_PROMPT", "WORKROOT", "REPO", "PYTHONDONTWRITEBYTECODE", "ODD")
ODD = "a 'b' \"c\" $(touch gone) `d` \\e %F%\nworkroot\nlast \u00e9"

# The runner's own rules, in bash: NAME<<END, lines, END; then each line of the second file goes in
# front of PATH.
READ_GITHUB = r"""
set -eu
while IFS= read -r line; do
    [ -n "$line" ] || continue
    name=${line%%<<*} end=${line#*<<} value= first=1
    while IFS= read -r line && [ "$line" != "$end" ]; do
        [ -n "$first" ] && value=$line || value=$value$'\n'$line
        first=
    done
    printf -v "$name" %s "$value"
    export "${name?}"
done <"$GITHUB_ENV"
[ -z "${GITHUB_PATH-}" ] || while IFS= read -r line; do PATH=$line:$PATH; done <"$GITHUB_PATH"
"""
READ_DOTENV = r"""
set -eu
while IFS= read -r line; do export "${line%%=*}=${line#*=}"; done <"$DOTENV"
"""
SHOW = 'for name in PATH "$@"; do printf "%s\\0" "$name=${!name-}"; done'


@pytest.fixture
def lab(tmp_path):
    lab = Lab(tmp_path / "ci", root="a lab's $(home) \u00e9").make()
    with lab.config.open("a") as file:
        file.write(f"\n[session.env]\nODD = '''{ODD}'''\n")
    lab.engine("session", str(lab.root)).must()
    return lab


def env(lab, *arguments, **environ):
    return lab.engine("env", *arguments, cwd=lab.root, **environ)


def read_back(lab, script, **files):
    environ = {"PATH": "/usr/bin:/bin", **{name: str(path) for name, path in files.items()}}
    shown = run(["bash", "-c", script + SHOW, "bash", *NAMES], environ, lab.directory).must().out
    return dict(part.partition("=")[::2] for part in shown.split("\0")[:-1])


def expected(lab):
    values = {
        "VIRTUAL_ENV": str(lab.venv),
        "WORKROOT": str(lab.root),
        "REPO": str(lab.repo),
        "PYTHONDONTWRITEBYTECODE": "1",
        "ODD": ODD,
    }
    return values | {"VIRTUAL_ENV_PROMPT": "a-lab-s-home"}


def runner_files(lab, before=""):
    paths = {
        "GITHUB_ENV": lab.directory / "github env",
        "GITHUB_PATH": lab.directory / "github path",
    }
    for path in paths.values():
        path.write_text(before)
    return paths


def test_github_reads_back_what_was_written_into_its_files(lab):
    files = runner_files(lab)
    env(
        lab, "--format", "github", "--write", **{name: str(path) for name, path in files.items()}
    ).must()
    found = read_back(lab, READ_GITHUB, **files)
    assert found.pop("PATH").split(":") == [*lab.entries, "/usr/bin", "/bin"]
    assert found == expected(lab)


def test_github_reads_back_what_was_redirected_into_one_file(lab):
    path = lab.directory / "one file"
    path.write_text(env(lab, "--format", "github", PATH="/usr/bin:/bin").must().out)
    found = read_back(lab, READ_GITHUB, GITHUB_ENV=path)
    assert found.pop("PATH").split(":")[:2] == lab.entries
    assert found == expected(lab)


def test_what_other_steps_wrote_stays(lab):
    files = runner_files(lab, "OTHER=1")
    env(
        lab, "--format", "github", "--write", **{name: str(path) for name, path in files.items()}
    ).must()
    assert files["GITHUB_ENV"].read_text().startswith("OTHER=1\nVIRTUAL_ENV<<")
    assert files["GITHUB_PATH"].read_text().splitlines() == ["OTHER=1", *reversed(lab.entries)]


def test_outside_of_github_there_is_no_file_to_write(lab):
    outcome = env(lab, "--format", "github", "--write")
    assert outcome.status == 2
    assert "GITHUB_ENV is not set" in outcome.err


def test_other_formats_are_printed_only(lab):
    outcome = env(lab, "--format", "cmake", "--write")
    assert outcome.status == 2
    assert "cmake is printed" in outcome.err


def test_gitlab_reads_back_every_line_as_it_is(tmp_path):
    lab = Lab(tmp_path, root="a lab's home").make()
    lab.engine("session", str(lab.root)).must()
    path = tmp_path / "build.env"
    path.write_text(env(lab, "--format", "gitlab").must().out)
    found = read_back(lab, READ_DOTENV, DOTENV=path)
    assert found["PATH"].split(":")[:2] == lab.entries
    assert {name: found[name] for name in ("VIRTUAL_ENV", "WORKROOT", "REPO")} == {
        name: expected(lab)[name] for name in ("VIRTUAL_ENV", "WORKROOT", "REPO")
    }
    assert "" not in path.read_text().splitlines()


def test_what_gitlab_would_change_is_refused(lab):
    outcome = env(lab, "--format", "gitlab")
    assert outcome.status == 2
    assert "a '$', or a space at either end" in outcome.err


def test_a_line_end_in_a_value_is_refused_where_it_has_no_spelling(tmp_path):
    lab = Lab(tmp_path, root="two\nlines").make()
    lab.engine("session", str(lab.root)).must()
    files = runner_files(lab)
    for arguments in (["--format", "gitlab"], ["--format", "github", "--write"]):
        outcome = env(lab, *arguments, **{name: str(path) for name, path in files.items()})
        assert (outcome.status, "a line end has no spelling there" in outcome.err) == (2, True), (
            outcome
        )
    assert not any(path.read_text() for path in files.values())
