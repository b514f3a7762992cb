"""How much is said, and in which colours: what was typed, then the variables, then what the owner
of the configuration wants, then the terminal.
"""

from pathlib import Path

import pytest
from worlds.workbench import Workbench, worked

GREEN = "\x1b[32m+ beta 1\x1b[0m"
PLAIN = "+ beta 1"


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Workbench:
    return worked(tmp_path_factory.mktemp("speaking"))


@pytest.mark.parametrize(
    ("wanted", "words", "environ", "shown"),
    [
        ("'auto'", [], {}, PLAIN),
        ("'auto'", ["--color", "always"], {}, GREEN),
        ("'auto'", [], {"FORCE_COLOR": "1"}, GREEN),
        ("'auto'", [], {"FORCE_COLOR": "1", "NO_COLOR": "1"}, PLAIN),
        ("'auto'", ["--color=always"], {"NO_COLOR": "1"}, GREEN),
        ("true", [], {}, GREEN),
        ("true", [], {"NO_COLOR": "1"}, PLAIN),
        ("true", ["--color", "never"], {}, PLAIN),
        ("false", [], {"FORCE_COLOR": "1"}, PLAIN),
    ],
)
def test_a_pipe_has_colours_where_somebody_wants_them(
    shared: Workbench, wanted: str, words: list[str], environ: dict[str, str], shown: str
) -> None:
    text = shared.config.read_text()
    shared.configure("[ui]", f"color = {wanted}")
    try:
        done = shared.workroot("diff", *words, **environ).must()
    finally:
        shared.config.write_text(text)
    assert done.out.splitlines()[-1] == shown


def test_every_program_that_is_run_is_shown_where_that_was_asked_for(tmp_path: Path) -> None:
    bench = Workbench(tmp_path).make()
    bench.wheel("alpha", "1")
    bench.wheel("beta", "1")
    (bench.root / "requirements.txt").write_text("alpha\n")
    bench.configure("[venv]", "requirements = ['requirements.txt']")
    typed = bench.workroot("setup", "-v").must()
    assert "workroot: running " in typed.err and " install " in typed.err
    assert "Successfully installed alpha-1" in typed.err
    (bench.root / "requirements.txt").write_text("alpha\nbeta\n")
    bench.configure("[ui]", "verbose = true")
    wanted = bench.workroot("setup").must()
    assert "workroot: running " in wanted.err and "Successfully installed beta-1" in wanted.err
    assert "running " not in bench.workroot("status", "-q").must().err


def test_a_key_of_another_feature_stops_nothing(shared: Workbench) -> None:
    text = shared.config.read_text()
    shared.configure("[session]", "track_use = true")
    shared.configure("[doctor]", "checks = []")
    try:
        shared.workroot("status").must()
        shared.pip("--version").must()
    finally:
        shared.config.write_text(text)


def test_the_users_own_settings_take_the_same_keys(shared: Workbench) -> None:
    tier = shared.home / ".local" / "python-packages"
    tier.mkdir(parents=True)
    (tier / "config.toml").write_text(
        "[ui]\nverbose = true\ncolor = true\n[doctor]\nchecks = []\n[session]\ntrack_use = true\n"
    )
    done = shared.engine("pyctl", "status")
    assert done.status == 2 and "pyctl init" in done.err and "config.toml" not in done.err
