"""Programs that the venv's own Python runs for a check: plain Python 3.6, they read and print."""

import os


def path(name: str) -> str:
    """The file of one of them.

    Args:
        name: Without .py.
    """
    return os.path.join(os.path.dirname(os.path.abspath(__file__)), f"{name}.py")
