"""Puts the functions, classes and structs of C++ files into an SQLite file:  symbol_index.py OUT.db FILE..."""

import pathlib
import sqlite3
import sys
from collections.abc import Iterator

import tree_sitter_cpp
from tree_sitter import Language, Node, Parser

KINDS = {"function_definition": "function", "class_specifier": "class", "struct_specifier": "struct"}


def symbols(source: bytes) -> Iterator[tuple[str, str, int]]:
    """Each symbol's kind, name and line from 1."""
    pending = [Parser(Language(tree_sitter_cpp.language())).parse(source).root_node]
    while pending:
        node = pending.pop()
        if node.type in KINDS:
            name = _name(node)
            if name:
                yield KINDS[node.type], name, node.start_point[0] + 1
        pending.extend(reversed(node.children))


def _name(node: Node) -> str:
    name = node.child_by_field_name("name") or node.child_by_field_name("declarator")
    while name is not None and name.child_by_field_name("declarator") is not None:
        name = name.child_by_field_name("declarator")
    return (name.text or b"").decode("utf-8", "replace") if name is not None else ""


def main(target: str, *files: str) -> None:
    pathlib.Path(target).unlink(missing_ok=True)
    database = sqlite3.connect(target)
    with database:
        database.execute("CREATE TABLE symbols (kind TEXT, name TEXT, file TEXT, line INTEGER)")
        for file in files:
            rows = [(kind, name, file, line) for kind, name, line in symbols(pathlib.Path(file).read_bytes())]
            database.executemany("INSERT INTO symbols VALUES (?, ?, ?, ?)", rows)
    database.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
