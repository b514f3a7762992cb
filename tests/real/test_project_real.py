"""The project template as its user meets it: a clean clone, one command, the build, MCP, HTTP, the
native module; worktrees; a plain user.
"""

import json
import os
import shutil
import sqlite3
from pathlib import Path

import pytest
from worlds import index
from worlds.checkout import CLIENT, Tree, get
from worlds.environment import difference, picture
from worlds.lab import KIT, git, run


def works(tree: Tree) -> None:
    """Everything that the template promises after setup and build, in this tree and from this
    tree.
    """
    built = tree.build()
    prefix = f"{tree.path}/python/.venv/bin/python"
    commands = [
        line
        for line in built.out.splitlines()
        if "/tools/" in line and ".py" in line and "python" in line
    ]
    assert commands and all(prefix in line for line in commands)
    assert (
        sqlite3.connect(tree.path / "build/debug-all/symbols.db")
        .execute("SELECT kind FROM symbols WHERE name LIKE 'distance_squared%'")
        .fetchall()
    )
    assert (
        sqlite3.connect(tree.path / "build/debug-all/documents.db")
        .execute("SELECT 1 FROM sections WHERE heading = 'Position'")
        .fetchone()
    )
    native = tree.run(
        str(tree.python),
        "-I",
        "-B",
        "-c",
        "import example_native as n; print(n.__file__, n.distance_squared(3, 4))",
        cwd=Path("/"),
    ).must()
    assert native.out.startswith(f"{tree.path}/build/debug-all/python/") and native.out.endswith(
        " 25.0\n"
    )
    asked = tree.run(
        str(tree.python),
        "-I",
        "-B",
        "-c",
        CLIENT,
        str(tree.path / ".mcp.json"),
        cwd=tree.path / "docs",
    ).must()
    assert json.loads(asked.out) == {"tools": ["cpp_symbols"], "answer": ["function f 1"]}
    with tree.server() as address:
        assert get(f"{address}/distance-squared?x=3&y=4") == {"value": 25.0}
        assert get(f"{address}/health") == {"native": True}


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository that holds the project as the template made it."""
    directory = tmp_path_factory.mktemp("origin")
    run(
        ["sh", str(KIT / "setup.sh"), "new", "--template", "project", str(directory)],
        index.environ(str(directory)),
        "/",
    ).must()
    git(directory, "init", "-q")
    git(directory, "add", "-A")
    git(
        directory, "-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-qm", "project"
    )
    return directory


@pytest.fixture(scope="module")
def clone(origin: Path, tmp_path_factory: pytest.TempPathFactory) -> Tree:
    """A clean clone, set up by its one command."""
    directory = tmp_path_factory.mktemp("clean")
    git(directory, "clone", "-q", str(origin), str(directory / "clone"))
    tree = Tree(directory / "clone", index.environ(str(directory / "home")))
    assert "example_native is not built yet" in tree.setup().must().out
    return tree


def test_before_the_build_the_server_starts_and_says_what_to_build(clone: Tree) -> None:
    if not (clone.path / "build").exists():
        with clone.server() as address:
            assert get(f"{address}/health") == {"native": False}


def test_a_clean_clone_works_after_one_command_and_the_build(clone: Tree) -> None:
    works(clone)
    assert git(clone.path, "status", "--porcelain") == ""


def test_the_templates_own_tests_pass(clone: Tree) -> None:
    clone.run(str(clone.python), "-m", "pytest", "-q", "-p", "no:cacheprovider", "server").must()


def test_a_second_setup_changes_nothing(clone: Tree) -> None:
    clone.setup().must()
    before = picture(clone.path / "python")
    assert "installing" not in clone.setup().must().err
    assert difference(picture(clone.path / "python"), before) == []
    clone.setup("--check").must()


def test_a_fresh_worktree_works_with_its_own_code_and_without_the_index(clone: Tree) -> None:
    git(clone.path, "worktree", "add", "-q", str(clone.path.parent / "feature"))
    tree = Tree(clone.path.parent / "feature", clone.environ)
    assert "linked requirements.txt" in tree.setup("--offline").must().err
    works(tree)
    code = (
        "import example_server, symbol_index; print(example_server.__file__, symbol_index.__file__)"
    )
    found = tree.run(str(tree.python), "-I", "-B", "-c", code, cwd=Path("/")).must().out.split()
    assert found == [
        f"{tree.path}/server/example_server/__init__.py",
        f"{tree.path}/tools/symbol_index.py",
    ]


@pytest.mark.skipif(
    os.name == "nt" or os.geteuid() != 0, reason="only root can become another user"
)
def test_a_plain_user_with_only_the_systems_python_is_served(
    origin: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    if run(
        ["/usr/bin/python3", "-c", "import sys; sys.exit(sys.version_info < (3, 11))"],
        {"PATH": "/usr/bin:/bin"},
        "/",
    ).status:
        pytest.skip("the system's Python is too old, or there is none")
    directory = Path("/tmp") / f"workroot-plain-{os.getpid()}"
    try:
        (directory / "home").mkdir(parents=True)
        git(directory, "clone", "-q", str(origin), str(directory / "clone"))
        run(["chown", "-R", "23456:23456", str(directory)], {"PATH": "/usr/bin:/bin"}, "/").must()
        environ = index.environ(str(directory / "home"))
        del environ["WORKROOT_PYTHON"]
        tree = Tree(directory / "clone", environ, user=23456)
        tree.setup().must()
        works(tree)
    finally:
        shutil.rmtree(directory, ignore_errors=True)
