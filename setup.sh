#!/bin/sh
# Runs the kit's engine under the first Python that can:  ./setup.sh [COMMAND] ...  With no command it is `setup`.
#   ./setup.sh                              make the workroot of this directory ready: venv, link, requirements
#   ./setup.sh new ~/lab --repo ~/src/code  make a workroot for a repo
#   ./setup.sh --test                       the kit's own tests
#   ./setup.sh --help                       every command
# WORKROOT_PYTHON names the Python to try first.
set -eu

# 1 where the kit is
self=$0
while [ -L "$self" ]; do
    target=$(readlink "$self")
    case $target in (/*) self=$target ;; (*) self=${self%/*}/$target ;; esac
done
case $self in (*/*) ;; (*) self=./$self ;; esac
kit=$(CDPATH='' cd -P -- "${self%/*}/" && pwd -P && echo .)
kit=${kit%??}
if [ ! -f "$kit/python/workroot/__main__.py" ]; then
    printf 'workroot: the kit in %s is not whole: python/workroot is missing\n  restore it from version control\n' "$kit" >&2
    exit 2
fi

# 2 what to run
case ${1-} in
    (-h | --help | --version | [!-]*) ;;
    (*) set -- setup "$@" ;;
esac

# 3 the first Python that can run it
recorded() {
    directory=.
    if [ "$1" = session ] && [ $# -gt 1 ]; then directory=$2; fi
    if [ -r "$directory/.workroot/python" ]; then IFS= read -r line <"$directory/.workroot/python" && printf '%s\n' "$line"; fi || :
}
try() {
    ran=0
    PYTHON_MANAGER_AUTOMATIC_INSTALL=false command "$1" -I -S "$kit/python/workroot/__main__.py" --ran </dev/null >/dev/null 2>&1 || ran=$?
    [ "$ran" -eq 93 ]
}
last=$(recorded "$@")
for python in ${WORKROOT_PYTHON:+"$WORKROOT_PYTHON"} ${last:+"$last"} python3 python py \
    python3.20 python3.19 python3.18 python3.17 python3.16 python3.15 python3.14 python3.13 python3.12 python3.11; do
    if try "$python"; then exec "$python" -I -S "$kit/python/workroot/__main__.py" "$@"; fi
done

# 4 no Python
install='install Python 3.11 or newer'
if command -v uv >/dev/null 2>&1; then install='uv python install'; fi
printf '%s\n' "workroot: no Python 3.11 or newer runs here; tried ${WORKROOT_PYTHON:+WORKROOT_PYTHON, }python3, python, py and python3.N on PATH" \
    "  $install, or set WORKROOT_PYTHON to one" >&2
exit 2
