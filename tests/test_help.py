"""What is said before a command is known: help, typos of commands and of options."""

import re

import pytest
from sources import ENGINE
from worlds.lab import BASE, Lab, Outcome, run

from workroot.commands import _listing
from workroot.errors import nearest

COMMANDS = sorted(_listing.SUMMARIES)
OWN_WORDS = ("pip",)  # whose --help is another program's


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    return Lab(tmp_path_factory.mktemp("help"))


def engine(lab: Lab, *words: str, **environ: str) -> Outcome:
    main = str(ENGINE / "__main__.py")
    return run([BASE, "-I", "-S", main, *words], lab.environ | environ, lab.directory)


def test_the_table_names_every_command_there_is() -> None:
    files = [path.stem for path in (ENGINE / "commands").glob("[!_]*.py")]
    assert sorted(name.replace("_", "-") for name in files) == COMMANDS
    shown = {*_listing.names(_listing.GROUPS), *_listing.names(_listing.PYCTL)}
    assert shown | set(_listing.INTERNAL) == set(COMMANDS)


@pytest.mark.parametrize("name", [name for name in COMMANDS if name not in OWN_WORDS])
def test_a_summary_is_what_the_commands_own_help_says(lab: Lab, name: str) -> None:
    program = [] if name != "init" else ["pyctl"]
    said = engine(lab, *program, name, "--help", COLUMNS="200").must().out
    assert _listing.SUMMARIES[name] in said
    if name != "help":
        assert engine(lab, *program, "help", name, COLUMNS="200").must().out == said


@pytest.mark.parametrize("words", [["--help"], ["-h"], ["help"], [], ["pyctl", "--help"]])
def test_help_lists_what_a_person_may_type(lab: Lab, words: list[str]) -> None:
    said = engine(lab, *words, COLUMNS="200").must().out
    groups = _listing.PYCTL if words[:1] == ["pyctl"] else _listing.GROUPS
    listed = re.findall(r"(?m)^  ([a-z-]+)  ", said)
    assert listed == _listing.names(groups)
    assert not set(listed) & (set(_listing.INTERNAL) - {"init"})


@pytest.mark.parametrize("columns", ["60", "80", "132"])
def test_help_is_as_wide_as_the_terminal(lab: Lab, columns: str) -> None:
    lines = engine(lab, "--help", COLUMNS=columns).must().out.splitlines()
    assert max(map(len, lines)) <= int(columns)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["stauts"], "did you mean status?"),
        (["hist"], "did you mean history?"),
        (["list_snapshot"], "did you mean list-snapshots?"),
        (["pyctl", "instal"], "did you mean install?"),
        (["undo", "--dryrun"], "undo has no option --dryrun; did you mean --dry-run?"),
        (["history", "--limits=5"], "history has no option --limits; did you mean --limit?"),
        (["new", "lab", "src"], "workroot new lab --repo src"),
        (["new", "lab", "--repos", "src"], "did you mean --repo?"),
        (["pyctl", "lock"], "lock is for workroots"),
        (["undo", "1", "2"], "undo takes one number at most"),
        (["xyzzy"], "no command 'xyzzy'\n"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_a_typo_is_answered_with_what_was_meant(lab: Lab, words: list[str], said: str) -> None:
    done = engine(lab, *words)
    assert (done.status, done.out) == (2, "") and said in done.err, done


@pytest.mark.parametrize(
    ("word", "meant"),
    [("sttaus", "status"), ("STATUS", "status"), ("udno", "undo"), ("rn", "run"), ("zzz", None)],
)
def test_the_nearest_word_is_found(word: str, meant: str | None) -> None:
    assert nearest(word, COMMANDS) == meant


def imported(lab: Lab, *words: str) -> set[str]:
    """The modules of a process when its command is done, and has printed them."""
    main = str(ENGINE / "__main__.py")
    argv = [BASE, "-I", "-S", "-X", "importtime", main, *words]
    said = run(argv, lab.environ, lab.root).err
    return set(re.findall(r"(?m)^import time: .*\| +([\w.]+)$", said))


@pytest.mark.parametrize("words", [["--help"], ["pyctl", "help"], ["stauts"], ["undo", "--dry-rn"]])
def test_help_and_a_typo_import_no_command(lab: Lab, words: list[str]) -> None:
    lab.root.mkdir(exist_ok=True)
    found = imported(lab, *words)
    commands = {name for name in found if re.match(r"workroot\.commands\.[a-z]", name)}
    expected = {"workroot.commands.undo"} if words[0] == "undo" else {"workroot.commands.help"}
    assert commands <= expected
    if words[0] != "undo":
        assert not found & {"re", "difflib", "argparse", "typing", "json", "subprocess"}
