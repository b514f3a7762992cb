"""A session rendered for each consumer, read back by that consumer: every value arrives as it is,
none is run.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from workroot.errors import WorkrootError
from workroot.session import exports
from workroot.session.delta import Change
from workroot.session.session import Session
from workroot.standards import quoting

HOSTILE = [
    "/a b",
    "/it's",
    '/"q"',
    "/$(touch pwned)",
    "/`touch pwned`",
    "/a\\b",
    "/%PATH%",
    "/caf\u00e9 \u65e5",
    "/[[x]]",
    "/l\u2019ec\u2018",
    "/-x",
    "/#x",
    "/a;b&c|d",
    "/=]",
]
ENVIRON = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "LANG": "C.UTF-8", "PYTHONHOME": "/x"}


def session(repo: str) -> Session:
    variables = (
        ("VIRTUAL_ENV", "/lab/.venv"),
        ("REPO", repo),
        ("WORKROOT", "/lab"),
        ("PYTHONHOME", None),
    )
    return Session(
        "/lab",
        "/lab/.workroot",
        "",
        "/lab/.venv/bin/python",
        ("/lab/.workroot/bin", "/lab/.venv/bin"),
        variables,
        "lab",
        "ready",
        (),
        None,
    )


def run(cwd: Path, *argv: str) -> str:
    done = subprocess.run(
        argv,
        env=ENVIRON,
        cwd=cwd,
        capture_output=True,
        text=True,
        check=True,
        stdin=subprocess.DEVNULL,
    )
    assert not (cwd / "pwned").exists() and done.stderr == ""
    return done.stdout


@pytest.mark.parametrize("repo", [*HOSTILE, "/a\nb"])
def test_sh_takes_it(tmp_path: Path, repo: str) -> None:
    script = (
        exports.render("sh", session(repo), "")
        + '\nprintf "%s|%s|%s" "$REPO" "${PATH%%:*}" "${PYTHONHOME-unset}"'
    )
    assert run(tmp_path, "sh", "-c", script) == f"{repo}|/lab/.workroot/bin|unset"


@pytest.mark.skipif(not shutil.which("fish"), reason="no fish on PATH")
@pytest.mark.parametrize("repo", [*HOSTILE, "/a\nb"])
def test_fish_takes_it(tmp_path: Path, repo: str) -> None:
    script = exports.render("fish", session(repo), "") + '\nprintf "%s|%s" "$REPO" "$PATH[1]"'
    assert run(tmp_path, "fish", "--no-config", "-c", script) == f"{repo}|/lab/.workroot/bin"


@pytest.mark.skipif(not shutil.which("cmake"), reason="no cmake on PATH")
@pytest.mark.parametrize("repo", HOSTILE)
def test_cmake_takes_it(tmp_path: Path, repo: str) -> None:
    (tmp_path / "x.cmake").write_text(
        exports.render("cmake", session(repo), "") + '\nfile(WRITE out "${PROJECT_REPO}")\n'
    )
    run(tmp_path, "cmake", "-P", "x.cmake")
    assert (tmp_path / "out").read_text() == repo


@pytest.mark.parametrize("repo", [*HOSTILE, "/a\nb"])
def test_json_takes_it(repo: str) -> None:
    document = json.loads(exports.render("json", session(repo), "/usr/bin"))
    assert document["set"]["REPO"] == repo and document["unset"] == ["PYTHONHOME"]
    assert document["path"].split(os.pathsep) == [
        "/lab/.workroot/bin",
        "/lab/.venv/bin",
        "/usr/bin",
    ]


def test_a_text_that_cmd_cannot_spell_is_refused() -> None:
    with pytest.raises(WorkrootError, match="cannot be written for cmd"):
        exports.told("cmd", [Change("REPO", '/a"b')], "lab")
    told = exports.told("cmd", [Change("REPO", "/100% sure")], "lab")
    assert 'set "REPO=/100%% sure"' in told


@pytest.mark.parametrize("quote", ["'", "\u2018", "\u2019", "\u201a", "\u201b"])
def test_every_quote_of_powershell_is_doubled(quote: str) -> None:
    assert (
        quoting.quote_pwsh(f"a{quote}; evil; {quote}") == f"'a{quote}{quote}; evil; {quote}{quote}'"
    )
