"""The Python that packages are installed for, as data: what markers, wheels and cache keys are judged by.

Asked of that Python itself, which need not be the one that runs the engine.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

from workroot.doors import process
from workroot.errors import WorkrootError

_PROBE = r"""
import glob, os, platform, subprocess, sys, sysconfig
def numbers(v):
    return "%d.%d.%d" % v[:3] + ("" if v[3] == "final" else v[3][0] + str(v[4]))
def libc():
    try:
        return os.confstr("CS_GNU_LIBC_VERSION") or ""
    except (AttributeError, OSError, ValueError):
        pass
    for loader in glob.glob("/lib/ld-musl-*.so.1"):
        words = subprocess.run([loader], stderr=subprocess.PIPE).stderr.decode("ascii", "replace").split()
        return "musl " + words[words.index("Version") + 1] if "Version" in words else "musl"
    return ""
system = sysconfig.get_platform()
if system.startswith("linux") and sys.maxsize < 2**32:
    system = system.replace("x86_64", "i686").replace("aarch64", "armv8l")
major, minor = sys.version_info[:2]
flags = "t" if sysconfig.get_config_var("Py_GIL_DISABLED") else getattr(sys, "abiflags", "") if (major, minor) < (3, 8) else ""
sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
print(*[
    "os_name", os.name, "sys_platform", sys.platform, "platform_machine", platform.machine(),
    "platform_python_implementation", platform.python_implementation(), "platform_release", platform.release(),
    "platform_system", platform.system(), "platform_version", platform.version(), "python_version", "%d.%d" % (major, minor),
    "python_full_version", platform.python_version(), "implementation_name", sys.implementation.name,
    "implementation_version", numbers(sys.implementation.version),
    "system", system, "libc", libc(), "abi", "cp%d%d%s" % (major, minor, flags), "macos", platform.mac_ver()[0],
], sep="\0", end="")
"""
_OLD_MANYLINUX = {"manylinux1": (2, 5), "manylinux2010": (2, 12), "manylinux2014": (2, 17)}
_MAC_ARCHES = {
    "x86_64": ("x86_64", "universal2", "intel", "universal", "fat64", "fat3"),
    "arm64": ("arm64", "universal2"),
}


class Target(NamedTuple):
    """markers: the variables of markers. system: 'linux-x86_64'; libc: 'glibc 2.36' or ''; abi: 'cp312'; macos: '14.5' or ''."""

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
        """A marker that holds here, and on what takes the same packages."""
        names = ("implementation_name", "python_version", "sys_platform", "platform_machine")
        return " and ".join(f"{name} == '{self.markers[name]}'" for name in names)

    @property
    def words(self) -> str:
        """For a sentence."""
        return f"{self.markers['platform_python_implementation']} {self.markers['python_version']} on {self.system}"


def of(python: str, environ: Mapping[str, str]) -> Target:
    """What the Python at that path is. Raises WorkrootError."""
    outcome = process.attempt(
        [python, "-I", "-S", "-c", _PROBE], env=process.scrubbed(environ), timeout=60
    )
    parts = outcome.output.split("\0")
    if outcome.status or len(parts) != 30:
        reason = (outcome.errors.strip().splitlines() or ["no answer"])[-1]
        raise WorkrootError(f"{python} does not run: {reason}", "workroot check")
    facts = dict(zip(parts[::2], parts[1::2]))
    own = {name: facts.pop(name) for name in ("system", "libc", "abi", "macos")}
    return Target(facts | {"python_full_version": facts["python_full_version"].rstrip("+")}, **own)


def accepts(target: Target, filename: str) -> bool:
    """Whether a wheel of that file name can be installed there; what is no wheel is source, which every Python takes."""
    if not filename.endswith(".whl"):
        return True
    parts = filename[: -len(".whl")].split("-")
    if len(parts) < 5:
        return False
    python, abi, platform = (part.lower().split(".") for part in parts[-3:])
    binary = "none" not in abi
    return any(_python_fits(target, p, a) for p in python for a in abi) and any(
        _platform_fits(target, p) and not (binary and p == "any") for p in platform
    )


def _python_fits(target: Target, python: str, abi: str) -> bool:
    own = re.fullmatch(r"cp(\d)(\d+)(\w*)", target.abi)
    found = re.fullmatch(r"(py|cp)(\d)(\d*)", python)
    if not own or not found or found[2] != own[1]:
        return False
    minor = int(found[3] or 0)
    if found[1] == "py":
        return abi == "none" and minor <= int(own[2])
    if abi == "abi3":
        return minor <= int(own[2]) and own[3] != "t"
    return minor == int(own[2]) and abi in (target.abi, "none")


def _platform_fits(target: Target, platform: str) -> bool:
    own = re.sub(r"[-.]", "_", target.system).lower()
    if platform in ("any", own):
        return True
    kind, _, version = target.libc.partition(" ")
    if own.startswith("linux_"):
        return _libc_fits(platform, own.removeprefix("linux_"), kind, _pair(version))
    found = re.fullmatch(r"macosx_(\d+)_(\d+)_(\w+)", platform)
    machine = target.markers["platform_machine"]
    return bool(
        found
        and target.macos
        and (int(found[1]), int(found[2])) <= _pair(target.macos)
        and found[3] in _MAC_ARCHES.get(machine, ())
    )


def _libc_fits(platform: str, machine: str, kind: str, version: tuple[int, int]) -> bool:
    prefix = platform.removesuffix(f"_{machine}")
    if prefix == platform:
        return False
    if prefix in _OLD_MANYLINUX:
        return kind == "glibc" and version >= _OLD_MANYLINUX[prefix]
    found = re.fullmatch(r"(many|musl)linux_(\d+)_(\d+)", prefix)
    wanted = {"many": "glibc", "musl": "musl"}.get(found[1]) if found else None
    return wanted == kind and version >= (int(found[2]), int(found[3]))


def _pair(version: str) -> tuple[int, int]:
    numbers = [int(number) for number in re.findall(r"\d+", version)[:2]]
    return tuple(numbers + [0] * (2 - len(numbers)))
