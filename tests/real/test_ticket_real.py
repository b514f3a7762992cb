"""A project with two environments and whatever Python CMake finds is moved onto one by the
documented steps; each promise is asserted.
"""

import json
import re
import shutil
import socket
import subprocess
from pathlib import Path

import pytest
from worlds import index
from worlds.checkout import CLIENT, Tree, get
from worlds.lab import BASE, KIT, git, run

TARGETS = (
    "doxygen-db",
    "python-db",
    "trace-git",
    "trace-symbols",
    "trace-decisions",
    "trace-record-mappings",
)
OLD = ("--migrate", "scripts/.venv", "--migrate", "replay/.venv")
CMAKE = """cmake_minimum_required(VERSION 3.21)
project(analyzer LANGUAGES CXX)

find_package(Python3 COMPONENTS Interpreter REQUIRED)
set(TRACE_VENV ${CMAKE_SOURCE_DIR}/scripts/.venv)
set(SCRIPTS ${CMAKE_SOURCE_DIR}/scripts)

# documents: whichever Python was found
add_custom_target(doxygen-db ALL
    COMMAND ${Python3_EXECUTABLE} ${SCRIPTS}/index.py ${CMAKE_BINARY_DIR}/doxygen-db)
add_custom_target(python-db ALL
    COMMAND ${Python3_EXECUTABLE} ${SCRIPTS}/index.py ${CMAKE_BINARY_DIR}/python-db)

# traceability: the one in scripts
foreach(kind git decisions record-mappings)
    add_custom_target(trace-${kind} ALL
        COMMAND ${TRACE_VENV}/bin/python3 ${SCRIPTS}/index.py ${CMAKE_BINARY_DIR}/trace-${kind})
endforeach()
add_custom_target(trace-symbols ALL
    COMMAND ${TRACE_VENV}/bin/python3 ${SCRIPTS}/symbols.py
    ${CMAKE_BINARY_DIR}/trace-symbols ${CMAKE_SOURCE_DIR}/replay/msd_reader.cpp)

add_library(msd_reader MODULE replay/msd_reader.cpp)
"""
FILES = {
    "CMakeLists.txt": CMAKE,
    "CMakePresets.json": (KIT / "templates/project/CMakePresets.json").read_text(),
    "scripts/index.py": "import pathlib, sys\npathlib.Path(sys.argv[1]).write_text(sys.prefix)\n",
    "scripts/symbols.py": (
        "import pathlib, sys, tree_sitter, tree_sitter_cpp\n"
        "pathlib.Path(sys.argv[1]).write_text(sys.prefix)\n"
    ),
    "scripts/mcp_server.py": (KIT / "templates/project/tools/mcp_server.py").read_text(),
    "scripts/symbol_index.py": (KIT / "templates/project/tools/symbol_index.py").read_text(),
    ".mcp.json": (
        "{\n"
        '  "mcpServers": {\n'
        '    "traceability": {\n'
        '      "command": "scripts/.venv/bin/python3",\n'
        '      "args": ["scripts/mcp_server.py"]\n'
        "    }\n"
        "  }\n"
        "}\n"
    ),
    ".gitignore": "build/\nscripts/.venv/\nreplay/.venv/\n__pycache__/\n",
    "CLAUDE.md": "# Notes for contributors\n",
    "replay/pyproject.toml": """\
[build-system]
requires = ["flit_core"]
build-backend = "flit_core.buildapi"
[project]
name = "replay"
version = "0.1"
description = "replay server"
dependencies = ["fastapi", "uvicorn", "pydantic"]
""",
    "replay/replay/__init__.py": "",
    "replay/replay/app.py": """\
import fastapi, msd_reader
app = fastapi.FastAPI()
@app.get('/read')
def read():
    return {'rows': msd_reader.rows()}
""",
    "replay/msd_reader.cpp": """\
#include <pybind11/pybind11.h>
int rows() { return 7; }
PYBIND11_MODULE(msd_reader, module) { module.def("rows", &rows); }
""",
    "replay/start_server.sh": """\
#!/bin/sh
cd "$(dirname "$0")"
[ -d .venv ] || python3 -m venv .venv && .venv/bin/pip install -q -e .
exec .venv/bin/python3 -m uvicorn replay.app:app --port "$2" --log-level warning
""",
}


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Tree:
    """The project as it was: two environments, and references to both."""
    path = tmp_path_factory.mktemp("ticket") / "analyzer"
    for name, text in FILES.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_text(text)
    (path / "replay/start_server.sh").chmod(0o755)
    for name in ("scripts/.venv", "replay/.venv"):
        run(
            [BASE, "-I", "-m", "venv", "--without-pip", str(path / name)],
            {"PATH": "/usr/bin:/bin"},
            "/",
        ).must()
    git(path, "init", "-q")
    return Tree(path, index.environ(str(path.parent / "home")))


@pytest.fixture(scope="module")
def moved(before: Tree) -> Tree:
    """The same after the steps that python/README.md names."""
    path = before.path
    before.run("sh", str(KIT / "setup.sh"), "new", "--template", "project", "--bare", ".").must()
    for name in (
        "requirements.in",
        "requirements.txt",
    ):  # what a project asks for is its own; here, what the template asks for
        shutil.copy(KIT / "templates/project/python" / name, path / "python" / name)
    configure(path / "workroot.toml")
    listed = before.setup(*OLD).must()
    assert "moved scripts/.venv" in listed.err and "moved replay/.venv" in listed.err
    assert before.setup("--check", *OLD).status == 1
    apply(path, listed.out)
    text = (
        (path / "CMakeLists.txt")
        .read_text()
        .replace("add_library(msd_reader MODULE", "workroot_native_module(msd_reader")
    )
    (path / "CMakeLists.txt").write_text(text)
    shutil.copy(KIT / "templates/project/.gitignore", path / ".gitignore")
    with (path / "CLAUDE.md").open("a") as notes:
        notes.write("\n## Python\n\nOne environment, `python/.venv`; see python/README.md.\n")
    git(path, "add", "-A")
    git(
        path,
        "-c",
        "user.name=t",
        "-c",
        "user.email=t@example.org",
        "commit",
        "-qm",
        "one environment",
    )
    return before


@pytest.fixture(scope="module")
def clean(moved: Tree) -> Tree:
    """A clean clone of the moved project, after one command and the build."""
    git(moved.path, "clone", "-q", str(moved.path), str(moved.path.parent / "clone"))
    tree = Tree(moved.path.parent / "clone", moved.environ)
    tree.setup().must()
    tree.build()
    return tree


def configure(config: Path) -> None:
    values = {
        "paths": ["scripts"],
        "optional_paths": ["build/debug-all/python"],
        "imports": ["fastmcp", "replay", "tree_sitter_cpp"],
        "optional_imports": ["msd_reader"],
    }
    text = config.read_text()
    assert "editable = ['replay']" in text
    for key, value in values.items():
        text = re.sub(rf"(?m)^{key} = \[\]|^{key} = \['\.'\]", f"{key} = {value}", text)
    config.write_text(text)


def apply(path: Path, listed: str) -> None:
    """Change the lines as setup listed them, last first, so that the numbers hold."""
    found = re.findall(r"(?m)^(\S+):(\d+): .*\n    instead: (.*)$", listed)
    for name, number, instead in sorted(found, key=lambda row: (row[0], -int(row[1]))):
        lines = (path / name).read_text().splitlines()
        lines[int(number) - 1 : int(number)] = [] if instead.startswith("remove it") else [instead]
        (path / name).write_text("\n".join(lines) + "\n")


def test_every_line_on_the_old_paths_was_listed_and_none_is_left(moved: Tree) -> None:
    moved.setup("--check", *OLD).must()
    for name in ("CMakeLists.txt", ".mcp.json", ".gitignore", "replay/start_server.sh"):
        text = (moved.path / name).read_text()
        assert not re.search(r"scripts/\.venv|replay/\.venv|TRACE_VENV|Python3|-m venv", text), text


def test_the_old_environments_are_in_the_trash_with_a_line_in_the_audit(moved: Tree) -> None:
    assert (
        not (moved.path / "scripts/.venv").exists() and not (moved.path / "replay/.venv").exists()
    )
    lines = [
        json.loads(line) for line in (moved.path / ".workroot/audit.jsonl").read_text().splitlines()
    ]
    assert [
        Path(line["to"], "pyvenv.cfg").is_file() for line in lines if line["act"] == "migrate"
    ] == [True, True]


def test_one_command_sets_up_everything_from_a_clean_clone(clean: Tree) -> None:
    clean.run(
        str(clean.python),
        "-I",
        "-B",
        "-c",
        "import tree_sitter, tree_sitter_cpp, fastmcp, fastapi, uvicorn, pydantic, httpx, pytest\n"
        "import replay",
    ).must()
    clean.setup("--check").must()
    assert list(clean.path.rglob("pyvenv.cfg")) == [clean.path / "python/.venv/pyvenv.cfg"]


def test_the_preset_builds_after_setup(clean: Tree) -> None:
    clean.run("cmake", "--build", "--preset", "debug-all").must()


def test_the_mcp_server_starts(clean: Tree) -> None:
    asked = clean.run(str(clean.python), "-I", "-B", "-c", CLIENT, ".mcp.json").must()
    assert json.loads(asked.out)["tools"] == ["cpp_symbols"]


def test_all_six_targets_run_the_one_interpreter(clean: Tree) -> None:
    used = {target: (clean.path / "build/debug-all" / target).read_text() for target in TARGETS}
    assert used == dict.fromkeys(TARGETS, str(clean.path / "python/.venv"))


def test_requirements_are_pinned_hashed_and_under_version_control(clean: Tree) -> None:
    assert "python/requirements.txt" in git(clean.path, "ls-files").splitlines()
    entries = re.split(r"(?m)^(?=[A-Za-z])", (clean.path / "python/requirements.txt").read_text())[
        1:
    ]
    assert entries and all("==" in entry and "--hash=sha256:" in entry for entry in entries)


def test_the_documentation_covers_clone_worktree_and_ci(clean: Tree) -> None:
    headings = re.findall(r"(?m)^## (.*)$", (clean.path / "python/README.md").read_text())
    assert {
        "Prerequisites",
        "A clean clone",
        "A new git worktree",
        "Adding a dependency",
        "CI",
    } <= set(headings)
    assert "python/README.md" in (clean.path / "CLAUDE.md").read_text()


def test_the_replay_server_works_with_the_native_module(clean: Tree) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    child = subprocess.Popen(
        [str(clean.path / "replay/start_server.sh"), "--port", str(port)],
        env=clean.environ,
        cwd="/",
        stdin=subprocess.DEVNULL,
    )
    try:
        assert get(f"http://127.0.0.1:{port}/read") == {"rows": 7}
    finally:
        child.terminate()
        child.wait(30)
