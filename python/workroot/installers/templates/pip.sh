#!/bin/sh
'''test' -r __MAIN__ || { printf '%s\n' __GONE__ >&2; exec __PYTHON__ -m pip "$@"; }
# written by workroot: pip as ever, and what it changed can be undone
__OTHERS__
exec __START__ "$@"
# To a shell this is one word that is never reached. To Python all above is a text, and this starts
# the shell:
# some tools run the `pip` that they find by a Python.
: '''
import os, sys
os.execv("/bin/sh", ["/bin/sh", os.path.abspath(__file__), *sys.argv[1:]])
# '''
