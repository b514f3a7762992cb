"""The files themselves: line ends, character sets, permission bits, words, shellcheck. Each checker
is shown a sample that it must refuse.
"""

import os
import re
from pathlib import Path

import pytest
from sources import listed, modules, named, program, read, run, texts
from worlds.lab import KIT, Lab, git
from worlds.lab import run as run_shell

SCRIPTS = [name for name in named(".sh", ".bash", ".ksh") + [".ci/run"] if name in listed()]
# Sourced into a person's shell, where `exit` would close the terminal.
SOURCED = [name for name in SCRIPTS if name.endswith("bootstrap.sh") or "/session." in name]
# What one shell spells in its own way; __NAME__ in the templates stands for a line of these.
DIALECTS = [name for name in SCRIPTS if "/session/templates/dialect." in name]
# Rendered by the engine before any shell reads them: shellcheck gets the rendered files.
TEMPLATES = [name for name in SCRIPTS if "/session/templates/" in name]

STYLE_CODES = {  # of --enable=all, what is not asked for
    "SC2250": "braces around every variable hide the few that need them",
    "SC2310": "a function in a condition is how setup.sh asks",
    "SC2312": "the status of a command in $( ) is looked at where it matters",
    "SC2292": "[ ] is what every shell has, so it is used everywhere",
    "SC1090": "a file that is made later cannot be followed",
    "SC1091": "a file that is made later cannot be followed",
    "SC3028": "BASH_SOURCE is asked for in every shell, and is empty in the others",
}
RENDERED_CODES = STYLE_CODES | {  # of what is filled in, what is right although it looks odd
    "SC1007": "`export NAME= OTHER=` empties both",
    "SC1003": "a name may hold a backslash before a quote",
    "SC1112": "a name may hold a typographic quote",
    "SC2016": "a name may hold $(...), and its quotes are there so that it is not run",
    "SC2030": "a name is probed in a subshell so that it does not last",
    "SC2031": "a name is probed in a subshell so that it does not last",
    "SC2034": "programs read what a session exports, bootstrap.sh what it answers",
    "SC2071": "versions of bash differ in their first digit, and < is no redirection in [[ ]]",
    "SC2072": "bash 4.4 and 5.2 are compared as texts, which holds up to bash 9",
    "SC2089": "a name may hold quotes",
    "SC2090": "a name may hold quotes",
    "SC2123": "PATH is what a session changes",
    "SC2154": "bootstrap.sh sets the variables that the session file reads",
    "SC2166": (
        "-o spares the shell a command for each dependency; "
        "every operand is a file behind its own operator"
    ),
    "SC2209": "the name of an answer may be that of a command",
    "SC2249": "where nothing fits, nothing is done",
}
HOSTILE = 'a\'b "c" $(touch pwned) `d` \u2019e\u2018 \\ \u00e9\u65e5 -x;&|'

# Words that end a review: what to write instead.
BANNED = {
    r"(?<![\w./'-])which ": "command -v",
    r"\becho -[en]\b": "printf",
    r"(?<![\\`\w])`[a-z][^`\n]*`(?!`)": "$( )",
    r"^\s*source ": ". file",
    r"\[\[ ": "[ ]",
    r"^\s*function ": "name() {",
    r"^\s*local ": "a subshell",
    r"\$'": "printf",
}
# The project speaks of itself alone. Spelled so that this file passes its own test.
PLACES = [
    "/" + "work/",
    "/" + "root/",
    "farm-" + "bench",
    "shared" + "/",
    "/opt" + "/wheels",
    r"\b[Ii]ssue" + r" #?\d",
    r"\bC" + r"EO\b",
    "Co-" + "Authored",
]


def text_problems(name: str, data: bytes) -> list[str]:
    """What is wrong with the bytes of a text file."""
    rules = {
        "has a carriage return": b"\r" in data,
        "has a byte order mark": data.startswith(b"\xef\xbb\xbf"),
        "does not end with one line end": bool(data)
        and (not data.endswith(b"\n") or data.endswith(b"\n\n")),
        "has blanks at the end of a line": bool(re.search(rb"[ \t]+$", data, re.M)),
        "has a tab": b"\t" in data and not name.endswith(("Makefile", ".tsv")),
        "is not ASCII": name.endswith((".sh", ".fish", ".ps1", "/run", ".cmd"))
        and not data.isascii(),
    }
    return [f"{name} {rule}" for rule, broken in rules.items() if broken]


def code_of(text: str) -> str:
    """A script without its comments, their lines kept."""
    return re.sub(r"(?m)(^|\s)#.*$", "", text)


def banned(name: str, text: str) -> list[str]:
    code = code_of(text)
    return [
        f"{name}: {found[0].strip()!r}, write {instead}"
        for word, instead in BANNED.items()
        for found in re.finditer(word, code, re.M)
    ]


def exits(text: str) -> list[str]:
    """The lines that would close a shell: `exit` outside of ( ), but where the file was executed
    instead of sourced.
    """
    lines = code_of(text).splitlines()
    guarded = {
        number + 2
        for number, line in enumerate(lines)
        if line.startswith("if ") and line.rstrip().endswith("; then")
    }
    return [
        line
        for number, line in enumerate(lines)
        if re.search(r"(?<![\w-])\\?exit\b", line)
        and not re.search(r"\([^)]*exit|\(.*\\trap 'exit 130' INT", line)
        and not (number in guarded and line.strip() == "\\exit 2")
    ]


def places(name: str, text: str) -> list[str]:
    return [
        f"{name}, line {number}: {line.strip()[:80]}"
        for number, line in enumerate(text.splitlines(), 1)
        if any(re.search(place, line) for place in PLACES)
    ]


def shellcheck(codes: dict[str, str], *paths: str) -> str:
    path = program("shellcheck")
    assert path, "shellcheck is not installed; ./setup.sh --test installs it where a wheel has it"
    done = run(path, "--enable=all", "--format=gcc", f"--exclude={','.join(codes)}", *paths)
    return done.stdout + done.stderr


def test_text_is_clean() -> None:
    problems = []
    for name in texts():
        problems += text_problems(name, (KIT / name).read_bytes())
    assert problems == []


@pytest.mark.parametrize(
    "data", [b"a\r\n", b"\xef\xbb\xbfa\n", b"a", b"a\n\n", b"a \n", b"\ta\n", b"\xc3\xa9\n"]
)
def test_text_that_is_not_clean_is_refused(data: bytes) -> None:
    assert text_problems("a.sh", data)


def test_git_keeps_line_ends_everywhere() -> None:
    answers = git(KIT, "check-attr", "-z", "eol", "--", *texts()).split("\0")
    assert {
        name: eol for name, eol in zip(answers[::3], answers[2::3], strict=False) if eol != "lf"
    } == {}


def test_what_starts_with_a_program_is_executable_and_nothing_else() -> None:
    programs = [name for name in texts() if (KIT / name).read_bytes()[:2] == b"#!"]
    executable = [name for name in texts() if os.access(KIT / name, os.X_OK)]
    assert executable == programs


def test_git_knows_what_is_executable() -> None:
    tracked = git(KIT, "ls-files", "-s").splitlines()
    assert {
        line.split("\t")[1]: line[:6]
        for line in tracked
        if (read(line.split("\t")[1])[:2] == "#!") != line.startswith("100755")
    } == {}


def test_scripts_use_no_banned_word() -> None:
    posix = [name for name in SCRIPTS if name not in DIALECTS or name.endswith(".sh")]
    assert [word for name in posix for word in banned(name, read(name))] == []


@pytest.mark.parametrize(
    "code",
    [
        "x=$(which python)",
        "echo -e a",
        "x=`ls`",
        "source ./a",
        "[[ a ]]",
        "function f {",
        "  local x=1",
        "x=$'a'",
    ],
)
def test_banned_words_are_found(code: str) -> None:
    assert banned("a.sh", f"# which\n{code}\n")


@pytest.mark.parametrize("name", SOURCED)
def test_sourced_files_never_exit(name: str) -> None:
    assert exits(read(name)) == []


@pytest.mark.parametrize(
    "code",
    ["exit 1", "\\exit 2", "[ -n x ] || exit", "if true; then\n    :\n    :\n    \\exit 2\nfi"],
)
def test_an_exit_is_found(code: str) -> None:
    assert exits(f"{code}\n")


def test_no_path_or_word_of_a_workplace() -> None:
    found = places("the listing", "\n".join(listed()))
    for name in texts():
        found += places(name, read(name))
    assert found == []


@pytest.mark.parametrize("place", ["cd /" + "work/main", "see issue" + " 4", "/" + "root/.cache"])
def test_a_path_or_word_of_a_workplace_is_found(place: str) -> None:
    assert places("a", f"fine\n{place}\n")


def test_no_file_is_a_drawer() -> None:
    drawers = re.compile(r"(^|/)_?(util|utils|common|helper|helpers|misc|tools|lib)\.(py|sh|ps1)$")
    assert drawers.search("python/workroot/utils.py")
    assert [name for name in listed() if drawers.search(name)] == []


def test_shellcheck_finds_nothing() -> None:
    assert shellcheck(STYLE_CODES, *(name for name in SCRIPTS if name not in TEMPLATES)) == ""


def test_shellcheck_finds_what_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "a.sh").write_text("# shellcheck shell=sh\nrm -rf $1\n")
    assert "SC2086" in shellcheck(STYLE_CODES, str(tmp_path / "a.sh"))
    assert "SC2086" in shellcheck(RENDERED_CODES, str(tmp_path / "a.sh"))


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    """A workroot whose paths all have hostile names, proved, so that every file of its session is
    written.
    """
    directory = tmp_path_factory.mktemp("rendered")
    return Lab(directory, root=f"lab {HOSTILE}", repo=f"src {HOSTILE}").make().prove()


@pytest.mark.parametrize(
    "name",
    [
        ".workroot/session.sh",
        ".workroot/session.bash",
        ".workroot/session.keep.sh",
        ".workroot/session.leave.sh",
        "bootstrap.sh",
    ],
)
def test_shellcheck_finds_nothing_in_what_is_rendered(name: str, rendered: Lab) -> None:
    assert shellcheck(RENDERED_CODES, str(rendered.root / name)) == ""


def test_shellcheck_finds_nothing_in_the_text_of_deactivate(rendered: Lab, tmp_path: Path) -> None:
    session = (rendered.root / ".workroot" / "session.sh").read_text()
    start = session.index("deactivate() {")
    applied = session.index("_workroot_answer=applied", start)
    function = session[start : session.rindex("\nif ", start, applied)] + "\n"
    said = run_shell(
        ["sh", "-c", function.replace("\\eval", "command printf %s", 1) + "deactivate"],
        rendered.environ,
        "/",
    ).must()
    (tmp_path / "deactivate.sh").write_text(said.out)
    assert (
        "PATH" in said.out
        and shellcheck(RENDERED_CODES, "--shell=sh", str(tmp_path / "deactivate.sh")) == ""
    )


def test_ruff_would_write_every_file_as_it_is() -> None:
    assert ruff("format", "--check", "python", "tests") == ""


def test_ruff_finds_nothing() -> None:
    assert ruff("check", "--output-format=concise", "python", "tests") == ""


def test_ruff_finds_what_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("import os\na = 'x' if 1 else 'y'  # " + "x" * 80)
    assert "a.py" in ruff("format", "--check", str(tmp_path))
    found = ruff("check", "--output-format=concise", str(tmp_path))
    assert "F401" in found and "E501" in found


def ruff(*words: str) -> str:
    """What ruff complains of, with the rules of pyproject.toml."""
    path = program("ruff")
    assert path, "ruff is not installed; ./setup.sh --test installs it"
    settings = ["--no-cache", "--quiet", "--config", str(KIT / "pyproject.toml")]
    done = run(path, words[0], *settings, *words[1:])
    return done.stdout + done.stderr


def test_every_requirement_is_pinned_and_hashed_and_names_no_host() -> None:
    for name in named("requirements.txt"):
        assert requirement_problems(read(name)) == []


@pytest.mark.parametrize(
    "text",
    [
        "pytest>=9\n",
        "pytest==9.2.0\n",
        "pytest==9 \\\n    --hash=sha256:" + "0" * 64 + "\n--index-url https://a\n",
    ],
)
def test_a_requirement_that_is_not_is_found(text: str) -> None:
    assert requirement_problems(text)


def requirement_problems(text: str) -> list[str]:
    joined = re.sub(r"\\\n", " ", re.sub(r"(?m)^\s*#.*\n", "", text))
    line = re.compile(
        r"[a-z0-9][a-z0-9._-]*(\[[a-z0-9, -]+\])?==[^\s;]+( ;[^#]*?)?"
        r"(\s+--hash=sha256:[0-9a-f]{64})+\s*\Z"
    )
    return [entry for entry in joined.splitlines() if entry.strip() and not line.match(entry)] + (
        ["names a host"] if "://" in joined else []
    )


def test_what_is_asked_for_by_name_is_pinned() -> None:
    pinned = set(re.findall(r"(?m)^([a-z0-9-]+)==", read("python/requirements.txt")))
    asked = set(re.findall(r"(?m)^([a-z0-9-]+)", read("python/requirements.in")))
    assert asked and asked <= pinned


def test_there_is_something_to_check() -> None:
    assert len(modules()) > 15 and len(SCRIPTS) >= 5 and len(SOURCED) >= 3
