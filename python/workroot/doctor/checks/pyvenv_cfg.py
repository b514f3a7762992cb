"""Does pyvenv.cfg say where the base Python is?

Python finds its standard library by the `home` in it. A file that was cut, or names a directory
that is gone, makes the venv a puzzle: `python` may run and still be nobody's. The fix writes it
anew for a Python of the same X.Y.
"""

import os
from collections.abc import Iterator

from workroot.doctor.context import PYTHON, Context
from workroot.doctor.finding import BY_HAND, HEALED, Finding, failure, well
from workroot.doctor.healing import remaking
from workroot.pythons import configuration

NEEDS = PYTHON


def check(context: Context) -> Iterator[Finding]:
    path = os.path.join(context.venv_path, "pyvenv.cfg")
    reason = _reason(context, configuration.read(context.venv_path))
    if not reason:
        yield well("pyvenv-cfg", path)
        return
    cause = "the file was cut or edited, or the base Python was moved"
    by_hand = "workroot create --force" if context.root else "pyctl clean"
    heal = HEALED if context.ours else BY_HAND
    yield failure(
        "pyvenv-cfg",
        f"{path} {reason}",
        cause,
        by_hand,
        heal,
    )


def heal(context: Context, findings: list[Finding]) -> None:
    remaking.again(context)


def _reason(context: Context, settings: dict[str, str]) -> str:
    """What is wrong with the file, as the end of a sentence; '' for nothing."""
    home = settings.get("home", "")
    if not home:
        return "does not say where the base Python is"
    if not os.path.isdir(home):
        return f"names {home}, which is not there"
    # venv writes `version`, virtualenv and uv `version_info`.
    said = (settings.get("version") or settings.get("version_info") or "").split(".")[:2]
    runs = list(map(str, context.venv.version[:2]))
    if said != [""] and said != runs:
        return f"says Python {'.'.join(said)}, and it runs {'.'.join(runs)}"
    return ""
