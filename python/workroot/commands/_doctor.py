"""What doctor and where look at: a home, with what only the layers above doctor/ know."""

import os
from collections.abc import Sequence

from workroot.commands import _homes, check
from workroot.doctor.context import Context, Surroundings
from workroot.doors import terminal
from workroot.history.home import Home
from workroot.root import Root
from workroot.session import health
from workroot.tiers import startup


def context(home: Home) -> Context:
    """A look at a home that has seen nothing yet."""
    surroundings = Surroundings(lambda: _health(home), _startup)
    return Context(home, os.environ, surroundings, terminal.say)


def _health(home: Home) -> Sequence[health.Finding]:
    return [] if home.tier == "user" else check.account(Root(home.top))


def _startup() -> Sequence:
    """Asked of the user tier alone: only that has startup files."""
    places = _homes.user_places(os.environ)
    set_up = os.path.lexists(places.command)
    return startup.troubles(os.environ, places.home) if set_up else []
