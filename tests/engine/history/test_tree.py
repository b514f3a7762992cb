"""What a venv's files are noted as: which unit a directory is in, when two notes are the same file,
and how they lie in a file.
"""

import pytest

from workroot.doors.documents import Damaged
from workroot.history import tree

SPINE = ["", "lib"]
FILE = (0o100644, 5, 10**18, 77, "alpha", 3)


@pytest.mark.parametrize(
    "path, unit",
    [
        ("", ""),
        ("lib", "lib"),
        ("lib/one/deep", "lib/one"),
        ("share/man", "share"),
        ("library/x", "library"),
    ],
)
def test_the_unit_of_a_directory(path, unit):
    assert tree.unit_of(path, SPINE) == unit


@pytest.mark.parametrize(
    ("other", "alike"),
    [
        ((*FILE[:3], 78, "alpha", 3), True),
        ((*FILE[:3], 77, "beta", 9), True),
        ((*FILE[:3], 78, "beta", 9), False),
        ((*FILE[:3], 0, "beta", 9), False),
        ((0o100755, *FILE[1:]), False),
    ],
    ids=["same place", "same inode", "neither", "a copy elsewhere", "another mode"],
)
def test_what_stands_for_the_same_file(other: tuple, alike: bool) -> None:
    assert tree.alike(FILE, other) is alike


def test_a_tree_file_gives_back_both_sides_of_an_operation(tmp_path) -> None:
    old, new = (tree.encode({"lib": (0o40755, 1, {"a": FILE[:5] + (n,)})}) for n in (1, 2))
    data, placed = tree.pack(7, {"lib": old, "gone": old}, {"lib": new, "come": new})
    path = tmp_path / "0007.tree"
    path.write_bytes(data)
    changed, after = tree.read_tables(str(path))
    assert after == placed and changed.keys() == {"lib", "gone", "come"}
    assert changed["come"] is None and {tree.number_of(one) for one in after.values()} == {7}
    assert tree.read_content(str(path), after["lib"]) == new
    assert tree.read_content(str(path), changed["gone"]) == old


def test_a_tree_file_that_was_cut_is_damaged(tmp_path) -> None:
    path = tmp_path / "0007.tree"
    path.write_bytes(tree.pack(7, {}, {})[0][:-1])
    with pytest.raises(Damaged):
        tree.read_tables(str(path))
