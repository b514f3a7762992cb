"""What happens to the kit's own files: the history, the commands, what setup noted."""

import shutil

from faults import fault
from faults.world import World


@fault("history-unfinished")
def an_installation_was_killed(world: World) -> None:
    said = '{"version": 1, "kind": "install", "argv": ["pip"], "time": "2026-01-01T00:00:00Z"}'
    (world.state / "history" / "pending").write_text(said)


@fault("history-damaged", by_hand="what was damaged may still be of use to a person")
def a_file_of_the_history_was_cut(world: World) -> None:
    path = world.state / "history" / "0002.json"
    path.write_bytes(path.read_bytes()[:40])
    world.workroot("history")


@fault("store")
def the_store_was_removed_to_free_space(world: World) -> None:
    shutil.rmtree(next((world.state / "store").glob("alpha-*")))


@fault("state")
def what_setup_noted_was_cut(world: World) -> None:
    (world.state / "state.json").write_text('{"version": 1, "ven')


@fault("pip")
def something_overwrote_the_recording_pip(world: World) -> None:
    (world.state / "bin" / "pip").write_text("#!/bin/sh\n")


@fault("pip-mode")
def the_recording_pip_lost_its_x_bit(world: World) -> None:
    for path in (world.state / "bin").glob("pip*"):
        path.chmod(0o644)


@fault("kit-mode")
def the_workroot_command_lost_its_x_bit(world: World) -> None:
    (world.state / "bin" / "workroot").chmod(0o644)


@fault("kit")
def the_kit_of_the_command_is_gone(world: World) -> None:
    path = world.state / "bin" / "workroot"
    text = path.read_text().replace(f"-r {world.kit}/python", "-r /opt/gone/python")
    path.write_text(text)


@fault("pip")
def the_recording_pip_was_removed(world: World) -> None:
    for path in (world.state / "bin").glob("pip*"):
        path.unlink()
