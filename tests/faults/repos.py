"""What happens in the repo, and to what shadows it. Nothing of it is the kit's to change."""

import json
import os

from worlds import wheels
from worlds.lab import git

from faults import fault
from faults.world import World

OURS = "the repo, or what is meant to come first, is a person's"


@fault("shadowed", by_hand=OURS)
def a_package_shadows_a_module_of_the_repo(world: World) -> None:
    world.wheel("pipeline", files={"pipeline/__init__.py": ""})
    world.pip("install", "-q", "pipeline").must()


@fault("shadowed", by_hand=OURS)
def a_module_of_the_repo_has_a_name_of_the_standard_library(world: World) -> None:
    (world.repo / "random.py").write_text("")


@fault("stale-copy", also=("shadowed",), by_hand=OURS)
def a_copy_of_the_repo_was_installed(world: World) -> None:
    (world.repo / "pyproject.toml").write_text("[project]\nname = 'pipeline'\nversion = '1'\n")
    world.wheel("pipeline", files={"pipeline/__init__.py": ""})
    world.pip("install", "-q", "pipeline").must()


@fault("marker-missing", by_hand=OURS)
def the_marker_was_renamed(world: World) -> None:
    world.configure("", "")
    text = world.config.read_text()
    world.config.write_text("marker = 'gone_marker'\n" + text)


# Debian has one of its own in the standard library.
@fault("sitecustomize", also=("shadowed",), by_hand=OURS)
def the_repo_has_a_sitecustomize(world: World) -> None:
    (world.repo / "sitecustomize.py").write_text("")


@fault("unresolved", by_hand=OURS)
def a_native_module_of_the_repo_is_for_another_python(world: World) -> None:
    (world.repo / "fast.cpython-36m-x86_64-linux-gnu.so").write_bytes(b"\x7fELF")


@fault("repo-caches", by_hand=OURS)
def a_python_ran_in_the_repo(world: World) -> None:
    (world.repo / "pipeline" / "__pycache__").mkdir()


@fault("repo-caches", by_hand=OURS)
def pytest_ran_in_the_repo(world: World) -> None:
    (world.repo / ".pytest_cache").mkdir()


@fault("repo-caches-egg-info", by_hand=OURS)
def a_build_left_an_egg_info_in_the_repo(world: World) -> None:
    (world.repo / "pipeline.egg-info").mkdir()


@fault("stale-bytecode", by_hand=OURS)
def bytecode_stayed_when_its_source_was_renamed(world: World) -> None:
    (world.repo / "pipeline" / "old.pyc").write_bytes(b"\0")


@fault("editable-gone", by_hand=OURS)
def the_directory_of_an_editable_was_moved(world: World) -> None:
    place = world.project("mine")
    world.pip("install", "-q", "--no-build-isolation", "-e", place).must()
    os.rename(place, place + "-moved")


@fault("editable", by_hand=OURS)
def an_editable_leads_to_another_worktree(world: World) -> None:
    other = world.directory / "other-worktree"
    git(world.repo, "worktree", "add", "-q", str(other), "-b", "other")
    project = wheels.make_project(str(other / "tools"), "tools")
    world.pip("install", "-q", "--no-build-isolation", "-e", project).must()


@fault("editor", by_hand=OURS)
def the_editor_names_another_interpreter(world: World) -> None:
    settings = world.root / ".vscode" / "settings.json"
    settings.parent.mkdir()
    settings.write_text('{\n  // mine\n  "python.defaultInterpreterPath": "/usr/bin/python3",\n}\n')


@fault("jupyter", by_hand=OURS)
def a_kernel_names_a_python_that_is_gone(world: World) -> None:
    kernel = world.home / ".local" / "share" / "jupyter" / "kernels" / "old" / "kernel.json"
    kernel.parent.mkdir(parents=True)
    kernel.write_text(json.dumps({"argv": ["/opt/gone/bin/python", "-m", "ipykernel"]}))
