"""The trash.

Where a thing goes that somebody may want back, named after the time at which it went.
"""

import os
import time

from workroot.doors import files


def place(directory: str, name: str) -> str:
    """Where a thing of that name is to go. The trash is there when this returns."""
    files.make_directory(directory)
    return os.path.join(
        directory, time.strftime("%Y%m%dT%H%M%SZ-", time.gmtime()) + f"{os.getpid()}-{name}"
    )
