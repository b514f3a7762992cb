"""Two things of one name find each a place in the trash, however fast they go there."""

from pathlib import Path

from workroot.environment import trash


def test_each_gets_a_place_that_nothing_has_yet(tmp_path: Path) -> None:
    places = []
    for _ in range(3):
        place = Path(trash.place(str(tmp_path / "trash"), "__init__.py"))
        assert not place.exists() and place.name.endswith("__init__.py")
        place.write_text("")
        places.append(place)
    assert len(set(places)) == 3


def test_a_link_that_leads_nowhere_has_its_place_too(tmp_path: Path) -> None:
    place = Path(trash.place(str(tmp_path), "a"))
    place.symlink_to("nowhere")
    assert trash.place(str(tmp_path), "a") != str(place)
