"""Reads the .pth files of a directory as a start of Python does, and names each before it does so.

Run without site, by the venv's Python:  python -I -S -B read_pth.py DIRECTORY [PASSED_OVER...]
The last line on stdout is "complete", else the name of the file that ended or held up this process.
"""

import os
import site
import sys

directory, passed_over = sys.argv[1], sys.argv[2:]
sys.path.append(directory)
for name in sorted(os.listdir(directory)):
    hidden = name.startswith(".") and sys.version_info >= (3, 13)  # site passes those over
    if name.endswith(".pth") and not hidden and name not in passed_over:
        sys.stdout.write(ascii(name) + "\n")
        sys.stdout.flush()
        site.addpackage(directory, name, set())
sys.stdout.write("complete\n")
