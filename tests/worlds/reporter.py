"""Says what a program started from a session sees: its environment, its Python, and what it
imports. One line a call.

Run as  python reporter.py LABEL [STATUS] [MODULE...]  from the shell under test, so everything it
says is behaviour. It is a Python literal, as importing json takes as long as starting Python.
"""

import os
import sys


def imported(name):
    try:
        return __import__(name).__file__
    except ImportError as error:
        return f"ImportError: {error}"


label, status, modules = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "", sys.argv[3:]
sys.path.pop(0)  # this script's own directory
report = {
    "label": label,
    "status": status,
    "environ": dict(os.environ),
    "cwd": os.getcwd(),
    "executable": sys.executable,
    "prefix": sys.prefix,
    "modules": {name: imported(name) for name in modules},
}
sys.stdout.write("@report " + ascii(report) + "\n")
