"""Prints what the Python that runs this is: names and values, NUL between. Any from 3.7."""

import glob
import os
import platform
import subprocess
import sys
import sysconfig


def version_of(implementation):
    """PEP 508's implementation_version, as the PEP spells it out."""
    major, minor, micro, level, serial = implementation[:5]
    plain = f"{major}.{minor}.{micro}"
    return plain if level == "final" else f"{plain}{level[0]}{serial}"


def libc():
    """The C library and its version; '' where it is neither glibc nor musl."""
    try:
        return os.confstr("CS_GNU_LIBC_VERSION") or ""
    except (AttributeError, OSError, ValueError):
        pass
    # musl says its version only when its loader is started, on stderr.
    for loader in glob.glob("/lib/ld-musl-*.so.1"):
        said = subprocess.run([loader], stderr=subprocess.PIPE).stderr.decode("ascii", "replace")
        words = said.split()
        return "musl " + words[words.index("Version") + 1] if "Version" in words else "musl"
    return ""


def system():
    """The platform's tag; a 32-bit Python under a 64-bit kernel is told by its own size."""
    name = sysconfig.get_platform()
    if name.startswith("linux") and sys.maxsize < 2**32:
        name = name.replace("x86_64", "i686").replace("aarch64", "armv8l")
    return name


major, minor = sys.version_info[:2]
flags = "t" if sysconfig.get_config_var("Py_GIL_DISABLED") else ""
if not flags and (major, minor) < (3, 8):
    flags = getattr(sys, "abiflags", "")
facts = {
    "os_name": os.name,
    "sys_platform": sys.platform,
    "platform_machine": platform.machine(),
    "platform_python_implementation": platform.python_implementation(),
    "platform_release": platform.release(),
    "platform_system": platform.system(),
    "platform_version": platform.version(),
    "python_version": f"{major}.{minor}",
    "python_full_version": platform.python_version(),
    "implementation_name": sys.implementation.name,
    "implementation_version": version_of(sys.implementation.version),
    "system": system(),
    "libc": libc(),
    "abi": f"cp{major}{minor}{flags}",
    "macos": platform.mac_ver()[0],
}
# On Windows a pipe would be in the code page, which cannot spell every answer.
sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
print(*(word for fact in facts.items() for word in fact), sep="\0", end="")
