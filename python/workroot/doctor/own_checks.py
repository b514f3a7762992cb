"""The checks of a project's own: files that [doctor] checks of workroot.toml names.

Such a file has a docstring, which is its page, and check(context), which gives dicts with the keys
of a finding. The venv's Python runs it: it may import the repo, and whatever is wrong with it is a
finding that names the file.
"""

import ast
import json
import os
from collections.abc import Iterable, Iterator, Sequence

from workroot import config as configuration
from workroot.doctor.context import ANYTHING, PYTHON, START, Context
from workroot.doctor.finding import FAIL, OK, WARN, Finding, failure
from workroot.doctor.listing import Check
from workroot.doors import files, process
from workroot.history.home import Home
from workroot.root import Root

_SEVERITIES = (OK, WARN, FAIL)


class OwnCheck:
    """A file that stands where a module of checks/ would: it has the same names."""

    NEEDS = ANYTHING

    def __init__(self, name: str, path: str) -> None:
        """Nothing is run.

        Args:
            name: Its id.
            path: The file, which may not be there.
        """
        self.name = name
        self.path = path
        self.__doc__ = _docstring(path)

    def check(self, context: Context) -> Iterator[Finding]:
        """What it has to say; that it cannot say anything is a finding too."""
        if not os.path.isfile(self.path):
            yield self._broken("is not there")
        elif context.level >= PYTHON:
            yield from self._said(context)

    def _said(self, context: Context) -> Iterator[Finding]:
        outcome = context.ask("own_check", self.path, _facts(context), site=context.level >= START)
        try:
            said = json.loads(outcome.output)
        except ValueError:
            yield self._broken(_trouble(outcome))
            return
        for one in said:
            yield self._finding(one)

    def _finding(self, said: object) -> Finding:
        """A finding of one of its dicts; or that the dict is none."""
        if not isinstance(said, dict) or not said.get("evidence"):
            return self._broken(f"gave what is no finding: {json.dumps(said)}")
        severity = said.get("severity", WARN)
        if severity not in _SEVERITIES:
            return self._broken(f"gave the severity {severity!r}; there are ok, warn and fail")
        return Finding(
            severity,
            str(said.get("id") or self.name),
            str(said["evidence"]),
            str(said.get("cause") or f"{self.path} says so"),
            str(said.get("fix") or f"see what {self.path} looks at"),
        )

    def _broken(self, trouble: str) -> Finding:
        cause = "[doctor] checks names this file, and it has not told what it found"
        fix = f"correct {self.path}, or take it out of [doctor] checks"
        return failure(self.name, f"{self.path} {trouble}", cause, fix)


def of(home: Home, taken: Iterable[str]) -> list[Check]:
    """A check for each file that the configuration of a home names.

    Args:
        taken: The ids of the kit's own checks: a file of such a name is own-NAME.

    Raises WorkrootError: when the configuration is wrong.
    """
    known = set(taken)
    checks = []
    for path in _named(home):
        stem, _ = os.path.splitext(os.path.basename(path))
        name = stem.replace("_", "-")
        while name in known:
            name = f"own-{name}"
        known.add(name)
        checks.append(Check(name, OwnCheck(name, path)))
    return checks


def _named(home: Home) -> Sequence[str]:
    """The full paths that [doctor] checks names."""
    if home.tier == "workroot":
        return configuration.read(Root(home.top), home.name).checks
    if not os.path.lexists(home.config):
        return ()
    said = configuration.read_user(home.config).get("doctor", {}).get("checks", [])
    return [configuration.absolute(home.top, path) for path in said]


def _docstring(path: str) -> str:
    """What the file says of itself; '' where it says nothing, or cannot be read."""
    try:
        return ast.get_docstring(ast.parse(files.read_text(path) or "")) or ""
    except (OSError, SyntaxError, ValueError):  # ValueError: a NUL byte, or not UTF-8
        return ""


def _facts(context: Context) -> str:
    """What a check is given."""
    return json.dumps(
        {
            "workroot": context.home.top,
            "venv": context.venv_path,
            "repos": list(context.repos),
            "paths": list(context.import_paths),
        }
    )


def _trouble(outcome: process.Outcome) -> str:
    """Why there is no answer: the last thing it said, which for an exception names it."""
    lines = outcome.errors.strip().splitlines()
    if outcome.status and lines:
        return f"could not be run: {lines[-1].strip()}"
    return f"ended with status {outcome.status} before it had told what it found"
