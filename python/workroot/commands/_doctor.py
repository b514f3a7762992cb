"""What doctor and where look at: a home, with what only the layers above doctor/ know."""

import os
from collections.abc import Sequence

from workroot.commands import _homes, check
from workroot.doctor.context import Context, Surroundings
from workroot.doors import terminal
from workroot.errors import WorkrootError
from workroot.history.home import Home
from workroot.root import Root
from workroot.session import health
from workroot.tiers import startup


def context(home: Home) -> Context:
    """A look at a home that has seen nothing yet."""
    surroundings = Surroundings(lambda: account(home), _startup)
    return Context(home, os.environ, surroundings, terminal.say)


def account(home: Home) -> Sequence[health.Finding]:
    """What the health check has to say of a workroot: the same as `check`."""
    if home.tier == "user":
        return []
    try:
        venv, arguments, findings = check.subject(Root(home.top))
        return [*findings, *health.check(arguments, venv, os.environ)]
    except WorkrootError as error:
        fix = error.hint or "correct what the sentence names"
        return [health.Finding("fail", "environment", error.message, fix)]


def _startup() -> Sequence:
    """Asked of the user tier alone: only that has startup files."""
    places = _homes.user_places(os.environ)
    set_up = os.path.lexists(places.command)
    return startup.troubles(os.environ, places.home) if set_up else []
