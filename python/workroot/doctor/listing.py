"""The checks there are: the files of checks/.

A check's id is its file's name, its docstring is its page.

A check has NEEDS, the level of the venv below which it has nothing to say, and check(context),
which gives findings. One that can heal has heal(context, findings) as well, which is recorded as
an operation of the history unless RECORDED is False.
"""

import difflib
import importlib
import os
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from workroot.errors import WorkrootError


class Check(NamedTuple):
    """One check: its id, and the module that does it, or what stands for one."""

    id: str
    module: object  # of checks/, or an own_checks.OwnCheck

    @property
    def page(self) -> str:
        """What `doctor --explain` shows: the docstring of its file."""
        return (self.module.__doc__ or "").strip()

    @property
    def summary(self) -> str:
        """The first line of its page: the question that it answers."""
        return self.page.partition("\n")[0]

    @property
    def needs(self) -> int:
        """The level of the venv below which it has nothing to say."""
        return self.module.NEEDS


def names() -> list[str]:
    """The ids of all checks."""
    here = os.path.join(os.path.dirname(os.path.abspath(__file__)), "checks")
    modules = [name[:-3] for name in os.listdir(here) if name.endswith(".py")]
    return sorted(name.replace("_", "-") for name in modules if not name.startswith("__"))


def load(wanted: Iterable[str] = (), own: Sequence[Check] = ()) -> list[Check]:
    """These checks, or all; those that need least come first, and the project's own last.

    Args:
        wanted: Ids; none for all.
        own: The project's own checks.

    Raises WorkrootError: for an unknown one, with the one that may be meant.
    """
    known = [*names(), *(check.id for check in own)]
    for name in wanted:
        if name not in known:
            near = difflib.get_close_matches(name, known, 1)
            meant = f"; did you mean {near[0]}?" if near else ""
            raise WorkrootError(f"no check {name!r}{meant}", "doctor --list names them")
    chosen = [_load(name) for name in names() if name in wanted or not wanted]
    chosen.sort(key=lambda check: check.needs)
    return chosen + [check for check in own if check.id in wanted or not wanted]


def _load(name: str) -> Check:
    # By name: one check is called import, which no import statement takes.
    module = importlib.import_module(f"workroot.doctor.checks.{name.replace('-', '_')}")
    return Check(name, module)


def check_of(finding_id: str, known: Iterable[str]) -> str:
    """The check that a finding is of: its id is the check's, or begins with it.

    Args:
        finding_id: 'kit-mode' is of the check 'kit', as there is no check of that name.
        known: The ids of all checks.

    Returns:
        '' for one of none.
    """
    name = finding_id
    while name and name not in known:
        name = name.rpartition("-")[0]
    return name
