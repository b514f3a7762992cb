"""Which lines name an old environment or look for a Python, and what to write there instead."""

import pytest

from workroot.project import references

OLD, NEW = ("scripts/.venv", "replay/.venv"), "python/.venv"
ROWS = [
    (
        "CMakeLists.txt",
        "find_package(Python3 COMPONENTS Interpreter REQUIRED)",
        "include(cmake/Workroot.cmake)",
    ),
    ("CMakeLists.txt", "  COMMAND ${Python3_EXECUTABLE} a.py", "COMMAND ${PROJECT_PYTHON} a.py"),
    (
        "CMakeLists.txt",
        "  COMMAND ${CMAKE_SOURCE_DIR}/scripts/.venv/bin/python3 a.py",
        "COMMAND ${PROJECT_PYTHON} a.py",
    ),
    ("sub/x.cmake", "# find_package(Python3)", None),
    ("CMakeLists.txt", "find_package(PythonicThing)", None),
    (
        ".mcp.json",
        '"command": "scripts/.venv/bin/python3"',
        '"command": "python/.venv/bin/python3"',
    ),
    (".mcp.json", '"command": "python/.venv/bin/python3"', None),
    ("a.ps1", "& scripts\\.venv\\Scripts\\python.exe", "& python/.venv\\Scripts\\python.exe"),
    ("a.fish", "exec scripts/.venv/bin/python3", "exec python/.venv/bin/python3"),
    (".gitignore", "scripts/.venv/", "remove it"),
    (".gitignore", "build/", None),
    ("replay/start.sh", '. "$here/.venv/bin/activate"', '. "$here/../python/.venv/bin/activate"'),
    ("replay/start.sh", "python3 -m venv .venv", "remove it"),
    ("replay/start.sh", "exec ../python/.venv/bin/python3 -m app", None),
    ("other/start.sh", "exec .venv/bin/python3", None),
    ("run.sh", "exec scripts/.venv2/bin/python3", None),
    ("run.sh", "exec my-scripts/.venv/bin/python3", None),
]


@pytest.mark.parametrize("name, line, instead", ROWS)
def test_each_line_has_what_to_write_instead(name: str, line: str, instead: str | None) -> None:
    found = list(references.in_text(name, f"first\n{line}\n", OLD, NEW))
    assert [(reference.line, reference.instead) for reference in found] == (
        [(2, instead)] if instead else []
    )


def test_a_cmake_variable_that_holds_an_old_environment_is_followed_into_other_files(
    tmp_path,
) -> None:
    (tmp_path / "CMakeLists.txt").write_text("set(TRACE_VENV ${CMAKE_SOURCE_DIR}/scripts/.venv)\n")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "CMakeLists.txt").write_text(
        "add_custom_target(t COMMAND ${TRACE_VENV}/bin/python3 x.py)\n"
    )
    found = {
        reference.file: reference.instead for reference in references.find(str(tmp_path), OLD, NEW)
    }
    assert found["CMakeLists.txt"].startswith("remove it")
    assert found["sub/CMakeLists.txt"] == "add_custom_target(t COMMAND ${PROJECT_PYTHON} x.py)"


def test_environments_build_trees_links_and_data_are_not_read(tmp_path) -> None:
    for directory, mark in (
        ("env", "pyvenv.cfg"),
        ("build", "CMakeCache.txt"),
        (".git", "config"),
        ("plain", "a.txt"),
    ):
        (tmp_path / directory).mkdir()
        (tmp_path / directory / mark).write_text("")
        (tmp_path / directory / "a.sh").write_text("scripts/.venv\n")
    (tmp_path / "link.sh").symlink_to(tmp_path / "plain" / "a.sh")
    (tmp_path / "binary.json").write_bytes(b"\xff\xfe scripts/.venv")
    assert [reference.file for reference in references.find(str(tmp_path), OLD, NEW)] == [
        "plain/a.sh"
    ]
