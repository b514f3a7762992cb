"""How this person, on this terminal, wants a setup to be done."""

import os

from workroot.commands._call import the_venv
from workroot.doors import terminal
from workroot.environment.options import Options


def options(**more: object) -> Options:
    # An installer's own progress, where a person sees it; else its words go to a log.
    show = os.isatty(2) and not terminal.manner.quiet
    return Options(
        environ=os.environ,
        venv_name=the_venv(),
        say=terminal.step,
        show=show or terminal.manner.verbose,
        during=terminal.working,
        **more,
    )
