"""Is there an installer, as workroot.toml asks for it?

installer = 'uv' needs a uv that runs. Otherwise pip will do: the one in the venv, or the one that
the base Python brings. With none of them nothing can be installed, though all that is installed
works.
"""

from collections.abc import Iterator

from workroot.doctor.context import PYTHON, Context
from workroot.doctor.finding import Finding, failure, well
from workroot.installers import uv

NEEDS = PYTHON


def check(context: Context) -> Iterator[Finding]:
    wanted = context.home.settings.get("installer", "auto")
    found = uv.find(context.environ) if wanted == "uv" else None
    if wanted == "uv" and not found:
        cause = "uv is not installed, or only a version manager's stub for it"
        fix = "install uv, or set installer = 'auto' in " + context.home.config
        yield failure(
            "installer",
            "installer = 'uv', and no uv runs on PATH",
            cause,
            fix,
        )
    else:
        yield well("installer", "an installer is there")
