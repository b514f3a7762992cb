#!/bin/sh
# written by workroot: its commands, run by the Python that set this workroot up
[ -x __PYTHON__ ] && [ -r __ENGINE__ ] && exec __PYTHON__ -I -S __ENGINE__ "$@"
# that Python went, or the kit moved: the kit's setup.sh looks for another Python
[ -r __SETUP__ ] && exec sh __SETUP__ "$@"
printf '%s\n' __GONE__ __HINT__ >&2
exit 2
