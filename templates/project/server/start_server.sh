#!/bin/sh
# Starts the server in the project's one environment, from any directory, nothing activated:  server/start_server.sh [--port N]
set -eu
root=$(CDPATH='' cd -P -- "$(dirname -- "$0")/.." && pwd -P)
python=$root/python/.venv/bin/python3
if [ ! -x "$python" ]; then
    printf 'start_server: no Python environment in %s\n  run python/setup.sh\n' "$root" >&2
    exit 2
fi
exec "$python" -I -B -m example_server "$@"
