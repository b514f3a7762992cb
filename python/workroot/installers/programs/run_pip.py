"""Runs the pip of the Python that runs this, under the name that a person typed: NAME ARGUMENTS.

Any Python from 3.8.
"""

import os
import sys

if sys.path[0] == os.path.dirname(os.path.realpath(__file__)):  # not under PYTHONSAFEPATH
    del sys.path[0]
del sys.argv[0]

from pip._internal.cli.main import main  # noqa: E402

sys.exit(main())
