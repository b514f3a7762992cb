"""What the user tier made beside its own files: directories, and the startup files it wrote into.

It is noted before the thing itself is made, so that a kill leaves nothing that nobody knows of.
"""

import os

from workroot.doors import documents, files

_VERSION = 1


class Made:
    """The note of one user tier."""

    def __init__(self, path: str) -> None:
        self.path = path
        try:
            said = documents.load(path, _VERSION) or {}
        except documents.Damaged:
            said = {}
        self.made: list[str] = said.get("directories", [])
        self.files: list[str] = said.get("startup", [])

    def directories(self, wanted: list[str]) -> None:
        """Make directories, and note those that were not there."""
        for path in wanted:
            missing = []
            while not os.path.lexists(path):
                missing.append(path)
                path = os.path.dirname(path)
            self.made += [one for one in missing if one not in self.made]
            if missing:
                files.make_directory(missing[0])

    def startup_file(self, path: str) -> None:
        """Note that our block is, or will be, in that file."""
        if path not in self.files:
            self.files.append(path)

    def save(self) -> None:
        said = {"version": _VERSION, "directories": self.made, "startup": self.files}
        files.write(self.path, documents.text(said))
