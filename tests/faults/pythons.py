"""What happens to the venv and to the Python behind it."""

import os
import shutil
import sys
from pathlib import Path

import pytest
from worlds.interpreters import every
from worlds.lab import run

from faults import fault
from faults.world import World


def pythons(world: World) -> list[Path]:
    return [path for path in world.bin.iterdir() if path.name.startswith("python")]


@fault("python")
def python_was_removed(world: World) -> None:
    for path in pythons(world):
        path.unlink()


@fault("python")
def the_base_python_was_removed(world: World) -> None:
    for path in pythons(world):
        path.unlink()
        path.symlink_to("/opt/gone/bin/python3")


@fault("python")
def python_was_written_over(world: World) -> None:
    for path in pythons(world):
        path.unlink()
        path.write_text("")
        path.chmod(0o755)


@fault("python")
def python_leads_in_a_circle(world: World) -> None:
    for path in pythons(world):
        path.unlink()
    (world.bin / "python").symlink_to("python3")
    (world.bin / "python3").symlink_to("python")


@fault("python")
def python_ends_with_an_error(world: World) -> None:
    for path in pythons(world):
        path.unlink()
        path.write_text(
            "#!/bin/sh\necho 'libpython3.so: cannot open shared object file' >&2\nexit 127\n"
        )
        path.chmod(0o755)


@fault("python")
def the_base_python_was_upgraded_to_another_minor(world: World) -> None:
    """The link is stable (/opt/python/bin/python3) and what it leads to is not."""
    own = f"python3.{sys.version_info[1]}"
    other = next(path for path in every() if os.path.realpath(path).rpartition("/")[-1] != own)
    for path in pythons(world):
        path.unlink()
        path.symlink_to(other)
    lines = (world.venv / "pyvenv.cfg").read_text().splitlines()
    home = f"home = {os.path.dirname(os.path.realpath(other))}"
    kept = [home if line.startswith("home") else line for line in lines]
    (world.venv / "pyvenv.cfg").write_text("\n".join(kept) + "\n")


@fault("pyvenv-cfg", also=("prefix-other",))
def the_base_python_was_moved(world: World) -> None:
    config(world, "home", "/opt/gone/bin")


@fault("pyvenv-cfg", also=("prefix-other",))
def pyvenv_cfg_was_cut(world: World) -> None:
    (world.venv / "pyvenv.cfg").write_text("include-system-site-packages = false\n")


@fault("pyvenv-cfg", also=("prefix-other",))
def pyvenv_cfg_is_empty(world: World) -> None:
    (world.venv / "pyvenv.cfg").write_text("")


@fault("pyvenv-cfg")
def pyvenv_cfg_is_of_another_version(world: World) -> None:
    config(world, "version", "3.6.1")


@fault("venv")
def pyvenv_cfg_was_removed(world: World) -> None:
    (world.venv / "pyvenv.cfg").unlink()


@fault("venv")
def the_venv_was_removed(world: World) -> None:
    shutil.rmtree(world.venv)


@fault("venv")
def the_venv_was_emptied(world: World) -> None:
    shutil.rmtree(world.venv)
    world.venv.mkdir()


@fault("venv", by_hand="something of a person's stands in its place")
def a_file_took_the_place_of_the_venv(world: World) -> None:
    shutil.rmtree(world.venv)
    world.venv.write_text("mine\n")


@fault("venv", by_hand="a link of a person's")
def the_venv_is_a_link_to_itself(world: World) -> None:
    shutil.rmtree(world.venv)
    world.venv.symlink_to(world.venv)


@fault("half-made", also=("venv",))
def a_killed_clean_left_the_old_venv_aside(world: World) -> None:
    world.venv.rename(world.root / ".venv.workroot-old-99999")


@fault("half-made")
def a_killed_setup_left_half_a_venv(world: World) -> None:
    half = world.root / ".venv.workroot-99999.tmp"
    half.mkdir()
    (half / "workroot-venv").write_text(f"state\0unfinished\0path\0{world.venv}\0born\0x")


@fault("moved")
def the_venv_came_from_another_place(world: World) -> None:
    """As after `cp -a other/.venv .`: marker, scripts and activate name the other."""
    for path in [world.venv / "workroot-venv", *world.bin.iterdir()]:
        if path.is_symlink() or b"\0" in path.read_bytes()[:4]:
            continue
        data = path.read_bytes()
        path.write_bytes(data.replace(bytes(world.root), bytes(world.directory / "other")))


@fault("scripts")
def a_script_names_a_python_that_is_gone(world: World) -> None:
    shebang(world.bin / "alpha", "/opt/gone/bin/python3")


@fault("scripts")
def a_script_names_the_python_of_another_venv(world: World) -> None:
    other = world.directory / "other"
    run([str(world.python), "-m", "venv", "--without-pip", str(other)], world.environ, "/").must()
    shebang(world.bin / "alpha", f"{other}/bin/python")


@fault("foreign-owners", by_hand="only root can give back what is root's")
def sudo_pip_left_a_directory_of_roots(world: World) -> None:
    if os.geteuid():
        pytest.skip("only root can give files away")
    os.chown(world.site / "alpha", 12345, 12345)


@fault("not-compiled")
def an_installer_did_not_compile(world: World) -> None:
    modules = {f"wide/m{number}.py": "x = 1\n" for number in range(120)}
    world.wheel("wide", files={"wide/__init__.py": "", **modules})
    world.pip("install", "-q", "--no-compile", "wide").must()
    for path in (world.site / "wide").rglob("*.pyc"):
        path.unlink()


def config(world: World, key: str, value: str) -> None:
    path = world.venv / "pyvenv.cfg"
    lines = [
        f"{key} = {value}" if line.partition("=")[0].strip() == key else line
        for line in path.read_text().splitlines()
    ]
    path.write_text("\n".join(lines) + "\n")


def shebang(script: Path, interpreter: str) -> None:
    text = script.read_text()
    script.unlink()
    script.write_text(f"#!{interpreter}\n{text.partition(chr(10))[2]}")
    script.chmod(0o755)
