"""What the user tier made beside its own files: directories, and the startup files it wrote into.

It is noted before the thing itself is made, so that a kill leaves nothing that nobody knows of.
"""

import os

from workroot.doors import documents, files

_VERSION = 1


class Made:
    """The note of one user tier.

    A note that is damaged counts as empty.

    Attributes:
        made: Directories that were not there before, in no order.
        files: Startup files with our block.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        try:
            said = documents.load(path, _VERSION) or {}
        except documents.Damaged:
            said = {}
        self.made: list[str] = said.get("directories", [])
        self.files: list[str] = said.get("startup", [])

    def directories(self, wanted: list[str]) -> None:
        """Make directories, and note those that were not there.

        The caller saves the note; until then only this process knows of them.
        """
        for path in wanted:
            missing = []
            # The directories above it may be missing too, and are ours to remove again.
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
        """Write the note. Raises WorkrootError: where the disk refuses."""
        said = {"version": _VERSION, "directories": self.made, "startup": self.files}
        files.write(self.path, documents.text(said))
