"""A Python is described, and wheels are accepted for it, as the packaging library does, which is
only here to compare.
"""

import itertools
import os

import pytest
from worlds.lab import BASE

packaging = pytest.importorskip("packaging")
from packaging import markers, tags  # noqa: E402

from workroot.errors import WorkrootError  # noqa: E402
from workroot.standards import target  # noqa: E402


def here():
    return target.of(BASE, os.environ)


def test_the_facts_of_a_python_are_those_of_its_markers():
    facts = dict(here().markers)
    assert facts == {
        name: value for name, value in markers.default_environment().items() if name in facts
    }


def test_wheels_are_accepted_by_the_same_tags():
    known, own = {str(tag) for tag in tags.sys_tags()}, here()
    pythons = [
        "py3",
        "py2",
        "py2.py3",
        "py38",
        "py314",
        "pp310",
        *(f"cp3{minor}" for minor in range(8, 16)),
    ]
    platforms = [
        "any",
        "linux_x86_64",
        "manylinux1_x86_64",
        "manylinux2014_x86_64",
        "manylinux_2_17_x86_64.manylinux2014_x86_64",
        "manylinux_2_99_x86_64",
    ]
    platforms += [
        "manylinux_2_28_aarch64",
        "musllinux_1_2_x86_64",
        "macosx_10_9_x86_64",
        "win_amd64",
    ]
    for parts in itertools.product(pythons, ["none", "abi3", "cp38", own.abi, "cp313t"], platforms):
        name = "-".join(parts)
        assert target.accepts(own, f"x-1-{name}.whl") == any(
            str(tag) in known for tag in tags.parse_tag(name)
        ), name
    assert {tag for tag in known if not target.accepts(own, f"x-1-{tag}.whl")} == set()


def other(system, libc="", abi="cp312", macos="", machine="x86_64"):
    return target.Target({"platform_machine": machine}, system, libc, abi, macos)


@pytest.mark.parametrize(
    ("python", "tag", "taken"),
    [
        (other("linux-x86_64", "musl 1.2.4"), "cp312-cp312-musllinux_1_2_x86_64", True),
        (other("linux-x86_64", "musl 1.2.4"), "cp312-cp312-manylinux_2_17_x86_64", False),
        (other("linux-x86_64", "musl 1.1.0"), "cp312-cp312-musllinux_1_2_x86_64", False),
        (other("linux-aarch64", "glibc 2.28"), "cp312-abi3-manylinux_2_28_aarch64", True),
        (other("linux-aarch64", "glibc 2.17"), "cp312-abi3-manylinux_2_28_aarch64", False),
        (
            other("macosx-11.0-arm64", macos="14.5", machine="arm64"),
            "cp312-cp312-macosx_11_0_arm64",
            True,
        ),
        (
            other("macosx-11.0-arm64", macos="14.5", machine="arm64"),
            "cp312-cp312-macosx_10_9_universal2",
            True,
        ),
        (
            other("macosx-11.0-arm64", macos="14.5", machine="arm64"),
            "cp312-cp312-macosx_15_0_arm64",
            False,
        ),
        (
            other("macosx-11.0-arm64", macos="14.5", machine="arm64"),
            "cp312-cp312-macosx_10_9_x86_64",
            False,
        ),
        (other("win-amd64"), "cp312-cp312-win_amd64", True),
        (other("win-amd64"), "cp312-cp312-win32", False),
        (
            other("linux-x86_64", "glibc 2.36", abi="cp313t"),
            "cp313-cp313t-manylinux2014_x86_64",
            True,
        ),
        (
            other("linux-x86_64", "glibc 2.36", abi="cp313t"),
            "cp312-abi3-manylinux2014_x86_64",
            False,
        ),
    ],
)
def test_wheels_of_other_systems_are_told_apart(python, tag, taken):
    assert target.accepts(python, f"x-1-{tag}.whl") is taken


def test_what_is_no_python_is_named(tmp_path):
    with pytest.raises(WorkrootError, match="does not run"):
        target.of(str(tmp_path / "python"), os.environ)
