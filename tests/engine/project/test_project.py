"""What is found in a project before the template is put into it."""

from pathlib import Path

from worlds.lab import BASE, KIT, run


def test_a_project_file_in_another_encoding_is_passed_over(tmp_path: Path) -> None:
    for name, encoding in (("old", "latin-1"), ("new", "utf-8")):
        (tmp_path / "p" / name).mkdir(parents=True)
        (tmp_path / "p" / name / "pyproject.toml").write_text(
            "# für Jürgen\n[build-system]\nrequires = []\n", encoding=encoding
        )
    environ = {
        "HOME": str(tmp_path),
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "WORKROOT_PYTHON": BASE,
    }
    run(
        [
            "sh",
            str(KIT / "setup.sh"),
            "new",
            "--template",
            "project",
            str(tmp_path / "p"),
            "--bare",
        ],
        environ,
        "/",
    ).must()
    assert "editable = ['new']" in (tmp_path / "p" / "workroot.toml").read_text()
