"""Findings are read back from what health_check.py prints."""

from pathlib import Path

from worlds.lab import Lab

from workroot.session import health
from workroot.session.health import Finding

PRINTED = """ok  prefix  /lab/.venv
warn  shadowed  random: /repo/random.py is hidden by /usr/lib/random.py
    fix: rename it
noise that a module printed
fail  link  /lab/repo.pth is missing
    fix: . ./bootstrap.sh
"""


def test_severity_id_evidence_and_fix_are_told_apart() -> None:
    assert health.parse(PRINTED) == [
        Finding("ok", "prefix", "/lab/.venv"),
        Finding(
            "warn",
            "shadowed",
            "random: /repo/random.py is hidden by /usr/lib/random.py",
            "rename it",
        ),
        Finding("fail", "link", "/lab/repo.pth is missing", ". ./bootstrap.sh"),
    ]


def test_only_a_fail_fails() -> None:
    findings = health.parse(PRINTED)
    assert health.failed(findings) and not health.failed(findings[:2])


def test_a_check_that_a_module_cut_short_is_no_answer(tmp_path: Path) -> None:
    lab = Lab(tmp_path).make()
    (lab.repo / "repo_marker.py").write_text("import os\nos._exit(0)\n")
    lab.config.write_text(lab.config.read_text() + "\n")
    text = lab.config.read_text().replace("# marker =", "marker =")
    lab.config.write_text(text)
    said = lab.engine("session", str(lab.root))
    assert said.status == 2 and "cut short" in said.err
