"""The Python that packages are installed for, as data.

What markers, wheels and cache keys are judged by.

Asked of that Python itself, which need not be the one that runs the engine.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

from workroot.doors import files, process
from workroot.errors import WorkrootError
from workroot.root import engine_file

_ANSWERS = 30  # what the program prints: a name and a value for each of 15 facts
_OLD_MANYLINUX = {"manylinux1": (2, 5), "manylinux2010": (2, 12), "manylinux2014": (2, 17)}
_MAC_ARCHES = {  # what platform.machine() says -> the names of wheels that hold code for it
    "x86_64": ("x86_64", "universal2", "intel", "universal", "fat64", "fat3"),
    "arm64": ("arm64", "universal2"),
}


class Target(NamedTuple):
    """One Python on one system.

    Attributes:
        markers: the variables of PEP 508's markers; no 'extra', which is no fact of a Python.
        system: as sysconfig.get_platform() has it: 'linux-x86_64', 'win-amd64'; of a 32-bit
            Python on a 64-bit Linux the 32-bit name.
        libc: 'glibc 2.36', 'musl 1.2.5', or '' where there is neither.
        abi: 'cp312'; 'cp313t' for a free-threaded one.
        macos: '14.5'; '' on other systems.
    """

    markers: Mapping[str, str]
    system: str
    libc: str
    abi: str
    macos: str

    @property
    def python(self) -> str:
        """The full version, without what a build of a checkout adds."""
        return self.markers["python_full_version"].rstrip("+")

    @property
    def marker(self) -> str:
        """A marker that holds here, and on what takes the same packages.

        It names the minor version, not the patch release, and the processor.
        """
        names = ("implementation_name", "python_version", "sys_platform", "platform_machine")
        return " and ".join(f"{name} == '{self.markers[name]}'" for name in names)

    @property
    def words(self) -> str:
        """What it is, for a sentence: 'CPython 3.12 on linux-x86_64'."""
        implementation = self.markers["platform_python_implementation"]
        return f"{implementation} {self.markers['python_version']} on {self.system}"


def of(python: str, environ: Mapping[str, str]) -> Target:
    """What the Python at that path is, by its own words.

    Args:
        python: a program: of a venv, or a base Python.
        environ: the person's; what could lead a Python elsewhere is taken out of it.

    Raises:
        WorkrootError: where it does not run, or does not answer within a minute.
    """
    # Isolated and without site: a broken .pth of its venv cannot keep it from answering.
    program = files.read_text(engine_file("standards", "programs", "target_facts.py")) or ""
    argv = [python, "-I", "-S", "-c", program]
    outcome = process.attempt(argv, env=process.scrubbed(environ), timeout=60)
    parts = outcome.output.split("\0")
    if outcome.status or len(parts) != _ANSWERS:
        reason = (outcome.errors.strip().splitlines() or ["no answer"])[-1]
        raise WorkrootError(f"{python} does not run: {reason}", "workroot check")
    facts = dict(zip(parts[::2], parts[1::2], strict=True))
    own = {name: facts.pop(name) for name in ("system", "libc", "abi", "macos")}
    # A build of a checkout calls itself '3.15.0+', which is no version by PEP 440.
    facts["python_full_version"] = facts["python_full_version"].rstrip("+")
    return Target(facts, **own)


def accepts(target: Target, filename: str) -> bool:
    """Whether a wheel of that file name can be installed there, by its tags (PEP 425).

    A tag may be several with dots between, as in 'py2.py3-none-any': one that fits is enough.

    Args:
        target: the Python, which need not be one of this machine.
        filename: what is no wheel is source, which every Python takes; a wheel whose name lacks
            its tags fits nowhere.
    """
    if not filename.endswith(".whl"):
        return True
    parts = filename[: -len(".whl")].split("-")
    if len(parts) < 5:  # name, version, three tags; a build number may stand before those
        return False
    pythons, abis, platforms = (part.lower().split(".") for part in parts[-3:])
    if not any(_python_fits(target, python, abi) for python in pythons for abi in abis):
        return False
    if "none" not in abis:
        # What is bound to an ABI and to no platform is no wheel that pip knows.
        platforms = [platform for platform in platforms if platform != "any"]
    return any(_platform_fits(target, platform) for platform in platforms)


def _python_fits(target: Target, python: str, abi: str) -> bool:
    """Whether one tag of a Python ('cp312', 'py3') and one of an ABI are taken there.

    'py39' is taken by every later 3.x, 'cp39' by 3.9 alone, but with abi3 (PEP 384) by later
    ones too. Only CPython has an ABI of this kind: nothing fits another implementation.
    """
    own = re.fullmatch(r"cp(\d)(\d+)(\w*)", target.abi)
    found = re.fullmatch(r"(py|cp)(\d)(\d*)", python)
    if not own or not found:
        return False
    own_major, own_minor, flags = own.groups()
    kind, major, digits = found.groups()
    if major != own_major:
        return False
    minor = int(digits or 0)
    if kind == "py":
        return abi == "none" and minor <= int(own_minor)
    if abi == "abi3":
        return minor <= int(own_minor) and flags != "t"  # free-threaded ones do not have it
    return minor == int(own_minor) and abi in (target.abi, "none")


def _platform_fits(target: Target, platform: str) -> bool:
    """Whether one tag of a platform ('manylinux_2_17_x86_64') is taken there.

    A Mac takes what was built for its own or an earlier macOS and holds code for its processor.
    """
    own = re.sub(r"[-.]", "_", target.system).lower()
    if platform in ("any", own):
        return True
    kind, _, version = target.libc.partition(" ")
    if own.startswith("linux_"):
        return _libc_fits(platform, own.removeprefix("linux_"), kind, _pair(version))
    found = re.fullmatch(r"macosx_(\d+)_(\d+)_(\w+)", platform)
    if not found or not target.macos:
        return False
    major, minor, arch = found.groups()
    machine = target.markers["platform_machine"]
    is_new_enough = (int(major), int(minor)) <= _pair(target.macos)
    return is_new_enough and arch in _MAC_ARCHES.get(machine, ())


def _libc_fits(platform: str, machine: str, kind: str, version: tuple[int, int]) -> bool:
    """Whether a tag of Linux asks for no newer C library than the one that is there.

    By PEP 600 (manylinux_X_Y, and the older names for three of them) and PEP 656 (musllinux_X_Y).
    machine: 'x86_64'; kind: 'glibc', 'musl' or ''.
    """
    prefix = platform.removesuffix(f"_{machine}")
    if prefix == platform:
        return False
    if prefix in _OLD_MANYLINUX:
        return kind == "glibc" and version >= _OLD_MANYLINUX[prefix]
    found = re.fullmatch(r"(many|musl)linux_(\d+)_(\d+)", prefix)
    if not found:
        return False
    family, major, minor = found.groups()
    wanted = "glibc" if family == "many" else "musl"
    return wanted == kind and version >= (int(major), int(minor))


def _pair(version: str) -> tuple[int, int]:
    """The first two numbers of a version; 0 for one that is not there."""
    numbers = [int(number) for number in re.findall(r"\d+", version)[:2]]
    return tuple(numbers + [0] * (2 - len(numbers)))
