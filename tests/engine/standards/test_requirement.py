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


# Right and wrong ones, with '|' between them.
PROBES = """
???|-r other.txt|[x]|a b|a==|a>=|a >|a=>1|a=1|a=1.0|a~1|a~=1|a~=1.0|a~=1.0.*|a>=1.*|a>1.*|a<1.*
a (>=1.*)|a (>=1)|a(>=1|a>=1)|a()|a ( )|a (>=1) ; os_name=='x'|a (>=1), <2|a ((>=1))|a >=1,|a ,>=1
a >=1,,<2|a>=1 <2|a>=1;|a;|a ;|a; |a ; os_name|a ; os_name ==|a ; == 'x'|a ; 'a' == 'a'|a;'a'|a,
a ; os_name == 'x' and|a ; and os_name == 'x'|a ; (os_name == 'x'|a ; os_name == 'x')
a ; not os_name|a ; os_name not in 'x'|a ; os_name notin 'x'|a ; 'x' not  in os_name
a ; os_name in 'x'|a ; x == 'x'|a ; os.name == 'x'|a ; sys.platform == 'x'
a ; platform.version == 'x'|a ; os-name == 'x'|a ; os_name|a ; python_implementation == 'x'
a ; extras == 'x'|a ; os_name == 'it"s'|a ; os_name == "it's"|a ; os_name == x|a ; os_name == 'x
a ; os_name = 'x'|a ; os_name =='x'or'y'==os_name|a;os_name ~= 'x'|a ; python_version in "3.8,3.9"
a ; python_version>='3' or python_version<'2' and (os_name=='x')|a[b|a[b]|a[b,]|a[,b]|a[b c]
a[b,c]|a[ b , c ]|a[]|a[ ]|a[b]]|a[b!]|a[b]>=1|a [b] >=1|a[b.c-d_e]|a[é]|-a|a-|.a|a.|_a|a_|a!b|a/b
é|aé|a.b|A-B_c.D|1|1a|a@https://x|a @ https://x|a[b] @ x|a@b c|a @ https://x;os_name=='x'
a @ https://x ;|a @ |a @|a @ https://x >=1|a>=1 @ https://x|a@x ; os_name=='x'|a==1.*|a==1.0.*
a==1a1.*|a==1.0.post1.*|a==1+l.*|a==1.*+l|a!=1.*|a===1.*|a===x y|a===|a===1,>=2|a===1;
a ===anything(here|a===x)|a (===x)|a===1,zz|a==1+local|a>=1+local|a<1+local|a~=1.0+local|a==1+
a==1+l-2.x|a==v1|a==V1.0|a==1!2|a==1!|a==1.|a==1..2|a==.1|a==1.0-1|a==1.0-|a==1.0.dev|a==1.0dev3
a==1.0c|a==1.0pre2|a==1_0|a==01|a==1.0alpha.1|a==1.0.post|a==1.0r2|a==1.0.rev.3
a>=2.0.dev0,!=2.1.*,<3|a>= 1 , < 2|a<>1|a!1|a ; os_name == '\\'|a ; os_name == '\\x'
a ; os_name == '\\n'|a ; extra == 'x' and extra == 'y'|a ; ''==''
"""
AROUND = ("{}", " {}", "\t{} ", "{}\n", "\n{}", "{}\u00a0")


def probes():
    """Each by itself and with what may stand around it."""
    texts = PROBES.strip("\n").replace("\n", "|").split("|")
    return [around.replace("{}", text) for text in texts for around in AROUND]


def accepted(parse, text):
    try:
        parse(text)
    except ValueError:
        return False
    return True


def test_just_what_the_packaging_library_takes_is_taken():
    wrong = [
        text
        for text in probes()
        if accepted(requirement.parse, text) is not accepted(requirements.Requirement, text)
    ]
    assert wrong == []
    taken = [text for text in probes() if accepted(requirement.parse, text)]
    assert 100 < len(taken) < len(probes()) - 100


@pytest.mark.parametrize("text", ["", "???", "-r other.txt", "[x]"])
def test_what_is_no_requirement_is_named(text):
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
