"""Are the native modules of the packages built for this Python?

The name of one says for which (cpython-312, abi3). One for another is not seen by an import, and
the package says "No module named _core". It was copied from another environment, or installed by
another Python's pip with --target. The fix installs the package again.
"""

import os
import re
from collections.abc import Iterator

from workroot.doctor.context import PYTHON, Context
from workroot.doctor.finding import HEALED, Finding, failure, well
from workroot.doctor.healing import bringing
from workroot.errors import WorkrootError, some
from workroot.pythons import packages
from workroot.pythons.packages import Distribution

NEEDS = PYTHON
_TAGGED = re.compile(r"(.+?)(\.(?:cpython-|pypy|cp\d)[^.]*\.(?:so|pyd))$")


def check(context: Context) -> Iterator[Finding]:
    found = _wrong(context)
    if not found:
        yield well("native", "every native module is for this Python")
    for name, paths in found.items():
        one = next(one for one in context.packages if one.name == name)
        evidence = f"{one}: {some(paths)} is for another Python than {context.venv.text}"
        cause = "it was copied from another environment, or another Python's pip installed it"
        yield failure(
            "native",
            evidence,
            cause,
            bringing.by_hand(one),
            HEALED,
        )


def heal(context: Context, findings: list[Finding]) -> None:
    wrong = _wrong(context)
    bringing.installed(context, [one for one in context.packages if one.name in wrong])
    left = _wrong_of(context, packages.read(context.venv_path))
    if left:
        raise WorkrootError(f"no build for this Python is to be had of {some(left)}")


def _wrong(context: Context) -> dict[str, list[str]]:
    return _wrong_of(context, context.packages)


def _wrong_of(context: Context, found: list[Distribution]) -> dict[str, list[str]]:
    """name -> native modules that this Python does not load, and none of that name that it does."""
    suffixes = tuple(context.python_facts.get("suffixes", ()))
    wrong: dict[str, list[str]] = {}
    for one in found:
        paths = packages.recorded_paths(context.venv_path, one)
        loadable, tagged = set(), {}
        for path in paths:
            match = _TAGGED.match(path)
            ending = next((suffix for suffix in suffixes if path.endswith(suffix)), "")
            stem, tag = match.groups() if match else ("", "")
            if ending and tag in ("", ending):
                loadable.add(path.removesuffix(ending))
            elif match and os.path.isfile(os.path.join(context.venv_path, path)):
                tagged[stem] = path
        # A wheel may carry builds for several Pythons side by side: one that fits is enough.
        lost = [path for stem, path in tagged.items() if stem not in loadable]
        if lost and suffixes:
            wrong[one.name] = lost
    return wrong
