"""What differs between the shells: how one step of a scenario is spelled; a scenario is a list of
steps and knows no shell.
"""

import os
import shlex
import shutil
from pathlib import Path

from worlds.lab import BASE, REPORT

# What makes each shell interactive and reads no file of the person's; the first word is the program
# to look for on PATH.
INTERACTIVE = {
    "bash": ("bash", "--norc", "--noprofile", "-i"),
    "zsh": ("zsh", "-f", "-i"),
    "dash": ("dash", "-i"),
    "ksh93": ("ksh93", "-i"),
    "mksh": ("mksh", "-i"),
    "busybox": ("busybox", "sh", "-i"),
    "fish": ("fish", "-i"),
    "pwsh": ("pwsh", "-NoProfile", "-NoLogo"),
}
SHELLS = {name: argv[0] for name, argv in INTERACTIVE.items()}
# What stops a PowerShell script once the engine has said why there is no session.
THROWN = "workroot: no session; nothing was changed"


class Posix:
    """The steps in the words of the sh family, and how a shell is asked for each of them."""

    file = "bootstrap.sh"

    @property
    def prompting(self) -> "Posix":
        """The same shell as it shows a prompt: in sh a script that sets PS1 has one."""
        return self

    def __init__(self, name: str, *argv: str) -> None:
        program, *more = argv or (name,)
        self.name, self.argv = name, [shutil.which(program) or program, *more, "-c"]

    def source(self, path: str | Path = "./bootstrap.sh") -> str:
        return f". {quote(path)}"

    def source_or_exit(self, path: str | Path = "./bootstrap.sh") -> str:
        return f"{self.source(path)} || exit"

    def status(self) -> str:
        """Prints the status of the step before."""
        return "echo status=$?"

    def careful(self) -> str:
        """From here on a name that is not set is an error."""
        return "set -u"

    def export(self, name: str, value: object) -> str:
        return f"export {name}={quote(value)}"

    def assign(self, name: str, value: object) -> str:
        """A variable of the shell that its children do not get."""
        return f"{name}={quote(value)}"

    def unset(self, name: str) -> str:
        return f"unset {name}"

    def cd(self, directory: str | Path) -> str:
        return f"cd {quote(directory)}"

    def deactivate(self) -> str:
        return "deactivate"

    def set_prompt(self, text: str) -> str:
        return f"PS1={quote(text)}"

    def prepend_to_prompt(self, text: str) -> str:
        """As a person does who changes the prompt that is there."""
        return f'PS1={quote(text)}"$PS1"'

    def unset_prompt(self) -> str:
        return "unset PS1"

    def show_prompt(self, label: str) -> str:
        return self.show(label, "PS1")

    def widen_path(self, first: str, last: str) -> str:
        return f"PATH={first}:$PATH:{last}"

    def function(self, name: str, *steps: str) -> str:
        return f"{name}() {{ {'; '.join(steps)}; }}"

    def ask_for_function(self, name: str) -> str:
        """Prints left=x and a status: 0 where there is a function of that name."""
        return f'PATH=/dev/null command -v {name}; echo "left=x$?"'

    def which(self, program: str) -> str:
        return f"command -v {program}"

    def fail_where_set(self, *names: str) -> str:
        """The last step: its status is 1 where one of these variables is there."""
        return f'[ -z "{"".join(f"${{{name}+x}}" for name in names)}" ]'

    def report(self, label: str, *modules: str) -> str:
        """What any program sees, said by a Python outside the session. The status is that of the
        step before.
        """
        return " ".join([quote(BASE), "-I", "-S", quote(REPORT), label, '"$?"', *modules])

    def python(self, label: str, *modules: str) -> str:
        """What the `python` on PATH sees and imports."""
        return " ".join(["command python", quote(REPORT), label, '"$?"', *modules])

    def program(self, *words: object) -> str:
        return " ".join(["command", *map(quote, words)])

    def child(self, *steps: str) -> str:
        """The same shell started again, as a child."""
        return " ".join(map(quote, [*self.argv, "\n".join(steps)]))

    def show(self, label: str, name: str) -> str:
        """A variable of the shell itself: prints LABEL=unset, or LABEL=x and its value."""
        return (
            f'if [ -n "${{{name}+x}}" ]; '
            f'then command printf "%s=x%s\\n" {label} "${name}"; '
            f"else echo {label}=unset; fi"
        )


class PowerShell:
    """The same steps in PowerShell."""

    name, file = "pwsh", "bootstrap.ps1"
    prompting = property(lambda self: self)
    argv = (shutil.which("pwsh") or "pwsh", "-NoProfile", "-NonInteractive", "-Command")
    # It puts its own directory first on PATH whenever it starts, a child's before a session's.
    own = os.path.dirname(os.path.realpath(argv[0]))

    def source(self, path: str | Path = "./bootstrap.sh") -> str:
        """Sourced; what is thrown is caught and said, but for what follows the engine's own
        words.
        """
        file = quote_pwsh(str(path).removesuffix(".sh") + ".ps1")
        said = f'if ("$_" -cne {quote_pwsh(THROWN)}) {{ [Console]::Error.WriteLine("$_") }}'
        return f"$global:failed = 0; try {{ . {file} }} catch {{ $global:failed = 1; {said} }}"

    def source_or_exit(self, path: str | Path = "./bootstrap.sh") -> str:
        return f"{self.source(path)}; if ($global:failed) {{ exit 1 }}"

    def status(self) -> str:
        return '"status=$global:failed"'

    def careful(self) -> str:
        return "Set-StrictMode -Version Latest"

    def export(self, name: str, value: object) -> str:
        return f"$env:{name} = {quote_pwsh(value)}"

    def assign(self, name: str, value: object) -> str:
        return f"$global:{name} = {quote_pwsh(value)}"

    def unset(self, name: str) -> str:
        return f"[Environment]::SetEnvironmentVariable('{name}', [NullString]::Value)"

    def cd(self, directory: str | Path) -> str:
        return f"Set-Location -LiteralPath {quote_pwsh(directory)}"

    def deactivate(self) -> str:
        return "deactivate"

    def set_prompt(self, text: str) -> str:
        return f"function global:prompt {{ {quote_pwsh(text)} }}"

    def show_prompt(self, label: str) -> str:
        return f'"{label}=x$(prompt)"'

    def widen_path(self, first: str, last: str) -> str:
        return f'$env:PATH = "{first}:${{env:PATH}}:{last}"'

    def ask_for_function(self, name: str) -> str:
        return f'"left=x$(Test-Path function:{name})"'

    def which(self, program: str) -> str:
        return f"(Get-Command -Name {program} -CommandType Application -TotalCount 1).Source"

    def fail_where_set(self, *names: str) -> str:
        return f"exit [int]({' -or '.join(f'(Test-Path env:{name})' for name in names)})"

    def report(self, label: str, *modules: str) -> str:
        return (
            f"& {quote_pwsh(BASE)} -I -S {quote_pwsh(REPORT)} {label} "
            f"$global:failed {' '.join(modules)}"
        )

    def python(self, label: str, *modules: str) -> str:
        return (
            "& (Get-Command -Name python -CommandType Application -TotalCount 1) "
            f"{quote_pwsh(REPORT)} {label} $global:failed {' '.join(modules)}"
        )

    def program(self, *words: object) -> str:
        return f"& {' '.join(map(quote_pwsh, words))}"

    def child(self, *steps: str) -> str:
        return f"& {' '.join(map(quote_pwsh, [*self.argv, '; '.join(steps)]))}"

    def show(self, label: str, name: str) -> str:
        return (
            f"if (Test-Path env:{name}) {{ \"{label}=x$env:{name}\" }} else {{ '{label}=unset' }}"
        )


class Fish(Posix):
    """The same steps in fish."""

    file = "bootstrap.fish"

    def __init__(self, *options: str) -> None:
        super().__init__("fish", "fish", *options)

    @property
    def prompting(self) -> Posix:
        return Fish("-i")

    def source(self, path: str | Path = "./bootstrap.sh") -> str:
        return f". {quote_fish(str(path).removesuffix('.sh') + '.fish')}"

    def source_or_exit(self, path: str | Path = "./bootstrap.sh") -> str:
        return f"{self.source(path)}; or exit"

    def status(self) -> str:
        return "echo status=$status"

    def careful(self) -> str:
        """In fish what is not set is a list without elements, whatever one asks for."""
        return "true"

    def export(self, name: str, value: object) -> str:
        return f"set -gx {name} {quote_fish(value)}"

    def assign(self, name: str, value: object) -> str:
        return f"set -gu {name} {quote_fish(value)}"

    def unset(self, name: str) -> str:
        return f"set -e {name}"

    def cd(self, directory: str | Path) -> str:
        return f"cd {quote_fish(directory)}"

    def set_prompt(self, text: str) -> str:
        return f"function fish_prompt; printf %s {quote_fish(text)}; end"

    def prepend_to_prompt(self, text: str) -> str:
        kept = "functions -c fish_prompt prompt_of_before"
        mine = f"function fish_prompt; printf %s {quote_fish(text)}; prompt_of_before; end"
        return f"{kept}; {mine}"

    def unset_prompt(self) -> str:
        return "functions -e fish_prompt"

    def show_prompt(self, label: str) -> str:
        """Printed whole, as a prompt may end without a line end."""
        shown = f'printf "%s=x%s\\n" {label} "$(fish_prompt)"'
        return f"if functions -q fish_prompt; {shown}; else; echo {label}=unset; end"

    def widen_path(self, first: str, last: str) -> str:
        return f"set -gx PATH {first} $PATH {last}"

    def function(self, name: str, *steps: str) -> str:
        return f"function {name}; {'; '.join(steps)}; end"

    def ask_for_function(self, name: str) -> str:
        return f'functions -q {name}; echo "left=x$status"'

    def fail_where_set(self, *names: str) -> str:
        return "; and ".join(f"not set -q {name}" for name in names)

    def report(self, label: str, *modules: str) -> str:
        return " ".join(
            [quote_fish(BASE), "-I", "-S", quote_fish(REPORT), label, "$status", *modules]
        )

    def python(self, label: str, *modules: str) -> str:
        return " ".join(["command python", quote_fish(REPORT), label, "$status", *modules])

    def program(self, *words: object) -> str:
        return " ".join(["command", *map(quote_fish, words)])

    def child(self, *steps: str) -> str:
        return " ".join(map(quote_fish, [*self.argv, "\n".join(steps)]))

    def show(self, label: str, name: str) -> str:
        return (
            f'if set -q {name}; printf "%s=x%s\\n" {label} "${name}"; else; echo {label}=unset; end'
        )


def quote(word: object) -> str:
    return shlex.quote(str(word))


def quote_pwsh(word: object) -> str:
    return "'" + "".join(c * 2 if c in "'\u2018\u2019\u201a\u201b" else c for c in str(word)) + "'"


def quote_fish(word: object) -> str:
    return "'" + str(word).replace("\\", "\\\\").replace("'", "\\'") + "'"


SH = [
    Posix("bash"),
    Posix("zsh"),
    Posix("dash"),
    Posix("ksh93"),
    Posix("mksh"),
    Posix("busybox", "busybox", "sh"),
]
FISH = Fish()
UNIX = [*SH, FISH]
EVERY = [*UNIX, PowerShell()]
