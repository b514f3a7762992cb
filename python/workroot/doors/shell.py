"""The shell that a person types into: what is printed to be typed is spelled for that one.

setup.ps1 says that it was called, and bootstrap.fish that it calls. Typed in a session, a command
of ours is a child of the shell.
"""

import os
import sys

_QUOTES = "'\u2018\u2019\u201a\u201b"  # single quotes to PowerShell, all five of them


def is_powershell() -> bool:
    if sys.platform == "win32" or sys._xoptions.get("workroot") == "powershell":
        return True
    # PowerShell gives that to all its children, a bash that was started there among them. Only
    # Linux tells which program the parent is.
    return "PSModulePath" in os.environ and _parent() in ("pwsh", "")


def is_fish() -> bool:
    return os.environ.get("WORKROOT_SHELL") == "fish" or _parent() == "fish"


def _parent() -> str:
    """The name of the program that started this one; '' where nothing tells."""
    try:
        return os.path.basename(os.readlink(f"/proc/{os.getppid()}/exe"))
    except OSError:  # macOS has no /proc
        return ""


class Spelling:
    """How one kind of shell spells what a person is told to type."""

    ending = ".sh"  # of our bootstrap for it
    setup_ending = ".sh"
    then = " && "  # what comes next is typed only where the first one worked

    def quote(self, word: str) -> str:
        import shlex  # re, for a line that most commands do not print

        return shlex.quote(word)

    def call(self, program: str) -> str:
        return self.quote(program)

    def export(self, name: str, value: str) -> str:
        return f"export {name}={value}"

    def unset(self, name: str) -> str:
        return f"unset {name}"

    def unalias(self, name: str) -> str:
        return f"unalias {name}"

    def enter(self, directory: str, line: str) -> str:
        """Go to a directory, and type a line there."""
        return f"cd {self.quote(directory)}{self.then}{line}"


class PowerShellSpelling(Spelling):
    """The same in PowerShell, where && came with version 7."""

    ending = ".ps1"
    setup_ending = ".ps1"
    then = "; "

    def quote(self, word: str) -> str:
        if word and all(letter.isalnum() or letter in "/\\:._-" for letter in word):
            return word
        return "'" + "".join(2 * letter if letter in _QUOTES else letter for letter in word) + "'"

    def call(self, program: str) -> str:
        quoted = self.quote(program)
        return quoted if quoted == program else f"& {quoted}"

    def export(self, name: str, value: str) -> str:
        return f"$env:{name} = '{value}'"

    def unset(self, name: str) -> str:
        return f"Remove-Item env:{name}"

    def unalias(self, name: str) -> str:
        return f"Remove-Item alias:{name}"


class FishSpelling(Spelling):
    """The same in fish, which knows && since 3.0."""

    ending = ".fish"

    def quote(self, word: str) -> str:
        if word and all(letter.isalnum() or letter in "/:._-" for letter in word):
            return word
        escaped = "".join("\\" + letter if letter in "\\'" else letter for letter in word)
        return f"'{escaped}'"

    def export(self, name: str, value: str) -> str:
        return f"set -gx {name} {value}"

    def unset(self, name: str) -> str:
        return f"set -e {name}"

    def unalias(self, name: str) -> str:
        return f"functions -e {name}"


def spelling() -> Spelling:
    if is_powershell():
        return PowerShellSpelling()
    return FishSpelling() if is_fish() else Spelling()
