"""Trees: what goes below a directory goes without following a link, and what moves by pieces
arrives whole.
"""

from pathlib import Path

from workroot.doors import trees


def test_deleting_a_tree_follows_no_link(tmp_path: Path) -> None:
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious" / "thesis.txt").write_text("kept")
    (tmp_path / "tree" / "deep").mkdir(parents=True)
    (tmp_path / "tree" / "deep" / "link").symlink_to(tmp_path / "precious")
    trees.remove(str(tmp_path / "tree"))
    trees.remove(str(tmp_path / "tree"))
    assert (tmp_path / "precious" / "thesis.txt").read_text() == "kept" and not (
        tmp_path / "tree"
    ).exists()
