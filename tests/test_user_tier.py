"""`./setup.sh --user`: in a new shell pip is a person's own and everything can be undone; taken
away, nothing is left of it.
"""

import functools
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from worlds import wheels
from worlds.again import again
from worlds.base import kept
from worlds.environment import difference, picture
from worlds.lab import KIT, PATH, Outcome, cache, run
from worlds.workbench import alone

# How each shell is started anew, as a terminal or a login does it.
NEW = {
    "bash": ["bash", "-i"],
    "bash, login": ["bash", "-l"],
    "zsh": ["zsh", "-i"],
    "fish": ["fish"],
    "ksh93": ["ksh93", "-i"],
    "ksh93, login": ["ksh93", "-l"],
    "mksh, login": ["mksh", "-l"],
    "dash, login": ["dash", "-l"],
    "busybox, login": ["busybox", "sh", "-l"],
    "pwsh": ["pwsh", "-NonInteractive"],
}
# What PowerShell types where the others have `command -v` and $PATH.
FOUND = "(Get-Command {} -CommandType Application -TotalCount 1 -ErrorAction Ignore).Source"
IN_POWERSHELL = {"command -v": FOUND, "printf '%s\\n' \"$PATH\"": "$env:PATH"}
NOISE = (
    "no job control",
    "cannot set terminal process group",
    "Inappropriate ioctl",
    "can't access tty",
    "job control turned off",
    "won't have full job control",
)


class Person:
    """A home directory, empty or not, and the shells that start in it."""

    def __init__(self, directory: Path, name: str = "home") -> None:
        self.directory, self.home = directory, directory / name
        self.home.mkdir()
        self.wheels = directory / "wheels"
        self.wheels.mkdir(exist_ok=True)
        self.environ = {
            "HOME": str(self.home),
            "PATH": f"{PATH}:{powershell()}",
            "LANG": "C.UTF-8",
            **alone(self.wheels),
            "XDG_CACHE_HOME": cache(),
        }

    @property
    def tier(self) -> Path:
        return self.home / ".local" / "python-packages"

    @property
    def bin(self) -> Path:
        return self.tier / "venv" / "bin"

    def setup(self, *words: str, kit: Path = KIT, **environ: str) -> Outcome:
        return run(
            ["sh", str(kit / "setup.sh"), *words],
            self.environ | environ,
            self.directory,
            timeout=120,
        )

    def shell(self, name: str, *lines: str, **environ: str) -> Outcome:
        """Lines in a new shell."""
        done = run(
            [*NEW[name], "-c", "\n".join(lines)], self.environ | environ, self.home, timeout=120
        )
        done.err = "".join(
            line
            for line in done.err.splitlines(keepends=True)
            if not any(noise in line for noise in NOISE)
        )
        return done

    def pyctl(self, *words: str, **environ: str) -> Outcome:
        return run(
            [str(self.home / ".local" / "bin" / "pyctl"), *words],
            self.environ | environ,
            self.home,
            timeout=120,
        )

    def wheel(self, name: str, version: str = "1.0", **content) -> str:
        return wheels.make_wheel(str(self.wheels), name, version, **content)

    def packages(self) -> set[str]:
        site = next((self.tier / "venv" / "lib").glob("python*/site-packages"))
        return {
            path.name.removesuffix(".dist-info")
            for path in site.glob("*.dist-info")
            if not path.name.startswith("pip-")
        }


@functools.cache
def powershell() -> Path:
    """A directory of PATH with nothing but a pwsh, which may be installed anywhere."""
    directory = kept()
    program = shutil.which("pwsh")
    if program:
        (directory / "pwsh").symlink_to(os.path.realpath(program))
    return directory


def typed(shell: str, line: str) -> str:
    """A line that asks for a program or for PATH, in that shell's words."""
    if shell != "pwsh":
        return line
    said = []
    for part in line.split("; "):
        asked, _, program = part.rpartition(" ")
        spelled = IN_POWERSHELL.get(part) or IN_POWERSHELL.get(asked, part)
        said.append(spelled.format(program))
    return "; ".join(said)


def settle(directory: Path) -> Person:
    directory.mkdir()
    person = Person(directory)
    person.setup("--user").must()
    return person


def settle_without_startup_files(directory: Path) -> Person:
    person = settle(directory)
    for entry in person.home.iterdir():
        if entry.name != ".local":
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
    return person


@pytest.fixture
def person() -> Person:
    """In whose home `--user` has been typed."""
    return again(settle)


@pytest.fixture
def settler() -> Person:
    """One who has the kit and the tier, and no startup file yet: compiling the kit takes two
    seconds.
    """
    return again(settle_without_startup_files)


@pytest.mark.parametrize("shell", NEW)
def test_in_a_new_shell_pip_is_ones_own(person: Person, shell: str) -> None:
    if not shutil.which(NEW[shell][0]):
        pytest.skip(f"{NEW[shell][0]} is not on PATH")
    asked = ("command -v pip; command -v python; command -v pyctl", "printf '%s\\n' \"$PATH\"")
    done = person.shell(shell, *(typed(shell, line) for line in asked)).must()
    assert done.out.splitlines()[:3] == [
        f"{person.bin}/pip",
        f"{person.bin}/python",
        f"{person.home}/.local/bin/pyctl",
    ]
    assert done.err == "" and done.out.count(str(person.bin)) == 3


@pytest.mark.parametrize(
    "shell", ["bash", "zsh", "ksh93", "dash, login", "mksh, login", "busybox, login"]
)
def test_a_startup_file_leaves_no_name_but_path(person: Person, shell: str) -> None:
    if not shutil.which(NEW[shell][0]):
        pytest.skip(f"{NEW[shell][0]} is not on PATH")
    names = {line.partition("=")[0] for line in person.shell(shell, "set").must().out.splitlines()}
    assert {name for name in names if "pyctl" in name.lower()} == set()


@pytest.mark.parametrize("shell", ["fish"])
def test_the_startup_file_of_fish_leaves_no_variable_and_no_function(
    person: Person, shell: str
) -> None:
    asked = "set -n; functions -n"
    with_it = person.shell(shell, asked).must().out.split()
    without = run(["fish", "-c", asked], person.environ | {"HOME": "/nonexistent"}, "/").out
    assert set(with_it) - set(without.split()) <= {"fish_user_paths", "__fish_initialized"}


@pytest.mark.parametrize("shell", ["pwsh"])
def test_powershells_startup_file_leaves_no_variable_and_no_function(
    person: Person, shell: str
) -> None:
    told = "(Get-ChildItem variable:, function:).Name -join ' '"
    with_it = person.shell(shell, told).must().out.split()
    without = run([*NEW[shell], "-NoProfile", "-c", told], person.environ, person.home).must()
    assert set(with_it) - set(without.out.split()) <= {"PROFILE"}


SHAPES = {  # of PATH before and after, {venv} and {local} being the tier's; /active a venv's own
    "/a:/b": "{venv}:{local}:/a:/b",
    "/a:{local}:/b": "{venv}:/a:{local}:/b",
    "/a:{venv}:/b": "{venv}:{local}:/a:/b",
    "{venv}:/a:{venv}:{local}": "{venv}:/a:{local}",
    "/a:{venv}2:{local}2": "{venv}:{local}:/a:{venv}2:{local}2",
    "/active/bin:/a": "/active/bin:{venv}:{local}:/a",
    "/x:/active/bin:/a:{venv}": "/x:/active/bin:{venv}:{local}:/a",
}


@pytest.mark.parametrize("shell", ["pwsh"])
def test_any_path_has_the_entries_of_the_tier_once(person: Person, shell: str) -> None:
    startup = person.home / ".local" / "share" / "workroot" / "templates" / "user" / "startup.ps1"
    tier = {"{venv}": str(person.bin), "{local}": str(person.home / ".local" / "bin")}
    lines, wanted = [], []
    for before, after in SHAPES.items():
        active = "'/active'" if "/active" in before else "$null"
        lines += [f"$env:VIRTUAL_ENV = {active}; $env:PATH = '{filled(before, tier)}'"]
        lines += [f". '{startup}'; $env:PATH"]
        wanted.append(filled(after, tier))
    argv = [*NEW[shell], "-NoProfile", "-c", "\n".join(lines)]
    assert run(argv, person.environ, person.home).must().out.splitlines() == wanted


def filled(text: str, words: dict[str, str]) -> str:
    for name, word in words.items():
        text = text.replace(name, word)
    return text


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "pwsh"])
def test_an_activated_project_wins(person: Person, tmp_path: Path, shell: str) -> None:
    project = tmp_path / "venv"
    run(
        [str(person.bin / "python"), "-m", "venv", "--without-pip", str(project)],
        person.environ,
        tmp_path,
    ).must()
    (project / "bin" / "pip").write_text("#!/bin/sh\n")
    (project / "bin" / "pip").chmod(0o755)
    script = {"fish": "activate.fish", "pwsh": "Activate.ps1"}.get(shell, "activate")
    pip = typed(shell, "command -v pip")
    done = person.shell(
        shell,
        f". '{project}/bin/{script}'",
        pip,
        f"{' '.join(NEW[shell])} -c '{pip}'",
        "deactivate",
        pip,
    ).must()
    assert done.out.splitlines() == [
        f"{project}/bin/pip",
        f"{project}/bin/pip",
        f"{person.bin}/pip",
    ]


def test_a_pip_of_the_person_does_not_come_first(person: Person) -> None:
    """Debian's .profile puts ~/.local/bin first once it is there, after it has read .bashrc."""
    (person.home / ".local" / "bin" / "pip").write_text("#!/bin/sh\necho the old one\n")
    (person.home / ".local" / "bin" / "pip").chmod(0o755)
    profile = person.home / ".profile"
    profile.write_text('. "$HOME/.bashrc"\nPATH="$HOME/.local/bin:$PATH"\n' + profile.read_text())
    assert person.shell("bash, login", "command -v pip").must().out == f"{person.bin}/pip\n"


def test_pip_needs_no_sudo_and_no_activation_and_is_undone(person: Person) -> None:
    person.wheel("alpha", commands={"alpha": "alpha:main"})
    before = picture(person.tier / "venv")
    done = person.shell("bash", "pip install alpha && pyctl history --json && pyctl undo").must()
    assert "+ alpha 1.0" in done.err and '"kind": "install"' in done.out
    assert difference(before, picture(person.tier / "venv")) == []


def test_an_empty_home_is_empty_again(tmp_path: Path) -> None:
    person = Person(tmp_path)
    person.setup("--user").must()
    person.setup("--user", "--remove").must()
    assert list(person.home.iterdir()) == []


FILES = {
    ".bashrc": b"alias x=y",
    ".profile": b"# mine\n",
    ".bash_profile": b"",
    ".zshrc": b"setopt x\n\n\n",
    ".kshrc": b"\xff\xfe in latin-1 \xe9\n"[2:],
    ".mkshrc": b": \n",
    ".config/fish/config.fish": b"set -g x 1\r\n",
    ".config/powershell/profile.ps1": "\ufeff$x = 1\r\n".encode("utf-16-le"),
}


def own_files(person: Person) -> dict[str, tuple]:
    """What is not of the kit, less the times."""
    return {
        path: entry[:2]
        for path, entry in picture(person.directory).items()
        if path != "." and not path.startswith("home/.local")
    }


@pytest.mark.parametrize("shape", ["files", "links", "read by few"])
def test_startup_files_are_byte_equal_after_remove(settler: Person, shape: str) -> None:
    for name, content in FILES.items():
        path = settler.home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        path.chmod(0o600 if shape == "read by few" else 0o644)
        if shape == "links":
            (settler.directory / "dotfiles").mkdir(exist_ok=True)
            shutil.move(path, settler.directory / "dotfiles" / path.name)
            path.symlink_to(settler.directory / "dotfiles" / path.name)
    before = own_files(settler)
    settler.setup("--user").must()
    changed = {name for name in FILES if (settler.home / name).read_bytes() != FILES[name]}
    settler.setup("--user", "--remove").must()
    assert changed == set(FILES)
    assert not settler.tier.exists() and own_files(settler) == before


PROFILES = {
    "none": b"",
    "empty": b"",
    "without a line end": b"$x = 1",
    "Windows lines and a mark": "\ufeff$x = 1\r\n".encode(),
    "UTF-16": "\ufeff$x = '\u00e9'\r\n".encode("utf-16-le"),
    "a return at its end": b"$x = 1\nreturn\n",
    "the person's own PATH": b'$env:PATH = "/own:${env:PATH}"\n',
    "strict": b"Set-StrictMode -Version 3\n$ErrorActionPreference = 'Stop'\n",
    "nothing is changed unasked": b"$WhatIfPreference = $true\n",
}


@pytest.mark.parametrize("shell", ["pwsh"])
def test_any_profile_gets_the_block_and_is_as_it_was_after_remove(
    tmp_path: Path, shell: str
) -> None:
    person = Person(tmp_path)
    configs = {kind: tmp_path / "configs" / str(number) for number, kind in enumerate(PROFILES)}
    for kind, config in configs.items():
        profile = config / "powershell" / "profile.ps1"
        if kind != "none":
            profile.parent.mkdir(parents=True)
            profile.write_bytes(PROFILES[kind])
        person.setup("--user", XDG_CONFIG_HOME=str(config)).must()
        done = person.shell(shell, typed(shell, "command -v pip"), XDG_CONFIG_HOME=str(config))
        assert (done.out, done.err) == (f"{person.bin}/pip\n", ""), f"{kind}: {done}"
    person.setup("--user", "--remove").must()
    assert not (configs["none"] / "powershell").exists()
    for kind, config in configs.items():
        if kind != "none":
            assert (config / "powershell" / "profile.ps1").read_bytes() == PROFILES[kind], kind


def test_twice_is_once(person: Person) -> None:
    before = picture(person.home)
    person.setup("--user").must()
    after = picture(person.home)
    assert [
        path
        for path in difference(before, after)
        if "__pycache__" not in path
        and not path.endswith(("lock", "settings.json"))
        and before.get(path, ())[:2] != after.get(path, ())[:2]
    ] == []


def test_lines_that_a_person_adds_around_the_block_stay(settler: Person) -> None:
    bashrc = settler.home / ".bashrc"
    bashrc.write_text("first")
    settler.setup("--user").must()
    bashrc.write_text("zeroth\n" + bashrc.read_text() + "last\n")
    settler.setup("--user", "--remove").must()
    assert bashrc.read_text() == "zeroth\nfirst\nlast\n"


def test_a_block_without_its_end_is_named_and_left(person: Person) -> None:
    bashrc = person.home / ".bashrc"
    bashrc.write_text(bashrc.read_text().replace("# <<< pyctl <<<\n", "mine\n"))
    text = bashrc.read_text()
    done = person.setup("--user", "--remove")
    assert done.status == 2 and ".bashrc" in done.err and bashrc.read_text() == text


def test_packages_are_not_removed_unasked(person: Person) -> None:
    person.wheel("alpha")
    person.shell("bash", "pip install -q alpha").must()
    done = person.setup("--user", "--remove").must()
    assert "1 packages you installed" in done.err and person.packages() == {"alpha-1.0"}
    person.setup("--user", "--remove", "--yes").must()
    assert not person.tier.exists()


def test_a_pip_that_came_with_its_first_use_was_installed_by_nobody(person: Person) -> None:
    """As where the base Python has none: the baseline knows of no pip."""
    step = "pip uninstall -q -y pip && pyctl snapshot --force baseline && pyctl undo"
    person.shell("bash", step).must()
    assert (person.tier / "venv/bin/python").exists()
    done = person.setup("--user", "--remove").must()
    assert "you installed" not in done.err and not person.tier.exists()


def test_the_kit_may_be_deleted_afterwards(tmp_path: Path) -> None:
    kit = tmp_path / "kit"
    shutil.copytree(
        KIT,
        kit,
        ignore=shutil.ignore_patterns(".git", "tests", ".venv", ".workroot", "__pycache__"),
    )
    person = Person(tmp_path)
    person.setup("--user", kit=kit).must()
    shutil.rmtree(kit)
    person.wheel("alpha")
    person.shell("bash", "pip install alpha && pyctl undo").must()
    run(
        ["sh", str(person.home / ".local/share/workroot/setup.sh"), "--user", "--remove"],
        person.environ,
        tmp_path,
    ).must()
    assert list(person.home.iterdir()) == []


def test_another_pyctl_is_not_overwritten(tmp_path: Path) -> None:
    person = Person(tmp_path)
    other = person.home / ".local" / "bin" / "pyctl"
    other.parent.mkdir(parents=True)
    other.write_text("#!/bin/sh\n")
    assert person.setup("--user").status == 2
    assert other.read_text() == "#!/bin/sh\n" and not (person.home / ".bashrc").exists()


@pytest.mark.parametrize(
    "how", [["pip", "install", "-U", "pip"], ["python", "-m", "pip", "install", "-U", "pip"]]
)
def test_the_recording_pip_survives_an_upgrade_of_pip(person: Person, how: list[str]) -> None:
    main = "def main(): print('new pip')\n"
    person.wheel(
        "pip",
        "99.0",
        files={
            "pip/__init__.py": "",
            "pip/_internal/__init__.py": "",
            "pip/_internal/cli/__init__.py": "",
            "pip/_internal/cli/main.py": main,
            "pip/__main__.py": "print('new pip')\n",
        },
        commands={"pip": "pip._internal.cli.main:main", "pip3": "pip._internal.cli.main:main"},
    )
    person.shell("bash", " ".join(how)).must()
    assert json.loads(person.pyctl("history", "--json").must().out)["operations"][0]["kind"] in (
        "install",
        "external",
    )
    assert "pip --of user" in (person.bin / "pip").read_text()
    assert person.shell("bash", "pip list").out == "new pip\n"
    assert all(
        one["severity"] == "ok"
        for one in json.loads(person.shell("bash", "pyctl doctor --json").out)["findings"]
    )
    person.pyctl("undo").must()
    assert "new pip" not in person.shell("bash", "pip --version").must().out


def test_an_overwritten_pip_is_found_and_renewed(person: Person) -> None:
    (person.bin / "pip").write_text("#!/bin/sh\n")
    findings = json.loads(person.shell("bash", "pyctl doctor --json").out)["findings"]
    assert [one["id"] for one in findings if one["severity"] == "warn"] == ["pip"]
    person.shell("bash", "pyctl doctor --fix").must()
    assert "pip --of user" in (person.bin / "pip").read_text()


@pytest.mark.parametrize(
    "words",
    [
        ["status"],
        ["history"],
        ["diff"],
        ["list-snapshots"],
        ["doctor"],
        ["snapshot", "x"],
        ["--help"],
        ["--version"],
        ["init"],
    ],
)
def test_pyctl_has_the_commands(person: Person, words: list[str]) -> None:
    done = person.shell("bash", f"pyctl {' '.join(words)}").must()
    assert "workroot undo" not in done.err + done.out


def test_pyctl_clean_makes_a_fresh_venv(person: Person) -> None:
    person.wheel("alpha")
    person.shell("bash", "pip install -q alpha && pyctl clean --yes").must()
    assert person.packages() == set() and "pip --of user" in (person.bin / "pip").read_text()
    person.pyctl("undo").must()
    assert person.packages() == {"alpha-1.0"}


def test_the_configuration_holds_and_an_error_in_it_is_named(person: Person) -> None:
    config = person.tier / "config.toml"
    person.wheel("alpha")
    config.write_text(
        config.read_text().replace(
            "show_diff_after_install = true", "show_diff_after_install = false"
        )
    )
    assert person.shell("bash", "pip install -q alpha").must().err == ""
    config.write_text(config.read_text().replace("max_entries = 100", "max_entries = 'many'"))
    done = person.pyctl("history")
    assert (
        done.status == 2 and "config.toml, line" in done.err and "history.max_entries" in done.err
    )


def test_without_home_nothing_is_done(tmp_path: Path) -> None:
    done = subprocess.run(
        ["sh", str(KIT / "setup.sh"), "--user"],
        env={"PATH": PATH},
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    assert done.returncode == 2 and "HOME" in done.stderr


def test_a_home_with_an_odd_name(tmp_path: Path) -> None:
    person = Person(tmp_path, "ho me's $(touch pwned) \u00e9")
    person.setup("--user").must()
    person.wheel("alpha")
    person.shell("bash", "pip install -q alpha && pyctl undo && command -v pip").must()
    person.setup("--user", "--remove").must()
    assert list(person.home.iterdir()) == [] and not list(tmp_path.rglob("pwned"))


def test_eight_at_once_lose_no_record(person: Person) -> None:
    for number in range(8):
        person.wheel(f"alpha{number}")
    pips = [
        subprocess.Popen(
            [str(person.bin / "pip"), "install", "-q", f"alpha{number}"],
            env=person.environ,
            cwd=person.home,
            stderr=subprocess.DEVNULL,
        )
        for number in range(8)
    ]
    assert [pip.wait(timeout=240) for pip in pips] == [0] * 8
    assert len(json.loads(person.pyctl("history", "--json").out)["operations"]) == 9
    assert os.path.isdir(person.tier / "store")


@pytest.mark.parametrize("words", [["--remove"], ["-q", "--remove"]])
def test_what_is_to_be_removed_is_named(tmp_path: Path, words: list[str]) -> None:
    done = Person(tmp_path).setup(*words)
    assert done.status == 2 and "--user or --system" in done.err


def test_the_flags_may_stand_in_any_order(tmp_path: Path) -> None:
    person = Person(tmp_path)
    person.setup("--quiet", "--user").must()
    assert person.tier.is_dir()
    person.setup("--remove", "--user").must()
    assert not person.tier.exists()


def test_removal_takes_only_what_is_ours_and_needs_no_sound_configuration(settler: Person) -> None:
    settler.setup("--user").must()
    foreign = settler.home / ".local" / "bin" / "pyctl.cmd"
    foreign.write_text("mine\n")
    (settler.tier / "config.toml").write_text("= broken\n")
    settler.setup("--user", "--remove").must()
    assert foreign.read_text() == "mine\n" and not settler.tier.exists()


def test_a_directory_in_the_place_of_a_startup_file_is_passed_over(settler: Person) -> None:
    (settler.home / ".zshrc").mkdir()
    settler.setup("--user").must()
    settler.setup("--user", "--remove").must()
    assert [path.name for path in settler.home.iterdir()] == [".zshrc"]


def test_two_installations_at_once_wait_for_one_another(tmp_path: Path) -> None:
    person = Person(tmp_path)
    line = ["sh", str(KIT / "setup.sh"), "--user"]
    both = [
        subprocess.Popen(
            line,
            env=person.environ,
            cwd=tmp_path,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    said = [one.communicate()[1] for one in both]
    assert [one.returncode for one in both] == [0, 0, 0], said
    assert "\nfail" not in person.pyctl("doctor").out


# Startup files as people have them

LAST_WORDS = {
    "bash": (".bashrc", "return 0\n"),
    "bash, no line end": (".bashrc", "alias x=y\nreturn 0"),
    "bash, a comment and empty lines behind": (".bashrc", "alias x=y\nreturn\n\n# the end\n\n"),
    "bash, two of them": (".bashrc", "if true; then\nalias x=y\nfi\nreturn 0\nexit 1  # never\n"),
    "zsh": (".zshrc", "alias x=y\nreturn 0\n"),
    "ksh93": (".kshrc", "alias x=y\nreturn 0\n"),
    "fish": (".config/fish/config.fish", "set -g x y\nreturn 0\n"),
}


@pytest.mark.parametrize(("file", "content"), LAST_WORDS.values(), ids=LAST_WORDS)
def test_a_block_stands_before_a_return_that_ends_the_file(
    settler: Person, file: str, content: str, request: pytest.FixtureRequest
) -> None:
    shell = request.node.callspec.id.partition(",")[0]
    path = settler.home / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    settler.setup("--user").must()
    if shutil.which(NEW[shell][0]):
        assert settler.shell(shell, "command -v pip").out == f"{settler.bin}/pip\n"
    once = path.read_bytes()
    settler.setup("--user").must()
    assert path.read_bytes() == once
    settler.setup("--user", "--remove").must()
    assert path.read_text() == content


def test_a_block_that_a_return_came_before_moves_before_it(person: Person) -> None:
    bashrc = person.home / ".bashrc"
    bashrc.write_text("alias x=y\nreturn 0\n" + bashrc.read_text())
    person.setup("--user").must()
    assert person.shell("bash", "command -v pip").out == f"{person.bin}/pip\n"
    person.setup("--user", "--remove").must()
    assert bashrc.read_text() == "alias x=y\nreturn 0\n"


def test_a_return_in_the_middle_is_said_with_its_line(settler: Person) -> None:
    bashrc = settler.home / ".bashrc"
    bashrc.write_text("alias x=y\nreturn 0\nalias z=y\n")
    done = settler.setup("--user")
    assert f"{bashrc}, line 2" in done.err and "return 0" in done.err
    assert done.status == 1


def test_a_return_inside_of_a_condition_is_no_end(settler: Person) -> None:
    content = "case $- in\n*i*) ;;\n*)\nreturn\n;;\nesac\n[ -n x ] || return\nalias x=y\n"
    (settler.home / ".bashrc").write_text(content)
    done = settler.setup("--user").must()
    assert "line" not in done.err
    assert (settler.home / ".bashrc").read_text().startswith(content)


@pytest.mark.skipif(not shutil.which("zsh"), reason="zsh is not on PATH")
@pytest.mark.parametrize("option", ["warn_create_global", "warn_nested_var"])
def test_zsh_says_nothing_of_names_where_a_function_reads_the_startup_file(
    person: Person, option: str
) -> None:
    startup = person.home / ".local/share/workroot/templates/user/startup.sh"
    lines = (f"setopt {option}", f"f() {{ . {startup} }}", "f", "command -v pip")
    done = person.shell("zsh", *lines).must()
    assert (done.out, done.err) == (f"{person.bin}/pip\n", "")


@pytest.mark.parametrize("shell", NEW)
def test_without_the_python_of_the_tier_pyctl_is_found(person: Person, shell: str) -> None:
    if not shutil.which(NEW[shell][0]):
        pytest.skip(f"{NEW[shell][0]} is not on PATH")
    for path in person.bin.glob("python*"):
        path.unlink()
    asked = [typed(shell, line) for line in ("command -v pyctl", "command -v pip")]
    done = person.shell(shell, *asked, PATH=f"/usr/bin:/bin:{powershell()}")
    assert done.out.splitlines()[0] == f"{person.home}/.local/bin/pyctl"
    assert str(person.bin) not in done.out


DEBIAN = "/usr/bin/python3"
AS_NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]


class PlainUser(Person):
    """A person who is not root, with a kit of somebody else's."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        self.environ["PATH"] = "/usr/bin:/bin"
        self.environ["XDG_CACHE_HOME"] = str(self.home / ".cache")
        self.kit = directory / "kit"
        hidden = (".git", "tests", ".venv", ".workroot", "__pycache__")
        shutil.copytree(KIT, self.kit, ignore=shutil.ignore_patterns(*hidden))

    def owns(self, *paths: Path) -> None:
        for path in (self.home, *paths):
            run(["chown", "-Rh", "65534:65534", str(path)], self.environ, "/").must()

    def setup(self, *words: str, **environ: str) -> Outcome:
        line = [*AS_NOBODY, "sh", str(self.kit / "setup.sh"), *words]
        return run(line, self.environ | environ, "/", timeout=120)

    def shell(self, name: str, *lines: str, **environ: str) -> Outcome:
        line = [*AS_NOBODY, *NEW[name], "-c", "\n".join(lines)]
        return run(line, self.environ | environ, self.home, timeout=120)


@pytest.fixture
def plain() -> Iterator[PlainUser]:
    if os.geteuid() != 0 or not shutil.which("setpriv") or not os.path.exists(DEBIAN):
        pytest.skip("needs root, setpriv and a system Python")
    with tempfile.TemporaryDirectory(prefix="workroot-plain-") as directory:
        os.chmod(directory, 0o755)
        yield PlainUser(Path(directory))


def managed(person: PlainUser, name: str, content: str) -> Path:
    """A startup file that is a link to somebody else's, who alone writes it."""
    theirs = person.directory / "managed"
    theirs.mkdir(exist_ok=True)
    (theirs / name).write_text(content)
    (theirs / name).chmod(0o444)
    (person.home / name).symlink_to(theirs / name)
    return theirs / name


def test_of_managed_startup_files_each_stands_alone(plain: PlainUser) -> None:
    theirs = managed(plain, ".profile", "# theirs\n")
    (plain.home / ".bashrc").write_text("# mine\n")
    plain.owns()
    done = plain.setup("--user")
    line = next(
        line for line in (plain.home / ".bashrc").read_text().splitlines() if "if [" in line
    )
    assert done.status == 1 and f"{plain.home}/.profile" in done.err and line in done.err
    assert "workroot elsewhere" not in done.err and theirs.read_text() == "# theirs\n"
    assert plain.shell("bash", "command -v pip").out == f"{plain.bin}/pip\n"
    said = plain.shell("bash", "pyctl status").out
    assert f"{plain.home}/.profile" in said and line in said
    plain.setup("--user", "--remove").must()
    assert sorted(path.name for path in plain.home.iterdir()) == [".bashrc", ".cache", ".profile"]
    assert (plain.home / ".bashrc").read_text() == "# mine\n"


def test_a_managed_startup_file_that_has_the_line_is_as_good(plain: PlainUser) -> None:
    line = 'if [ -r "$HOME/.local/share/workroot/templates/user/startup.sh" ]; then'
    line += ' . "$HOME/.local/share/workroot/templates/user/startup.sh"; fi\n'
    managed(plain, ".profile", line)
    managed(plain, ".bashrc", line)
    plain.owns()
    plain.setup("--user").must()
    assert plain.shell("bash", "command -v pip").out == f"{plain.bin}/pip\n"
    assert plain.setup("--user").must().err.count("put a block") == 0


def test_what_cannot_be_taken_out_is_said_and_the_rest_is_removed(plain: PlainUser) -> None:
    (plain.home / ".bashrc").write_text("# mine\n")
    (plain.home / ".profile").write_text("# mine\n")
    plain.owns()
    plain.setup("--user").must()
    theirs = plain.directory / "managed"
    theirs.mkdir()
    shutil.move(plain.home / ".profile", theirs / ".profile")
    (theirs / ".profile").chmod(0o444)
    os.chown(theirs / ".profile", 0, 0)
    (plain.home / ".profile").symlink_to(theirs / ".profile")
    done = plain.setup("--user", "--remove")
    assert done.status == 2 and f"{plain.home}/.profile" in done.err
    assert (plain.home / ".bashrc").read_text() == "# mine\n" and not plain.tier.exists()
