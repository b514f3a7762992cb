"""What is said to a person: nothing in a name moves the cursor or breaks the line."""

from pathlib import Path

import pytest
from worlds.lab import Lab, run

from workroot.doors import terminal
from workroot.errors import WorkrootError


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\nb", "a\\nb"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("caf\u00e9", "caf\u00e9"),
        ("\udcff", "\\udcff"),
        ("one\n  two", "one\n  two"),
    ],
)
def test_what_is_not_printable_is_escaped(text: str, shown: str) -> None:
    assert terminal.printable(text) == shown


def test_an_error_is_a_sentence_and_the_line_to_type(capsys: pytest.CaptureFixture) -> None:
    terminal.error(WorkrootError("no workroot.toml in /lab", "cd to one"))
    assert capsys.readouterr() == ("", "workroot: no workroot.toml in /lab\n  cd to one\n")


def test_quiet_silences_steps_and_not_errors(
    capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(terminal.manner, "quiet", True)
    terminal.step("making it")
    terminal.next_line("type this")
    terminal.say("it failed")
    assert capsys.readouterr() == ("", "workroot: it failed\n")


def test_a_table_has_aligned_columns_and_no_blanks_at_its_ends(
    capsys: pytest.CaptureFixture,
) -> None:
    terminal.table([("a", "one"), ("long", "")])
    assert capsys.readouterr().out == "a     one\nlong\n"


@pytest.mark.parametrize("redirection", [">&-", "2>&-", "<&-", ">&- 2>&- <&-", "2>/dev/full"])
@pytest.mark.parametrize("command", ["session {root}", "check -C {root}", "--version"])
def test_a_stream_that_takes_nothing_stops_nothing(
    tmp_path: Path, command: str, redirection: str
) -> None:
    lab = Lab(tmp_path).make()
    lab.engine("session", str(lab.root)).must()
    words = command.format(root=lab.root)
    done = run(
        ["sh", "-c", f"sh '{lab.kit}/setup.sh' {words} {redirection}; echo status=$?"],
        lab.environ,
        lab.root,
    )
    assert "status=0" in done.out and "Traceback" not in done.err, done


def test_a_full_disk_below_what_is_printed_is_said(tmp_path: Path) -> None:
    lab = Lab(tmp_path).make()
    done = run(["sh", "-c", f"sh '{lab.kit}/setup.sh' --help >/dev/full"], lab.environ, lab.root)
    assert (done.status, done.err) == (
        2,
        "workroot: what was to be printed could not be: no space left on device\n",
    )
