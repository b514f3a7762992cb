"""workroot.toml: what is wrong in it is said with file, line and key; what is right is read as it
stands.
"""

from pathlib import Path

import pytest

from workroot import config
from workroot.errors import WorkrootError
from workroot.root import Root


def read(directory: Path, text: str, venv: str = "") -> config.Config:
    (directory / "workroot.toml").write_text(text, encoding="utf-8")
    return config.read(Root(str(directory)), venv)


def complaint(directory: Path, text: str, venv: str = "") -> WorkrootError:
    with pytest.raises(WorkrootError) as raised:
        read(directory, text, venv)
    assert raised.value.hint
    return raised.value


def test_only_repo_is_needed_and_relative_paths_start_at_the_file(tmp_path: Path) -> None:
    given = read(tmp_path, "repo = '../src'\n")
    assert given.repos == (str(tmp_path.parent / "src"),)
    assert given.paths == given.repos
    assert (given.venv.path, given.venv.installer, given.bytecode) == (
        str(tmp_path / ".venv"),
        "auto",
        "off",
    )


def test_several_repos_keep_their_order_and_lack_a_layout_without_complaint(tmp_path: Path) -> None:
    for name in ("a/src", "b"):
        (tmp_path / name).mkdir(parents=True)
    given = read(tmp_path, "repo = ['a', 'b']\npaths = ['src', '.']\n")
    assert given.paths == tuple(str(tmp_path / name) for name in ("a/src", "a", "b"))


def test_a_second_environment_has_its_own_keys(tmp_path: Path) -> None:
    text = "repo = '.'\n[venvs.old]\npython = '3.8'\nrequirements = ['old.txt']\n"
    given = read(tmp_path, text, "old").venv
    assert (given.name, given.python, given.requirements) == (
        "old",
        "3.8",
        (str(tmp_path / "old.txt"),),
    )
    assert "[venvs.new]" in complaint(tmp_path, text, "new").message


def test_a_variable_may_name_the_workroot_and_the_repo(tmp_path: Path) -> None:
    given = read(tmp_path, "repo = 'r'\n[session.env]\nDATA = '{workroot}/data of {repo}'\n")
    assert given.variables == (("DATA", f"{tmp_path}/data of {tmp_path}/r"),)


def test_a_value_that_looks_like_another_placeholder_is_put_in_once(tmp_path: Path) -> None:
    (tmp_path / "x{repo}").mkdir()
    given = read(
        tmp_path / "x{repo}", "repo = '/src'\n[session.env]\nDATA = '{workroot}:{repo}:{other}'\n"
    )
    assert given.variables == (("DATA", f"{tmp_path}/x{{repo}}:/src:{{other}}"),)


def test_the_whole_schema_of_the_design_is_known(tmp_path: Path) -> None:
    given = read(tmp_path, SCHEMA)
    assert (given.track_use, given.tidy, given.paths_first) == (False, False, True)
    assert given.checks == (f"{tmp_path}/checks.py",)
    assert given.ui == {"color": True, "verbose": True}
    (tmp_path / "config.toml").write_text(USER_SCHEMA)
    assert config.read_user(str(tmp_path / "config.toml"))["ui"] == {"color": True, "verbose": True}


SCHEMA = """
repo = ['r', 's']
paths = ['.', 'src']
optional_paths = ['build']
marker = 'repo_marker'
[venv]
path = '.venv'
python = '>=3.11'
requirements = ['requirements.txt', '{repo}/pyproject.toml:dev']
editable = ['{repo}']
imports = ['six']
installer = 'auto'
[session]
bytecode = 'workroot'
track_use = false
tidy = false
paths_first = true
[session.env]
DATA = '{workroot}/data'
[venvs.py312]
python = '3.12'
[doctor]
checks = ['checks.py']
[history]
auto_snapshot = true
max_entries = 100
show_diff_after_install = true
[snapshots]
auto_baseline = true
[ui]
color = true
verbose = true
"""
USER_SCHEMA = "[venv]\npython = '3.12'\ninstaller = 'pip'\n" + SCHEMA[SCHEMA.index("[doctor]") :]


def test_every_value_may_name_the_workroot_and_the_repo(tmp_path: Path) -> None:
    given = read(tmp_path, SCHEMA).venv
    assert given.requirements == (
        f"{tmp_path}/requirements.txt",
        f"{tmp_path}/r/pyproject.toml:dev",
    )
    assert given.editable == (f"{tmp_path}/r",)


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    assert read(tmp_path, "\ufeffrepo = '/src'\n").repos == ("/src",)
    (tmp_path / "config.toml").write_text("\ufeff[history]\nmax_entries = 0\n", encoding="utf-8")
    assert config.read_user(str(tmp_path / "config.toml")) == {"history": {"max_entries": 0}}


@pytest.mark.parametrize("name", ["old", "py3.12", "a_b-c", "9"])
def test_a_plain_name_names_an_environment(tmp_path: Path, name: str) -> None:
    assert read(tmp_path, f"repo = '.'\n[venvs.'{name}']\n", name).venv.path == str(
        tmp_path / ".venvs" / name
    )


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("repo = 'a\n", 1, "key repo"),
        ("repo = 'a'\n[venv\npath = 'x'\n", 2, "line 2"),
        ("", None, "key repo: name the repo"),
        ("repo = 'a'\nmarkr = 'm'\n", 2, "did you mean marker?"),
        (
            "repo = 'a'\n[venv]\n# x\nrequirement = []\n",
            4,
            "key venv.requirement: unknown key; did you mean requirements?",
        ),
        ("repo = 'a'\n[vnv]\n", 2, "key vnv"),
        ("repo = 3\n", 1, "a string or a list of strings"),
        ("repo = ['a', 3]\n", 1, "a string or a list of strings"),
        ("repo = ''\n", 1, "key repo"),
        ("repo = 'a'\n[venv]\ninstaller = 'conda'\n", 3, "one of auto, uv, pip"),
        ("repo = 'a'\n[session]\nbytecode = 'no'\n", 3, "one of off, workroot, on"),
        (
            "repo = 'a'\n[session]\ntrack_use = 1\n",
            3,
            "key session.track_use: must be true or false",
        ),
        ("repo = 'a'\n[doctor]\ncheck = []\n", 3, "unknown key; did you mean checks?"),
        (
            "repo = 'a'\n[ui]\nverbos = true\n",
            3,
            "key ui.verbos: unknown key; did you mean verbose?",
        ),
        ("repo = 'a'\n[ui]\ncolor = 'red'\n", 3, "must be one of auto, true, false"),
        ("repo = 'a'\n[session.env]\nPATH = 'x'\n", 3, "key session.env.PATH"),
        ("repo = 'a'\n[session.env]\n'a b' = 'x'\n", 3, "session may set"),
        ("repo = 'a'\nmarker = 'not a module'\n", 2, "the name of a module"),
        ("repo = 'a'\n[history]\nmax_entries = true\n", 3, "a whole number"),
        ("repo = 'a'\n[history]\nauto_snapshot = 1\n", 3, "true or false"),
        (
            "repo = 'a'\n[history]\nmax_entries = -1\n",
            3,
            "key history.max_entries: must be 0 (no limit) or more",
        ),
        (
            "repo = 'a'\n[session.env]\nPYTHONPYCACHEPREFIX = 'x'\n",
            3,
            "key session.env.PYTHONPYCACHEPREFIX: is set by [session] bytecode",
        ),
        (
            "repo = 'a'\n[session.env]\nPYTHONDONTWRITEBYTECODE = '1'\n",
            3,
            "is set by [session] bytecode",
        ),
        *(
            (f"repo = 'a'\n[venvs.{name}]\npath = 'x'\n", 2, "cannot name an environment")
            for name in ("'../../esc'", "'.hidden'", "-x", "'a b'", "''", "'a/b'")
        ),
        ("repo = 'a'\n[venvs.x]\npth = 'x'\n", 3, "did you mean path?"),
    ],
)
def test_what_is_wrong_is_said_with_line_and_key(
    tmp_path: Path, text: str, line: int | None, words: str
) -> None:
    said = complaint(tmp_path, text).message
    assert said.startswith(str(tmp_path / "workroot.toml")) and words in said
    assert line is None or f"line {line}" in said


def test_a_file_that_is_not_utf_8_or_not_there_is_named(tmp_path: Path) -> None:
    (tmp_path / "workroot.toml").write_bytes(b"repo = '\xff'\n")
    with pytest.raises(WorkrootError, match="is not UTF-8"):
        config.read(Root(str(tmp_path)))
    (tmp_path / "workroot.toml").unlink()
    with pytest.raises(WorkrootError, match="cannot read"):
        config.read(Root(str(tmp_path)))


@pytest.mark.parametrize(
    "text", ["plain", "it's", "C:\\temp", "a\nb", '"quoted"', "\u00e9\u65e5", "\x7f"]
)
def test_any_text_comes_back_from_its_toml_string(text: str) -> None:
    import tomllib

    assert tomllib.loads(f"x = {config.toml_string(text)}")["x"] == text


def test_the_users_own_settings_are_held_to_the_same(tmp_path: Path) -> None:
    for text, words in (
        ("[history]\nmax_entries = -5\n", "line 2, key history.max_entries"),
        ("[ui]\nverbose = 'no'\n", "line 2, key ui.verbose: must be true or false"),
        ("repo = 'a'\n", "line 1, key repo: unknown key"),
    ):
        (tmp_path / "config.toml").write_text(text)
        with pytest.raises(WorkrootError) as raised:
            config.read_user(str(tmp_path / "config.toml"))
        assert words in raised.value.message


def test_the_users_template_is_what_the_schema_takes() -> None:
    from workroot.root import TEMPLATES

    assert config.read_user(f"{TEMPLATES}/user/config.toml")["ui"] == {"color": "auto"}
