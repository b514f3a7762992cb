"""What happens to installed packages: files lost, cut or edited; metadata lost; two at once."""

import os
import shutil
from pathlib import Path

from faults import fault
from faults.world import World

MISSING = "missing-files"


@fault(MISSING)
def a_module_was_removed(world: World) -> None:
    (world.site / "alpha" / "__init__.py").unlink()


@fault(MISSING)
def a_package_was_removed_by_hand(world: World) -> None:
    shutil.rmtree(world.site / "alpha")


@fault(MISSING)
def a_data_file_was_removed(world: World) -> None:
    (world.site / "alpha" / "data.json").unlink()


@fault(MISSING)
def a_file_outside_of_site_packages_was_removed(world: World) -> None:
    shutil.rmtree(world.venv / "share")


@fault(MISSING)
def a_script_was_removed(world: World) -> None:
    (world.bin / "alpha").unlink()


@fault(MISSING)
def everything_but_the_metadata_was_removed(world: World) -> None:
    shutil.rmtree(world.site / "alpha")
    (world.bin / "alpha").unlink()


@fault(MISSING)
def several_packages_lost_files(world: World) -> None:
    for name in ("alpha", "beta", "gamma"):
        (world.site / name / "__init__.py").unlink()


@fault(MISSING)
def files_were_lost_that_the_store_lost_too(world: World) -> None:
    (world.site / "alpha" / "__init__.py").unlink()
    for path in (world.state / "store").glob("alpha-*/*"):
        path.unlink()


@fault(MISSING)
def a_cache_was_cleaned_into_which_files_led(world: World) -> None:
    module = world.site / "alpha" / "__init__.py"
    module.unlink()
    module.symlink_to(world.directory / "cleaned" / "__init__.py")


@fault(MISSING)
def a_whole_package_led_into_a_cache(world: World) -> None:
    shutil.rmtree(world.site / "alpha")
    (world.site / "alpha").symlink_to(world.directory / "cleaned")


@fault(MISSING)
def a_directory_took_the_place_of_a_module(world: World) -> None:
    module = world.site / "alpha" / "__init__.py"
    module.unlink()
    module.mkdir()


@fault(MISSING)
def pip_itself_lost_a_part(world: World) -> None:
    shutil.rmtree(world.site / "pip" / "_internal")


@fault(MISSING)
def pip_lost_its_package(world: World) -> None:
    shutil.rmtree(world.site / "pip")


CHANGED = "changed-files"


@fault(CHANGED)
def a_module_was_edited(world: World) -> None:
    append(world.site / "alpha" / "__init__.py", "print('debug')\n")


@fault(CHANGED)
def a_module_was_cut(world: World) -> None:
    os.truncate(world.site / "alpha" / "__init__.py", 10)


@fault(CHANGED)
def a_full_disk_left_an_empty_module(world: World) -> None:
    os.truncate(world.site / "alpha" / "__init__.py", 0)


@fault(CHANGED)
def an_editor_changed_the_line_ends(world: World) -> None:
    rewrite(world.site / "alpha" / "__init__.py", lambda data: data.replace(b"\n", b"\r\n"))


@fault(CHANGED)
def an_editor_put_a_byte_order_mark_there(world: World) -> None:
    rewrite(world.site / "alpha" / "inner" / "deep.py", lambda data: b"\xef\xbb\xbf" + data)


@fault(CHANGED)
def a_data_file_was_edited(world: World) -> None:
    (world.site / "alpha" / "data.json").write_text('{"a": 2}\n')


@fault(CHANGED)
def a_formatter_ran_over_site_packages(world: World) -> None:
    for name in ("alpha", "beta"):
        append(world.site / name / "__init__.py", "\n\n")


@fault("changed-files-shared")
def another_environment_edited_a_file_that_both_have(world: World) -> None:
    module = world.site / "alpha" / "__init__.py"
    other = world.directory / "other" / "__init__.py"
    other.parent.mkdir()
    os.link(module, other)
    with other.open("a") as file:
        file.write("edited = True\n")


LOST = "lost-metadata"


@fault(LOST)
def record_was_removed(world: World) -> None:
    (world.information / "RECORD").unlink()


@fault(LOST)
def record_was_cut_to_nothing(world: World) -> None:
    os.truncate(world.information / "RECORD", 0)


@fault(LOST)
def metadata_was_removed(world: World) -> None:
    (world.information / "METADATA").unlink()


@fault(LOST)
def metadata_was_cut_to_nothing(world: World) -> None:
    os.truncate(world.information / "METADATA", 0)


@fault(LOST)
def a_dist_info_was_emptied(world: World) -> None:
    for path in world.information.iterdir():
        path.unlink()


@fault(LOST, also=("store",))
def record_was_lost_and_the_store_too(world: World) -> None:
    (world.information / "RECORD").unlink()
    shutil.rmtree(next((world.state / "store").glob("alpha-*")))


@fault("doubled")
def two_pips_at_once_left_two_dist_infos(world: World) -> None:
    other = world.site / "alpha-0.9.dist-info"
    shutil.copytree(world.information, other)
    (other / "METADATA").write_text("Metadata-Version: 2.1\nName: alpha\nVersion: 0.9\n")
    shutil.rmtree(world.site / "alpha-0.9.dist-info" / "licenses", ignore_errors=True)
    os.utime(other, (1, 1))


@fault("leftovers")
def a_killed_pip_left_a_tilde_directory(world: World) -> None:
    shutil.copytree(world.site / "alpha", world.site / "~lpha")


@fault("leftovers")
def a_killed_pip_left_half_a_dist_info(world: World) -> None:
    (world.site / "~lpha-0.9.dist-info").mkdir()


@fault("leftovers")
def an_old_pip_left_a_dash_directory(world: World) -> None:
    (world.site / "-lpha").mkdir()


@fault("leftovers", also=(MISSING, "requires"))
def pip_was_killed_in_the_middle_of_an_upgrade(world: World) -> None:
    (world.site / "beta").rename(world.site / "~eta")
    (world.site / "beta-1.0.dist-info").rename(world.site / "~eta-1.0.dist-info")


@fault("unowned")
def a_dist_info_was_removed_and_its_package_stays(world: World) -> None:
    (world.site / "old").mkdir()
    (world.site / "old" / "__init__.py").write_text("")


@fault("unowned")
def a_module_was_copied_into_site_packages(world: World) -> None:
    (world.site / "mine.py").write_text("x = 1\n")


@fault("requires")
def what_a_package_requires_was_uninstalled(world: World) -> None:
    world.behind("uninstall", "-q", "-y", "beta")


@fault("requires", by_hand="two packages want what cannot be both")
def what_a_package_requires_is_too_old(world: World) -> None:
    world.wheel("beta", "0.5")
    world.behind("install", "-q", "beta==0.5")


@fault("requirements", also=("import-failed",))
def what_workroot_toml_asks_for_was_uninstalled(world: World) -> None:
    world.behind("uninstall", "-q", "-y", "gamma")


@fault("requirements")
def what_workroot_toml_asks_for_is_another_version(world: World) -> None:
    world.wheel("gamma", "2.0")
    world.behind("install", "-q", "gamma==2.0")


@fault("native", also=(MISSING,))
def a_native_module_is_for_another_python(world: World) -> None:
    """As after `pip install --target` by another Python: its tag is in the name and in RECORD."""
    tag = world.run("python", "-c", "import sysconfig as s; print(s.get_config_var('EXT_SUFFIX'))")
    right = f"nat/_core{tag.must().out.strip()}"
    world.wheel("nat", files={"nat/__init__.py": "", right: "no machine code\n"})
    world.pip("install", "-q", "nat").must()
    wrong = "nat/_core.cpython-36m-x86_64-linux-gnu.so"
    (world.site / right).rename(world.site / wrong)
    record = next(world.site.glob("nat-*.dist-info")) / "RECORD"
    record.write_text(record.read_text().replace(right, wrong))


@fault("entry-points", by_hand="the wheel itself lacks the module")
def a_command_starts_a_module_that_is_not_there(world: World) -> None:
    world.wheel("cmd", files={"cmd/__init__.py": ""}, commands={"cmd": "cmd.gone:main"})
    world.pip("install", "-q", "cmd").must()


@fault("metadata", by_hand="only its authors, or another version, can mend it")
def a_version_is_none(world: World) -> None:
    world.wheel("odd", "1.0")
    world.pip("install", "-q", "odd").must()
    directory = world.site / "odd-1.0.dist-info"
    record = directory / "RECORD"
    rows = [row for row in record.read_text().splitlines() if "/METADATA," not in row]
    record.write_text("\n".join([*rows, "odd-1.0.dist-info/METADATA,,"]) + "\n")
    rewrite(directory / "METADATA", lambda data: data.replace(b"1.0", b"1.0-final.x"))


@fault("case-collisions", by_hand="which of the two to keep only a person knows")
def two_names_differ_only_in_case(world: World) -> None:
    world.wheel("upper", files={"Alpha/__init__.py": ""})
    world.pip("install", "-q", "upper").must()


@fault("lock-drift", by_hand="the lock or the environment may be what is meant")
def something_was_installed_after_the_lock(world: World) -> None:
    import hashlib

    wheel = next(world.wheels.glob("gamma-*"))
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    head = "# Written by workroot lock"
    lock = world.root / "requirements.lock.txt"
    lock.write_text(f"{head}\ngamma==0.9 \\\n    --hash=sha256:{digest}\n")


def append(path: Path, text: str) -> None:
    """By an editor that writes the file anew."""
    rewrite(path, lambda data: data + text.encode())


def rewrite(path: Path, change) -> None:
    data = change(path.read_bytes())
    path.unlink()
    path.write_bytes(data)
