#!/bin/sh
# The one command of a clean clone, a worktree and CI: makes python/.venv and all that belongs to it; may be run again.
#   python/setup.sh            make it so         python/setup.sh --check     is anything to do? 0 no, 1 yes
#   python/setup.sh --help     what else there is (paths are taken from the project's root)
set -eu
cd -P -- "$(dirname -- "$0")/.."
if [ ! -f tools/workroot/setup.sh ] && [ -f .gitmodules ]; then
    (unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE GIT_PREFIX && git submodule update --init -- tools/workroot)
fi
if [ ! -f tools/workroot/setup.sh ]; then
    printf 'setup: no kit in %s/tools/workroot\n  restore it from version control\n' "$PWD" >&2
    exit 2
fi
exec sh tools/workroot/setup.sh "$@"
