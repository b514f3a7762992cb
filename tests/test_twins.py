"""The PowerShell files parse and hold nothing that 5.1 lacks; each script and its twin go the same
way under the same headings.
"""

import re
import shutil
from pathlib import Path

import powershell
import pytest
from sources import named, read
from test_sources import HOSTILE
from worlds.lab import KIT, Lab, run

from workroot.session import powershell as windows
from workroot.session.session import Session

FILES = [name for name in named(".ps1") if "/session/templates/" not in name]
DOTTED = [name for name in FILES if name.endswith("bootstrap.ps1")]
TWINS = [
    (name, name.removesuffix(".sh") + ending)
    for name in named(".sh")
    for ending in (".fish", ".ps1")
    if (KIT / (name.removesuffix(".sh") + ending)).exists()
]
COPIES = ["templates/workroot", "templates/project"]
TEMPLATE = "python/workroot/session/templates/session.ps1"
COMPLETION = "python/workroot/session/templates/completion.ps1"
SESSION = Session(
    root="C:\\lab",
    files="C:\\lab\\.workroot",
    venv_name="",
    python="C:\\lab\\.venv\\Scripts\\python.exe",
    entries=("C:\\lab\\.workroot\\bin", "C:\\lab\\.venv\\Scripts"),
    variables=(("REPO", "D:\\it's"), ("PYTHONHOME", None)),
    prompt="lab",
    ready="ready",
    dependencies=(),
    proof="1",
)
KIT_LINE = re.compile(
    r"(?m)^\s*(set -l _workroot_kit |_workroot_kit=|\$kit =).*# where the kit is.*$"
)


def headings(text: str) -> list[str]:
    """The numbered headings; what follows a comma or another stop is a remark and may differ."""
    return [found.strip() for found in re.findall(r"(?m)^\s*# (\d+ [^,;:?.\n]+)", text)]


def heading_problems(one: str, other: str) -> list[str]:
    numbers = [int(heading.split()[0]) for heading in headings(one)]
    problems = (
        [] if numbers == list(range(1, len(numbers) + 1)) else [f"headings are numbered {numbers}"]
    )
    return problems + (
        [] if headings(one) == headings(other) else [f"{headings(one)} is not {headings(other)}"]
    )


@pytest.mark.parametrize("name", FILES)
def test_powershell_parses(name: str) -> None:
    assert powershell.syntax_problems(read(name)) == []


@pytest.mark.parametrize("name", FILES)
def test_powershell_needs_nothing_newer_than_5_1(name: str) -> None:
    assert powershell.newer_than_5_1(read(name)) == []


@pytest.mark.parametrize("code", ["if ($a) {", "$x = 'a", "foreach ($a of $b) { }"])
def test_powershell_that_does_not_parse_is_refused(code: str) -> None:
    assert powershell.syntax_problems(code)


@pytest.mark.parametrize(
    "code",
    [
        "a && b",
        "a || b",
        "$x = $a ?? 1",
        "$a ??= 1",
        "$x = $a ? 1 : 2",
        "${a}?.b",
        "1 | ForEach-Object -Parallel { $_ }",
        "Join-Path $a b c",
        "Join-Path -Path $a -ChildPath b -AdditionalChildPath c",
        "if ($IsWindows) { 1 }",
        "if ($a -or $IsLinux) { 1 }",
        "Get-Content $a -AsByteStream",
        "$a | Join-String",
    ],
)
def test_powershell_that_5_1_lacks_is_refused(code: str) -> None:
    assert powershell.newer_than_5_1(code) or powershell.syntax_problems(code)


@pytest.mark.parametrize(
    "code",
    [
        "Join-Path $a b",
        "Join-Path -Path $a -ChildPath b",
        "# a && b\n'a ?? b'",
        "Where-Object { $_ }",
        "$function:global:prompt = { 1 }",
        "if ($PSVersionTable.PSVersion.Major -lt 6 -or $IsWindows) { 1 }",
    ],
)
def test_powershell_that_5_1_has_is_fine(code: str) -> None:
    assert powershell.newer_than_5_1(code) == powershell.syntax_problems(code) == []


@pytest.mark.parametrize("name", FILES)
def test_no_sum_in_powershell_has_a_list_without_brackets(name: str) -> None:
    assert powershell.lists_in_sums(read(name)) == []


@pytest.mark.parametrize(
    "code",
    [
        "$x = @(\"$a\" + 'x', \"$b\" + 'y')",
        "$x = 'a', 'b' + $c",
        "foreach ($x in $a * 2, 3) { }",
        "f (1, 2 - 1)",
    ],
)
def test_a_list_in_a_sum_is_found(code: str) -> None:
    assert powershell.lists_in_sums(code)


@pytest.mark.parametrize(
    "code",
    ["@(('a' + 'b'), 'c') + $d", "@($a, $b) + $c", "$a -split ',', 2", "'{0}{1}' -f 1, (2 + 3)"],
)
def test_a_sum_with_brackets_is_none(code: str) -> None:
    assert powershell.lists_in_sums(code) == []


# Windows PowerShell 5.1 alone needs the one that bootstrap.ps1 and the scripts have, to follow a
# link. What a session, its way back and the user tier's start run has none.
CMDLETS = {
    TEMPLATE: set(),
    "templates/user/startup.ps1": set(),
    COMPLETION: {"Register-ArgumentCompleter"},
}
PRODUCT = [name for name in named(".ps1") if not name.startswith("tests/")]


@pytest.mark.parametrize("name", PRODUCT)
def test_no_cmdlet_is_called_where_language_does(name: str) -> None:
    assert set(powershell.cmdlets(read(name))) <= CMDLETS.get(name, {"Get-Item"})


def test_a_cmdlet_is_found() -> None:
    code = "if ($a) { Remove-Item -LiteralPath $b }; $c = { set-content x y } # New-Item"
    assert powershell.cmdlets(code) == ["Remove-Item", "set-content"]


@pytest.mark.parametrize("name", DOTTED)
def test_dot_sourced_files_leave_nothing_and_never_exit(name: str) -> None:
    assert powershell.exits(read(name)) == [] and powershell.dotted_traps(read(name)) == []
    assert powershell.body_is_one_block(read(name))


def test_dot_sourced_files_that_do_are_refused() -> None:
    assert powershell.exits("& {\n    exit 1\n}\n") == [2]
    assert powershell.dotted_traps("param($a)\nInvoke-Expression $a\nWrite-Error x\n")
    assert not powershell.body_is_one_block("& {\n    1\n}\n$left = 1\n")
    assert not powershell.body_is_one_block("$left = 1\n")


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    """A workroot whose paths all have hostile names, proved, so that every file of its session is
    written.
    """
    return (
        Lab(tmp_path_factory.mktemp("rendered"), root=f"lab {HOSTILE}", repo=f"src {HOSTILE}")
        .make()
        .prove()
    )


@pytest.mark.parametrize("name", [".workroot/session.ps1", "bootstrap.ps1"])
def test_rendered_powershell_parses_and_needs_nothing_newer_than_5_1(
    name: str, rendered: Lab
) -> None:
    text = (rendered.root / name).read_text(encoding="utf-8")
    assert (
        powershell.syntax_problems(text) == []
        and powershell.newer_than_5_1(text.removeprefix("\ufeff")) == []
    )
    assert (
        powershell.exits(text) == []
        and powershell.dotted_traps(text) == []
        and powershell.body_is_one_block(text)
    )


def test_every_quote_that_powershell_knows_is_doubled_in_what_is_rendered(rendered: Lab) -> None:
    text = (rendered.root / ".workroot" / "session.ps1").read_text(encoding="utf-8-sig")
    quoted = re.findall("'[^\n]*src a[^\n]*'", text)
    assert quoted and all(
        "''" in line and "\u2019\u2019" in line and "\u2018\u2018" in line for line in quoted
    )
    assert (rendered.root / ".workroot" / "session.ps1").read_bytes().startswith(b"\xef\xbb\xbf")


def test_the_session_of_windows_parses_too() -> None:
    text = windows.file(SESSION, read(TEMPLATE), [("C:\\it's\\python.exe", 0)], windows=True)
    code = text.removeprefix("\ufeff")
    assert powershell.syntax_problems(code) == [] and powershell.newer_than_5_1(code) == []
    assert powershell.body_is_one_block(code)
    assert powershell.lists_in_sums(code) == powershell.cmdlets(code) == []
    assert "$env:PATH -split ';'" in code and "-inotcontains" in code and "\\Scripts" in code


@pytest.mark.parametrize("name", [".workroot/session.fish", "bootstrap.fish"])
def test_rendered_fish_parses(name: str, rendered: Lab) -> None:
    fish = shutil.which("fish") or pytest.skip("no fish here")
    run([fish, "--no-execute", str(rendered.root / name)], rendered.environ, "/").must()


@pytest.mark.parametrize(("one", "other"), TWINS, ids=[other for _, other in TWINS])
def test_twins_have_the_same_headings(one: str, other: str) -> None:
    assert heading_problems(read(one), read(other)) == []


def test_headings_that_differ_are_found() -> None:
    assert heading_problems("# 1 a\n# 2 b\n", "    # 1 a\n") and heading_problems(
        "# 1 a\n# 3 b\n", "# 1 a\n# 3 b\n"
    )
    assert heading_problems("# 1 a, in sh\n", "# 1 a; here not\n") == []


@pytest.mark.parametrize("file", ["bootstrap.sh", "bootstrap.fish", "bootstrap.ps1"])
def test_a_bootstrap_is_read_at_one_sitting(file: str) -> None:
    assert len(read(file).splitlines()) <= 70


def test_bootstrap_and_setup_have_twins() -> None:
    numbered = {other for one, other in TWINS if headings(read(one))}
    assert {
        "bootstrap.fish",
        "bootstrap.ps1",
        "setup.ps1",
        "templates/workroot/bootstrap.fish",
        "templates/workroot/bootstrap.ps1",
        "python/workroot/session/templates/session.fish",
        "python/workroot/session/templates/session.ps1",
    } <= numbered


def said_without_python(text: str) -> list[str]:
    """The sentence for where no engine can speak, and its hint, with the spelling of the variables
    taken out.
    """
    lines = re.findall(r"[\"']((?:workroot: no Python|  \$install)[^\"']*)[\"']", text)
    return [re.sub(r"\$\{[^}]*\}", "", line) for line in lines]


def test_without_a_python_both_say_the_same() -> None:
    said = said_without_python(read("setup.sh"))
    assert len(said) == 2 and said == said_without_python(read("setup.ps1"))


@pytest.mark.parametrize("directory", COPIES)
@pytest.mark.parametrize("file", ["bootstrap.sh", "bootstrap.fish", "bootstrap.ps1"])
def test_a_templates_bootstrap_is_the_kits_but_for_the_line_about_the_kit(
    directory: str, file: str
) -> None:
    assert without_kit(f"{directory}/{file}") == without_kit(file)


def without_kit(name: str) -> str:
    text, count = KIT_LINE.subn("", read(name))
    assert count == 1, f"{name} has {count} lines that say where the kit is"
    return text


def test_the_line_about_the_kit_is_the_only_one_left_out() -> None:
    assert KIT_LINE.sub("", "_workroot_kit=a # where the kit is; b\nb\n") == "\nb\n"
    assert Path(KIT / "bootstrap.sh").exists()
