"""Requirements and their markers are read as the packaging library reads them, which is only here
to compare.
"""

import os

import pytest
from worlds.lab import BASE

packaging = pytest.importorskip("packaging")
from packaging import markers, requirements  # noqa: E402

from workroot.standards import requirement, target  # noqa: E402

MARKERS = (
    "python_version >= '3.8'",
    "sys_platform == 'win32' and (os_name=='nt' or os_name=='posix')",
    "'linux' in sys_platform",
    "os_name not in 'nt java'",
    "platform_python_implementation != 'PyPy'",
    "python_full_version > '3.7.1'",
    "'3.8' <= python_version",
    "python_version in '3.11 3.12 3.13'",
    "platform_machine=='x86_64' or platform_machine=='aarch64' and sys_platform=='x'",
    "python_version ~= '3.8'",
    "(python_version>'3')",
    "python_version < '3.0' or extra == 'a-b'",
    'implementation_name == "cpython"',
)
REQUIREMENTS = (
    "a",
    "A.b_c[x,Y]>=1,<2; python_version>'3'",
    "a (>=1.0)",
    "a@ https://x/y.whl ; os_name=='nt'",
    "a [b] >=1 ; extra == 'z'",
    "a==1.*",
    "a[] >1",
    "x @ git+https://h/r@v1;2#egg ; os_name=='nt'",
    "name-with.dots_and-dashes",
    "a ~= 1.0, != 1.1",
)


def here():
    return target.of(BASE, os.environ)


@pytest.mark.parametrize("text", REQUIREMENTS)
def test_a_requirement_has_the_same_parts(text):
    own, other = requirement.parse(text), requirements.Requirement(text)
    assert own.name == other.name.lower().replace(".", "-").replace("_", "-")
    assert set(own.extras) == {extra.lower() for extra in other.extras}
    assert set(own.specifier.replace(" ", "").split(",")) - {""} == {
        str(one) for one in other.specifier
    }
    assert (own.url or None) == other.url
    assert bool(own.marker) == bool(other.marker)


@pytest.mark.parametrize("text", ["", "???", "-r other.txt", "[x]"])
def test_what_is_no_requirement_is_refused(text):
    with pytest.raises(ValueError, match="is no requirement"):
        requirement.parse(text)


def test_the_extras_of_a_marker_are_found_on_either_side():
    assert requirement.extras("extra == 'B_c' or ('a' == extra and os_name == 'nt')") == [
        "a",
        "b-c",
    ]


@pytest.mark.parametrize("marker", MARKERS)
def test_markers_are_judged_the_same(marker):
    facts = dict(here().markers)
    assert requirement.holds(marker, facts, "a_B") == markers.Marker(marker).evaluate(
        {**facts, "extra": "a-b"}
    )


@pytest.mark.parametrize(
    "marker",
    [
        "python_version",
        "colour == 'red'",
        "os_name = 'nt'",
        "(os_name == 'nt'",
        "os_name == 'nt' extra",
        "os_name == 'a' or $(x)",
    ],
)
def test_what_is_no_marker_is_refused(marker):
    with pytest.raises(ValueError, match="is no marker"):
        requirement.holds(marker, here().markers)
