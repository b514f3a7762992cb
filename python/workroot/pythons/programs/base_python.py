"""Prints the base Python of the one that runs this, and its version in numbers. Any Python 3."""

import sys

print(getattr(sys, "_base_executable", None) or sys.executable)
print(*sys.version_info[:3])
