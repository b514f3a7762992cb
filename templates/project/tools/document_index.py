"""Puts the sections of Markdown files into an SQLite file:  document_index.py OUT.db FILE..."""

import pathlib
import sqlite3
import sys
from collections.abc import Iterator


def sections(text: str) -> Iterator[tuple[str, str]]:
    """Each section's heading and text; what stands before the first heading has none."""
    heading, lines = "", []
    for line in text.splitlines():
        if line.startswith("#"):
            yield heading, "\n".join(lines).strip()
            heading, lines = line.lstrip("#").strip(), []
        else:
            lines.append(line)
    yield heading, "\n".join(lines).strip()


def main(target: str, *files: str) -> None:
    pathlib.Path(target).unlink(missing_ok=True)
    database = sqlite3.connect(target)
    with database:
        database.execute("CREATE TABLE sections (file TEXT, heading TEXT, text TEXT)")
        for file in files:
            found = sections(pathlib.Path(file).read_text(encoding="utf-8"))
            database.executemany("INSERT INTO sections VALUES (?, ?, ?)", [(file, *row) for row in found if any(row)])
    database.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
