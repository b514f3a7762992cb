#!/bin/sh
# written by workroot: its commands for the workroot that this lies in, from wherever it is typed
case $0 in
    (*/.workroot/bin/workroot) own=${0%/.workroot/bin/workroot} ;;
    (.workroot/bin/workroot) own=. ;;
    (*) own=__ROOT__ ;; # it is run through a link elsewhere
esac
# by the Python that set this workroot up
[ -x __PYTHON__ ] && [ -r __ENGINE__ ] && exec __PYTHON__ -I -S __ENGINE__ at "${own:-/}" "$@"
# that Python went, or the kit moved: the kit's setup.sh looks for another Python
[ -r __SETUP__ ] && exec sh __SETUP__ at "${own:-/}" "$@"
printf '%s\n' __GONE__ __HINT__ >&2
exit 2
