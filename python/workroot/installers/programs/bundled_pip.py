"""Prints the paths of the wheels of pip that ensurepip takes, one a line.

Fails where there is no ensurepip. Any Python from 3.8.
"""

import ensurepip
import glob
import os

# A distribution may have its wheels in one place for all its Pythons (Fedora, Debian).
own = os.path.join(os.path.dirname(ensurepip.__file__), "_bundled")
shared = getattr(ensurepip, "_WHEEL_PKG_DIR", None)
for directory in (shared, own):
    if directory:
        print(*glob.glob(os.path.join(directory, "pip-*.whl")), sep="\n")
