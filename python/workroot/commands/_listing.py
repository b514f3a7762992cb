"""The commands there are: the files of this directory."""

import os


def names() -> list[str]:
    """The commands there are, by the files beside this one."""
    here = os.path.dirname(os.path.abspath(__file__))
    return sorted(
        file[:-3] for file in os.listdir(here) if file.endswith(".py") and not file.startswith("_")
    )
