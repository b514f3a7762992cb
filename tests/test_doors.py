"""The engine's doors, by its syntax trees: who may start programs, write files, speak, know shells; and how long anything may get.

A checker takes the path of a module in the engine and its tree, and gives complaints; each is shown a sample that it must refuse.
"""

import ast
import re
import sys
from collections.abc import Iterator

import pytest
from sources import ENGINE, modules, named, read

MODULES = modules()
LONGEST_FUNCTION = 40
LONGEST_FILE = 300
LONG_FILES = {  # file -> why it is not two
    "files.py": "one door: every way in which the engine touches the disk, to be read at once",
    "swap.py": "one transaction with its journal: plan, apply, finish, revert",
}
STARTS = {"subprocess", "os.system", "os.popen", "os.fork", "os.forkpty", "os.startfile", "pty", "multiprocessing", "_posixsubprocess"}
STARTS_BY = re.compile(r"os\.(exec|spawn|posix_spawn)\w*\Z")
WRITES = {
    "shutil", "tempfile", *(f"os.{name}" for name in (
        "replace", "rename", "renames", "unlink", "remove", "removedirs", "rmdir", "mkdir", "makedirs", "utime", "chmod", "chown", "lchown", "link",
        "symlink", "truncate", "ftruncate", "mkfifo", "mknod", "setxattr", "removexattr", "chflags", "write", "copy_file_range", "sendfile")),
}
PERSON = {"sys.argv", "os.environ", "os.getenv", "os.environb", "os.putenv", "os.unsetenv", "input", "print", "exit", "quit", "sys.exit", "os._exit", "getpass"}
SHELL = {"shlex", "pipes"}
MAY = {  # (file, name) -> why a door is open there
    ("report.py", "print"): "the door to the terminal",
    ("report.py", "os.environ"): "quiet is known before any command runs",
    ("root.py", "shlex"): "a line to type is spelled where its paths are",
    ("commands/pip.py", "pip"): "this file is also run by the venv's Python, which has one",
    ("__main__.py", "os.open"): "a closed stream gets the null device in its place",
    ("__main__.py", "open"): "and is a stream over it",
    ("commands/__init__.py", "os.open"): "a closed pipe gets the null device in its place",
}
SPELLED_BY_ROOT = {"workroot.toml", ".workroot", "state.json", "bootstrap.sh", "bootstrap.ps1", "python-packages", "system-python"}
SPELLERS = {"root.py", "exports.py"}  # the second writes them into what a shell reads


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
    """Every name that is imported or spelled, with its line; `from os import unlink` counts as os.unlink."""
    for node in ast.walk(module):
        match node:
            case ast.Import(names=names):
                yield from ((name.name, node.lineno) for name in names)
            case ast.ImportFrom(module=source, names=names, level=0) if source:
                yield source, node.lineno
                yield from ((f"{source}.{name.name}", node.lineno) for name in names)
            case ast.Name() | ast.Attribute():
                yield spelled(node), node.lineno


def through(module: str, parsed: ast.AST, names: set[str], more: re.Pattern[str] | None = None) -> list[str]:
    """The uses of these names in a module that has no reason to."""
    wrong = {(name, line) for name, line in used(parsed) if name in names or name.partition(".")[0] in names or (more and more.match(name))}
    return [f"{module}, line {line}: {name}" for name, line in sorted(wrong) if not _may(module, name)]


def _may(module: str, name: str) -> bool:
    return any((module, short) in MAY for short in (name, name.rpartition(".")[0], name.partition(".")[0]))


def starts(module: str, parsed: ast.AST) -> list[str]:
    return [] if module == "process.py" else through(module, parsed, STARTS, STARTS_BY)


def writes(module: str, parsed: ast.AST) -> list[str]:
    if module == "files.py":
        return []
    opened = [node for node in ast.walk(parsed) if isinstance(node, ast.Call) and spelled(node.func) in ("open", "io.open", "os.open", "os.fdopen")]
    wrong = [f"{module}, line {node.lineno}: {spelled(node.func)}" for node in opened if _for_writing(node) and (module, spelled(node.func)) not in MAY]
    methods = {"write_text", "write_bytes", "touch", "rmtree"}
    named_so = [node for node in ast.walk(parsed) if isinstance(node, ast.Attribute) and node.attr in methods and spelled(node.value) not in ("files",)]
    return through(module, parsed, WRITES) + wrong + [f"{module}, line {node.lineno}: .{node.attr}" for node in named_so]


def _for_writing(call: ast.Call) -> bool:
    """Whether an open() may write: its mode says so, or cannot be read from the source."""
    if spelled(call.func) == "os.open":
        return len(call.args) < 2 or spelled(call.args[1]) != "os.O_RDONLY"
    modes = [keyword.value for keyword in call.keywords if keyword.arg == "mode"] + call.args[1:2]
    return any(not isinstance(mode, ast.Constant) or bool(set(str(mode.value)) & set("wax+")) for mode in modes)


def speaks(module: str, parsed: ast.AST) -> list[str]:
    return [] if module == "__main__.py" or module.startswith("commands/") else through(module, parsed, PERSON)


def shells(module: str, parsed: ast.AST) -> list[str]:
    return [] if module == "exports.py" else through(module, parsed, SHELL)


def paths(module: str, parsed: ast.AST) -> list[str]:
    """File names that root spells, spelled elsewhere as a word of their own."""
    texts = [node for node in ast.walk(parsed) if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " not in node.value]
    return [] if module in SPELLERS else [f"{module}, line {node.lineno}: {node.value!r}" for node in texts if SPELLED_BY_ROOT & set(re.split(r"[/\\]", node.value))]


def imports(module: str, parsed: ast.AST) -> list[str]:
    """What is neither the standard library's nor the engine's own by its absolute name, and `from x import *`."""
    wrong = []
    for node in ast.walk(parsed):
        if isinstance(node, ast.ImportFrom) and (node.level or any(name.name == "*" for name in node.names)):
            wrong.append(f"{module}, line {node.lineno}: write the absolute name")
        names = [name.name for name in node.names] if isinstance(node, ast.Import) else [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        known = {*sys.stdlib_module_names, "_sha2", "workroot"}  # hashlib's own module since 3.12
        wrong += [f"{module}, line {node.lineno}: {name}" for name in names if name.partition(".")[0] not in known and not _may(module, name)]
    return wrong


def swallows(module: str, parsed: ast.AST) -> list[str]:
    """`except:`, `except Exception:` and asserts, which -O takes out."""
    handlers = [node for node in ast.walk(parsed) if isinstance(node, ast.ExceptHandler)]
    broad = [node for node in handlers if (node.type is None or spelled(node.type) in ("Exception", "BaseException")) and not _raises(node)]
    asserts = [node for node in ast.walk(parsed) if isinstance(node, ast.Assert)]
    return [f"{module}, line {node.lineno}: {type(node).__name__}" for node in (*broad, *asserts)]


def _raises(handler: ast.ExceptHandler) -> bool:
    return any(isinstance(node, ast.Raise) for node in ast.walk(handler))


def long_functions(module: str, parsed: ast.AST) -> list[str]:
    functions = [node for node in ast.walk(parsed) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return [f"{module}: {f.name} has {lines} lines" for f in functions if (lines := (f.end_lineno or f.lineno) - f.lineno + 1) > LONGEST_FUNCTION]


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
@pytest.mark.parametrize("module", MODULES)
def test_the_engine_keeps_its_doors(module: str, checker) -> None:
    assert checker(module, tree(module)) == []


@pytest.mark.parametrize("checker", CHECKERS, ids=lambda checker: checker.__name__)
def test_a_door_that_is_open_is_found(checker) -> None:
    assert checker("noun.py", ast.parse(CHECKERS[checker]))


@pytest.mark.parametrize(("checker", "code"), [
    (starts, "from os import execve"), (starts, "import os\nos.posix_spawn('a', [], {})"), (writes, "open('a', 'w')"), (writes, "open('a', mode=m)"),
    (writes, "from os import replace"), (writes, "import os\nos.open('a', os.O_WRONLY)"), (writes, "p.write_text('a')"), (writes, "import shutil"),
    (speaks, "print('a')"), (speaks, "import sys\nsys.exit(1)"), (speaks, "from os import environ"), (imports, "from . import files"),
    (imports, "from os import *"), (swallows, "assert a"), (swallows, "try:\n    a\nexcept:\n    pass"), (paths, "a = 'workroot.toml'"),
])
def test_each_way_through_a_door_is_found(checker, code: str) -> None:
    assert checker("noun.py", ast.parse(code))


@pytest.mark.parametrize(("checker", "code"), [
    (writes, "open('a')"), (writes, "open('a', 'rb')"), (writes, "files.write('a', b)"), (paths, "a = 'no workroot.toml here'"), (starts, "from workroot import process"),
])
def test_what_is_no_door_is_left_alone(checker, code: str) -> None:
    assert checker("noun.py", ast.parse(code)) == []


def test_long_files_are_named_with_a_reason() -> None:
    long = {module for module in MODULES if len(read(f"python/workroot/{module}").splitlines()) > LONGEST_FILE}
    assert long == set(LONG_FILES)


def test_reasons_are_given_only_for_what_is_done() -> None:
    unused = [key for key in MAY if not any(name == key[1] or name.startswith(f"{key[1]}.") for name, _ in used(tree(key[0])))]
    assert unused == []


DOORS = {"errors", "files", "process"}
GROUND = DOORS | {"root", "config"}


def upward(module: str, parsed: ast.AST) -> list[str]:
    """Imports of the engine's own that point upward: the doors know no noun, no noun knows a command."""
    own = {name.split(".")[1] for name, _ in used(parsed) if name.startswith("workroot.")}
    if module.startswith("commands/") or module == "__main__.py":
        return []
    noun = module.removesuffix(".py")
    return sorted(own - DOORS if noun in DOORS else own - GROUND if noun in GROUND else own & {"commands", "__main__"})


@pytest.mark.parametrize("module", MODULES)
def test_imports_point_downward(module: str) -> None:
    assert upward(module, tree(module)) == []


def test_an_import_that_points_upward_is_found() -> None:
    assert upward("files.py", ast.parse("from workroot import venv")) == ["venv"]
    assert upward("config.py", ast.parse("from workroot.venv import Venv")) == ["venv"]
    assert upward("venv.py", ast.parse("from workroot.commands import new")) == ["commands"]


@pytest.mark.parametrize(("name", "version"), [("python/health_check.py", (3, 6)), ("python/workroot/__main__.py", (3, 0))])
def test_what_old_pythons_read_parses_for_them(name: str, version: tuple[int, int]) -> None:
    ast.parse(read(name), feature_version=version)


def test_the_grammar_of_an_old_python_is_kept() -> None:
    with pytest.raises(SyntaxError):
        ast.parse("if (a := 1): pass", feature_version=(3, 6))
    with pytest.raises(SyntaxError):
        ast.parse("a = f'{b}'\nmatch a:\n    case 1: pass", feature_version=(3, 0))


def mapped(text: str) -> set[str]:
    """The Python files that the code map of a README names, by their path in the engine."""
    section = re.search(r"(?ims)^#+ [^\n]*\bmap\b[^\n]*$(.*?)(?=^#+ |\Z)", text)
    return set(re.findall(r"[\w/]+\.py\b", section[1] if section else ""))


def test_the_code_map_is_the_listing() -> None:
    there = {module for module in MODULES if "/" not in module} - {"__init__.py"}  # the listing of commands/ is the list of commands
    named_there = {name.removeprefix("workroot/") for name in mapped(read("python/README.md"))} - {"health_check.py"}
    assert named_there == there


def test_a_code_map_is_found_in_its_section_only() -> None:
    assert mapped("# A\nx.py\n## Code map\n    a.py  b\n    commands/c.py  d\n## Next\ne.py\n") == {"a.py", "commands/c.py"}


SHOWN_BY = {  # noun -> the tests that show it from a shell, a venv or a pip, where it has no file in tests/engine
    "damage": "tests/test_undo_commands.py", "errors": "tests/engine/test_report.py", "exact": "tests/test_undo_commands.py",
    "exchange": "tests/engine/test_history.py", "garbage": "tests/engine/test_history.py", "plans": "tests/engine/test_history.py",
    "fresh": "tests/test_undo_commands.py", "handles": "tests/test_session.py", "home": "tests/test_undo_commands.py",
    "images": "tests/test_setup_steps.py", "installation": "tests/test_setup_steps.py", "kit": "tests/test_project_template.py",
    "credentials": "tests/engine/test_history.py", "migration": "tests/test_setup_steps.py", "place": "tests/test_setup_steps.py", "project": "tests/test_project_template.py", "recording": "tests/test_install_records.py",
    "requirement_files": "tests/test_setup_steps.py", "session": "tests/test_session.py", "setup": "tests/test_setup_steps.py",
    "shim": "tests/test_install_records.py", "startup": "tests/test_user_tier.py", "summary": "tests/test_undo_commands.py",
    "system": "tests/test_system_tier.py", "tier": "tests/test_user_tier.py", "trash": "tests/test_setup_steps.py",
}


def test_every_noun_has_its_test_file_and_every_test_file_its_noun() -> None:
    nouns = {module.removesuffix(".py") for module in MODULES if "/" not in module} - {"__init__", "__main__"}
    tests = {name.removeprefix("tests/engine/test_").removesuffix(".py") for name in named(".py") if name.startswith("tests/engine/test_")}
    assert {"without a test file": nouns - tests - set(SHOWN_BY), "shown by nothing": {file for file in SHOWN_BY.values() if file not in named(".py")}, "without a noun": tests - nouns - {"health_check"}} == {"without a test file": set(), "shown by nothing": set(), "without a noun": set()}
