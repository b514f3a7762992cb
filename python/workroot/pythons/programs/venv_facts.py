"""Prints the facts of the venv at sys.argv[1], NUL between: its site-packages, its base Python,
and that one's version in three numbers. Run by the venv's own Python, any from 3.8.
"""

import os
import sys
import sysconfig

if "venv" in sysconfig.get_scheme_names():  # Python 3.11 and newer
    scheme = "venv"
elif sys.platform == "win32":
    scheme = sysconfig.get_default_scheme()
else:
    scheme = "posix_prefix"  # not the default, which Debian leads to dist-packages
venv = sys.argv[1]
names = ("base", "platbase", "installed_base", "installed_platbase")
site = sysconfig.get_path("purelib", scheme, dict.fromkeys(names, venv))
base = getattr(sys, "_base_executable", None) or sys.executable
facts = [site, base, *map(str, sys.version_info[:3])]
# Bytes: a path need not be UTF-8, and what prints text would refuse such a one.
sys.stdout.buffer.write(b"\0".join(map(os.fsencode, facts)))
