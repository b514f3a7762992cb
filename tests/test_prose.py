"""How the code reads, counted: `python tests/test_prose.py` prints the figures, the tests hold
them to their limits.

A line counts as code where it is neither blank nor a comment alone; a comment that only speaks to a
linter is none.
"""

import ast
import io
import re
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from imports import FULL, LISTINGS, between_folders, by_folder, circles, graph_of

ENGINE = Path(__file__).resolve().parents[1] / "python" / "workroot"
WIDEST = 100
LONG = 40
DIRECTIVE = re.compile(r"#\s*(noqa|fmt:|type:|pragma|ruff:|shellcheck)")
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


class Limit(NamedTuple):
    """most, or at_least: what the figure may be."""

    name: str
    most: float | None = None
    at_least: float | None = None


LIMITS = (
    Limit("lines over 100 columns", most=0),
    Limit("syntax nodes a code line", most=7.0),
    Limit("functions over 40 lines", most=5),
    Limit("nested ternaries", most=0),
    Limit("nested comprehensions per 1000 lines", most=3),
    Limit("comments per 1000 lines", at_least=35),
    Limit("digit indices from [2] on", most=10),
    Limit("imports inside functions", most=60),
    Limit("programs in strings", most=0),
    Limit("circles of modules", most=0),
    Limit("circles of folders", most=0),
    Limit("files in the fullest folder", most=FULL),
)


class Source(NamedTuple):
    """One file by its path in the engine: its text, its tree, how many lines are more than a
    comment, and its comments.
    """

    name: str
    text: str
    tree: ast.Module
    lines: int
    comments: int


def read(path: Path) -> Source:
    return source(path.relative_to(ENGINE).as_posix(), path.read_text(encoding="utf-8"))


def source(name: str, text: str) -> Source:
    lines = [line for line in text.splitlines() if line.strip() and line.strip()[0] != "#"]
    tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    comments = [token.string for token in tokens if token.type == tokenize.COMMENT]
    said = sum(not DIRECTIVE.match(comment) for comment in comments)
    return Source(name, text, ast.parse(text), len(lines), said)


def docstring_lines(tree: ast.Module) -> Iterator[int]:
    for node in ast.walk(tree):
        if not isinstance(node, (ast.Module, ast.ClassDef, *FUNCTIONS)) or not node.body:
            continue
        first = node.body[0]
        if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
            yield from range(first.lineno, (first.end_lineno or first.lineno) + 1)


def inside(tree: ast.AST, kinds: tuple[type, ...]) -> Iterator[tuple[ast.AST, ast.AST]]:
    """Every node of these kinds that stands inside of another one of them."""
    for outer in ast.walk(tree):
        if isinstance(outer, kinds):
            for inner in ast.walk(outer):
                if inner is not outer and isinstance(inner, kinds):
                    yield outer, inner


def long_functions(tree: ast.AST) -> int:
    found = [node for node in ast.walk(tree) if isinstance(node, FUNCTIONS)]
    return sum((node.end_lineno or node.lineno) - node.lineno + 1 > LONG for node in found)


def digit_indices(tree: ast.AST) -> int:
    count = 0
    for node in ast.walk(tree):
        index = node.slice if isinstance(node, ast.Subscript) else None
        if isinstance(index, ast.Constant) and isinstance(index.value, int):
            count += index.value >= 2
    return count


def imports_inside(tree: ast.AST) -> int:
    found = set()
    for function in ast.walk(tree):
        if isinstance(function, FUNCTIONS):
            found.update(
                node for node in ast.walk(function) if isinstance(node, ast.Import | ast.ImportFrom)
            )
    return len(found)


def programs_in_strings(tree: ast.AST) -> list[int]:
    """Texts that are a Python or shell program: files that linters see are the place for those."""
    documentation = set(docstring_lines(tree))
    found = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
            continue
        if node.lineno in documentation:
            continue
        python = re.search(r"(?m)(^|; )(import \w+|from [\w.]+ import )", node.value)
        shell = re.search(r"(?m)^#!/bin/sh|^\s*(if|while|case) .*(; then|; do| in)$", node.value)
        if python or shell:
            found.append(node.lineno)
    return found


def figures(sources: list[Source]) -> dict[str, float]:
    trees = [source.tree for source in sources]
    lines = sum(source.lines for source in sources)
    nodes = sum(sum(1 for _ in ast.walk(tree)) for tree in trees)
    nested = sum(len({inner for _, inner in inside(tree, COMPREHENSIONS)}) for tree in trees)
    wide = [line for source in sources for line in source.text.splitlines() if len(line) > WIDEST]
    graph = graph_of({one.name: one.text for one in sources if one.name != "__init__.py"})
    folders = by_folder(one.name for one in sources)
    sizes = [len(names) for folder, names in folders.items() if folder not in LISTINGS]
    return {
        "lines over 100 columns": len(wide),
        "syntax nodes a code line": round(nodes / lines, 2),
        "functions over 40 lines": sum(map(long_functions, trees)),
        "nested ternaries": sum(len(list(inside(tree, (ast.IfExp,)))) for tree in trees),
        "nested comprehensions per 1000 lines": round(nested / lines * 1000, 2),
        "comments per 1000 lines": round(sum(one.comments for one in sources) / lines * 1000, 1),
        "digit indices from [2] on": sum(map(digit_indices, trees)),
        "imports inside functions": sum(map(imports_inside, trees)),
        "programs in strings": sum(len(programs_in_strings(tree)) for tree in trees),
        "circles of modules": len(circles(graph)),
        "circles of folders": len(circles(between_folders(graph))),
        "files in the fullest folder": max(sizes, default=0),
    }


def engine() -> list[Source]:
    return [read(path) for path in sorted(ENGINE.rglob("*.py"))]


def broken(found: dict[str, float]) -> list[str]:
    """The figures that are beyond their limit, as sentences."""
    wrong = []
    for limit in LIMITS:
        figure = found[limit.name]
        if limit.most is not None and figure > limit.most:
            wrong.append(f"{limit.name}: {figure}, at most {limit.most}")
        if limit.at_least is not None and figure < limit.at_least:
            wrong.append(f"{limit.name}: {figure}, at least {limit.at_least}")
    return wrong


def table(name: str, sources: list[Source]) -> str:
    found = figures(sources)
    rows = [f"{name} ({len(sources)} files)"]
    for limit in LIMITS:
        bound = f"at least {limit.at_least}" if limit.most is None else f"at most {limit.most}"
        rows.append(f"  {found[limit.name]:8}  {limit.name} ({bound})")
    return "\n".join(rows)


def main(words: list[str]) -> None:
    """The figures of the engine, and with --folders of each folder by itself."""
    print(table("engine", engine()))
    if words == ["--folders"]:
        for folder in sorted(path for path in ENGINE.iterdir() if path.is_dir()):
            sources = [read(path) for path in sorted(folder.rglob("*.py"))]
            if sources:
                print(table(folder.name, sources))


def test_the_engine_keeps_every_limit() -> None:
    assert broken(figures(engine())) == []


def test_what_may_not_be_more_is_counted() -> None:
    names = {limit.name for limit in LIMITS}
    assert set(figures(engine())) == names == set(SAMPLES)


SAMPLES = {  # a figure -> files that are beyond its limit
    "lines over 100 columns": {"a.py": f"a = '{'x' * WIDEST}'\n"},
    "syntax nodes a code line": {"a.py": "a = [f(b, c) for b in d if g(b) and h[b] or not c]\n"},
    "functions over 40 lines": {
        "a.py": "".join(f"def f{number}():\n" + "    a\n" * LONG for number in range(6))
    },
    "nested ternaries": {"a.py": "a = b if c else (d if e else f)\n"},
    "nested comprehensions per 1000 lines": {"a.py": "a = [[b for b in c] for c in d]\n"},
    "comments per 1000 lines": {"a.py": "a = 1  # noqa: F401\n# fmt: skip\n"},
    "digit indices from [2] on": {"a.py": "a = b[2]\n" * 11},
    "imports inside functions": {"a.py": "def f():\n" + "    import a\n" * 61},
    "programs in strings": {"a.py": "a = 'import sys; print(sys.path)'\n"},
    "circles of modules": {
        "doors/a.py": "from workroot.doors import b\n",
        "doors/b.py": "def f():\n    from workroot.doors.a import c\n",
    },
    "circles of folders": {
        "doors/a.py": "from workroot.session import b\n",
        "doors/c.py": "",
        "session/b.py": "if TYPE_CHECKING:\n    from workroot.doors import c\n",
    },
    "files in the fullest folder": {f"doors/{name}.py": "a = 1\n" for name in "abcdefghijklm"},
}


@pytest.mark.parametrize("figure", SAMPLES)
def test_each_counter_finds_its_sample(figure: str) -> None:
    sources = [source(name, text) for name, text in SAMPLES[figure].items()]
    found = [sentence for sentence in broken(figures(sources)) if sentence.startswith(figure)]
    assert len(found) == 1


def test_what_is_within_its_limit_is_not_complained_of() -> None:
    plain = "def f(a):\n    # why\n    return a[0]\n"
    assert broken(figures([source("doors/a.py", plain)])) == []


if __name__ == "__main__":
    main(sys.argv[1:])
