"""What happens to repo.pth, and to the other .pth files that every start of Python reads."""

from faults import fault
from faults.world import World

LINK = ("link-missing", "path-unlinked", "marker-missing", "unresolved")


def link(world: World):
    return world.site / "repo.pth"


@fault("link", also=LINK)
def the_link_was_removed(world: World) -> None:
    link(world).unlink()


@fault("link-differs", also=("path-unlinked", "marker-missing"))
def the_link_names_another_directory(world: World) -> None:
    (world.directory / "elsewhere").mkdir()
    link(world).write_text(f"{world.directory}/elsewhere\n")


@fault("link-differs", also=("path-unlinked", "marker-missing"))
def the_link_is_empty(world: World) -> None:
    link(world).write_text("")


@fault("link-differs")
def an_editor_wrote_the_link_with_cr_lf(world: World) -> None:
    link(world).write_bytes(link(world).read_bytes().replace(b"\n", b"\r\n"))


@fault("link-differs")
def somebody_put_an_import_line_into_the_link(world: World) -> None:
    link(world).write_text(link(world).read_text() + "import os\n")


@fault("link-encoding", also=("path-unlinked", "marker-missing"))
def an_editor_wrote_the_link_with_a_byte_order_mark(world: World) -> None:
    link(world).write_bytes(b"\xef\xbb\xbf" + link(world).read_bytes())


@fault("pth", also=("link-differs",))
def powershell_wrote_the_link_as_utf_16(world: World) -> None:
    link(world).write_bytes(("\ufeff" + link(world).read_text()).encode("utf-16-le"))


@fault("link", also=LINK)
def the_link_leads_nowhere(world: World) -> None:
    link(world).unlink()
    link(world).symlink_to(world.directory / "gone.pth")


@fault("pth")
def macos_left_an_apple_double_file(world: World) -> None:
    (world.site / "._repo.pth").write_bytes(b"\0\5\x16\7\0\2\0\0Mac OS X\xb0\xff")


@fault("pth")
def a_pth_is_latin_1(world: World) -> None:
    (world.site / "old.pth").write_bytes("/home/j\xf6rg\n".encode("latin-1"))


@fault("pth")
def a_pth_is_utf_16(world: World) -> None:
    (world.site / "old.pth").write_bytes("\ufeff/home\r\n".encode("utf-16-le"))


@fault("pth")
def a_pth_has_nul_bytes(world: World) -> None:
    (world.site / "old.pth").write_bytes(b"/home\0\n\0\0\0")


@fault("pth")
def a_pth_ends_python(world: World) -> None:
    (world.site / "old.pth").write_text("import sys; sys.exit(3)\n")


@fault("pth")
def two_pth_files_end_python(world: World) -> None:
    for name in ("a", "b"):
        (world.site / f"{name}.pth").write_text("import os; os._exit(3)\n")


@fault("pth", also=("changed-files",))
def a_pth_of_a_package_was_written_as_utf_16(world: World) -> None:
    world.wheel("hook", files={"hook.pth": "# nothing\n", "hook.py": ""})
    world.pip("install", "-q", "hook").must()
    (world.site / "hook.pth").write_bytes("\ufeff# nothing\n".encode("utf-16-le"))


@fault("pth-fails")
def an_import_line_fails_at_each_start(world: World) -> None:
    (world.site / "old.pth").write_text("import not_there_any_more\n")


@fault("pth-dead")
def a_directory_that_a_pth_names_was_removed(world: World) -> None:
    (world.site / "old.pth").write_text("/home/me/removed\n")


@fault("two-links")
def an_older_tool_linked_the_repo_as_well(world: World) -> None:
    (world.site / "old.pth").write_text(f"{world.repo}\n")
