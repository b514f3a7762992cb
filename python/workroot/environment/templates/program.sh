#!/bin/sh
# written by workroot: the session's own, where that of another Python would come next on PATH
case ${VIRTUAL_ENV-} in (__VENVS__) venv=$VIRTUAL_ENV ;; (*) venv=__VENV__ ;; esac
# a program of this name that a package brought
[ -x "$venv/bin/__NAME__" ] && exec "$venv/bin/__NAME__" "$@"
exec "$venv/bin/python" -m __MODULE__ "$@"
