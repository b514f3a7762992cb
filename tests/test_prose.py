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

KIT = Path(__file__).resolve().parents[1]
ENGINE = KIT / "python" / "workroot"
WIDEST = 100
LONG = 40
DIRECTIVE = re.compile(r"#\s*(noqa|fmt:|type:|pragma|ruff:|shellcheck)")
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


class Limit(NamedTuple):
    """most, or at_least: what the figure may be. of: a thousand code lines, or 1 for a plain
    count.
    """

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
)


class Source(NamedTuple):
    """One file: its text, its tree, how many lines are more than a comment, and its comments."""

    name: str
    text: str
    tree: ast.Module
    lines: int
    comments: int


def read(path: Path) -> Source:
    text = path.read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.strip() and line.strip()[0] != "#"]
    tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    comments = [token.string for token in tokens if token.type == tokenize.COMMENT]
    said = sum(not DIRECTIVE.match(comment) for comment in comments)
    return Source(str(path.relative_to(KIT)), text, ast.parse(text), len(lines), said)


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
    count = 0
    for function in ast.walk(tree):
        if isinstance(function, FUNCTIONS):
            for node in ast.walk(function):
                count += isinstance(node, ast.Import | ast.ImportFrom)
    return count


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
    rows = [f"{name} ({len(sources)} files)"]
    rows += [f"  {figure:8}  {what}" for what, figure in figures(sources).items()]
    return "\n".join(rows)


def main(words: list[str]) -> None:
    """The figures of the engine, and with --folders of each folder by itself."""
    print(table("engine", engine()))
    if words == ["--folders"]:
        for folder in sorted(path for path in ENGINE.iterdir() if path.is_dir()):
            sources = [read(path) for path in sorted(folder.rglob("*.py"))]
            if sources:
                print(table(folder.name, sources))


if __name__ == "__main__":
    main(sys.argv[1:])
