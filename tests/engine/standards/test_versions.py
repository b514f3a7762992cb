"""Versions and specifiers are judged as the packaging library judges them, which is only here to
compare.
"""

import itertools

import pytest

packaging = pytest.importorskip("packaging")
from packaging import specifiers  # noqa: E402
from packaging.version import Version  # noqa: E402

from workroot.standards import versions  # noqa: E402

SPELLED = [
    "1.0",
    "1",
    "1.0.0",
    "1.0a1",
    "1.0b2",
    "1.0rc1",
    "1.0.dev1",
    "1.0a1.dev2",
    "1.0.post1",
    "1.0.post1.dev3",
    "1.0+abc",
    "1.0+abc.5",
    "1.0+5",
    "1!0.5",
    "2.0",
    "1.1",
    "1.10",
    "1.2",
    "0.9",
    "1.0-1",
    "v1.0",
    "1.0.rev2",
    "1.0c3",
    "1.0_alpha",
    "2024.1.1",
    "1.0.0.0.1",
    "3",
    "10.0.1rc1",
]
BOUNDS = [
    "1.0",
    "1",
    "1.0a1",
    "1.0rc1",
    "1.0.dev1",
    "1.0.post1",
    "1.1",
    "1.10",
    "1!0.5",
    "2024.1.1",
    "1.0.0.0.1",
    "3.0",
]


def test_versions_have_the_same_order():
    for one, other in itertools.product(SPELLED, SPELLED):
        assert (versions.parse(one) < versions.parse(other)) == (Version(one) < Version(other)), (
            one,
            other,
        )


def test_pre_releases_are_the_same():
    for one in SPELLED:
        assert versions.parse(one).is_prerelease == Version(one).is_prerelease, one


@pytest.mark.parametrize("sign", ["==", "!=", "<", ">", "<=", ">=", "~="])
def test_specifiers_take_the_same_versions(sign):
    for one, bound in itertools.product(SPELLED, BOUNDS):
        if sign == "~=" and "." not in bound:
            continue
        assert versions.fits(one, sign + bound) == specifiers.Specifier(sign + bound).contains(
            one, prereleases=True
        ), (one, sign, bound)


@pytest.mark.parametrize(
    "specifier", ["==1.*", "!=1.0.*", "==1.1.*", ">=1,<2", " >= 1.0 , != 1.1 ", ""]
)
def test_lists_and_prefixes_take_the_same_versions(specifier):
    for one in SPELLED:
        assert versions.fits(one, specifier) == specifiers.SpecifierSet(specifier).contains(
            one, prereleases=True
        ), (one, specifier)


@pytest.mark.parametrize("text", ["", "one", "1.0.", "1..0", "1.0+", "1.0-rc-1-2-3", "1 0"])
def test_what_is_no_version_is_refused(text):
    with pytest.raises(ValueError, match="is no version"):
        versions.parse(text)


@pytest.mark.parametrize("text", ["1.0", "=1.0", "> ", ">=x", "~=1", ">=1;2"])
def test_what_is_no_specifier_is_refused(text):
    with pytest.raises(ValueError, match="version|numbers"):
        versions.fits("1.0", text)


@pytest.mark.parametrize("text", [*SPELLED, "1.0-1.dev02+Ubuntu_01.x", "v0!01.020"])
def test_the_clause_for_just_this_version_takes_it_and_no_other(text):
    """As an installer asks, which spells the versions of files in one way."""
    clause = specifiers.Specifier(versions.exactly(text))
    there = {str(Version(one)) for one in (*SPELLED, text, f"{Version(text).public}+zz")}
    assert list(clause.filter(there, prereleases=True)) == [str(Version(text))]


def test_versions_are_the_same_with_their_local_part():
    assert versions.same("2.1", "v2.1.0") and versions.same("odd one", "odd one")
    assert not versions.same("2.1.0", "2.1.0+cpu") and not versions.same("odd one", "1")
