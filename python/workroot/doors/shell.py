"""The shell that a person types into: what is printed to be typed is spelled for that one.

setup.ps1 says that it was called. Typed in a session, a command of ours is a child of the shell.
"""

import os
import sys

_QUOTES = "'\u2018\u2019\u201a\u201b"  # single quotes to PowerShell, all five of them


def is_powershell() -> bool:
    if sys.platform == "win32" or sys._xoptions.get("workroot") == "powershell":
        return True
    if "PSModulePath" not in os.environ:
        return False
    # PowerShell gives that to all its children, a bash that was started there among them.
    try:
        parent = os.readlink(f"/proc/{os.getppid()}/exe")
    except OSError:  # macOS has no /proc
        return True
    return os.path.basename(parent) == "pwsh"


class Spelling:
    """How one kind of shell spells what a person is told to type."""

    ending = ".sh"  # of our scripts for it
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


def spelling() -> Spelling:
    return PowerShellSpelling() if is_powershell() else Spelling()
