#!/bin/sh
# pyctl, put here by workroot; `setup.sh __TIER__ --remove` takes it away
[ -x __PYTHON__ ] && exec __PYTHON__ -I -S __MAIN__ pyctl "$@"
exec sh __SETUP__ pyctl "$@"
