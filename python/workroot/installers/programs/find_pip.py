"""Ends well where the Python that runs this has a pip. Any Python from 3.8."""

import os
import sys

if sys.path[0] == os.path.dirname(os.path.realpath(__file__)):  # not under PYTHONSAFEPATH
    del sys.path[0]

import pip  # noqa: E402, F401
