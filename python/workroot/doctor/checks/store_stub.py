"""Is the `python` on PATH a Python, and not the Microsoft Store's stub?

Windows puts an empty python.exe on PATH that opens the Store. It has the size 0 and lies in
WindowsApps.
"""

from collections.abc import Iterator

from workroot.doctor import windows
from workroot.doctor.context import ANYTHING, Context
from workroot.doctor.finding import Finding, warning, well

NEEDS = ANYTHING


def check(context: Context) -> Iterator[Finding]:
    found = windows.python_on_path(context.environ)
    # Another system, or no python at all on PATH.
    if found is None:
        return
    if windows.is_stub(found.path, found.size):
        fix = "turn it off in Settings, Apps, App execution aliases, or install a Python"
        evidence = f"`python` is {found.path}, which only opens the Store"
        yield warning(
            "store-stub",
            evidence,
            "Windows puts it on PATH",
            fix,
        )
    else:
        yield well("store-stub", found.path)
