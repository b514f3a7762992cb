"""Writes a C++ header of plain structs from a JSON file of records:  record_layers.py RECORDS.json OUT.hpp"""

import json
import pathlib
import sys


def header(records: dict[str, dict[str, str]]) -> str:
    structs = []
    for name, fields in records.items():
        members = "".join(f"    {kind} {field};\n" for field, kind in fields.items())
        structs.append(f"struct {name} {{\n{members}}};\n")
    return "#pragma once\n\nnamespace records {\n\n" + "\n".join(structs) + "\n}  // namespace records\n"


def main(source: str, target: str) -> None:
    records = json.loads(pathlib.Path(source).read_text(encoding="utf-8"))
    pathlib.Path(target).parent.mkdir(parents=True, exist_ok=True)
    pathlib.Path(target).write_text(header(records), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
