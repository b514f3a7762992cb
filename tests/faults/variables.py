"""What the shell that asks has set. Only a person can unset it; each says how."""

from faults import fault
from faults.world import World

SHELL = "a variable of the person's own shell"


@fault("pythonpath", also=("shadowed",), by_hand=SHELL)
def pythonpath_has_another_copy_of_a_module(world: World) -> dict[str, str]:
    copy = world.directory / "copy"
    copy.mkdir()
    (copy / "repo_marker.py").write_text("")
    return {"PYTHONPATH": str(copy)}


@fault("pythonpath-gone", by_hand=SHELL)
def pythonpath_names_what_is_not_there(world: World) -> dict[str, str]:
    return {"PYTHONPATH": "/opt/gone/lib"}


@fault("pythonhome", by_hand=SHELL)
def pythonhome_is_set(world: World) -> dict[str, str]:
    return {"PYTHONHOME": "/opt/gone"}


@fault("pythonstartup", by_hand=SHELL)
def pythonstartup_names_what_is_not_there(world: World) -> dict[str, str]:
    return {"PYTHONSTARTUP": "/opt/gone/startup.py"}


@fault("pip-settings", by_hand=SHELL)
def pip_target_is_set(world: World) -> dict[str, str]:
    return {"PIP_TARGET": "/tmp/elsewhere"}


@fault("pip-settings", by_hand=SHELL)
def pip_user_is_set(world: World) -> dict[str, str]:
    return {"PIP_USER": "1"}


@fault("pip-settings-file", by_hand="a file of the person's")
def pip_conf_has_a_target(world: World) -> None:
    path = world.home / ".config" / "pip" / "pip.conf"
    path.parent.mkdir(parents=True)
    path.write_text("[install]\ntarget = /tmp/elsewhere\n")


@fault("uv-settings", by_hand=SHELL)
def uv_python_is_set(world: World) -> dict[str, str]:
    return {"UV_PYTHON": "3.9"}


@fault("uv-settings-links", by_hand=SHELL)
def uv_leaves_links(world: World) -> dict[str, str]:
    return {"UV_LINK_MODE": "symlink"}


@fault("virtual-env", by_hand=SHELL)
def another_environment_is_active(world: World) -> dict[str, str]:
    other = world.directory / "other"
    other.mkdir()
    return {"VIRTUAL_ENV": str(other)}


@fault("virtual-env", by_hand=SHELL)
def the_active_environment_is_gone(world: World) -> dict[str, str]:
    return {"VIRTUAL_ENV": "/opt/gone"}


@fault("path-order", by_hand=SHELL)
def path_lost_the_session(world: World) -> dict[str, str]:
    return {"PATH": world.environ["PATH"], "REPO": str(world.repo)}


@fault("conda", by_hand=SHELL, also=("path-order",))
def conda_came_after_the_session(world: World) -> dict[str, str]:
    conda = world.directory / "conda" / "bin"
    conda.mkdir(parents=True)
    (conda / "python").write_text("#!/bin/sh\n")
    (conda / "python").chmod(0o755)
    path = f"{conda}:{world.session['PATH']}"
    return {"CONDA_PREFIX": str(conda.parent), "PATH": path}


@fault("repo-variable", by_hand=SHELL)
def repo_names_what_is_not_there(world: World) -> dict[str, str]:
    return {"REPO": "/opt/gone"}
