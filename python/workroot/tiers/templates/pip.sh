#!/bin/sh
# pip for every user, put here by workroot; `setup.sh --system --remove` takes it away
# It is that of the activated environment, else that of the user's own, which is made at the first call.
own=${HOME-}/.local/python-packages/venv/bin
for bin in "${VIRTUAL_ENV-}/bin" "$own"; do
    if [ "$bin" != /bin ] && [ -x "$bin/pip" ]; then exec "$bin/pip" "$@"; fi
done
if [ -z "${HOME-}" ]; then
    echo 'pip: HOME is not set, so there is no place for your packages' >&2
    exit 2
fi
__PYCTL__ init --quiet || exit 2
exec "$own/pip" "$@"
