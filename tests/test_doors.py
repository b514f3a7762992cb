"""The engine's doors, by its syntax trees: who may start programs, write files, speak, know
shells; and how long anything may get.

A checker takes the path of a module in the engine and its tree, and gives complaints; each is shown
a sample that it must refuse.
"""

import ast
import functools
import re
import sys
from collections.abc import Iterator

import pytest
from sources import ENGINE, modules, named, read

MODULES = modules()
LONGEST_FUNCTION = 40  # a function reads as steps
LONGEST_FILE = 400  # docstrings are a third of it
LONG_FILES = {  # file -> why it is not two
    "config.py": "the whole schema of workroot.toml, key by key",
    "history/exchange.py": "one transaction with its journal: prepare, apply, finish, revert",
    "history/generations.py": "what one generation says, and the files of all of them",
    "history/ledger.py": "one record, read and added to under one lock",
    "history/library.py": "all that the states know of: found, swept and brought from elsewhere",
    "history/plans.py": "undo, redo and restore, which differ in what they start from alone",
    "history/present.py": "one look at a venv, thorough or quick",
    "history/swap.py": "one difference of two trees, as renames",
    "pythons/packages.py": "a distribution in each form; every start of the history opens it once",
}
STARTS = {
    "subprocess",
    "os.system",
    "os.popen",
    "os.fork",
    "os.forkpty",
    "os.startfile",
    "pty",
    "multiprocessing",
    "_posixsubprocess",
}
STARTS_BY = re.compile(r"os\.(exec|spawn|posix_spawn)\w*\Z")
WRITES = {
    "shutil",
    "tempfile",
    *(
        f"os.{name}"
        for name in (
            "replace",
            "rename",
            "renames",
            "unlink",
            "remove",
            "removedirs",
            "rmdir",
            "mkdir",
            "makedirs",
            "utime",
            "chmod",
            "chown",
            "lchown",
            "link",
            "symlink",
            "truncate",
            "ftruncate",
            "mkfifo",
            "mknod",
            "setxattr",
            "removexattr",
            "chflags",
            "write",
            "copy_file_range",
            "sendfile",
        )
    ),
}
READ_WRITE = {"os.O_WRONLY", "os.O_RDWR", "os.O_CREAT", "os.O_TRUNC", "os.O_APPEND"}
WRITERS = {"doors/files.py", "doors/trees.py", "doors/locks.py"}
PERSON = {
    "sys.argv",
    "os.environ",
    "os.getenv",
    "os.environb",
    "os.putenv",
    "os.unsetenv",
    "input",
    "print",
    "exit",
    "quit",
    "sys.exit",
    "os._exit",
    "getpass",
}
SHELL = {"shlex", "pipes"}
MAY = {  # (file, name) -> why a door is open there
    ("doors/terminal.py", "print"): "the door to the terminal",
    ("doors/terminal.py", "os.environ"): "quiet is known before any command runs",
    ("doors/shell.py", "shlex"): "a line to type is spelled there",
    ("doors/shell.py", "os.environ"): "which shell it is for is asked where a line is printed",
    ("commands/__init__.py", "Exception"): "a bug is reported there",
    ("commands/pip.py", "pip"): "this file is also run by the venv's Python, which has one",
    ("starting.py", "os.open"): "a closed stream gets the null device in its place",
    ("starting.py", "open"): "and is a stream over it",
    ("commands/__init__.py", "os.open"): "a closed pipe gets the null device in its place",
}
SPELLED_BY_ROOT = {
    "workroot.toml",
    ".workroot",
    "state.json",
    "bootstrap.sh",
    "bootstrap.fish",
    "bootstrap.ps1",
    "python-packages",
    "system-python",
}
SPELLERS = {"root.py", "session/sh.py", "session/powershell.py"}  # two write them for shells


@functools.cache
def tree(module: str) -> ast.Module:
    return ast.parse((ENGINE / module).read_bytes())


def spelled(node: ast.AST) -> str:
    """A dotted name as it is written; '' for what is none."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=attribute):
            return f"{spelled(value)}.{attribute}" if spelled(value) else ""
    return ""


def used(module: ast.AST) -> Iterator[tuple[str, int]]:
    """Every name that is imported or spelled, with its line; `from os import unlink` counts as
    os.unlink.
    """
    for node in ast.walk(module):
        match node:
            case ast.Import(names=names):
                yield from ((name.name, node.lineno) for name in names)
            case ast.ImportFrom(module=source, names=names, level=0) if source:
                yield source, node.lineno
                yield from ((f"{source}.{name.name}", node.lineno) for name in names)
            case ast.Name() | ast.Attribute():
                yield spelled(node), node.lineno


def through(
    module: str, parsed: ast.AST, names: set[str], more: re.Pattern[str] | None = None
) -> list[str]:
    """The uses of these names in a module that has no reason to."""
    wrong = {
        (name, line)
        for name, line in used(parsed)
        if name in names or name.partition(".")[0] in names or (more and more.match(name))
    }
    return [
        f"{module}, line {line}: {name}" for name, line in sorted(wrong) if not _may(module, name)
    ]


def _may(module: str, name: str) -> bool:
    return any(
        (module, short) in MAY for short in (name, name.rpartition(".")[0], name.partition(".")[0])
    )


def starts(module: str, parsed: ast.AST) -> list[str]:
    return [] if module == "doors/process.py" else through(module, parsed, STARTS, STARTS_BY)


def writes(module: str, parsed: ast.AST) -> list[str]:
    if module in WRITERS:
        return []
    opened = [
        node
        for node in ast.walk(parsed)
        if isinstance(node, ast.Call)
        and spelled(node.func) in ("open", "io.open", "os.open", "os.fdopen")
    ]
    wrong = [
        f"{module}, line {node.lineno}: {spelled(node.func)}"
        for node in opened
        if _for_writing(node) and (module, spelled(node.func)) not in MAY
    ]
    methods = {"write_text", "write_bytes", "touch", "rmtree"}
    named_so = [
        node
        for node in ast.walk(parsed)
        if isinstance(node, ast.Attribute)
        and node.attr in methods
        and spelled(node.value) != "files"
    ]
    return (
        through(module, parsed, WRITES)
        + wrong
        + [f"{module}, line {node.lineno}: .{node.attr}" for node in named_so]
    )


def _for_writing(call: ast.Call) -> bool:
    """Whether an open() may write: its mode says so, or cannot be read from the source."""
    if spelled(call.func) == "os.open":
        flags = {spelled(node) for node in ast.walk(call.args[1])} if len(call.args) > 1 else set()
        return "os.O_RDONLY" not in flags or bool(flags & READ_WRITE)
    modes = [keyword.value for keyword in call.keywords if keyword.arg == "mode"] + call.args[1:2]
    return any(
        not isinstance(mode, ast.Constant) or bool(set(str(mode.value)) & set("wax+"))
        for mode in modes
    )


def speaks(module: str, parsed: ast.AST) -> list[str]:
    return (
        []
        if module in ("__main__.py", "starting.py") or module.startswith("commands/")
        else through(module, parsed, PERSON)
    )


def shells(module: str, parsed: ast.AST) -> list[str]:
    return [] if module == "standards/quoting.py" else through(module, parsed, SHELL)


def paths(module: str, parsed: ast.AST) -> list[str]:
    """File names that root spells, spelled elsewhere as a word of their own."""
    texts = [
        node
        for node in ast.walk(parsed)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " not in node.value
    ]
    return (
        []
        if module in SPELLERS
        else [
            f"{module}, line {node.lineno}: {node.value!r}"
            for node in texts
            if SPELLED_BY_ROOT & set(re.split(r"[/\\]", node.value))
        ]
    )


def imports(module: str, parsed: ast.AST) -> list[str]:
    """What is neither the standard library's nor the engine's own by its absolute name, and `from x
    import *`.
    """
    wrong = []
    for node in ast.walk(parsed):
        if isinstance(node, ast.ImportFrom) and (
            node.level or any(name.name == "*" for name in node.names)
        ):
            wrong.append(f"{module}, line {node.lineno}: write the absolute name")
        names = (
            [name.name for name in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
        known = {*sys.stdlib_module_names, "_sha2", "workroot"}  # hashlib's own module since 3.12
        wrong += [
            f"{module}, line {node.lineno}: {name}"
            for name in names
            if name.partition(".")[0] not in known and not _may(module, name)
        ]
    return wrong


def swallows(module: str, parsed: ast.AST) -> list[str]:
    """`except:`, `except Exception:` and asserts, which -O takes out."""
    handlers = [node for node in ast.walk(parsed) if isinstance(node, ast.ExceptHandler)]
    broad = [
        node
        for node in handlers
        if (node.type is None or spelled(node.type) in ("Exception", "BaseException"))
        and not _raises(node)
        and not (node.type and _may(module, spelled(node.type)))
    ]
    asserts = [node for node in ast.walk(parsed) if isinstance(node, ast.Assert)]
    return [f"{module}, line {node.lineno}: {type(node).__name__}" for node in (*broad, *asserts)]


def _raises(handler: ast.ExceptHandler) -> bool:
    return any(isinstance(node, ast.Raise) for node in ast.walk(handler))


def long_functions(module: str, parsed: ast.AST) -> list[str]:
    functions = [
        node
        for node in ast.walk(parsed)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    return [
        f"{module}: {f.name} has {lines} lines"
        for f in functions
        if (lines := (f.end_lineno or f.lineno) - f.lineno + 1) > LONGEST_FUNCTION
    ]


def without_docstring(module: str, parsed: ast.Module) -> list[str]:
    empty = not parsed.body
    said = ast.get_docstring(parsed) or ""
    return [] if empty or said.strip() else [f"{module} does not say what noun it is"]


CHECKERS = {
    starts: "import subprocess\n",
    writes: "import os\nos.unlink('a')\n",
    speaks: "import os\nos.environ['A']\n",
    shells: "from shlex import quote\n",
    paths: "a = '.workroot/bin'\n",
    imports: "import requests\n",
    swallows: "try:\n    a\nexcept Exception:\n    pass\n",
    long_functions: "def f():\n" + "    a\n" * LONGEST_FUNCTION,
    without_docstring: "a = 1\n",
}


@pytest.mark.parametrize("checker", CHECKERS, ids=lambda checker: checker.__name__)
def test_the_engine_keeps_its_doors(checker) -> None:
    complaints = []
    for module in MODULES:
        complaints += checker(module, tree(module))
    assert complaints == []


@pytest.mark.parametrize("checker", CHECKERS, ids=lambda checker: checker.__name__)
def test_a_door_that_is_open_is_found(checker) -> None:
    assert checker("noun.py", ast.parse(CHECKERS[checker]))


@pytest.mark.parametrize(
    ("checker", "code"),
    [
        (starts, "from os import execve"),
        (starts, "import os\nos.posix_spawn('a', [], {})"),
        (writes, "open('a', 'w')"),
        (writes, "open('a', mode=m)"),
        (writes, "from os import replace"),
        (writes, "import os\nos.open('a', os.O_WRONLY)"),
        (writes, "import os\nos.open('a', os.O_RDONLY | os.O_CREAT)"),
        (writes, "p.write_text('a')"),
        (writes, "import shutil"),
        (speaks, "print('a')"),
        (speaks, "import sys\nsys.exit(1)"),
        (speaks, "from os import environ"),
        (imports, "from . import files"),
        (imports, "from os import *"),
        (swallows, "assert a"),
        (swallows, "try:\n    a\nexcept:\n    pass"),
        (paths, "a = 'workroot.toml'"),
    ],
)
def test_each_way_through_a_door_is_found(checker, code: str) -> None:
    assert checker("noun.py", ast.parse(code))


@pytest.mark.parametrize(
    ("checker", "code"),
    [
        (writes, "open('a')"),
        (writes, "open('a', 'rb')"),
        (writes, "os.open('a', os.O_RDONLY | os.O_NOFOLLOW)"),
        (writes, "files.write('a', b)"),
        (paths, "a = 'no workroot.toml here'"),
        (starts, "from workroot import process"),
    ],
)
def test_what_is_no_door_is_left_alone(checker, code: str) -> None:
    assert checker("noun.py", ast.parse(code)) == []


DOORS = [name for name in MODULES if name.startswith("doors/") and name != "doors/__init__.py"]


def offered(door: str) -> set[str]:
    """The names at the top of a door."""
    names = {node.name for node in tree(door).body if hasattr(node, "name")}
    for node in tree(door).body:
        if isinstance(node, ast.Assign | ast.AnnAssign):
            names |= {target.id for target in ast.walk(node) if isinstance(target, ast.Name)}
    return names


@pytest.mark.parametrize("door", DOORS)
def test_a_door_has_what_is_asked_of_it(door: str) -> None:
    """A name that moved to another door would be missed only where its line is run."""
    own = door.removeprefix("doors/").removesuffix(".py")
    asked = {
        f"{module}, line {line}: {name}"
        for module in MODULES
        if any(name == f"workroot.doors.{own}" for name, _ in used(tree(module)))
        for name, line in used(tree(module))
        if name.startswith(f"{own}.") and name.split(".")[1] not in offered(door)
    }
    assert asked == set()


def test_long_files_are_named_with_a_reason() -> None:
    long = {
        module
        for module in MODULES
        if len(read(f"python/workroot/{module}").splitlines()) > LONGEST_FILE
    }
    assert long == set(LONG_FILES)


def test_reasons_are_given_only_for_what_is_done() -> None:
    unused = [
        key
        for key in MAY
        if not any(
            name == key[1] or name.startswith(f"{key[1]}.") for name, _ in used(tree(key[0]))
        )
    ]
    assert unused == []


@pytest.mark.parametrize(
    ("name", "version"),
    [("python/health_check.py", (3, 6)), ("python/workroot/__main__.py", (3, 0))],
)
def test_what_old_pythons_read_parses_for_them(name: str, version: tuple[int, int]) -> None:
    ast.parse(read(name), feature_version=version)


def test_the_grammar_of_an_old_python_is_kept() -> None:
    with pytest.raises(SyntaxError):
        ast.parse("if (a := 1): pass", feature_version=(3, 6))
    with pytest.raises(SyntaxError):
        ast.parse("a = f'{b}'\nmatch a:\n    case 1: pass", feature_version=(3, 0))


def mapped(text: str) -> set[str]:
    """The folders and files of the engine that the code map of a README names."""
    section = re.search(r"(?ims)^#+ [^\n]*\bmap\b[^\n]*$(.*?)(?=^#+ |\Z)", text)
    names = re.findall(r"`workroot/([\w/]+(?:\.py|/))`", section[1] if section else "")
    return {name.rstrip("/") for name in names}


def test_the_code_map_is_the_listing() -> None:
    top = {name.partition("/")[0] for name in MODULES} - {"__init__.py"}
    assert mapped(read("python/README.md")) == top


def test_a_code_map_is_found_in_its_section_only() -> None:
    text = (
        "# A\n"
        "`workroot/x.py`\n"
        "## Code map\n"
        "| `workroot/a.py` `workroot/c/` |\n"
        "## Next\n"
        "`workroot/e.py`\n"
    )
    assert mapped(text) == {"a.py", "c"}


# What shows a noun from a shell, a venv or a pip, where it has no file in tests/engine
SHOWN_BY = {
    "doors/mounts": "tests/engine/environment/test_place.py",
    **{
        f"doctor/{name}": "tests/test_doctor.py"
        for name in (
            "healing/aside",
            "healing/bringing",
            "context",
            "damage",
            "examination",
            "finding",
            "healthy",
            "listing",
            "healing/remaking",
            "windows",
        )
    },
    "doctor/own_checks": "tests/test_own_checks.py",
    **{
        f"doctor/report/{name}": "tests/test_report.py"
        for name in ("html", "imports", "packages", "page", "timeline")
    },
    "doctor/where": "tests/test_where.py",
    "doctor/summary": "tests/test_undo_commands.py",
    "environment/fresh": "tests/test_undo_commands.py",
    "environment/handles": "tests/test_session.py",
    "environment/installation": "tests/test_setup_steps.py",
    "environment/options": "tests/test_setup_steps.py",
    "environment/owed": "tests/test_setup_steps.py",
    "environment/setup": "tests/test_setup_steps.py",
    "environment/sharing": "tests/engine/environment/test_place.py",
    "environment/trash": "tests/engine/environment/test_place.py",
    "environment/wanted": "tests/test_setup_steps.py",
    "doors/shell": "tests/test_session_failures.py",
    "errors": "tests/engine/doors/test_terminal.py",
    "history/exchange": "tests/engine/history/test_journal.py",
    "history/home": "tests/test_undo_commands.py",
    "history/operation": "tests/test_install_records.py",
    "history/plans": "tests/engine/history/test_ledger.py",
    "installers/download": "tests/test_index_settings.py",
    "installers/images": "tests/test_setup_steps.py",
    "installers/index": "tests/test_index_settings.py",
    "installers/pinned": "tests/engine/installers/test_provision.py",
    "installers/shim": "tests/test_install_records.py",
    "installers/uv": "tests/engine/installers/test_provision.py",
    "project/kit": "tests/test_project_template.py",
    "project/migration": "tests/test_setup_steps.py",
    "pythons/making": "tests/engine/pythons/test_venv.py",
    "locking/drawings": "tests/engine/locking/test_graph.py",
    "pythons/configuration": "tests/engine/pythons/test_packages.py",
    "session/delta": "tests/test_env_formats.py",
    "session/fish": "tests/test_session.py",
    "session/proving": "tests/engine/session/test_proof.py",
    "session/powershell": "tests/test_session.py",
    "session/session": "tests/test_session.py",
    "session/sh": "tests/test_session.py",
    "standards/digest": "tests/engine/standards/test_record.py",
    "standards/marker": "tests/engine/standards/test_requirement.py",
    "starting": "tests/test_starts.py",
    "standards/names": "tests/engine/standards/test_requirement.py",
    "standards/quoting": "tests/engine/session/test_exports.py",
    "standards/reading": "tests/engine/standards/test_requirement.py",
    "tiers/block": "tests/test_user_tier.py",
    "tiers/made": "tests/test_user_tier.py",
    "tiers/scripts": "tests/test_user_tier.py",
    "tiers/startup": "tests/test_user_tier.py",
    "tiers/system": "tests/test_system_tier.py",
    "tiers/tier": "tests/test_user_tier.py",
}


LISTINGS = ("commands/", "doctor/checks/")  # tests are named after what they promise


def nouns_without_a_test() -> set[str]:
    nouns = {name.removesuffix(".py") for name in MODULES if not name.startswith(LISTINGS)}
    nouns = {name for name in nouns if not name.endswith(("__init__", "__main__"))}
    return nouns - nouns_with_a_file() - set(SHOWN_BY)


def nouns_with_a_file() -> set[str]:
    """The nouns that the files of tests/engine are named after: 'history/store' of
    history/test_store.py.
    """
    files = [name for name in named(".py") if name.startswith("tests/engine/")]
    below = [name.removeprefix("tests/engine/").removesuffix(".py") for name in files]
    return {name.replace("test_", "") for name in below if "test_" in name}


def test_every_noun_has_its_test_file() -> None:
    assert nouns_without_a_test() == set()
    assert {file for file in SHOWN_BY.values() if file not in named(".py")} == set()


def test_every_test_file_has_its_noun() -> None:
    there = {name.removesuffix(".py") for name in MODULES}
    assert nouns_with_a_file() - there == {
        "health_check"
    }  # python/health_check.py, beside the engine
