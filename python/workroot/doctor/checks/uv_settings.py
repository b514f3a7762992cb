"""Does a variable send uv to another Python, or make it leave links behind?

UV_PYTHON, UV_PROJECT_ENVIRONMENT and UV_SYSTEM_PYTHON name where uv installs;
UV_LINK_MODE=symlink leaves links into a cache in the venv, which break when that cache is
cleaned. The kit runs uv without them.
"""

from collections.abc import Iterator

from workroot.doctor.context import ANYTHING, Context
from workroot.doctor.finding import Finding, warning, well

NEEDS = ANYTHING
_ELSEWHERE = (
    "UV_PYTHON",
    "UV_PROJECT_ENVIRONMENT",
    "UV_SYSTEM_PYTHON",
    "UV_BREAK_SYSTEM_PACKAGES",
    "UV_TARGET",
    "UV_PREFIX",
)


def check(context: Context) -> Iterator[Finding]:
    cause = "a startup file of this shell sets it"
    found = [name for name in _ELSEWHERE if context.environ.get(name)]
    for name in found:
        evidence = f"{name} is {context.environ[name]}"
        yield warning("uv-settings", evidence, cause, f"unset {name}")
    # The other modes leave files of the venv's own, or hard links that outlive the cache.
    links = context.environ.get("UV_LINK_MODE") == "symlink"
    if links:
        evidence = "UV_LINK_MODE is symlink: what a plain uv installs leads into its cache"
        yield warning(
            "uv-settings-links",
            evidence,
            cause,
            "unset UV_LINK_MODE",
        )
    if not found and not links:
        yield well("uv-settings", "no variable sends uv elsewhere")
