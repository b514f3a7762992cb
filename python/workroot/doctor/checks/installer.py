"""Is there an installer, as workroot.toml asks for it?

installer = 'uv' needs a uv that runs. Otherwise pip will do: the one in the venv, or the one that
the base Python brings. With none of them nothing can be installed, though all that is installed
works.
"""

import os
from collections.abc import Iterator

from workroot.doctor.context import PYTHON, Context
from workroot.doctor.finding import Finding, failure, warning, well
from workroot.doors import files
from workroot.installers import pip

NEEDS = PYTHON


def check(context: Context) -> Iterator[Finding]:
    wanted = context.home.settings.get("installer", "auto")
    uv = pip.find_uv(context.environ) if wanted in ("auto", "uv") else None
    if wanted == "uv" and not uv:
        cause = "uv is not installed, or only a version manager's stub for it"
        fix = "install uv, or set installer = 'auto' in " + context.home.config
        yield failure("installer", "installer = 'uv', and no uv runs on PATH", cause, fix)
    elif not uv and not pip.present(context.venv) and not _bundled(context.venv.base):
        evidence = f"no pip in {context.venv_path}, none that its base Python brings, and no uv"
        cause = "the system keeps ensurepip in a package of its own"
        fix = "install the rest of that Python (Debian: apt install python3-venv), or uv"
        yield warning("installer-none", evidence, cause, fix)
    else:
        yield well("installer", "an installer is there")


def _bundled(base: str) -> bool:
    """Whether the base Python has its ensurepip: then pip comes with the first `pip`."""
    top = os.path.dirname(os.path.dirname(os.path.realpath(base)))
    for name in files.names(os.path.join(top, "lib")):
        if os.path.isdir(os.path.join(top, "lib", name, "ensurepip")):
            return True
    return os.path.isdir(os.path.join(top, "Lib", "ensurepip"))
